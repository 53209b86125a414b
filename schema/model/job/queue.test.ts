import { expect, it } from 'vitest';
import { dialects, openTestDatabase } from '../../../tests/support/database.ts';
import { AuditEntry } from '../account/audit.ts';
import type { Database } from '../store/database.ts';
import { claimJob } from './claim.ts';
import { endJob } from './ending.ts';
import { Job, JobNotFound } from './job.ts';
import { inQueueOrder, JobNotMoved, moveJob } from './queue.ts';

const failure = { state: 'failed', reason: 'x', exit: { status: 1, signal: null } } as const;

it.each(dialects)(
  'a queued job is moved within its lane, and jobs start in the new order on %s',
  async (dialect) => {
    await using world = await openTestDatabase(dialect);
    const ids: number[] = [];
    for (let count = 0; count < 4; count++) ids.push((await world.enqueue()).id);
    const [a = 0, b = 0, c = 0, d = 0] = ids;
    const order = async () =>
      inQueueOrder(await world.database.em().find(Job, { state: 'queued' })).map(({ id }) => id);
    const { owner } = await world.database.em().findOneOrFail(Job, { id: a });
    const user = owner === world.alice.id ? world.alice : world.bob;
    const stranger = user === world.alice ? world.bob : world.alice;
    const move = (jobId: number, before: number | null) =>
      moveJob(world.database, { jobId, before, user, movesAny: false });

    await move(d, b);
    expect(await order()).toEqual([a, d, b, c]);
    await move(a, null);
    expect(await order()).toEqual([d, b, c, a]);
    const last = (await world.enqueue()).id;
    expect(await order()).toEqual([d, b, c, a, last]);
    expect(await world.database.em().count(AuditEntry, { action: 'move' })).toBe(2);

    await expect(
      moveJob(world.database, { jobId: c, before: d, user: stranger, movesAny: false }),
    ).rejects.toThrow(`Job ${c} was queued by another user.`);
    await moveJob(world.database, { jobId: c, before: d, user: stranger, movesAny: true });
    const started: (number | null)[] = [];
    for (let count = 0; count < 5; count++) {
      const id = await claimJob(world.database, 'r', ['default']);
      started.push(id);
      if (id !== null) await endJob(world.database, id, failure);
    }
    expect(started).toEqual([c, d, b, a, last]);
    await expect(move(a, null)).rejects.toThrow(JobNotMoved);
    await expect(move(999_999, null)).rejects.toThrow(JobNotFound);
  },
);

it.each(dialects)('moves at the same time leave one order of all jobs on %s', async (dialect) => {
  await using world = await openTestDatabase(dialect);
  const ids: number[] = [];
  for (let count = 0; count < 5; count++) ids.push((await world.enqueue()).id);
  const { owner } = await world.database.em().findOneOrFail(Job, { id: ids[0] ?? 0 });
  const user = owner === world.alice.id ? world.alice : world.bob;
  await Promise.all(
    ids.map((jobId, index) =>
      moveJob(world.database, { jobId, before: ids[(index + 2) % 5] ?? null, user, movesAny: false }),
    ),
  );
  const jobs = await world.database.em().find(Job, { state: 'queued' });
  expect(new Set(jobs.map(({ id, queuePlace }) => queuePlace ?? id)).size).toBe(5);
});

it.each(dialects)('a job is moved in a queue of 1,200 by a few statements on %s', async (dialect) => {
  await using world = await openTestDatabase(dialect);
  const { database } = world;
  const first = (await world.enqueue()).id;
  await database.execute(
    `insert into job (kind, state, lane, changes, title, owner_id, queued_at, revision)
     select kind, 'queued', lane, changes, title, owner_id, queued_at, 1 from job
     cross join (with recursive n(i) as (select 1 union all select i + 1 from n where i < 1199) select i from n) numbers`,
    [],
  );
  const [last] = await database.execute('select max(id) as id from job', []);
  const jobId = Number(last?.['id']);
  let statements = 0;
  const execute: Database['execute'] = (...args) => {
    statements++;
    return database.execute(...args);
  };
  await moveJob({ ...database, execute }, { jobId, before: first, user: world.alice, movesAny: true });
  expect(statements).toBe(4);
  const jobs = inQueueOrder(await database.em().find(Job, { state: 'queued' }));
  expect(jobs.map(({ id }) => id)).toEqual([
    jobId,
    ...Array.from({ length: 1_199 }, (_, index) => first + index),
  ]);
});
