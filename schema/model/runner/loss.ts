// Owns closing a job as lost on an operator's request because its host does not respond. Not jobs whose supervisor is known to be gone (jobrunner/loss.ts).
import { hostSource, recordAudit } from '../account/audit.ts';
import { userNamed } from '../account/user.ts';
import { DomainError } from '../error.ts';
import { endJob, type ReasonContext } from '../job/ending.ts';
import { Job, JobAlreadyEnded, JobNotFound } from '../job/job.ts';
import { hasEnded } from '../job/state.ts';
import type { Database } from '../store/database.ts';
import { isHostConnected, listRunners } from './presence.ts';

/** The job cannot be closed as lost because its jobrunner or host is still connected. */
export class JobStillSupervised extends DomainError {}

/** scap may still run, so the next job of the lane could run beside it. Nobody has confirmed to accept that. */
export class LossNotConfirmed extends DomainError {
  constructor(job: Job, host: string) {
    super(
      `${host} does not respond, and scap of job ${job.id} may still run there: two deployments could run at the same time as soon as the lane “${job.lane}” is free. Look on ${host} whether it runs (or switch the host off), then repeat with --although-scap-may-run. Nothing was changed.`,
    );
  }
}

/** Why the lane of a job may be freed. `ended`: all its processes are proved to have ended; `confirmed`: an operator accepts that they may still run. */
export type Assurance = 'ended' | 'confirmed';

/**
 * Ends an active job as *lost* because its host or its supervisor does not respond, and frees its lane. If a supervisor is still running there, it kills scap
 * as soon as it reads the new state; until then scap may run, so a job that a supervisor has taken needs an assurance. The log gets no line,
 * because the supervisor may still write to it. Returns the reason. One transaction. Throws {@link JobNotFound}, {@link JobAlreadyEnded}, {@link
 * JobStillSupervised}, {@link LossNotConfirmed}.
 */
export async function closeUnreachableJob(
  db: Database,
  jobId: number,
  operator: string,
  assurance: Assurance | null = null,
): Promise<string> {
  const job = await db.em().findOne(Job, { id: jobId });
  if (!job) throw new JobNotFound(jobId);
  if (hasEnded(job.state)) throw new JobAlreadyEnded(job);
  if (job.state === 'queued')
    throw new JobStillSupervised(`Job ${jobId} is queued and has not started. Stop it instead.`);
  const host = job.supervisor?.host ?? null;
  if (job.notRespondingSince == null && assurance !== 'ended') await requireUnreachable(db, job, host);
  if (host !== null && assurance === null) throw new LossNotConfirmed(job, host);
  const reason = ({ uncertain, phase }: ReasonContext): string =>
    lossReason({ host, operator, assurance, uncertain, phase });
  const ending = { state: 'lost', reason, exit: { status: null, signal: null } } as const;
  const ended = await endJob(db, jobId, ending, {
    async record(em) {
      const now = Date.now();
      const user = await userNamed(em, operator, now);
      const doubt = assurance === 'ended' ? 'its processes had ended' : 'scap may still run there';
      const detail =
        host === null ? 'no supervisor had taken it' : `its supervisor on ${host} did not respond; ${doubt}`;
      await recordAudit(em, { at: now, user, action: 'lose', jobId, detail, through: hostSource });
    },
  });
  const lost = await db.em().findOneOrFail(Job, { id: jobId });
  if (!ended) throw new JobAlreadyEnded(lost);
  return lost.reason ?? '';
}

/** Throws {@link JobStillSupervised} while the host of the job, or a jobrunner that is responsible for it, can be reached. */
async function requireUnreachable(db: Database, job: Job, host: string | null): Promise<void> {
  const online = (await listRunners(db)).filter((each) => each.online);
  const runner = online.find((each) =>
    host === null ? each.runner.lanes.includes(job.lane) : each.runner.host === host,
  );
  if (runner) {
    throw new JobStillSupervised(
      `A jobrunner on ${runner.runner.host} is online and responsible for job ${job.id}. Stop the job instead.`,
    );
  }
  if (host !== null && (await isHostConnected(db, host))) {
    throw new JobStillSupervised(
      `${host} is connected to the database. Start its jobrunner, which is responsible for job ${job.id}.`,
    );
  }
}

/** The reason of a job closed as lost: what is known, and what to do. `host` is null if no supervisor had taken the job. Pure. */
function lossReason(
  loss: {
    readonly host: string | null;
    readonly operator: string;
    readonly assurance: Assurance | null;
  } & ReasonContext,
): string {
  if (loss.host === null)
    return `Closed by ${loss.operator}: no jobrunner of its lane was online, and scap was not started. Nothing was deployed. Retry the job.`;
  if (loss.assurance === 'ended')
    return `Closed by ${loss.operator} because its supervisor did not respond${loss.phase}: all processes of the job on ${loss.host} have ended, and the deployment may be half done.${loss.uncertain} Look at what is live, then retry or revert.`;
  return `Closed by ${loss.operator} because ${loss.host} did not respond${loss.phase}: scap may still run there, and the deployment may be half done.${loss.uncertain} Check ${loss.host} and what is live, then retry or revert.`;
}
