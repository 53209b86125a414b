// Owns the measure of a clean-up: how long it takes, what it gives back, and how long others wait for their lines meanwhile.
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { lastCleanUp } from '../schema/model/job/clean-up.ts';
import { appendLines } from '../schema/model/log/log.ts';
import { sqliteFile } from '../schema/model/store/database.ts';
import type { World } from '../tests/support/world.ts';
import { type Figure, figureOf } from './figure.ts';
import { jobWithLog } from './filled-log.ts';
import type { Bench } from './section.ts';

/** How often a line is written meanwhile, in milliseconds. */
const lineInterval = 10;
/** What somebody waits for. */
const oneLine = { at: 1, bytes: Buffer.from('a line that somebody waits for\n'), count: 1 };

/** How long each line takes to be committed, in milliseconds, until it is over. */
async function linesUntil(
  { database }: World,
  job: { id: number; next: number },
  isOver: (written: number) => Promise<boolean>,
): Promise<number[]> {
  const took: number[] = [];
  while (!(await isOver(took.length))) {
    const began = performance.now();
    await appendLines(database, job.id, job.next++, [oneLine]);
    took.push(performance.now() - began);
    await wait(lineInterval);
  }
  return took;
}

/** In MB: for SQLite the file without what is still in the write-ahead log, for PostgreSQL the log's table with all that belongs to it. */
async function bytesOnDisk({ database }: World): Promise<number> {
  if (database.dialect === 'sqlite') return statSync(sqliteFile(database.url)).size / 1e6;
  const [row] = await database.execute("select pg_total_relation_size('log_chunk') as bytes", []);
  return Number(row?.['bytes']) / 1e6;
}

/** Measures the clean-up of a flooded log beside a job that prints a line now and then. */
export async function measureCleanUp(bench: Bench): Promise<Figure[]> {
  const lines = bench.quick ? 100_000 : 1_000_000;
  await using world = await bench.open({ jobrunner: false, environment: { SPIDERPIG_KEEP_JOBS: '1' } });
  const { database } = world;
  // Nothing that could be compressed: what is removed is as large as it can be.
  await jobWithLog(world, lines, { text: () => randomBytes(66).toString('base64') });
  await jobWithLog(world, 0);
  const job = { id: await jobWithLog(world, 0, { state: 'queued' }), next: 1 };
  if (database.dialect === 'sqlite') await database.execute('pragma wal_checkpoint(truncate)', []);
  const before = await bytesOnDisk(world);
  const alone = await linesUntil(world, job, async (written) => written >= (bench.quick ? 50 : 300));
  const began = performance.now();
  await world.startJobrunner();
  const beside = await linesUntil(world, job, async () => {
    bench.signal.throwIfAborted();
    const record = await lastCleanUp(database);
    return record !== null && record.finishedAt !== null;
  });
  const title = `clean-up of ${lines.toLocaleString('en')} lines`;
  return [
    figureOf(`${title}: a line committed meanwhile`, 'ms', beside, {
      baseline: ['the same without a clean-up', alone],
    }),
    figureOf(`${title}: jobrunner's start → all removed and given back`, 's', [
      (performance.now() - began) / 1_000,
    ]),
    figureOf(`${title}: on disk before`, 'MB', [before]),
    figureOf(`${title}: on disk after`, 'MB', [await bytesOnDisk(world)]),
  ];
}
