import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Job } from '../schema/model/job/job.ts';
import { canShrink } from '../schema/model/job/removal.ts';
import { appendLines } from '../schema/model/log/log.ts';
import type { Database } from '../schema/model/store/database.ts';
import { readConfiguration } from '../schema/process/configuration-reader.ts';
import { openTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { removeOldJobs } from './clean-up.ts';

/** What the jobrunner says while two of three jobs are removed, until it has said so often. */
async function saidOf(database: Database, lines: number): Promise<Record<string, unknown>[]> {
  const configuration = readConfiguration({
    options: { 'keep-days': '0', 'keep-jobs': '1' },
    environment: { HOME: '/home/x' },
    root: '/nowhere',
  });
  const said: Record<string, unknown>[] = [];
  const over = new AbortController();
  const write = (line: string): void => {
    said.push(JSON.parse(line));
    if (said.length === lines) over.abort();
  };
  const logger = pino({ base: null, timestamp: false }, { write });
  await removeOldJobs({ configuration, database, logger }, over.signal);
  return said;
}

async function threeEnded(world: TestDatabase): Promise<void> {
  const { database } = world;
  for (const { id } of [await world.enqueue(), await world.enqueue(), await world.enqueue()]) {
    const line = { at: 1, kind: 'output', text: 'x', sensitive: false, continues: false } as const;
    await appendLines(database, id, 1, [line, line]);
    await database.write([], (em) => em.nativeUpdate(Job, { id }, { state: 'failed', finishedAt: 1 }));
  }
}

const removing = { level: 30, jobs: [1, 2], msg: 'old jobs are being removed' };
const removed = { level: 30, jobs: 2, lines: 4, bytes: 16, msg: 'old jobs were removed' };

it('the jobrunner says which jobs it removes and how much that was, and stops when told to', async () => {
  await using world = await openTestDatabase('sqlite');
  await threeEnded(world);
  expect(await saidOf(world.database, 2)).toEqual([removing, removed]);
});

it('it says so when a SQLite file cannot shrink, and what the documentation says helps', async () => {
  await using world = await openTestDatabase('sqlite');
  const { database } = world;
  // As a version made it that did not think of it.
  await database.execute('pragma auto_vacuum = none', []);
  await database.execute('vacuum', []);
  await threeEnded(world);
  expect(await saidOf(database, 3)).toEqual([
    removing,
    removed,
    { level: 40, msg: expect.stringContaining('keeps its size') },
  ]);
  await database.execute('pragma auto_vacuum = incremental', []);
  await database.execute('vacuum', []);
  expect(await canShrink(database)).toBe(true);
});
