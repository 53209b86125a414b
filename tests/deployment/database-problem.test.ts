// Tests deployments during database problems: a full disk, a foreign lock, and a PostgreSQL that crashes, hangs or terminates connections. All are real.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sqliteFile } from '../../schema/model/store/database.ts';
import { reserveSize } from '../../schema/model/store/reserve.ts';
import { type PostgreSql, startPostgreSql } from '../support/postgresql/postgresql.ts';
import { type Answer, openWorld, program, type World } from '../support/world.ts';

const start = `mutation { startBackport(input: { changes: ["1102340"], acceptUnverified: true, idempotencyKey: "one" }) {
  ... on StartBackportSuccess { job { id } }
} }`;
const answer = `mutation ($id: ID!) { answerInteraction(input: { interactionId: $id, answer: "y" }) {
  __typename
} }`;
const stop = `mutation ($id: ID!) { stopJob(input: { jobId: $id }) { __typename } }`;
const updates = `subscription ($id: ID!) { jobUpdates(id: $id) {
  state reason behindSince pendingInteraction { id } interactions { deliveredAt }
} }`;
const log = `subscription ($id: ID!) { jobLog(jobId: $id) { lines { number kind text } complete } }`;
const health = `subscription { systemUpdates { database { state since message } } }`;

interface Update {
  readonly state: string;
  readonly reason: string | null;
  readonly behindSince: string | null;
  readonly pendingInteraction: { readonly id: string } | null;
  readonly interactions: readonly { readonly deliveredAt: string | null }[];
}
interface Line {
  readonly number: number;
  readonly kind: string;
  readonly text: string;
}
interface Health {
  readonly state: string;
  readonly since: string | null;
  readonly message: string | null;
}

/** The file in which a program notes the answers and signals that it received. */
function openNotes() {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-notes-'));
  const file = join(directory, 'notes');
  writeFileSync(file, '');
  return {
    file,
    /** Resolves when the program has noted `text`. */
    async has(note: string): Promise<void> {
      const watcher = watch(file);
      try {
        while (!readFileSync(file, 'utf8').split('\n').includes(note)) await once(watcher, 'change');
      } finally {
        watcher.close();
      }
    },
    read: (): string => readFileSync(file, 'utf8'),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  };
}

async function startJob(world: World, token: string): Promise<string> {
  const { startBackport } = await world.run<{ startBackport: { job: { id: string } } }>(token, start);
  return startBackport.job.id;
}

async function follow(
  world: World,
  token: string,
  id: string,
  enough: (update: Update) => unknown = () => false,
): Promise<Update> {
  let last: Update | null = null;
  for await (const { jobUpdates } of world.subscribe<{ jobUpdates: Update }>(token, updates, { id })) {
    last = jobUpdates;
    if (enough(jobUpdates)) break;
  }
  if (!last) throw new Error('no update came');
  return last;
}

/** Waits for the question of a job. */
async function questionOf(world: World, token: string, id: string): Promise<string> {
  const { pendingInteraction } = await follow(world, token, id, (update) => update.pendingInteraction);
  return pendingInteraction?.id ?? '';
}

async function wholeLog(world: World, token: string, id: string): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const { jobLog } of world.subscribe<{ jobLog: { lines: Line[] } }>(token, log, { id })) {
    for (const line of jobLog.lines) lines.push(line);
  }
  return lines;
}

/** Follows the health of the database, as pages do, until it has this state. */
async function databaseIs(world: World, token: string, ...states: string[]): Promise<Health> {
  for await (const { systemUpdates } of world.subscribe<{ systemUpdates: { database: Health } }>(
    token,
    health,
  )) {
    if (states.includes(systemUpdates.database.state)) return systemUpdates.database;
  }
  throw new Error('the subscription has ended');
}

/** The lines that floods.ts prints. */
const flood = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `line ${n + 1} of ${count} ${'x'.repeat(88)}`.slice(0, 87));

/** Checks that the log has every printed line once and in order, besides the lines of SpiderPig. */
function expectWhole(lines: readonly Line[], printed: readonly string[]): void {
  expect(lines.findIndex(({ number }, index) => number !== index + 1)).toBe(-1);
  const output = lines.filter(({ kind }) => kind === 'OUTPUT').map(({ text }) => text);
  expect(output.findIndex((text, index) => text !== printed[index])).toBe(-1);
  expect(output).toHaveLength(printed.length);
}

/** The delay before a request is sent again, in milliseconds. Without it, requests would take the time in which the server recovers. */
const retryDelay = 50;

/** Answers a question, and retries while the server says that nothing was recorded. */
async function answerUntilTaken(world: World, token: string, id: string): Promise<Answer[]> {
  const refused: Answer[] = [];
  for (;;) {
    const given = await world.graphql(token, answer, { id });
    if (given.errors.length === 0) {
      expect(given.data).toEqual({ answerInteraction: { __typename: 'AnswerInteractionSuccess' } });
      return refused;
    }
    refused.push(given);
    for (const { extensions } of given.errors) expect(extensions?.['code']).toMatch(/^DATABASE_/);
    await wait(retryDelay);
  }
}

// --- full disk

/** Mounts a disk of `size` MiB. Returns null without the permission to mount. */
function openSmallDisk(size: number) {
  const path = mkdtempSync(join(tmpdir(), 'spiderpig-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}m`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    rmSync(path, { recursive: true });
    return null;
  }
  const data = join(path, 'data');
  const filling = join(path, 'filling');
  mkdirSync(data, { mode: 0o700 });
  return {
    data,
    /** Fills the disk completely. */
    fill(): void {
      for (const part of [1_048_576, 4_096]) {
        try {
          for (;;) appendFileSync(filling, Buffer.alloc(part, 'x'));
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
        }
      }
    },
    free: () => rmSync(filling),
    [Symbol.dispose]() {
      // A process that was just ended can keep a file of the disk open for a moment.
      execFileSync('umount', ['--lazy', path]);
      rmSync(path, { recursive: true });
    },
  };
}

describe('full disk', () => {
  // More than a supervisor keeps in memory, so that scap is blocked while the disk is full.
  const count = 300_000;

  /** A world on a small disk in which scap asks while it prints. */
  const openFlood = (disk: { readonly data: string }, notes: { readonly file: string }): Promise<World> =>
    openWorld({ scap: program('question/asks-while-flooding', count, notes.file), directory: disk.data });

  /** Starts a job and fills the disk while its question is open. */
  async function fillDuringQuestion(world: World, disk: { fill(): void }) {
    const token = await world.token();
    const id = await startJob(world, token);
    const question = await questionOf(world, token, id);
    disk.fill();
    return { token, id, question };
  }

  it('a full disk delays log lines but not answers, and all lines are stored when there is space', async (test) => {
    using disk = openSmallDisk(96);
    if (!disk) return test.skip('a small disk can be mounted by root only');
    using notes = openNotes();
    await using world = await openFlood(disk, notes);
    const { token, id, question } = await fillDuringQuestion(world, disk);
    const { message, since } = await databaseIs(world, token, 'FULL');
    expect(message).toMatch(/disk of the database is full/);
    expect(Date.parse(since ?? '')).toBeLessThanOrEqual(Date.now());
    expect(await (await fetch(`${world.url}/readyz`)).text()).toMatch(/disk of the database is full/);
    expect(await (await fetch(`${world.url}/metrics`)).text()).toMatch(
      /^spiderpig_database\{state="full"\} 1$/m,
    );

    await world.kill(world.server);
    await world.startServer();
    await world.kill(world.jobrunner, 'SIGTERM');
    await world.startJobrunner();
    const code = new URL(await world.link('ada')).hash.slice('#code='.length);
    const signedIn = await fetch(`${world.url}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: world.url },
      body: JSON.stringify({ code }),
    });
    expect(signedIn.status).toBe(200);

    expect(await answerUntilTaken(world, token, question)).toEqual([]);
    await notes.has('y');
    expect(await follow(world, token, id, (update) => update.behindSince)).toMatchObject({
      state: 'RUNNING',
    });

    disk.free();
    const lines = wholeLog(world, token, id);
    expect(await follow(world, token, id)).toMatchObject({
      state: 'SUCCEEDED',
      behindSince: null,
      interactions: [{ deliveredAt: expect.any(String) }],
    });
    expectWhole(await lines, [...flood(count), 'got: y']);
    expect(notes.read()).toBe('y\n');
    await databaseIs(world, token, 'OK', 'LOW');
    expect(statSync(join(disk.data, 'reserve')).size).toBe(reserveSize);
  });

  it('a full disk does not delay a stop', async (test) => {
    using disk = openSmallDisk(96);
    if (!disk) return test.skip('a small disk can be mounted by root only');
    using notes = openNotes();
    await using world = await openFlood(disk, notes);
    const { token, id } = await fillDuringQuestion(world, disk);
    await databaseIs(world, token, 'FULL');
    const stopped = await world.run<{ stopJob: object }>(token, stop, { id });
    expect(stopped.stopJob).toEqual({ __typename: 'StopJobSuccess' });
    await notes.has('SIGINT');
    expect(await follow(world, token, id, () => true)).toMatchObject({ state: 'STOPPING' });
    disk.free();
    const lines = wholeLog(world, token, id);
    expect(await follow(world, token, id)).toMatchObject({ state: 'STOPPED' });
    const output = (await lines).filter(({ kind }) => kind === 'OUTPUT').map(({ text }) => text);
    // The signal may interrupt the program in the middle of a line.
    const cut = output.length - 1;
    expect(flood(count)[cut]?.startsWith(output[cut] ?? '')).toBe(true);
    expectWhole(await lines, [...flood(count).slice(0, cut), output[cut] ?? '']);
  });
});

// --- SQLite

describe('locked SQLite database', () => {
  it('a locked database delays log lines, shows a banner, and an answer can be retried', async () => {
    const count = 60_000;
    using notes = openNotes();
    await using world = await openWorld({ scap: program('question/asks-while-flooding', count, notes.file) });
    const token = await world.token();
    const id = await startJob(world, token);
    const question = await questionOf(world, token, id);
    const holder = new SqliteDatabase(sqliteFile(world.databaseUrl));
    holder.exec('begin immediate');
    const reported = databaseIs(world, token, 'BUSY');
    const refused = await world.graphql(token, answer, { id: question });
    expect(refused.errors).toEqual([
      expect.objectContaining({
        message: 'Another process has locked the database. Nothing was recorded. Try again.',
        extensions: { code: 'DATABASE_BUSY', recorded: false },
      }),
    ]);
    expect((await reported).message).toMatch(/Running deployments continue/);
    expect(notes.read()).toBe('');
    holder.exec('rollback');
    holder.close();
    expect(await answerUntilTaken(world, token, question)).toEqual([]);
    await notes.has('y');
    const lines = wholeLog(world, token, id);
    expect(await follow(world, token, id)).toMatchObject({ state: 'SUCCEEDED' });
    expectWhole(await lines, [...flood(count), 'got: y']);
    await databaseIs(world, token, 'OK', 'LOW');
  });
});

// --- PostgreSQL

describe('PostgreSQL failures', () => {
  const count = 60_000;
  let server: PostgreSql;
  beforeAll(async () => {
    server = await startPostgreSql();
  });
  afterAll(() => server.stop());
  const frozen: number[] = [];
  const signalFrozen = (signal: NodeJS.Signals): void => {
    for (const pid of frozen) {
      try {
        process.kill(pid, signal);
      } catch {
        // The process of a closed connection has exited.
      }
    }
  };
  // Also after a timeout, or the processes could not be ended.
  afterEach(() => signalFrozen('SIGCONT'));

  const openFlooded = (file: string) =>
    openWorld({
      dialect: 'postgresql',
      postgresqlUrl: server.url,
      scap: program('question/asks-while-flooding', count, file),
    });

  const parentOf = (pid: number): number =>
    Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

  function childrenOf(parent: number): number[] {
    return readdirSync('/proc')
      .map(Number)
      .filter(Number.isInteger)
      .filter((pid) => {
        try {
          return parentOf(pid) === parent;
        } catch {
          return false; // it has just ended
        }
      });
  }

  /** Freezes the postmaster and all its processes. The postmaster is first: one that it forks after the others were listed would answer. */
  async function freeze(): Promise<void> {
    const client = new pg.Client({ connectionString: `${server.url}postgres` });
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const postmaster = parentOf(rows[0]?.pid ?? 0);
    await client.end();
    frozen.splice(0, frozen.length, postmaster);
    process.kill(postmaster, 'SIGSTOP');
    // A stop takes effect when the process is next scheduled.
    while (!/^State:\s+T/m.test(readFileSync(`/proc/${postmaster}/status`, 'utf8'))) await wait(1);
    frozen.push(...childrenOf(postmaster));
    signalFrozen('SIGSTOP');
  }

  it('a PostgreSQL crash loses no log lines and no question', async () => {
    using notes = openNotes();
    await using world = await openFlooded(notes.file);
    const token = await world.token();
    const id = await startJob(world, token);
    const question = await questionOf(world, token, id);
    await server.restart();
    await answerUntilTaken(world, token, question);
    await server.restart();
    await notes.has('y');
    expect(await follow(world, token, id)).toMatchObject({ state: 'SUCCEEDED' });
    expectWhole(await wholeLog(world, token, id), [...flood(count), 'got: y']);
    expect(notes.read()).toBe('y\n');
  });

  it('a PostgreSQL that hangs is detected, and the deployment continues when it answers again', async () => {
    using notes = openNotes();
    await using world = await openFlooded(notes.file);
    const token = await world.token();
    const id = await startJob(world, token);
    const question = await questionOf(world, token, id);
    const reported = databaseIs(world, token, 'UNAVAILABLE');
    await databaseIs(world, token, 'OK');
    await freeze();
    using thaw = { [Symbol.dispose]: () => signalFrozen('SIGCONT') };
    expect((await reported).message).toMatch(/does not respond/);
    const ready = await fetch(`${world.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toMatch(/does not respond/);
    thaw[Symbol.dispose]();
    await answerUntilTaken(world, token, question);
    await notes.has('y');
    expect(await follow(world, token, id)).toMatchObject({ state: 'SUCCEEDED' });
    expectWhole(await wholeLog(world, token, id), [...flood(count), 'got: y']);
    await databaseIs(world, token, 'OK');
  });

  it('repeatedly terminated PostgreSQL connections only delay a deployment', async () => {
    using notes = openNotes();
    await using world = await openFlooded(notes.file);
    const token = await world.token();
    const name = new URL(world.databaseUrl).pathname.slice(1);
    const admin = new pg.Client({ connectionString: `${server.url}postgres` });
    await admin.connect();
    const terminateAll = async (): Promise<number> => {
      const { rowCount } = await admin.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
        [name],
      );
      return rowCount ?? 0;
    };
    let cut = 0;
    const over = new AbortController();
    // Also when the test fails, because nothing can be closed while connections are terminated.
    using _stop = { [Symbol.dispose]: () => over.abort() };
    const terminating = (async () => {
      // With growing pauses, so that a slow machine makes progress.
      for (let pause = 200; !over.signal.aborted; pause *= 1.2) {
        cut += await terminateAll();
        await wait(pause, undefined, { signal: over.signal }).catch(() => {});
      }
    })();
    let id: string | undefined;
    for (; id === undefined; await wait(retryDelay)) {
      const { data } = await world.graphql(token, start);
      id = (data as { startBackport: { job: { id: string } } } | null)?.startBackport.job.id;
    }
    const jobId = id;
    const asked = `query ($id: ID!) { job(id: $id) { state pendingInteraction { id } } }`;
    let question: string | undefined;
    for (; question === undefined; await wait(retryDelay)) {
      const { data } = await world.graphql(token, asked, { id: jobId });
      question = (data as { job: Update | null } | null)?.job?.pendingInteraction?.id;
    }
    await answerUntilTaken(world, token, question);
    await notes.has('y');
    over.abort();
    await terminating;
    await admin.end();
    expect(cut).toBeGreaterThan(5);
    expect(await follow(world, token, jobId)).toMatchObject({ state: 'SUCCEEDED' });
    const lines = await wholeLog(world, token, jobId);
    expectWhole(lines, [...flood(count), 'got: y']);
    expect(lines.filter(({ kind }) => kind === 'ANSWER')).toHaveLength(1);
    expect(notes.read()).toBe('y\n');
  });
});
