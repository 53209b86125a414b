// Owns the world that all tests of a file or a `describe` share. A test that does not start again what it ended opens a separate world.
import { afterAll, afterEach, beforeAll } from 'vitest';
import { userNamed } from '../../schema/model/account/user.ts';
import { Job, JobAlreadyEnded } from '../../schema/model/job/job.ts';
import { activeStates } from '../../schema/model/job/state.ts';
import { requestStop } from '../../schema/model/job/stop.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

/** Ends all jobs, queued ones too, and waits until they have ended. */
async function endJobs({ database }: World): Promise<void> {
  const unended = { state: { $in: ['queued', ...activeStates] } } as const;
  using jobs = database.doorbell.listen('jobs');
  const found = await database.em().find(Job, unended, { orderBy: { id: 'desc' } });
  if (found.length === 0) return;
  const user = await database.write([], (em) => userNamed(em, 'The test', Date.now()));
  // The newest first: an older job that ends would let a queued one start.
  for (const { id } of found) {
    try {
      await requestStop(database, { jobId: id, mode: 'kill', user });
    } catch (error) {
      if (!(error instanceof JobAlreadyEnded)) throw error;
    }
  }
  while ((await database.em().count(Job, unended)) > 0) await jobs.nextRing(AbortSignal.timeout(20_000));
}

/** Opens one world before the tests. After each test it ends the jobs that the test left. */
export function useWorld(options: WorldOptions = {}): { readonly world: World } {
  let opened: World | null = null;
  const world = (): World => {
    if (!opened) throw new Error('the world is open only while tests run');
    return opened;
  };
  beforeAll(async () => {
    opened = await openWorld(options);
  });
  afterEach(() => endJobs(world()));
  afterAll(() => opened?.[Symbol.asyncDispose]());
  return {
    get world() {
      return world();
    },
  };
}
