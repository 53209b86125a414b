// Tests that no operation uses more than its budget, blocks the server, or continues when its client has disconnected: over all transports, on a real database.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { watchBlocking } from '../../tests/support/blocking.ts';
import { append, openServer, runningJob, type TestServer } from '../../tests/support/test-server.ts';
import { OperationBudget } from './budget.ts';
import { Turns } from './turn.ts';

let world: TestServer;
let token: string;
/** A job with 10,000 questions of 50 choices each, and one with 60 questions whose texts are long. */
let many: number;
let long: number;

async function ask(jobId: number, count: number, prompt: string): Promise<void> {
  const choices = JSON.stringify(
    Array.from({ length: 50 }, (_, n) => ({ label: `Choice ${n}`, code: `${n}` })),
  );
  for (let done = 0; done < count; done += 500) {
    const rows = Math.min(500, count - done);
    const values = Array.from({ length: rows }, () => '(?, ?, ?, ?, ?, ?, ?)').join(', ');
    await world.db.execute(
      `insert into interaction (job_id, kind, prompt, choices, asked_at, closed_at, "default") values ${values}`,
      Array.from({ length: rows }, () => [jobId, 'choices', prompt, choices, 1, 2, null]).flat(),
    );
  }
}

beforeAll(async () => {
  world = await openServer();
  token = await world.token('read');
  many = await runningJob(world.db);
  await ask(many, 10_000, 'Continue?');
  await world.db.execute("update job set state = 'failed'", []);
  long = await runningJob(world.db);
  await ask(long, 60, 'x'.repeat(65_536));
  await append(
    world.db,
    long,
    0,
    Array.from({ length: 5_000 }, (_, n) => `line ${n} ${'y'.repeat(100)}`),
  );
});
afterAll(() => world[Symbol.asyncDispose]());

type Ask = (query: string) => Promise<string>;

const post =
  (headers: Record<string, string>): Ask =>
  async (query) => {
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify({ query }),
    });
    return await response.text();
  };

/** The first message about an operation. */
const overSocket: Ask = async (query) => {
  const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  const [data] = await once(socket, 'message');
  socket.terminate();
  return String(data);
};

const transports: [string, Ask][] = [
  ['POST', post({ accept: 'application/json' })],
  ['an event stream', post({ accept: 'text/event-stream', prefer: 'wait=30' })],
  ['a WebSocket', overSocket],
];

describe.each(transports)('over %s', (transport, answerTo) => {
  const root = (jobId: number, fields: string): string =>
    transport === 'POST'
      ? `{ job(id: ${jobId}) { ${fields} } }`
      : `subscription { jobUpdates(id: ${jobId}) { ${fields} } }`;

  test('G6 a result with too many fields ends with TOO_LARGE and does not block the server', async () => {
    using watch = watchBlocking();
    const fields = 'interactions { job { interactions { choices { label code } } } }';
    expect((await answerTo(root(many, fields))).slice(-2_000)).toContain('"TOO_LARGE"');
    expect(watch.longest()).toBeLessThan(100);
  });

  test('G6 a result with too much text ends with TOO_LARGE and does not block the server', async () => {
    using watch = watchBlocking();
    expect(await answerTo(root(long, 'interactions { job { interactions { prompt } } }'))).toContain(
      '"TOO_LARGE"',
    );
    const names = Array.from({ length: 40 }, (_, n) => `${'a'.repeat(1_000)}${n}: number`).join(' ');
    expect((await answerTo(root(long, `log(first: 500) { lines { ${names} } }`))).slice(-2_000)).toContain(
      '"TOO_LARGE"',
    );
    expect(watch.longest()).toBeLessThan(100);
  });

  test('G6 the largest allowed results do not block the server', async () => {
    using watch = watchBlocking();
    const questions = await answerTo(root(many, 'interactions { id prompt choices { label code } }'));
    expect(questions).not.toContain('"errors"');
    expect(questions.match(/"Continue\?"/g)).toHaveLength(100);
    const log = await answerTo(
      root(long, 'log(first: 5000) { lines { number at kind text sensitive continues } }'),
    );
    expect(log).toContain('"number":5000');
    expect(watch.longest()).toBeLessThan(100);
  });

  test('G6 parts of a list are selected by first, after and last', async () => {
    const [first] = await world.db.execute('select min(id) as id from interaction where job_id = ?', [many]);
    const id = Number(first?.['id']);
    const answer = await answerTo(
      root(
        many,
        `a: interactions(first: 2) { id } b: interactions(first: 1, after: ${id}) { id } c: interactions(last: 2) { id }`,
      ),
    );
    expect(answer).toContain(`"a":[{"id":"${id}"},{"id":"${id + 1}"}]`);
    expect(answer).toContain(`"b":[{"id":"${id + 1}"}]`);
    expect(answer).toContain(`"c":[{"id":"${id + 9_998}"},{"id":"${id + 9_999}"}]`);
    expect(await answerTo(root(many, 'interactions(first: 101) { id }'))).toContain('"BAD_USER_INPUT"');
  });

  test('G6 introspection in many aliases ends with TOO_LARGE and does not block the server', async () => {
    using watch = watchBlocking();
    const parts = Array.from(
      { length: 20 },
      (_, n) =>
        `f${n}: fields { name args { name type { kind name } } type { kind name ofType { kind name } } }`,
    );
    const part = `__schema { types { ${parts.join(' ')} } }`;
    expect((await answerTo(`{ a: ${part} b: ${part} }`)).slice(0, 2_000)).toContain('"TOO_LARGE"');
    expect(watch.longest()).toBeLessThan(100);
  });

  test('G6 many simultaneous reads of logs do not block the server', async () => {
    using watch = watchBlocking();
    const logs = Array.from(
      { length: 18 },
      (_, n) => `l${n}: log(first: 500, after: ${n * 100}) { lines { text } }`,
    );
    const answers = await Promise.all([1, 2, 3].map(() => answerTo(root(long, logs.join(' ')))));
    for (const answer of answers) expect(answer).toContain('line 499 ');
    expect(watch.longest()).toBeLessThan(100);
  });
});

test('G6 repeated values of a filter are not multiplied', async () => {
  using watch = watchBlocking();
  const repeated = (value: string) => Array.from({ length: 1_500 }, () => value);
  const filter = {
    states: repeated('FAILED'),
    outcomes: repeated('FAILED'),
    kinds: repeated('BACKPORT'),
  };
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      query: 'query ($filter: JobFilter!) { jobs(filter: $filter) { totalCount nodes { id } } }',
      variables: { filter },
    }),
  });
  expect(await response.json()).toEqual({
    data: { jobs: { totalCount: 1, nodes: [{ id: String(many) }] } },
  });
  expect(watch.longest()).toBeLessThan(100);
});

describe('an operation whose client has disconnected', () => {
  const query =
    '{ job(id: JOB) { a: interactions { job { interactions { prompt } } } b: log(first: 1) { cursor } } }';
  /** Counts the reads of logs, which the operation would do last. */
  function countReads(): { reads: number; began: Promise<void> } & Disposable {
    const { logs, jobs } = world.server.sources;
    const [read, load] = [logs.read, jobs.load];
    const began = Promise.withResolvers<void>();
    const counted = {
      reads: 0,
      began: began.promise,
      [Symbol.dispose]: () => {
        Object.assign(logs, { read });
        Object.assign(jobs, { load });
      },
    };
    jobs.load = async (id) => {
      const job = await load.call(jobs, id);
      began.resolve();
      // The client goes while the job is loaded.
      await gone.promise;
      return job;
    };
    logs.read = (...given) => {
      counted.reads++;
      return read.apply(logs, given);
    };
    return counted;
  }
  let gone = Promise.withResolvers<void>();

  test('an operation over POST ends when its client has disconnected', async () => {
    gone = Promise.withResolvers<void>();
    using counted = countReads();
    const body = JSON.stringify({ query: query.replace('JOB', String(many)) });
    const client = connect(world.server.port, '127.0.0.1');
    client.write(
      `POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:${world.server.port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await counted.began;
    client.resetAndDestroy();
    await once(client, 'close');
    // A whole exchange later the server has noticed it.
    await world.ask(token, '{ viewer { role } }');
    gone.resolve();
    await world.ask(token, '{ viewer { role } }');
    expect(counted.reads).toBe(0);
  });

  test.each(['complete', 'close'])('an operation over a WebSocket ends after %s', async (how) => {
    gone = Promise.withResolvers<void>();
    using counted = countReads();
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    await once(socket, 'message');
    socket.send(
      JSON.stringify({ id: '1', type: 'subscribe', payload: { query: query.replace('JOB', String(many)) } }),
    );
    await counted.began;
    if (how === 'close') {
      socket.close();
      await once(socket, 'close');
    } else {
      socket.send(JSON.stringify({ id: '1', type: 'complete' }));
      socket.ping();
      await once(socket, 'pong');
    }
    gone.resolve();
    await world.ask(token, '{ viewer { role } }');
    expect(counted.reads).toBe(0);
    socket.terminate();
  });
});

test('a budget counts fields, names and texts, and stays used up', () => {
  const budget = (fields: number, text: number) => new OperationBudget(new Turns(), null, { fields, text });
  const few = budget(2, 1_000);
  few.count('a');
  few.count('b');
  expect(() => few.count('c')).toThrow('more than 2 fields');
  expect(() => few.count('d')).toThrow('more than 2 fields');
  few.begin();
  expect(() => few.count('e')).not.toThrow();
  const short = budget(100, 20);
  short.count('name');
  short.text(12);
  expect(() => short.text(1)).toThrow('more than 20 characters');
  short.begin();
  expect(() => short.text(20)).not.toThrow();
});

test('G6 every field fails once the client is gone, also if it waited for its turn', async () => {
  const early = new OperationBudget(new Turns(), AbortSignal.abort());
  expect(() => early.count('a')).toThrow('The client has disconnected.');
  const client = new AbortController();
  const budget = new OperationBudget(new Turns(), client.signal);
  budget.turn(true);
  const waiting = budget.turn(true);
  client.abort();
  await expect(waiting).rejects.toThrow('The client has disconnected.');
  budget.begin();
  expect(() => budget.count('a')).toThrow('The client has disconnected.');
});

test('work waits for the next turn of the event loop once a turn has taken its time, and heavy work once there was some', async () => {
  let now = 0;
  const turns = new Turns(() => now);
  expect(turns.enter(true)).toBeNull();
  expect(turns.enter(false)).toBeNull();
  const heavy = turns.enter(true);
  expect(heavy).not.toBeNull();
  now = 11;
  const order: string[] = [];
  const light = turns.enter(false);
  heavy?.then(() => order.push('heavy'));
  light?.then(() => order.push('light'));
  await light;
  expect(order).toEqual(['heavy', 'light']);
});
