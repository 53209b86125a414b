import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { dialects, openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { appendLines, countLines, readLines } from '../log/log.ts';
import { type Database, sqliteFile } from '../store/database.ts';
import { unverifiedChange } from './change.ts';
import { CleanUp, lastCleanUp, type Retention } from './clean-up.ts';
import { enqueueJob, retryJob } from './enqueue.ts';
import { answerInteraction, askInteraction, Interaction, InteractionGone } from './interaction.ts';
import { Job, JobNotFound } from './job.ts';
import { checkClock, cleanUp } from './removal.ts';
import { endedStates, type JobState, jobStates } from './state.ts';
import { requestStop, Stop } from './stop.ts';

const day = 86_400_000;
/** Lets the event loop turn: SQLite calls are synchronous, so other work of this process would never run. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const forEver: Retention = { days: 0, jobs: 0 };
/** A chunk of a flooded log, as large as the recorder makes them. Random: PostgreSQL would store it in next to nothing. */
const flooded = Array.from({ length: 2_000 }, () => randomBytes(66).toString('base64'));

describe.each(dialects)('the clean-up on %s', (dialect) => {
  /** A job in that state, with a log of so many chunks of 2,000 lines and one line more. */
  async function job(
    world: TestDatabase,
    {
      state = 'succeeded',
      endedAt = Date.now(),
      chunks = 0,
    }: { state?: JobState; endedAt?: number; chunks?: number } = {},
  ): Promise<number> {
    const { id } = await world.enqueue({ lane: `lane ${Math.random()}` });
    for (let chunk = 0; chunk < chunks; chunk++) await append(world.database, id, 1 + chunk * 2_000, flooded);
    await append(world.database, id, 1 + chunks * 2_000, ['the end']);
    await world.database.write([], (em) => em.nativeUpdate(Job, { id }, { state, finishedAt: endedAt }));
    return id;
  }
  const append = (db: Database, jobId: number, first: number, texts: readonly string[]) =>
    appendLines(
      db,
      jobId,
      first,
      texts.map((text) => ({ at: 1, kind: 'output', text, sensitive: false, continues: false })),
    );

  async function removed(
    db: Database,
    retention: Partial<Retention>,
    signal = new AbortController().signal,
  ): Promise<{ record: CleanUp | null; said: number[] }> {
    const said: number[] = [];
    const onRemoval = (jobs: readonly number[]) => void said.push(...jobs);
    const record = await cleanUp(db, { retention: { ...forEver, ...retention }, onRemoval }, signal);
    return { record, said };
  }
  const left = async (db: Database) =>
    (await db.em().find(Job, {}, { orderBy: { id: 'asc' } })).map(({ id }) => id);
  const count = async (db: Database, table: string) =>
    Number((await db.execute(`select count(*) as n from ${table}`, []))[0]?.['n']);

  it('the clean-up hides a job that is too old at first, deletes it after the grace period, and shows it again if the clock was wrong', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db } = world;
    const id = await job(world, { endedAt: Date.now() - day });
    const options = { retention: { days: 400, jobs: 0 }, onRemoval() {}, grace: 3 * day };
    const { signal } = new AbortController();
    const hidden = async () => (await db.em().findOneOrFail(Job, { id })).removedAt != null;
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const now = Date.now();
      vi.setSystemTime(now + 401 * day);
      await cleanUp(db, options, signal);
      expect([await left(db), await hidden()]).toEqual([[id], true]);
      vi.setSystemTime(now);
      await cleanUp(db, options, signal);
      expect([await left(db), await hidden()]).toEqual([[id], false]);
      vi.setSystemTime(now + 401 * day);
      await cleanUp(db, options, signal);
      vi.setSystemTime(now + 404 * day + 1_000);
      await cleanUp(db, options, signal);
      expect(await left(db)).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('the clean-up does not trust a clock that is far ahead of the database or of what was recorded last', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db } = world;
    await world.enqueue();
    await checkClock(db);
    await expect(checkClock(db, Date.now() + 401 * day)).rejects.toThrow(
      dialect === 'sqlite' ? /the last thing that was recorded/ : /ahead of the clock of the database/,
    );
  });

  it('the clean-up removes jobs that ended too long ago with their logs, and records it', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db, alice } = world;
    const old = await job(world, { endedAt: Date.now() - 10 * day - 1_000, chunks: 3 });
    const young = await job(world, { endedAt: Date.now() - 10 * day + 60_000 });
    for (const id of [old, young]) {
      await db.write([], async (em) => {
        await em.insert(Interaction, {
          job: id,
          kind: 'text',
          prompt: '?',
          choices: [],
          default: null,
          askedAt: 1,
        });
        await em.insert(Stop, { job: id, mode: 'kill', requestedBy: alice.id, requestedAt: 1 });
      });
    }
    const { record, said } = await removed(db, { days: 10 });
    expect(said).toEqual([old]);
    expect(record).toMatchObject({ jobs: 1, lines: 6_001 });
    // As stored: PostgreSQL gets large chunks compressed.
    expect(record?.bytes).toBeGreaterThan(6_000 * (dialect === 'sqlite' ? 80 : 60));
    expect(record?.finishedAt).toBeGreaterThanOrEqual(record?.startedAt ?? Number.NaN);
    expect(await lastCleanUp(db)).toEqual(record);
    expect(await left(db)).toEqual([young]);
    expect(await Promise.all(['log_chunk', 'interaction', 'stop'].map((table) => count(db, table)))).toEqual([
      1, 1, 1,
    ]);
    // Its number is never used again.
    expect((await world.enqueue()).id).toBeGreaterThan(young);
  });

  it('the clean-up keeps the configured number of ended jobs, those with the highest numbers', async () => {
    await using world = await openTestDatabase(dialect);
    const jobs = [];
    for (const state of [...endedStates, ...endedStates]) jobs.push(await job(world, { state }));
    // It ended first, but people know it as the newest.
    const newest = await job(world, { endedAt: 1 });
    const { record, said } = await removed(world.database, { jobs: 3 });
    expect(await left(world.database)).toEqual([...jobs.slice(-2), newest]);
    expect([record?.jobs, record?.lines]).toEqual([8, 8]);
    expect(said).toEqual(jobs.slice(0, 8));
  });

  it('the clean-up never removes a job that has not ended', async () => {
    await using world = await openTestDatabase(dialect);
    const going = jobStates.filter((state) => !endedStates.some((ended) => ended === state));
    const kept = [];
    for (const state of going) kept.push(await job(world, { state, endedAt: 1 }));
    for (const state of endedStates) await job(world, { state, endedAt: 1 });
    await removed(world.database, { days: 1, jobs: 1 });
    expect(await left(world.database)).toEqual(kept);
    for (const id of kept) expect(await countLines(world.database, id)).toBe(1);
  });

  it('the clean-up writes nothing when there is nothing to remove', async () => {
    await using world = await openTestDatabase(dialect);
    const db = world.database;
    await job(world, { endedAt: Date.now() - 5 * day });
    await job(world, { state: 'queued', endedAt: 1 });
    const watch = dialect === 'sqlite' ? await world.another() : null;
    const version = async () => await watch?.execute('pragma data_version', []);
    const before = await version();
    for (const retention of [{}, { days: 6 }, { jobs: 1 }]) {
      expect(await removed(db, retention)).toEqual({ record: null, said: [] });
    }
    expect(await version()).toEqual(before);
    expect([await count(db, 'job'), await count(db, 'clean_up')]).toEqual([2, 0]);
  });

  it('the clean-up withdraws a job before deleting it, which hides it and frees its idempotency key', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db, alice, bob } = world;
    const request = {
      kind: 'backport',
      changes: [unverifiedChange('7')],
      owner: alice,
      idempotencyKey: 'k',
    } as const;
    const { id } = await enqueueJob(db, request);
    await db.write([], (em) => em.nativeUpdate(Job, { id }, { state: 'running' }));
    const question = { kind: 'text', prompt: '?', choices: [], default: null } as const;
    const interactionId = (await askInteraction(db, id, question)) ?? 0;
    await answerInteraction(db, { interactionId, answer: 'a', user: alice });
    await db.write([], (em) => em.nativeUpdate(Job, { id }, { state: 'failed', finishedAt: 1 }));
    await append(db, id, 1, ['only']);
    // Broken off as soon as it has said what goes.
    const over = new AbortController();
    await cleanUp(db, { retention: { days: 1, jobs: 0 }, onRemoval: () => over.abort() }, over.signal);
    expect(await readLines(db, id, 0, 10)).toHaveLength(1);
    await expect(retryJob(db, { jobId: id, owner: bob })).rejects.toThrow(JobNotFound);
    await expect(requestStop(db, { jobId: id, mode: 'kill', user: bob })).rejects.toThrow(JobNotFound);
    await expect(answerInteraction(db, { interactionId, answer: 'b', user: bob })).rejects.toThrow(
      InteractionGone,
    );
    const again = await enqueueJob(db, request);
    expect(again.id).toBeGreaterThan(id);
    await removed(db, {});
    expect(await left(db)).toEqual([again.id]);
  });

  it('the clean-up runs in only one of several concurrent processes', async () => {
    await using world = await openTestDatabase(dialect);
    const databases = [world.database, await world.another(), await world.another(), await world.another()];
    for (let n = 0; n < 12; n++) await job(world, { endedAt: 1, chunks: 2 });
    const done = await Promise.all(databases.map((db) => removed(db, { days: 1 })));
    expect(done.filter(({ record }) => record !== null)).toHaveLength(1);
    expect(done.flatMap(({ said }) => said)).toHaveLength(12);
    expect(await world.database.em().find(CleanUp, {})).toMatchObject([{ jobs: 12, lines: 12 * 4_001 }]);
    expect(await left(world.database)).toEqual([]);
  });

  it('the clean-up stops immediately when aborted, and is resumed with the same record', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db } = world;
    for (let n = 0; n < 5; n++) await job(world, { endedAt: 1, chunks: 10 });
    const whole = await count(db, 'log_chunk');
    let records = 0;
    for (let rounds = 0; (await left(db)).length > 0; rounds++) {
      expect(rounds).toBeLessThan(50);
      const over = new AbortController();
      const before = await count(db, 'log_chunk');
      const going = removed(db, { days: 1 }, over.signal);
      while (!over.signal.aborted) {
        // Not before it has removed something, so that the rounds have an end.
        if ((await count(db, 'log_chunk')) < before || before === 0) over.abort();
        await turn();
      }
      await going;
      records = await count(db, 'clean_up');
    }
    expect(whole).toBe(55);
    expect(records).toBe(1);
    await removed(db, {});
    expect(await lastCleanUp(db)).toMatchObject({ jobs: 5, lines: 5 * 20_001 });
    expect((await lastCleanUp(db))?.finishedAt).not.toBeNull();
  });

  it.runIf(dialect === 'postgresql')('the clean-up does not wait for a vacuum when aborted', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db } = world;
    await job(world, { endedAt: 1 });
    const other = await world.another();
    const locked = Promise.withResolvers<void>();
    const enough = Promise.withResolvers<void>();
    // The lock that another vacuum would hold.
    const holding = other.write([], async (em) => {
      await other.execute('lock table log_chunk in share update exclusive mode', [], em);
      locked.resolve();
      await enough.promise;
    });
    await locked.promise;
    const over = new AbortController();
    const going = removed(db, { days: 1 }, over.signal);
    const waiting = `select 1 from pg_stat_activity
      where datname = current_database() and query = 'vacuum log_chunk' and wait_event_type = 'Lock'`;
    while ((await db.execute(waiting, [])).length === 0) await turn();
    over.abort();
    expect((await going).record).toBeNull();
    expect(await lastCleanUp(db)).toMatchObject({ jobs: 1, finishedAt: null });
    enough.resolve();
    await holding;
    expect((await removed(db, {})).record).toMatchObject({ jobs: 1, lines: 1 });
  });

  it('the clean-up does not block other writers while it runs', async () => {
    await using world = await openTestDatabase(dialect);
    const writer = await world.another();
    const running = await job(world, { state: 'running' });
    for (let n = 0; n < 5; n++) await job(world, { endedAt: 1, chunks: 16 });
    let over = false;
    const began = performance.now();
    const going = removed(world.database, { days: 1 }).finally(() => {
      over = true;
    });
    const took: number[] = [];
    for (let number = 2; !over; number++) {
      const from = performance.now();
      await append(writer, running, number, ['on time']);
      took.push(performance.now() - from);
      await turn();
    }
    const whole = performance.now() - began;
    expect((await going).record?.jobs).toBe(5);
    expect(await countLines(writer, running)).toBe(took.length + 1);
    // All of it in one transaction would keep one of them waiting for nearly the whole time.
    expect(Math.max(...took)).toBeLessThan(whole / 4);
    expect(took.length).toBeGreaterThan(20);
  });

  it('the clean-up releases the disk space of removed jobs', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db } = world;
    const size = async (): Promise<number> => {
      if (dialect === 'sqlite') {
        await db.execute('pragma wal_checkpoint(truncate)', []);
        return statSync(sqliteFile(db.url)).size;
      }
      return Number((await db.execute("select pg_total_relation_size('log_chunk') as n", []))[0]?.['n']);
    };
    const keptBefore = await job(world, { chunks: 3 });
    for (let n = 0; n < 5; n++) await job(world, { endedAt: 1, chunks: 10 });
    const keptBehind = await job(world, { chunks: 3 });
    const before = await size();
    const { record } = await removed(db, { days: 1 });
    // Checked as it is found, without a checkpoint of ours.
    const found = dialect === 'sqlite' ? statSync(sqliteFile(db.url)).size : await size();
    expect(record?.jobs).toBe(5);
    if (dialect === 'sqlite') {
      expect(before - found).toBeGreaterThan((record?.bytes ?? 0) * 0.9);
    } else {
      // In the middle of its file PostgreSQL keeps it, for new lines.
      for (let n = 0; n < 5; n++) await job(world, { chunks: 9 });
      expect(await size()).toBeLessThan(before * 1.1);
    }
    for (const id of [keptBefore, keptBehind]) expect(await countLines(db, id)).toBe(6_001);
  });
});
