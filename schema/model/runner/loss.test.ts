import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { dialects, openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { claimJob, recordSupervisor } from '../job/claim.ts';
import { answerInteraction, askInteraction, pendingInteraction } from '../job/interaction.ts';
import { Job, JobAlreadyEnded, JobNotFound } from '../job/job.ts';
import { recordStart } from '../job/report.ts';
import { requestStop } from '../job/stop.ts';
import { closeUnreachableJob, JobStillSupervised, LossNotConfirmed } from './loss.ts';
import { announcePresence } from './presence.ts';
import { identify } from './process.ts';

/** A job whose supervisor is on that host; null: claimed, and no more. */
async function activeJob({ database, enqueue }: TestDatabase, host: string | null): Promise<number> {
  const { id } = await enqueue();
  await claimJob(database, 'r', ['default']);
  if (host === null) return id;
  await recordSupervisor(database, id, { ...identify(process.pid), host });
  await recordStart(database, id, { ...identify(process.pid), host });
  return id;
}

/** A jobrunner of that host, as long as it is not left. */
const jobrunnerOn = ({ database }: TestDatabase, host: string) =>
  announcePresence(database, {
    id: host,
    host,
    lanes: ['default'],
    process: identify(process.pid),
    startedAt: Date.now(),
    scap: 'scap',
    simulated: false,
  });

describe.each(dialects)('a job on %s', (dialect) => {
  it('lose closes a job whose host does not respond, says who closed it and what is unknown, and frees the lane', async () => {
    await using world = await openTestDatabase(dialect);
    const { database, bob: user } = world;
    const id = await activeJob(world, 'far');
    const question = { kind: 'text', prompt: 'Why?', choices: [], default: null } as const;
    await askInteraction(database, id, question);
    const asked = await pendingInteraction(database.em(), id);
    await answerInteraction(database, { interactionId: asked?.id ?? 0, answer: 'because', user });
    await expect(closeUnreachableJob(database, id, 'ada')).rejects.toThrow(LossNotConfirmed);
    await expect(closeUnreachableJob(database, id, 'ada')).rejects.toThrow(
      'scap of job 1 may still run there: two deployments could run at the same time',
    );
    const reason = await closeUnreachableJob(database, id, 'ada', 'confirmed');
    expect(reason).toMatch(/^Closed by ada because far did not respond: scap may still run there/);
    expect(reason).toContain(
      'The answer “because” that bob gave to “Why?” may or may not have reached scap.',
    );
    expect(await database.em().findOneOrFail(Job, { id })).toMatchObject({ state: 'lost', reason });
    expect(await activeJob(world, 'near')).toBe(id + 1);
    await expect(closeUnreachableJob(database, id, 'ada')).rejects.toThrow(JobAlreadyEnded);
  });

  it('lose closes a job without supervisor when no jobrunner of its lane is online', async () => {
    await using world = await openTestDatabase(dialect);
    const id = await activeJob(world, null);
    const jobrunner = await jobrunnerOn(world, 'far');
    await expect(closeUnreachableJob(world.database, id, 'ada')).rejects.toThrow(
      'A jobrunner on far is online',
    );
    await jobrunner.leave();
    expect(await closeUnreachableJob(world.database, id, 'ada')).toContain('Nothing was deployed');
  });

  it('lose does not close a job while its jobrunner or host is connected', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    await expect(closeUnreachableJob(database, 7, 'ada')).rejects.toThrow(JobNotFound);
    const waiting = await world.enqueue();
    await expect(closeUnreachableJob(database, waiting.id, 'ada')).rejects.toThrow(JobStillSupervised);
    await requestStop(database, { jobId: waiting.id, mode: 'interrupt', user: world.bob });
    const id = await activeJob(world, 'far');
    const jobrunner = await jobrunnerOn(world, 'far');
    await expect(closeUnreachableJob(database, id, 'ada')).rejects.toThrow('A jobrunner on far is online');
    await jobrunner.leave();
    await closeUnreachableJob(database, id, 'ada', 'confirmed');
    // This host has the database open, so it can be asked.
    const here = await activeJob(world, hostname());
    await expect(closeUnreachableJob(database, here, 'ada')).rejects.toThrow('Start its jobrunner');
    expect(await database.em().findOneOrFail(Job, { id: here })).toMatchObject({ state: 'running' });
  });
});
