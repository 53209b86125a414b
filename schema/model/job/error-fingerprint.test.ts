// Tests which earlier job ended with the same error line, on both databases.
import { expect, it, test } from 'vitest';
import { dialects, openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { appendLines } from '../log/log.ts';
import { claimJob } from './claim.ts';
import { endJob } from './ending.ts';
import { errorFingerprint, readSameErrorBefore } from './error-fingerprint.ts';
import { Job } from './job.ts';
import { listJobs } from './listing.ts';

test('lines that differ only in their numbers have the same fingerprint', () => {
  expect(errorFingerprint('12:01 ERROR: 37 %')).toBe(errorFingerprint('9:00 ERROR: 5 %'));
  expect(errorFingerprint('ERROR: disk')).not.toBe(errorFingerprint('ERROR: Disk'));
});

/** Runs a job that prints a line and fails. */
async function fail({ database, enqueue }: TestDatabase, text: string): Promise<number> {
  const { id } = await enqueue();
  await claimJob(database, 'here', ['default']);
  const line = { at: 1, kind: 'output' as const, text, sensitive: false, continues: false };
  await appendLines(database, id, 1, [line]);
  await endJob(database, id, { state: 'failed', reason: 'x', exit: { status: 1, signal: null } });
  return id;
}

it.each(dialects)(
  'a job finds the last job before it that ended with the same error, unless it is withdrawn, on %s',
  async (dialect) => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const first = await fail(world, 'ERROR: 37 % failed');
    const second = await fail(world, 'ERROR: 5 % failed');
    const other = await fail(world, 'ERROR: disk full');
    const silent = await fail(world, 'nothing special');
    const last = await fail(world, 'ERROR: 1 % failed');
    const jobs = [first, second, other, silent, last];
    expect(await readSameErrorBefore(database, jobs)).toEqual(
      new Map([
        [second, first],
        [last, second],
      ]),
    );
    await database.write([], (em) => em.nativeUpdate(Job, { id: second }, { removedAt: 1 }));
    expect(await readSameErrorBefore(database, [last])).toEqual(new Map([[last, first]]));
    expect(await readSameErrorBefore(database, [])).toEqual(new Map());
  },
);

it.each(dialects)(
  'a job of an earlier supervisor, which recorded no fingerprint, has the error of its line, on %s',
  async (dialect) => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const earlier = await fail(world, 'ERROR: 37 % failed');
    const job = await fail(world, 'ERROR: 5 % failed');
    const silent = await fail(world, 'nothing special');
    await database.write([], (em) => em.nativeUpdate(Job, { id: job }, { errorFingerprint: null }));
    const ids = async (endedLike: number): Promise<readonly number[]> =>
      (await listJobs(database, database, { first: 5, after: null, order: 'queued', filter: { endedLike } }))
        .ids;
    expect(await ids(job)).toEqual([earlier]);
    expect(await ids(silent)).toEqual([silent]);
  },
);
