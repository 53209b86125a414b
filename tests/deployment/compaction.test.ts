// Tests the compaction of logs by a real jobrunner that is killed repeatedly, on both databases.
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { userNamed } from '../../schema/model/account/user.ts';
import { unverifiedChange } from '../../schema/model/job/change.ts';
import { enqueueJob } from '../../schema/model/job/enqueue.ts';
import { Job } from '../../schema/model/job/job.ts';
import { isCompressed } from '../../schema/model/log/chunk-format.ts';
import type { LogLine, NewLogLine } from '../../schema/model/log/line.ts';
import { appendLines, readChunks, readLines } from '../../schema/model/log/log.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { Random } from '../crash/random.ts';
import { nightlyDialects } from '../support/database.ts';
import { openWorld } from '../support/world.ts';

const jobs = 3;
const linesPerJob = 3_000;
const kills = 6;

/** Lines of all kinds with about a hundred bytes each, so that the log of one job needs several steps. */
function someLine(random: Random, at: number): NewLogLine {
  const words = Array.from({ length: random.integer(0, 60) }, () =>
    random.pick(['sync', 'mw1234.eqiad.wmnet', 'ünïcode 😀', '\x1b[32mok\x1b[0m', '@1:0', '']),
  );
  const plain = { at, kind: 'output', text: words.join(' '), sensitive: false, continues: false } as const;
  if (random.chance(0.02)) return { ...plain, kind: random.pick(['question', 'answer', 'status', 'notice']) };
  return { ...plain, sensitive: random.chance(0.02), continues: random.chance(0.02) };
}

/** Creates jobs that ended an hour ago. Their logs have small chunks, as a running job writes them. */
async function endedJobs(database: Database, random: Random): Promise<number[]> {
  const owner = await database.write([], (em) => userNamed(em, 'alice', 1));
  const ids: number[] = [];
  for (let n = 0; n < jobs; n++) {
    const { id } = await enqueueJob(database, { kind: 'backport', changes: [unverifiedChange('7')], owner });
    for (let from = 1; from <= linesPerJob; ) {
      const count = Math.min(random.integer(1, 60), linesPerJob + 1 - from);
      const lines = Array.from({ length: count }, () => someLine(random, 1_000 + from));
      await appendLines(database, id, from, lines);
      from += count;
    }
    const finishedAt = Date.now() - 3_600_000;
    await database.write([], (em) => em.nativeUpdate(Job, { id }, { state: 'succeeded', finishedAt }));
    ids.push(id);
  }
  return ids;
}

/** A digest of all lines of a log with all their fields. */
async function digestOf(database: Database, id: number): Promise<string> {
  const hash = createHash('sha256');
  let lines: readonly LogLine[] = [];
  let last = 0;
  do {
    lines = await readLines(database, id, last, 1_000);
    for (const line of lines) hash.update(`${JSON.stringify(line)}\n`);
    last = lines.at(-1)?.number ?? last;
  } while (lines.length > 0);
  return `${last} lines, ${hash.digest('hex')}`;
}

async function chunkCount(database: Database): Promise<number> {
  const [row] = await database.execute('select count(*) as n from log_chunk', []);
  return Number(row?.['n']);
}

async function uncompacted(database: Database): Promise<number[]> {
  const rows = await database.execute('select id from job where compacted_at is null order by id', []);
  return rows.map((row) => Number(row['id']));
}

/** Whether a log has compressed and plain chunks, besides the last chunk, which always stays plain. */
async function isHalfDone(database: Database, id: number): Promise<boolean> {
  const bodies = (await readChunks(database, id, 0, 100_000_000)).slice(0, -1).map(({ body }) => body);
  return bodies.some((body) => isCompressed(body)) && bodies.some((body) => !isCompressed(body));
}

describe.each(nightlyDialects)('compaction on %s', (dialect) => {
  it('a log is unchanged whenever the jobrunner is killed during its compaction, and is compacted in the end', async () => {
    // A failure prints the seed. The same seed gives the same kills.
    const seed = process.env['SPIDERPIG_SEED'] ?? String(Date.now());
    const random = new Random(`${seed}/${dialect}`);
    await using world = await openWorld({ dialect, server: false, jobrunner: false });
    const { database } = world;
    const ids = await endedJobs(database, random);
    const digests = () => Promise.all(ids.map((id) => digestOf(database, id)));
    const before = await digests();
    const chunks = await chunkCount(database);
    // Kill after random numbers of chunks, and then after a random delay.
    const chunkCounts = Array.from({ length: kills }, () =>
      random.integer(Math.ceil(chunks / 3), chunks - 1),
    );
    let halfDone = 0;
    for (const target of chunkCounts.toSorted((one, other) => other - one)) {
      const jobrunner = world.launch('jobrunner');
      while ((await chunkCount(database)) > target) await wait(1);
      await wait(random.integer(0, 15));
      await world.kill(jobrunner);
      const what = `seed ${seed}, killed at ${target} of ${chunks} chunks`;
      expect(await digests(), what).toEqual(before);
      const left = await uncompacted(database);
      // On a busy machine the compaction may finish before the kill.
      if (left[0] === undefined) break;
      if (await isHalfDone(database, left[0])) halfDone++;
    }
    // At least one kill was within a log, not between two logs.
    expect(halfDone, `seed ${seed}`).toBeGreaterThan(0);

    const jobrunner = world.launch('jobrunner');
    while ((await uncompacted(database)).length > 0) await wait(5);
    expect(await digests(), `seed ${seed}`).toEqual(before);
    expect(await chunkCount(database)).toBeLessThan(chunks / 5);
    for (const id of ids) {
      const bodies = (await readChunks(database, id, 0, 100_000_000)).map(({ body }) => body);
      expect(bodies.slice(0, -1).every((body) => isCompressed(body))).toBe(true);
    }
    // It exits on SIGTERM.
    expect(await world.kill(jobrunner, 'SIGTERM')).toBe(0);
  });
});
