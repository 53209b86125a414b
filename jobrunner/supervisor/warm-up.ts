// Owns the warm-up of a supervisor: it does once, for no job, what takes several times as long the first time.
import { setImmediate } from 'node:timers/promises';
import { User } from '../../schema/model/account/user.ts';
import { assignSupervisor } from '../../schema/model/job/claim.ts';
import { undeliveredAnswers } from '../../schema/model/job/interaction.ts';
import { Job, type SupervisorIdentity } from '../../schema/model/job/job.ts';
import { unhandledStops } from '../../schema/model/job/stop.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { startChild } from '../process/child.ts';
import { environmentOf } from '../process/environment.ts';
import { Launcher } from '../process/launcher.ts';

/** How often statements are run and children are started: until statements are compiled and the code is warm. A child costs much more. */
const queryRounds = 12;
const childRounds = 3;

/** The identity of a child that belongs to no job. */
const noJob = { key: '', user: '', jobMark: 'warm-up' };

/**
 * Runs the statements and starts the kind of process that a job needs, until `isEnough`. Lets other things happen after each round, so that it
 * notices a job. Changes nothing in the database.
 */
export async function warmUp(
  database: Database,
  identity: SupervisorIdentity,
  isEnough: () => boolean,
): Promise<void> {
  for (let round = 0; round < queryRounds && !isEnough(); round++) {
    await database.write([], (em) => assignSupervisor(em, 0, identity));
    const em = database.em();
    // Any existing job: hydrating an entity costs more than the query.
    const job = await em.findOne(Job, { id: { $gt: 0 } }, { orderBy: { id: 'desc' } });
    await em.findOne(User, { id: job?.owner ?? 0 });
    await unhandledStops(em, 0);
    await undeliveredAnswers(em, 0);
    await setImmediate();
  }
  for (let round = 0; round < childRounds && !isEnough(); round++) await startAndAwaitChild();
}

async function startAndAwaitChild(): Promise<void> {
  using launcher = await Launcher.open();
  const child = await startChild(
    {
      file: 'true',
      arguments: [],
      environment: environmentOf(process.env, noJob),
      directory: '/',
      jobMark: noJob.jobMark,
      cgroup: null,
    },
    launcher,
  );
  child.output.read(() => {});
  await Promise.all([child.exited, child.output.end]);
}
