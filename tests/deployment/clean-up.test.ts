// Tests that the jobrunner removes old jobs although it is killed repeatedly, on both databases.
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { userNamed } from '../../schema/model/account/user.ts';
import { unverifiedChange } from '../../schema/model/job/change.ts';
import { CleanUp, lastCleanUp } from '../../schema/model/job/clean-up.ts';
import { enqueueJob } from '../../schema/model/job/enqueue.ts';
import { Job } from '../../schema/model/job/job.ts';
import { appendLines, countLines } from '../../schema/model/log/log.ts';
import { nightlyDialects } from '../support/database.ts';
import { openWorld, type World } from '../support/world.ts';

const jobs = 20;
const chunks = 6;
const linesPerChunk = 2_000;
const text = randomBytes(66).toString('base64');

/** Creates ended jobs with logs of about a megabyte each. */
async function endedJobs({ database }: World): Promise<void> {
  const owner = await database.write([], (em) => userNamed(em, 'alice', 1));
  const line = { at: 1, kind: 'output', text, sensitive: false, continues: false } as const;
  const lines = Array.from({ length: linesPerChunk }, () => line);
  for (let n = 0; n < jobs; n++) {
    const { id } = await enqueueJob(database, { kind: 'backport', changes: [unverifiedChange('7')], owner });
    for (let chunk = 0; chunk < chunks; chunk++) {
      await appendLines(database, id, 1 + chunk * linesPerChunk, lines);
    }
    await database.write([], (em) =>
      em.nativeUpdate(Job, { id }, { state: 'succeeded', finishedAt: Date.now() }),
    );
  }
}

describe.each(nightlyDialects)('clean-up on %s', (dialect) => {
  it('every old job is removed and counted once, whenever the jobrunner is killed', async () => {
    await using world = await openWorld({
      dialect,
      jobrunner: false,
      environment: { SPIDERPIG_KEEP_JOBS: '1' },
    });
    const { database } = world;
    await endedJobs(world);
    const reached = async (hasReached: (now: CleanUp | null) => boolean): Promise<void> => {
      while (!hasReached(await lastCleanUp(database))) await wait(2);
    };
    const all = (jobs - 1) * chunks * linesPerChunk;
    // The numbers of removed lines after which the jobrunner is killed.
    const lineCounts = Array.from({ length: 5 }, () => Math.floor(Math.random() * all)).sort((a, b) => a - b);
    for (const target of lineCounts) {
      await world.startJobrunner();
      await reached((now) => now !== null && now.lines >= target);
      await world.kill(world.jobrunner);
      const [row] = await database.execute(
        'select (select lines from clean_up) + (select sum(line_count) from log_chunk) as lines',
        [],
      );
      expect([target, Number(row?.['lines'])]).toEqual([target, jobs * chunks * linesPerChunk]);
    }
    await world.startJobrunner();
    await reached((now) => now !== null && now.finishedAt !== null);
    expect(await database.em().find(CleanUp, {})).toMatchObject([{ jobs: jobs - 1, lines: all }]);
    const left = await database.em().find(Job, {});
    expect(left.map(({ id, removedAt }) => [id, removedAt])).toEqual([[jobs, null]]);
    expect(await countLines(database, jobs)).toBe(chunks * linesPerChunk);
    // It exits on SIGTERM.
    expect(await world.kill(world.jobrunner, 'SIGTERM')).toBe(0);
  });
});
