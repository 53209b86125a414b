import { describe, expect, it } from 'vitest';
import { dialects, openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { claimJob, recordSupervisor } from '../job/claim.ts';
import { Job } from '../job/job.ts';
import { recordStart } from '../job/report.ts';
import { LeaseWatch, notResponding, renewLease, renewRunnerLease } from './lease.ts';
import { closeUnreachableJob, JobStillSupervised, LossNotConfirmed } from './loss.ts';
import { listRunners } from './presence.ts';
import { identify } from './process.ts';
import { Runner, registerRunner } from './runner.ts';

const self = identify(process.pid);

/** A running job whose supervisor is this process, and its jobrunner, which is online on SQLite. */
async function runningJob({ database, enqueue }: TestDatabase) {
  await registerRunner(database, {
    id: 'here',
    host: self.host,
    lanes: ['default'],
    process: self,
    startedAt: 1,
    scap: 'scap',
    simulated: false,
  });
  const { id } = await enqueue();
  await claimJob(database, 'here', ['default']);
  await recordSupervisor(database, id, self);
  await recordStart(database, id, self);
  const read = () => database.em().findOneOrFail(Job, { id });
  return { id, read };
}

/** Watches leases with a clock that the test sets. */
function watchOf({ database }: TestDatabase) {
  let now = 0;
  const watch = new LeaseWatch(database, () => now);
  return {
    /** Checks every five seconds for so many seconds, after `each`. */
    async pass(seconds: number, each: () => Promise<unknown> = async () => {}): Promise<void> {
      for (let passed = 0; passed < seconds; passed += 5) {
        now += 5_000;
        await each();
        await watch.check();
      }
    },
    jump: (seconds: number): void => {
      now += seconds * 1_000;
    },
  };
}

describe.each(dialects)('leases on %s', (dialect) => {
  it('B3 a job whose supervisor does not renew its lease is marked, until the supervisor does', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const { id, read } = await runningJob(world);
    const watch = watchOf(world);
    let renewed = 1;
    await watch.pass(60, () => renewLease(database, id, ++renewed));
    expect(await read()).toMatchObject({ notRespondingSince: null });
    await expect(closeUnreachableJob(database, id, 'ada')).rejects.toThrow(JobStillSupervised);
    await watch.pass(10);
    expect(await read()).toMatchObject({ notRespondingSince: null });
    const { revision } = await read();
    await watch.pass(15);
    const marked = await read();
    expect(marked).toMatchObject({ notRespondingSince: expect.any(Number), revision: revision + 1 });
    expect(Date.now() - Number(marked.notRespondingSince)).toBeGreaterThanOrEqual(15_000);
    expect(await notResponding(database)).toEqual([
      expect.stringMatching(new RegExp(`^The supervisor of job ${id} has not responded since 20`)),
    ]);
    await renewLease(database, id, ++renewed);
    expect(await read()).toMatchObject({ notRespondingSince: null, revision: revision + 2 });
    expect(await notResponding(database)).toEqual([]);
  });

  it('B3 an operator can close a job whose supervisor does not respond', async () => {
    await using world = await openTestDatabase(dialect);
    const { id, read } = await runningJob(world);
    await watchOf(world).pass(25);
    await expect(closeUnreachableJob(world.database, id, 'ada')).rejects.toThrow(LossNotConfirmed);
    const reason = await closeUnreachableJob(world.database, id, 'ada', 'ended');
    expect(reason).toMatch(/^Closed by ada because its supervisor did not respond: all processes of the job/);
    expect(await read()).toMatchObject({ state: 'lost', notRespondingSince: null });
  });

  it('B3 a pause of the process that watches is not blamed on a supervisor', async () => {
    await using world = await openTestDatabase(dialect);
    const { read } = await runningJob(world);
    const watch = watchOf(world);
    await watch.pass(10);
    watch.jump(600);
    await watch.pass(10);
    expect(await read()).toMatchObject({ notRespondingSince: null });
  });

  it('B3 a jobrunner that does not look for jobs while one is queued is shown as offline', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const { id } = await runningJob(world);
    const watch = watchOf(world);
    let renewed = 1;
    const renewJob = () => renewLease(database, id, ++renewed);
    const runner = async () => (await database.em().findOneOrFail(Runner, { id: 'here' })).notRespondingSince;
    await watch.pass(30, renewJob);
    await world.enqueue();
    await watch.pass(30, async () => {
      await renewJob();
      await renewRunnerLease(database, 'here', renewed);
    });
    expect(await runner()).toBeNull();
    // On PostgreSQL a jobrunner is online only with its lock, which this test does not hold.
    if (dialect === 'postgresql') return;
    expect(await listRunners(database)).toMatchObject([{ online: true }]);
    await watch.pass(25, renewJob);
    expect(await runner()).toEqual(expect.any(Number));
    expect(await listRunners(database)).toMatchObject([{ online: false }]);
    await renewRunnerLease(database, 'here');
    expect(await listRunners(database)).toMatchObject([{ online: true }]);
  });
});
