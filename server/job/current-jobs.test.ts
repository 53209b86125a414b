import { expect, it } from 'vitest';
import { claimJob } from '../../schema/model/job/claim.ts';
import { moveJob } from '../../schema/model/job/queue.ts';
import { recordBacklog } from '../../schema/model/job/report.ts';
import { dialects, openTestDatabase } from '../../tests/support/database.ts';
import { CurrentJobReader } from './current-jobs.ts';

it.each(dialects)(
  'a job that was moved to the front of a long queue is among its first on %s',
  async (dialect) => {
    await using world = await openTestDatabase(dialect);
    const ids: number[] = [];
    for (let count = 0; count < 23; count++) ids.push((await world.enqueue()).id);
    const last = ids.at(-1) ?? 0;
    await moveJob(world.database, { jobId: last, before: ids[0] ?? 0, user: world.alice, movesAny: true });
    const { queued } = await new CurrentJobReader(world.database).read();
    expect(queued.map(({ id }) => id)).toEqual([last, ...ids.slice(0, 19)]);
  },
);

it.each(dialects)('a look loads only the jobs that changed since the last one on %s', async (dialect) => {
  await using world = await openTestDatabase(dialect);
  for (let count = 0; count < 3; count++) await world.enqueue();
  const jobs = new CurrentJobReader(world.database);
  const before = await jobs.read();
  const id = await claimJob(world.database, 'r', ['default']);
  const claimed = await jobs.read();
  expect(claimed.active.map((job) => [job.id, job.state])).toEqual([[id, 'starting']]);
  expect(claimed.queued).toEqual(before.queued.slice(1));
  for (const [index, job] of claimed.queued.entries()) expect(job).toBe(before.queued[index + 1]);
  await recordBacklog(world.database, id ?? 0, 5);
  const behind = await jobs.read();
  expect(behind.active[0]?.behindSince).toBe(5);
  expect(claimed.active[0]?.behindSince).toBeNull();
  expect(behind.queued[0]).toBe(before.queued[1]);
});
