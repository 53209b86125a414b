import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialects, openTestDatabase } from '../../../tests/support/database.ts';
import { Job } from '../job/job.ts';
import { cleanUp } from '../job/removal.ts';
import { endedStates, type JobState, jobStates } from '../job/state.ts';
import { type Database, sqliteFile } from '../store/database.ts';
import { decodeLines } from './chunk.ts';
import { isCompressed } from './chunk-format.ts';
import { type CompactedLog, compactLogs, nextCompaction } from './compaction.ts';
import type { LogLine, NewLogLine } from './line.ts';
import { appendLines, countLines, readChunks, readLines } from './log.ts';

/** Lets the event loop turn: SQLite calls are synchronous, so other work of this process would never run. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const line = (text: string, more: Partial<NewLogLine> = {}): NewLogLine => ({
  at: 1_000,
  kind: 'output',
  text,
  sensitive: false,
  continues: false,
  ...more,
});
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
/** Like what scap prints: alike, and not the same. */
const ordinary = (n: number): NewLogLine =>
  line(`12:0${n % 10}:17 Check 'Check endpoints for mw${n}.eqiad.wmnet' took ${(n * 7919) % 1000} ms`, {
    at: 1_000 + Math.floor(n / 7),
  });

async function end(db: Database, id: number, state: JobState = 'succeeded', finishedAt = 1): Promise<void> {
  await db.write([], (em) => em.nativeUpdate(Job, { id }, { state, finishedAt }));
}

/** A log in chunks of so many lines. */
async function write(
  db: Database,
  id: number,
  lines: readonly NewLogLine[],
  sizes: readonly number[],
): Promise<void> {
  let next = 0;
  for (let n = 0; next < lines.length; n++) {
    const size = Math.max(1, sizes[n % Math.max(1, sizes.length)] ?? 1);
    await appendLines(db, id, next + 1, lines.slice(next, next + size));
    next += size;
  }
}

async function whole(db: Database, id: number, pace = 10_000): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for (;;) {
    const more = await readLines(db, id, lines.length, pace);
    if (more.length === 0) return lines;
    lines.push(...more);
  }
}

async function chunks(db: Database, id: number) {
  const all = [];
  for (let after = 0; ; ) {
    const some = await readChunks(db, id, after, 100_000);
    if (some.length === 0) return all;
    for (const chunk of some) {
      after = chunk.firstNumber + chunk.lineCount - 1;
      all.push(chunk);
    }
  }
}

const never = new AbortController().signal;
async function compact(db: Database, signal = never, grace = 0): Promise<CompactedLog[]> {
  const logs: CompactedLog[] = [];
  await compactLogs(db, { grace, onCompacted: (log) => void logs.push(log) }, signal);
  return logs;
}
const compactedAt = async (db: Database, id: number) =>
  (await db.em().findOneOrFail(Job, { id })).compactedAt ?? null;

const anyLine: fc.Arbitrary<NewLogLine> = fc
  .record({
    at: fc.integer({ min: 0, max: 50 }),
    kind: fc.constantFrom('output', 'output', 'question', 'status'),
    text: fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll('\n', '')),
      fc.constantFrom('', '@1:0', '(\u00b5/', 'x'.repeat(3_000), '\x1b[31mred\x1b[0m'),
    ),
    sensitive: fc.boolean(),
    continues: fc.boolean(),
  })
  .map((entry) => (entry.kind === 'output' ? entry : { ...entry, sensitive: false, continues: false }));

describe.each(dialects)('compacting on %s', (dialect) => {
  it('compaction merges many chunks into few with the same lines, and reports the result', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db } = world;
    const { id } = await world.enqueue();
    await write(db, id, upTo(12_000).map(ordinary), [1, 3, 200, 50, 7, 180]);
    await end(db, id);
    const before = await whole(db, id);
    const rows = (await chunks(db, id)).length;
    const [log] = await compact(db);
    expect(await whole(db, id)).toEqual(before);
    expect(await whole(db, id, 777)).toEqual(before);
    const after = await chunks(db, id);
    expect(after.length).toBeLessThan(8);
    expect(after.slice(0, -1).every(({ body }) => isCompressed(body))).toBe(true);
    expect(log).toMatchObject({ job: id, chunks: { before: rows } });
    expect(log?.bytes.after).toBeLessThan((log?.bytes.before ?? 0) / 5);
    expect(await compactedAt(db, id)).toBeGreaterThan(0);
    expect(await countLines(db, id)).toBe(12_000);
    // Any range.
    for (const [from, limit] of [
      [0, 3],
      [5_999, 1],
      [2_999, 4_000],
      [11_999, 5],
      [12_000, 5],
    ] as const)
      expect(await readLines(db, id, from, limit)).toEqual(before.slice(from, from + limit));
    // Nothing is left to do.
    expect([await nextCompaction(db, 0), await compact(db)]).toEqual([null, []]);
  });

  it('compaction keeps all lines of random chunks when interrupted and resumed anywhere', {
    timeout: 60_000,
  }, async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db } = world;
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyLine, { minLength: 1, maxLength: 300 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(12), { maxLength: 4 }),
        async (lines, sizes, breaks) => {
          const { id } = await world.enqueue({ lane: `lane ${Math.random()}` });
          await write(db, id, lines, sizes);
          await end(db, id);
          const before = await whole(db, id);
          // Times in a chunk are offsets from its first line, so none is earlier than that.
          expect(before.map(({ text }) => text)).toEqual(lines.map(({ text }) => text));
          for (const turns of breaks) {
            const over = new AbortController();
            const going = compact(db, over.signal);
            for (let n = 0; n < turns; n++) await turn();
            over.abort();
            expect(await whole(db, id)).toEqual(before);
            await going;
            expect(await whole(db, id)).toEqual(before);
          }
          await compact(db);
          expect(await whole(db, id)).toEqual(before);
          expect(await compactedAt(db, id)).not.toBeNull();
        },
      ),
      { numRuns: dialect === 'sqlite' ? 25 : 12 },
    );
  });

  it('compaction does not disturb concurrent readers of lines or chunks', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db } = world;
    const reader = await world.another();
    const { id } = await world.enqueue();
    await write(db, id, upTo(6_000).map(ordinary), [40]);
    await end(db, id);
    const before = await whole(db, id);
    let over = false;
    const going = compact(db).finally(() => {
      over = true;
    });
    let rounds = 0;
    for (; !over || rounds < 2; rounds++) {
      const lines: LogLine[] = [];
      while (lines.length < before.length) {
        lines.push(...(await readLines(reader, id, lines.length, 1_000)));
        await turn();
      }
      expect(lines).toEqual(before);
      let next = 1;
      while (next <= before.length) {
        const some = await readChunks(reader, id, next - 1, 20_000);
        expect(some.length).toBeGreaterThan(0);
        for (const { firstNumber, lineCount, at, body } of some) {
          expect(firstNumber).toBeLessThanOrEqual(next);
          const read = decodeLines(body, firstNumber, at).filter(({ number }) => number >= next);
          expect(read).toEqual(before.slice(next - 1, firstNumber + lineCount - 1));
          next = firstNumber + lineCount;
        }
        await turn();
      }
    }
    expect(await going).toHaveLength(1);
    expect(rounds).toBeGreaterThan(1);
  });

  it('compaction skips jobs that are active, ended recently, or being removed', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db } = world;
    const going = jobStates.filter((state) => !endedStates.some((ended) => ended === state));
    const kept: number[] = [];
    for (const state of going) {
      const { id } = await world.enqueue({ lane: state });
      await write(db, id, upTo(600).map(ordinary), [10]);
      await end(db, id, state);
      kept.push(id);
    }
    const young = (await world.enqueue()).id;
    await write(db, young, upTo(600).map(ordinary), [10]);
    const now = Date.now();
    await end(db, young, 'failed', now);
    const withdrawn = (await world.enqueue()).id;
    await write(db, withdrawn, upTo(600).map(ordinary), [10]);
    await end(db, withdrawn);
    await db.write([], (em) => em.nativeUpdate(Job, { id: withdrawn }, { removedAt: 1 }));
    expect(await nextCompaction(db, 60_000)).toBe(now + 60_000);
    expect(await compact(db, never, 60_000)).toEqual([]);
    for (const id of [...kept, young, withdrawn]) expect(await chunks(db, id)).toHaveLength(60);
    expect((await compact(db)).map(({ job }) => job)).toEqual([young]);
    for (const id of [...kept, withdrawn]) expect(await chunks(db, id)).toHaveLength(60);
  });

  it('compaction writes nothing when nothing is due', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db } = world;
    const { id } = await world.enqueue();
    await end(db, id, 'failed', Date.now());
    const watch = dialect === 'sqlite' ? await world.another() : null;
    const version = async () => await watch?.execute('pragma data_version', []);
    const before = await version();
    expect(await compact(db, never, 60_000)).toEqual([]);
    expect(await version()).toEqual(before);
  });

  it('compaction runs in only one of several concurrent processes', async () => {
    await using world = await openTestDatabase(dialect);
    const databases = [world.database, await world.another(), await world.another()];
    for (let n = 0; n < 6; n++) {
      const { id } = await world.enqueue({ lane: `${n}` });
      await write(world.database, id, upTo(500).map(ordinary), [10]);
      await end(world.database, id);
    }
    const done = await Promise.all(databases.map((db) => compact(db)));
    expect(done.flat().map(({ job }) => job)).toHaveLength(6);
    expect(done.filter((logs) => logs.length > 0)).toHaveLength(1);
  });

  it('compaction keeps the last chunk unmerged, so that appending it again duplicates nothing', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db } = world;
    const { id } = await world.enqueue();
    await write(db, id, upTo(5_000).map(ordinary), [100]);
    await end(db, id);
    const before = await whole(db, id);
    await compact(db);
    await appendLines(db, id, 4_901, upTo(5_000).slice(4_900).map(ordinary));
    expect(await whole(db, id)).toEqual(before);
    expect(await countLines(db, id)).toBe(5_000);
    // What a supervisor that was cut off still had is there too.
    await appendLines(db, id, 5_001, [line('late')]);
    expect((await readLines(db, id, 4_999, 10)).map(({ text }) => text)).toEqual([
      ordinary(5_000).text,
      'late',
    ]);
  });

  it('compaction leaves incompressible and broken chunks unchanged', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db } = world;
    const { id } = await world.enqueue();
    const random = upTo(9).map(() => line(randomBytes(100_000).toString('base64')));
    await write(db, id, random, [1]);
    await db.execute('update log_chunk set body = ? where job_id = ? and first_number = 4', [
      Buffer.from('?\n'),
      id,
    ]);
    await end(db, id);
    await compact(db);
    expect(await compactedAt(db, id)).not.toBeNull();
    const rows = await db.execute('select first_number, body from log_chunk where job_id = ? order by 1', [
      id,
    ]);
    const broken = rows.find((row) => Number(row['first_number']) === 4)?.['body'];
    expect(broken instanceof Uint8Array ? Buffer.from(broken).toString() : null).toBe('?\n');
    expect((await readLines(db, id, 0, 3)).map(({ text }) => text)).toEqual(
      random.slice(0, 3).map(({ text }) => text),
    );
    expect((await readLines(db, id, 4, 9)).map(({ text }) => text)).toEqual(
      random.slice(4).map(({ text }) => text),
    );
    await expect(readLines(db, id, 3, 1)).rejects.toThrow('from line 4 on cannot be read');
  });

  it('compaction handles a clock that was set back', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db } = world;
    const { id } = await world.enqueue();
    const back = upTo(300).map((n) => ({ ...ordinary(n), at: 500 }));
    await write(db, id, [...upTo(300).map(ordinary), ...back], [10]);
    await end(db, id);
    const before = await whole(db, id);
    await compact(db);
    expect(await whole(db, id)).toEqual(before);
    expect((await chunks(db, id)).length).toBe(3);
  });

  it('removing a compacted log counts the same number of lines', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db } = world;
    const { id } = await world.enqueue();
    await write(db, id, upTo(20_000).map(ordinary), [100]);
    await end(db, id);
    const [log] = await compact(db);
    const record = await cleanUp(db, { retention: { days: 1, jobs: 0 }, onRemoval: () => {} }, never);
    expect(record).toMatchObject({ jobs: 1, lines: 20_000 });
    expect(record?.bytes).toBeLessThan((log?.bytes.before ?? 0) / 4);
    expect(await chunks(db, id)).toEqual([]);
  });

  it('compaction releases disk space', async () => {
    await using world = await openTestDatabase(dialect);
    const { database: db } = world;
    const size = async (): Promise<number> => {
      if (dialect === 'sqlite') return statSync(sqliteFile(db.url)).size;
      return Number((await db.execute("select pg_total_relation_size('log_chunk') as n", []))[0]?.['n']);
    };
    const { id } = await world.enqueue();
    await write(db, id, upTo(40_000).map(ordinary), [200]);
    await end(db, id);
    if (dialect === 'sqlite') await db.execute('pragma wal_checkpoint(truncate)', []);
    const before = await size();
    const [log] = await compact(db);
    const gain = (log?.bytes.before ?? 0) - (log?.bytes.after ?? 0);
    if (dialect === 'sqlite') expect(before - (await size())).toBeGreaterThan(gain * 0.85);
    // On PostgreSQL it is for new lines, where it is not at the end of the file.
    else {
      const after = await size();
      const more = (await world.enqueue()).id;
      await write(db, more, upTo(20_000).map(ordinary), [200]);
      expect(await size()).toBeLessThan(after * 1.1);
    }
  });
});
