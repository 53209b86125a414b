// Owns measuring a clean-up: its duration, the space it frees, and the latency of other writes meanwhile.
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { lastCleanUp } from '../../schema/model/job/clean-up.ts';
import { Job } from '../../schema/model/job/job.ts';
import { appendLines } from '../../schema/model/log/log.ts';
import { sqliteFile } from '../../schema/model/store/database.ts';
import type { World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { jobWithLog } from '../support/filled-log.ts';
import type { Bench } from '../support/section.ts';

/** How often a line is written during the clean-up, in milliseconds. */
const lineInterval = 10;
/** The line that is written. */
const oneLine = { at: 1, bytes: Buffer.from('a line of another job\n'), count: 1 };

/** How long each line takes to be committed, in milliseconds, until `signal` aborts. */
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

/** The size of the database in MB: for SQLite the file without the write-ahead log, for PostgreSQL the log table with its indexes and TOAST data. */
async function bytesOnDisk({ database }: World): Promise<number> {
  if (database.dialect === 'sqlite') return statSync(sqliteFile(database.url)).size / 1e6;
  const [row] = await database.execute("select pg_total_relation_size('log_chunk') as bytes", []);
  return Number(row?.['bytes']) / 1e6;
}

/** Measures the clean-up of a flooded log beside a job that prints a line from time to time. */
export async function measureCleanUp(bench: Bench): Promise<Figure[]> {
  const lines = bench.quick ? 100_000 : 1_000_000;
  await using world = await bench.open({ jobrunner: false, environment: { SPIDERPIG_KEEP_JOBS: '1' } });
  const { database } = world;
  // Incompressible text, so that the removed data is as large as possible.
  const old = await jobWithLog(world, lines, { text: () => randomBytes(66).toString('base64') });
  // Hidden long ago: the clean-up deletes only jobs that have been hidden for three days.
  await database.write([], (em) => em.nativeUpdate(Job, { id: old }, { removedAt: 1 }));
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
    figureOf(`${title}: jobrunner's start → everything removed and its space freed`, 's', [
      (performance.now() - began) / 1_000,
    ]),
    figureOf(`${title}: on disk before`, 'MB', [before]),
    figureOf(`${title}: on disk after`, 'MB', [await bytesOnDisk(world)]),
  ];
}
