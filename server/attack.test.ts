// The attacks of docs/security.md that are answered by the server as a whole, over each transport. Those of one part are beside that part.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createSignInLink } from '../schema/model/account/sign-in-link.ts';
import { GerritUnavailable } from '../schema/model/job/change.ts';
import { askInteraction, undeliveredAnswers } from '../schema/model/job/interaction.ts';
import { Job } from '../schema/model/job/job.ts';
import { appendLines } from '../schema/model/log/log.ts';
import { migrate } from '../schema/model/migration/migration.ts';
import { openDatabase } from '../schema/model/open.ts';
import { prepareDataDirectory } from '../schema/process/data-directory.ts';
import { openMigratedDatabase } from '../schema/process/database.ts';
import { dialects, nightlyDialects, ownDatabase } from '../tests/support/database.ts';
import {
  append,
  line,
  openServer,
  queuedJob,
  runningJob,
  startNextJob,
  type TestServer,
} from '../tests/support/test-server.ts';
import { Gerrit } from './gerrit/gerrit.ts';

interface Payload {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}
/** Sends an operation with a token and returns the text of the response. */
type Ask = (world: TestServer, token: string, payload: Payload | string) => Promise<string>;

const overHttp: Ask = async (world, token, payload) => {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
  return `${response.status} ${await response.text()}`;
};

const overEvents: Ask = async (world, token, payload) => {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      prefer: 'wait=20',
      authorization: `Bearer ${token}`,
    },
    body: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
  return `${response.status} ${await response.text()}`;
};

const overSocket: Ask = (world, token, payload) =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const init = { type: 'connection_init', payload: { authorization: `Bearer ${token}` } };
    let heard = '';
    socket.on('open', () => socket.send(JSON.stringify(init)));
    socket.on('message', (data) => {
      const { type } = JSON.parse(String(data));
      if (type === 'connection_ack') {
        socket.send(
          typeof payload === 'string'
            ? `{"id":"1","type":"subscribe","payload":${payload}}`
            : JSON.stringify({ id: '1', type: 'subscribe', payload }),
        );
      } else {
        heard += String(data);
        if (type !== 'next') socket.close(1000);
      }
    });
    socket.on('error', () => {});
    socket.on('close', (code) => resolve(`${code} ${heard}`));
  });

const transports: [string, Ask][] = [
  ['HTTP', overHttp],
  ['an event stream', overEvents],
  ['a WebSocket', overSocket],
];

describe.each(dialects)('on %s', (dialect) => {
  let database: Awaited<ReturnType<typeof ownDatabase>>;
  let world: TestServer;
  let token: string;
  beforeAll(async () => {
    database = await ownDatabase(dialect);
    world = await openServer({ databaseUrl: database.url });
    token = await world.token('deploy');
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  // What a client sends is the same over each transport; one shows that PostgreSQL does not store it.
  const tried = nightlyDialects.includes(dialect) ? transports : transports.slice(0, 1);

  describe.each(tried)('over %s', (transport, ask) => {
    test('R1 an invalid change number gives a typed error and creates no job', async () => {
      const before = await world.db.em().count(Job);
      const query =
        'mutation ($changes: [String!]!) { startBackport(input: { changes: $changes, acceptUnverified: true }) { __typename ... on InvalidChanges { problems { input message } } } }';
      const wrong = [
        '-x',
        '--yes',
        '@/etc/passwd',
        '1;id',
        '$(id)',
        '`id`',
        '1\u0000',
        '1\n',
        '\n1',
        '1 2',
        '١٢٣',
        '1２',
        '0',
        '01',
        '12345678901',
        '+1',
        '1e3',
        '0x1',
        '',
        '1'.repeat(50_000),
      ];
      for (const change of wrong) {
        const answer = await ask(world, token, { query, variables: { changes: [change] } });
        expect([change.slice(0, 20), answer.includes('"InvalidChanges"')]).toEqual([
          change.slice(0, 20),
          true,
        ]);
      }
      const huge = await ask(world, token, { query, variables: { changes: ['1'.repeat(10_000_000)] } }).catch(
        // The server has hung up while it was still being written to.
        () => '413',
      );
      expect(huge.slice(0, 4).trim()).toBe(transport === 'a WebSocket' ? '1009' : '413');
      expect(await world.db.em().count(Job)).toBe(before);
    });

    test('R2 the server rejects an answer that was not offered or has several lines, and sends nothing to scap', async () => {
      const job = await runningJob(world.db);
      const id = await askInteraction(world.db, job, {
        kind: 'choices',
        prompt: 'Continue?',
        choices: [
          { label: 'Yes', code: 'y' },
          { label: 'No', code: 'n' },
        ],
        default: null,
      });
      const query =
        'mutation ($id: ID!, $answer: String!) { answerInteraction(input: { interactionId: $id, answer: $answer }) { __typename } }';
      for (const answer of ['y\ny', 'y\r', '\u0003', 'z', '', 'Y', 'y '.repeat(10_000)]) {
        expect(await ask(world, token, { query, variables: { id, answer } })).toContain(
          '"AnswerNotAccepted"',
        );
      }
      const huge = await ask(world, token, { query, variables: { id, answer: 'y'.repeat(1_000_000) } }).catch(
        () => '413',
      );
      expect(huge.slice(0, 4).trim()).toBe(transport === 'a WebSocket' ? '1009' : '413');
      expect(await undeliveredAnswers(world.db.em(), job)).toEqual([]);
      await world.db.execute("update job set state = 'failed' where state <> 'failed'", []);
    });

    test('W2 an invalid log cursor gives a typed error and no lines', async () => {
      const job = await runningJob(world.db);
      await append(world.db, job, 0, ['mine']);
      await world.db.execute("update job set state = 'failed' where state <> 'failed'", []);
      await queuedJob(world.db);
      const other = await startNextJob(world.db);
      await append(
        world.db,
        other,
        0,
        Array.from({ length: 5 }, () => 'theirs'),
      );
      await world.db.execute("update job set state = 'failed' where state <> 'failed'", []);
      const query =
        'subscription ($id: ID!, $after: Int) { jobLog(jobId: $id, after: $after) { lines { text } cursor } }';
      for (const after of [5, 2, -1, 2_147_483_647]) {
        const answer = await ask(world, token, { query, variables: { id: job, after } });
        expect([after, answer.includes('"BAD_USER_INPUT"')]).toEqual([after, true]);
        expect(answer).not.toMatch(/mine|theirs/);
      }
      expect(await ask(world, token, { query, variables: { id: job, after: 1e12 } })).toContain('errors');
      for (const id of ['999999', '-1', `${job} `, `${job}\u0000`]) {
        const answer = await ask(world, token, { query, variables: { id, after: 0 } });
        expect([id, answer.includes('"NOT_FOUND"')]).toEqual([id, true]);
      }
    });

    test('G2 the server refuses sensitive lines to a viewer with the same message for every query', async () => {
      const reader = await world.token('read');
      const job = await runningJob(world.db);
      await appendLines(world.db, job, 1, [line('hunter2', { sensitive: true }), line('open')]);
      await world.db.execute("update job set state = 'failed' where state <> 'failed'", []);
      const reveal = (id: number) =>
        ask(world, reader, {
          query: `mutation { revealLines(input: { jobId: ${id}, from: 1, to: 2 }) { __typename } }`,
        });
      // For an existing and an unknown job: the error must not reveal which one exists.
      expect(await reveal(job)).toBe(await reveal(999_999));
      expect(await reveal(job)).toContain('"FORBIDDEN"');
      const asked = await Promise.all(
        [
          `{ job(id: ${job}) { log { lines { number text sensitive } } } }`,
          `subscription { jobLog(jobId: ${job}) { lines { number text sensitive } complete } }`,
          `subscription { jobLogSearch(jobId: ${job}, search: { pattern: "hunter2" }) { count lineNumbers } }`,
          `subscription { jobLogMarks(jobId: ${job}) { marks { text } } }`,
        ].map((query) => ask(world, reader, { query })),
      );
      for (const answer of asked) expect(answer).not.toContain('hunter2"');
      expect(asked.join('')).toContain('"text":null');
    });
  });

  test('C3 sign-in creates a new cookie and page key (no session fixation)', async () => {
    const code = () => createSignInLink(world.db, 'ada', 'deployer');
    const redeem = async (cookie?: string) => {
      const response = await fetch(`${world.url}/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(cookie ? { cookie } : {}) },
        body: JSON.stringify({ code: await code() }),
      });
      const { pageKey } = JSON.parse(await response.text());
      return { cookie: response.headers.get('set-cookie')?.split(';', 1)[0] ?? '', pageKey };
    };
    const planted = `spiderpig=${'A'.repeat(43)}`;
    const first = await redeem(planted);
    expect(first.cookie).not.toBe(planted);
    const second = await redeem(first.cookie);
    expect(second.cookie).not.toBe(first.cookie);
    expect(second.pageKey).not.toBe(first.pageKey);
    const role = async (cookie: string, pageKey: string) =>
      (await world.ask({ cookie, 'x-spiderpig-page-key': pageKey }, '{ viewer { role } }')).data;
    expect(await role(planted, first.pageKey)).toBeUndefined();
    expect(await role(first.cookie, second.pageKey)).toBeUndefined();
    expect(await role(second.cookie, second.pageKey)).toEqual({ viewer: { role: 'DEPLOYER' } });
  });
});

describe('a malicious document', () => {
  let world: TestServer;
  let token: string;
  beforeAll(async () => {
    world = await openServer();
    token = await world.token('deploy');
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const documents: [string, string][] = [
    ['depth', `{ job(id: 1) ${'{ interactions { job '.repeat(7)}{ id }${' } }'.repeat(7)} }`],
    [
      'breadth',
      `{ jobs { nodes { ${Array.from({ length: 50 }, () => 'id title state kind lane host status reason exitStatus exitSignal retryOf logLineCount behindSince queuedAt startedAt finishedAt owner { id name } changes { number }').join(' ')} } } }`,
    ],
    ['1,000 aliases', `{ ${Array.from({ length: 1_000 }, (_, n) => `a${n}: viewer { role }`).join(' ')} }`],
    [
      'a cyclic fragment',
      '{ viewer { ...a } } fragment a on Viewer { role ...b } fragment b on Viewer { ...a }',
    ],
    [
      'exponential fragments',
      `{ ...a0 } ${Array.from({ length: 25 }, (_, n) => `fragment a${n} on Query { ...a${n + 1} x: system { version } ...a${n + 1} }`).join(' ')} fragment a25 on Query { system { version } }`,
    ],
    ['10,000 directives', `{ viewer { role ${'@a '.repeat(10_000)} } }`],
    [
      'directives on everything',
      `{ viewer { ${Array.from({ length: 60 }, (_, n) => `r${n}: role @include(if: true)`).join(' ')} } }`,
    ],
    ['`first: 10^9`', '{ jobs(first: 1000000000) { nodes { id } } }'],
    ['lists in lists', '{ jobs(first: 100) { nodes { log(first: 5000) { lines { text } } } } }'],
    ['fields beside themselves', `{ ${'viewer { user { id } } '.repeat(300)} }`],
    [
      'many fragments',
      `{ viewer { ${Array.from({ length: 100 }, (_, n) => `...f${n}`).join(' ')} } } ${Array.from({ length: 100 }, (_, n) => `fragment f${n} on Viewer { role canDeploy }`).join(' ')}`,
    ],
    ['brackets', '{a'.repeat(15_000)],
    ['lists in a value', `{ job(id: ${'['.repeat(20_000)}) { id } }`],
    ['strings', `{ job(id: "${'x'.repeat(60_000)}`],
  ];

  describe.each(transports)('over %s', (_transport, ask) => {
    test.each(documents)(
      'G3 the server refuses a malicious document before execution: %s',
      async (_name, query) => {
        let executed = 0;
        const { jobs, system } = world.server.sources;
        const [list, load, now] = [jobs.list, jobs.load, system.now];
        const counted = <Given extends unknown[], Result>(of: object, method: (...given: Given) => Result) =>
          function count(...given: Given): Result {
            executed++;
            return method.apply(of, given);
          };
        jobs.list = counted(jobs, list);
        jobs.load = counted(jobs, load);
        system.now = counted(system, now);
        try {
          const answer = await ask(world, token, { query });
          expect(answer).toContain('"message":');
          expect(answer).not.toContain('"data"');
          expect(answer).not.toContain('INTERNAL_SERVER_ERROR');
          expect(executed).toBe(0);
        } finally {
          Object.assign(jobs, { list, load });
          Object.assign(system, { now });
        }
      },
    );

    test('G3 the server refuses a request of one megabyte and a batch of operations', async () => {
      const answer = await ask(world, token, {
        query: `#${'x'.repeat(1_000_000)}\n{ viewer { role } }`,
      }).catch(() => '413');
      expect(answer.slice(0, 4).trim()).toMatch(/^(413|1009)$/);
      const batch = await ask(
        world,
        token,
        '[{"query":"{ viewer { role } }"},{"query":"{ viewer { role } }"}]',
      );
      expect(batch).not.toContain('"role"');
    });

    test('G4 G5 an error contains no stack and no path, and no suggestions without authentication', async () => {
      const wrong = await ask(world, token, { query: '{ viewr { role } }' });
      expect(wrong).toContain('Did you mean');
      for (const query of [
        '{ viewr { role } }',
        '{',
        '{ job(id: {}) { id } }',
        'query ($x: Nothing) { viewer { role } }',
      ]) {
        const answer = await ask(world, token, { query });
        expect(answer).toContain('"message"');
        expect(answer).not.toMatch(/node_modules|\.ts\b|\/work|at \w+ \(|select |"http"|"stack/i);
        const stranger = await ask(world, `${token}x`, { query });
        expect(stranger).not.toMatch(/did you mean|viewer|Syntax/i);
        expect(stranger.slice(0, 4).trim()).toMatch(/^(401|4403)$/);
      }
    });
  });
});

describe('a WebSocket', () => {
  let world: TestServer;
  let token: string;
  beforeAll(async () => {
    world = await openServer();
    token = await world.token('read');
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const init = () => ({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  const open = (protocol = 'graphql-transport-ws'): WebSocket => {
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, protocol);
    socket.on('error', () => {});
    return socket;
  };
  const closed = (socket: WebSocket): Promise<number> =>
    new Promise((resolve) => socket.once('close', (code) => resolve(code)));
  const acknowledged = (socket: WebSocket): Promise<void> =>
    new Promise((resolve, reject) => {
      socket.once('open', () => socket.send(JSON.stringify(init())));
      socket.once('message', () => resolve());
      socket.once('close', (code) => reject(new Error(`closed with ${code}`)));
    });

  test('W1 the server closes a WebSocket without the graphql-transport-ws protocol with 4406', async () => {
    expect(await closed(open('graphql-ws'))).toBeOneOf([1006, 4406]);
    const without = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`);
    without.on('error', () => {});
    expect(await closed(without)).toBe(4406);
  });

  test('W1 the server closes a silent WebSocket with 4408, and one that sends invalid messages with 4400', async () => {
    const silent = open();
    const nonsense = open();
    const ended = Promise.all([closed(silent), closed(nonsense)]);
    nonsense.once('open', () => nonsense.send('{"type":"nonsense"}'));
    expect(await ended).toEqual([4408, 4400]);
  });

  test('W1 the server closes a WebSocket with 1009 after a message of more than 64 KiB, with and without authentication', async () => {
    const before = open();
    before.once('open', () => before.send('x'.repeat(65_537)));
    expect(await closed(before)).toBe(1009);
    const after = open();
    await acknowledged(after);
    const end = closed(after);
    after.send('x'.repeat(65_537));
    expect(await end).toBe(1009);
  });

  test('W1 the server closes a WebSocket with 500 subscriptions with 4429 and ends all of them', async () => {
    const socket = open();
    await acknowledged(socket);
    const end = closed(socket);
    for (let id = 0; id < 500; id++) {
      const payload = { query: 'subscription { systemUpdates { version } }' };
      socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload }));
    }
    expect(await end).toBe(4429);
    await expect.poll(() => world.server.sources.system.followers).toBe(0);
  });

  test('W3 a client that disconnects during its request adds no error to the log of the server', async () => {
    const before = world.logged.length;
    const logged = () => world.logged.slice(before).map((text) => JSON.parse(text));
    for (const path of ['/sign-in', '/device/token', '/graphql']) {
      const socket = connect(world.server.port, '127.0.0.1', () =>
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${world.server.port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"query":`,
          () => setTimeout(() => socket.destroy(), 50),
        ),
      );
      await expect.poll(() => logged().some((each) => each.path === path)).toBe(true);
    }
    await expect.poll(() => logged().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(5);
    expect(logged().filter(({ level }) => level >= 50)).toEqual([]);
  });

  test('W1 a thousand WebSockets without connection_init leave no connection open', async () => {
    const sockets = Array.from({ length: 1_000 }, () => connect(world.server.port, '127.0.0.1'));
    const ended = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    const upgraded = sockets.map(
      (socket) =>
        new Promise<string>((resolve) => {
          socket.once('data', (data) => resolve(String(data).slice(9, 12)));
          socket.once('error', () => resolve('error'));
          socket.write(
            `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:${world.server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
          );
        }),
    );
    const statuses = await Promise.all(upgraded);
    expect(new Set(statuses)).toEqual(new Set(['101']));
    // Authenticated clients still work.
    expect((await world.ask(token, '{ viewer { role } }')).data.viewer.role).toBe('VIEWER');
    // All but the newest are closed immediately, and those after five seconds. These clients do not answer the close frame.
    for (const socket of sockets) socket.resume();
    await Promise.all(ended);
    const metrics = await (await fetch(`${world.url}/metrics`)).text();
    expect(metrics).toMatch(/^spiderpig_sockets\b.* 0$/m);
  });
});

describe('the data directory', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'spiderpig-attack-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

  test('S5 the compile cache is only accessible to its owner, regardless of the umask', () => {
    const data = join(directory, 'data');
    const before = process.umask(0);
    try {
      prepareDataDirectory({ data });
    } finally {
      process.umask(before);
    }
    expect([mode(data), mode(join(data, 'compile-cache'))]).toEqual(['700', '700']);
    // As Node itself has made it for an earlier version.
    chmodSync(join(data, 'compile-cache'), 0o777);
    prepareDataDirectory({ data });
    expect(mode(join(data, 'compile-cache'))).toBe('700');
  });

  test('C5 S2 the data directory and its files are only accessible to their owner', async () => {
    const data = join(directory, 'data');
    prepareDataDirectory({ data });
    expect(mode(data)).toBe('700');
    const database = await openMigratedDatabase({
      data,
      databaseUrl: `sqlite:${join(data, 'spiderpig.sqlite')}`,
    });
    await createSignInLink(database, 'ada', 'viewer');
    const files = readdirSync(data, { recursive: true, withFileTypes: true });
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      const path = join(file.parentPath, file.name);
      expect([path, mode(path)]).toEqual([path, file.isDirectory() ? '700' : '600']);
    }
    await database[Symbol.asyncDispose]();
  });

  test('C5 the server refuses a data directory that others can read, and does not change its mode', () => {
    const data = join(directory, 'home');
    mkdirSync(data, { mode: 0o755 });
    chmodSync(data, 0o755);
    expect(() => prepareDataDirectory({ data })).toThrow('is open to other users (mode 755)');
    expect(mode(data)).toBe('755');
  });

  test.runIf(process.getuid?.() === 0)(
    'C5 the server refuses a data directory that belongs to another user',
    async () => {
      const { chownSync } = await import('node:fs');
      const data = join(directory, 'squatted');
      mkdirSync(data, { mode: 0o777 });
      chownSync(data, 12_345, 12_345);
      expect(() => prepareDataDirectory({ data })).toThrow('belongs to another user');
    },
  );

  test('S2 no path, id or symbolic link reads a file outside the static files', async () => {
    const built = join(directory, 'dist');
    mkdirSync(join(built, 'assets'), { recursive: true });
    writeFileSync(join(directory, 'secret.txt'), 'hunter2');
    writeFileSync(join(built, 'index.html'), 'the page');
    await using world = await openServer({ staticDirectory: built });
    const { cookie } = await world.signIn('admin');
    const paths = [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/assets/../../secret.txt',
      '/assets/..%5c..%5csecret.txt',
      '/jobs/..%2f..%2fsecret.txt/log.txt',
      '/jobs/1%00/log.txt',
      '/graphql/../secret.txt',
      '/graphql/..%2fsecret.txt',
      '//secret.txt',
      '/.git/config',
    ];
    for (const path of paths) {
      // By hand: fetch would straighten the path.
      const answer = await new Promise<string>((resolve) => {
        let heard = '';
        const socket = connect(world.server.port, '127.0.0.1', () =>
          socket.write(
            `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${world.server.port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
          ),
        );
        socket.on('data', (data) => {
          heard += String(data);
        });
        socket.on('close', () => resolve(heard));
      });
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer).not.toContain('hunter2');
    }
  });

  test('S2 the server does not open a database that is a symbolic link to a file of another user', async () => {
    const data = join(directory, 'data');
    mkdirSync(data, { mode: 0o700 });
    const target = join(directory, 'target.sqlite');
    writeFileSync(target, 'something else entirely, and long enough to be no header of SQLite'.repeat(10));
    chmodSync(target, 0o600);
    symlinkSync(target, join(data, 'spiderpig.sqlite'));
    const databaseUrl = `sqlite:${join(data, 'spiderpig.sqlite')}`;
    await expect(migrate(databaseUrl).then(() => openDatabase(databaseUrl))).rejects.toThrow();
  });
});

describe('a configured URL', () => {
  test.each([
    'http://127.0.0.1:TARGET/changes/',
    'http://[::1]:TARGET/',
    'http://169.254.169.254/latest/',
    '//127.0.0.1:TARGET/x',
  ])('S3 the server does not follow a redirect of Gerrit to %s', async (to) => {
    let reached = 0;
    const target = createServer((_request, response) => {
      reached++;
      response.end(")]}'\n[]");
    });
    await new Promise<void>((resolve) => target.listen(0, resolve));
    const location = to.replace('TARGET', String((target.address() as AddressInfo).port));
    const asked: string[] = [];
    const gerrit = createServer((_request, response) => void response.writeHead(302, { location }).end());
    await new Promise<void>((resolve) => gerrit.listen(0, '127.0.0.1', resolve));
    const { port } = gerrit.address() as AddressInfo;
    const client = new Gerrit({
      url: `http://127.0.0.1:${port}/`,
      logger: pino({ level: 'silent' }),
      fetch: (input, request) => {
        asked.push(String(input));
        return fetch(input, request);
      },
    });
    await expect(client.lookUp(['1'])).rejects.toThrow(GerritUnavailable);
    expect(reached).toBe(0);
    expect(asked).toHaveLength(1);
    for (const server of [target, gerrit]) await new Promise((resolve) => server.close(resolve));
  });
});
