// Tests that no secret is stored or logged: runs one deployment by real processes at the most verbose log level, then searches everything it left.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { dialects } from '../support/database.ts';
import { sharedPostgreSqlUrl } from '../support/postgresql/shared-postgresql.ts';
import { realDocuments } from '../support/test-server.ts';
import { program, World } from '../support/world.ts';

vi.setConfig({ testTimeout: 240_000 });

/** A PostgreSQL user with a unique password. It is dropped with everything that it owns. */
async function ownRole(): Promise<{ readonly url: string } & AsyncDisposable> {
  const url = new URL(await sharedPostgreSqlUrl());
  const name = `role_${randomBytes(8).toString('hex')}`;
  const password = randomBytes(16).toString('hex');
  const administer = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: `${url}postgres` });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await administer(`create role ${name} login superuser password '${password}'`);
  const own = new URL(url);
  own.username = name;
  own.password = password;
  return { url: own.href, [Symbol.asyncDispose]: () => administer(`drop role ${name}`) };
}

/** All rows of all tables as text. */
async function allRows(world: World): Promise<string> {
  const { database } = world;
  const tables = await database.execute(
    database.dialect === 'sqlite'
      ? "select name from sqlite_master where type = 'table'"
      : "select table_name as name from information_schema.tables where table_schema = 'public'",
    [],
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    for (const row of await database.execute(`select * from "${String(name)}"`, [])) {
      for (const value of Object.values(row))
        texts.push(
          value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : JSON.stringify(value),
        );
    }
  }
  expect(tables.length).toBeGreaterThan(10);
  return texts.join('\n');
}

/** The contents of all files below a directory. */
function allFiles(directory: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) files.set(path, readFileSync(path, 'latin1'));
  }
  return files;
}

test.each(dialects)(
  'C9 no log, row, file, response or metric contains a secret of a deployment on %s',
  async (dialect) => {
    const directory = mkdtempSync(join(tmpdir(), 'spiderpig-secret-'));
    const masks = join(directory, 'masks');
    writeFileSync(masks, 'hunter\\d{4}\nAKIA[A-Z0-9]{16}\n', { mode: 0o600 });
    await using role = dialect === 'postgresql' ? await ownRole() : null;
    const world = await World.open({
      dialect,
      ...(role ? { postgresqlUrl: role.url } : {}),
      directory,
      scap: program('output/tells-secrets'),
      environment: { LOG_LEVEL: 'trace', SPIDERPIG_MASKS: masks },
    });
    await using _world = world;
    /** Every response with its headers, except the one that gives a browser its secrets; and every WebSocket message. */
    const answers: string[] = [];
    const request = async (
      path: string,
      options: RequestInit = {},
    ): Promise<{ response: Response; text: string }> => {
      const response = await fetch(`${world.url}${path}`, options);
      const text = await response.text();
      return { response, text };
    };
    const recorded = async (path: string, options: RequestInit = {}): Promise<string> => {
      const { response, text } = await request(path, options);
      answers.push(`${path} ${response.status} ${JSON.stringify([...response.headers])} ${text}`);
      return text;
    };

    const token = await world.token('deploy', 'Deployer');
    const code = new URL(await world.link('Deployer', 'admin')).hash.slice('#code='.length);
    const headers = { 'content-type': 'application/json', origin: world.url };
    await recorded(`/sign-in?code=${code.slice(0, 5)}`);
    const signedIn = await request('/sign-in', { method: 'POST', headers, body: JSON.stringify({ code }) });
    const cookie = signedIn.response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    const { pageKey } = JSON.parse(signedIn.text);
    // A used sign-in link and an unused one.
    await recorded('/sign-in', { method: 'POST', headers, body: JSON.stringify({ code }) });

    const bearer = { ...headers, authorization: `Bearer ${token}` };
    const ask = (query: string) =>
      recorded('/graphql', { method: 'POST', headers: bearer, body: JSON.stringify({ query }) });
    const browser = { ...headers, cookie, 'x-spiderpig-page-key': pageKey };
    const page = (name: string, variables: object) => {
      const [documentId] =
        [...realDocuments()].find(([, text]) => text.includes(`${name}(`) || text.includes(`${name} {`)) ??
        [];
      return recorded('/graphql', {
        method: 'POST',
        headers: browser,
        body: JSON.stringify({ documentId, variables }),
      });
    };

    const started = JSON.parse(
      await ask(
        'mutation { startBackport(input: { changes: ["1102340"], acceptUnverified: true }) { __typename ... on StartBackportSuccess { job { id } } } }',
      ),
    );
    const id = String(started.data.startBackport.job.id);
    // A page follows the job over a WebSocket.
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { cookie },
    });
    const [updates] = [...realDocuments()].find(([, text]) => text.includes('subscription JobLog(')) ?? [];
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { pageKey } })));
    socket.on('message', (data) => {
      answers.push(String(data));
      if (answers.at(-1)?.includes('"connection_ack"'))
        socket.send(
          JSON.stringify({
            id: '1',
            type: 'subscribe',
            payload: { query: '', documentId: updates, variables: { jobId: id, after: 0 } },
          }),
        );
    });
    for await (const { jobUpdates } of world.subscribe<{
      jobUpdates: { state: string; pendingInteraction: { id: string } | null };
    }>(token, 'subscription ($id: ID) { jobUpdates(id: $id) { state pendingInteraction { id } } }', { id })) {
      const { state, pendingInteraction } = jobUpdates;
      if (state === 'WAITING' && pendingInteraction)
        await page('mutation AnswerInteraction', {
          input: { interactionId: pendingInteraction.id, answer: 'y' },
        });
      if (/SUCCEEDED|FAILED|LOST|STOPPED/.test(state)) {
        expect(state).toBe('SUCCEEDED');
        break;
      }
    }
    await ask(
      `{ job(id: ${id}) { status reason interactions { prompt choices { label } } log(first: 5000) { lines { text } } } }`,
    );
    await ask('{ nonsense }');
    await page('query Job', { id });
    await recorded(`/jobs/${id}/log.txt`, { headers: { cookie, 'x-spiderpig-page-key': pageKey } });
    await recorded('/', { headers: { cookie } });
    await recorded('/graphql', { headers: { cookie, accept: 'text/html' } });
    await recorded('/metrics');
    await recorded('/healthz');
    await recorded('/readyz');
    await recorded(`/graphql?authorization=x`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${token}x` },
      body: '{}',
    });
    await recorded('/sign-out', { method: 'POST', headers: browser });
    socket.close();

    const secrets: Record<string, string> = {
      'link code': code,
      cookie: cookie.slice('spiderpig='.length),
      'page key': pageKey,
      token,
      'masked secret': 'hunter2024',
      'another masked secret': 'AKIAABCDEFGHIJKLMNOP',
      ...(dialect === 'postgresql' ? { 'database password': new URL(world.databaseUrl).password } : {}),
    };
    for (const [name, secret] of Object.entries(secrets))
      expect([name, secret.length > 5]).toEqual([name, true]);

    const places = new Map<string, string>([
      ['log of the server', world.server?.stderr() ?? ''],
      ['log of the jobrunner', world.jobrunner?.stderr() ?? ''],
      ['rows', await allRows(world)],
      ...allFiles(world.directory),
      ...answers.map((answer, index): [string, string] => [
        `answer ${index}: ${answer.slice(0, 40)}`,
        answer,
      ]),
    ]);
    // The search works: the log has the actions, and the rows have the masked lines.
    expect(places.get('log of the server')).toContain('"level":20');
    expect(places.get('rows')).toContain('[masked]');
    expect(answers.join('')).toContain('last words: [masked]');
    const found = [...places].flatMap(([place, text]) =>
      Object.entries(secrets)
        .filter(([, secret]) => text.includes(secret) || text.includes(encodeURIComponent(secret)))
        .map(([name]) => `${name} in ${place}`),
    );
    expect(found).toEqual([]);
  },
);
