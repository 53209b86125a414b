// Owns closing a job whose supervisor has died: kills what is left of scap and records the end. Not noticing it (supervisor-check.ts).
import { endJob, type ReasonContext } from '../schema/model/job/ending.ts';
import type { Job } from '../schema/model/job/job.ts';
import { placeOf } from '../schema/model/runner/process.ts';
import type { Database } from '../schema/model/store/database.ts';
import { wasRewoundSince } from '../schema/model/store/ledger.ts';
import { removeCgroup } from './process/cgroup.ts';
import { jobMarkOf } from './process/environment.ts';
import type { JobProcesses } from './process/process.ts';
import { killJob } from './process/signal.ts';

/** Kills the remaining processes of a job and closes it as *lost*. Idempotent: several jobrunners may call it at the same time. No other process writes the job's log from then on. */
export async function loseJob(database: Database, job: Job): Promise<void> {
  // The lane must not be freed while a process still deploys. A scap that was started but not recorded yet is found by its job mark.
  const { supervisor } = job;
  const remains = remainsOf(database, job);
  const { leader, cgroup } = remains;
  const found = await killJob(remains);
  if (cgroup !== null) removeCgroup(cgroup);
  const killed = found.killed > 0;
  const started = killed || leader !== null;
  const leftAlone = found.leftAlone.map(({ name, pid }) => `${name} (${pid})`);
  const rebooted = supervisor != null && placeOf(supervisor) === 'rebooted';
  const rewound = await wasRewoundSince(database.execute, job.queuedAt);
  const reason = (context: ReasonContext): string =>
    lossReason({ started, killed, leftAlone, rebooted, rewound, ...context });
  const ending = { state: 'lost', reason, exit: { status: null, signal: null } } as const;
  await endJob(database, job.id, ending, { intoLog: true });
}

/** How the processes of a job are found by another process than its supervisor. */
export function remainsOf(database: Database, { id, supervisor, child }: Job): JobProcesses {
  // After a reboot the same path can be the control group of another supervisor.
  const cgroup = supervisor && placeOf(supervisor) === 'here' ? (supervisor.cgroup ?? null) : null;
  const jobMark = jobMarkOf(database.url, id);
  return { jobMark, leader: child ?? null, cgroup, launcher: supervisor?.launcher };
}

/** The reason of a lost job: what is known, and what to do. Pure. */
function lossReason(
  loss: {
    /** Whether scap was started. */
    readonly started: boolean;
    /** Whether processes of the job were still running. */
    readonly killed: boolean;
    /** Processes that may or may not be the job's. */
    readonly leftAlone: readonly string[];
    /** Whether the machine was restarted meanwhile. */
    readonly rebooted: boolean;
    /** Whether the database has lost commits since the job was queued. */
    readonly rewound: boolean;
  } & ReasonContext,
): string {
  if (loss.rewound)
    return `The database was restored or has lost commits while this job ran${loss.phase}, so it is not on record how the job ended.${loss.uncertain} Look at what is live before you retry or revert.`;
  const what = loss.rebooted
    ? `The machine of this job was restarted${loss.phase}`
    : `The supervisor of this job ended unexpectedly${loss.phase}`;
  if (!loss.started) return `${what} before scap was started. Nothing was deployed. Retry the job.`;
  const rest = loss.killed ? ' and scap was ended with it' : '';
  const doubt =
    loss.leftAlone.length === 0
      ? ''
      : ` These processes could not be proved to belong to it and were left alone: ${loss.leftAlone.slice(0, 10).join(', ')}.`;
  return `${what}${rest}: the deployment may be half done.${doubt}${loss.uncertain} Look at what is live, then retry or revert.`;
}
