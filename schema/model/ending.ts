// Owns how a job ends: which state an exit amounts to, in words, and the update that says so. Not the watching for it (jobrunner/).

import type { Database } from './database.ts';
import { closeInteractions, Interaction } from './interaction.ts';
import { activeStates, changeState } from './job.ts';
import type { StopMode } from './stop.ts';

/** How a process ended: a status of 0 to 255, or the signal that ended it. */
export interface Exit {
  readonly status: number | null;
  readonly signal: string | null;
}

/** The stop that reached scap first, and the steps it took, in their order. */
export interface StopReason {
  readonly by: string;
  readonly steps: readonly StopMode[];
}

/** How a job ends. */
export interface Ending {
  readonly state: 'succeeded' | 'failed' | 'stopped' | 'lost';
  readonly reason: string;
  readonly exit: Exit;
}

const how = { interrupt: 'interrupted', terminate: 'terminated', kill: 'killed' } as const;

/** What a process's exit is called. Pure. */
export function exitText(exit: Exit): string {
  return exit.signal === null ? `exit status ${exit.status ?? 'unknown'}` : `ended by ${exit.signal}`;
}

/** The ending of a job whose scap has exited. A stop that reached scap is the reason, whatever the exit says. Pure. */
export function endingOf(exit: Exit, stop: StopReason | null): Ending {
  if (stop) {
    const doubt =
      exit.status === 0 ? ' It exited with status 0, so it may have finished before it noticed.' : '';
    return {
      state: 'stopped',
      reason: `Stopped by ${stop.by}: scap was ${stop.steps.map((step) => how[step]).join(', then ')} (${exitText(exit)}).${doubt}`,
      exit,
    };
  }
  if (exit.status === 0) return { state: 'succeeded', reason: 'scap finished (exit status 0).', exit };
  return {
    state: 'failed',
    reason:
      exit.signal === null
        ? `scap failed (${exitText(exit)}).`
        : `scap was ${exitText(exit)}, which SpiderPig did not send.`,
    exit,
  };
}

/** Ends a job. `false`: it had ended before, and that stands: the first reason wins. One transaction. */
export async function endJob(
  db: Database,
  jobId: number,
  ending: Ending,
  now = Date.now(),
): Promise<boolean> {
  return await db.write(['jobs', 'log', 'orders'], async (em) => {
    const ended = await changeState(em, jobId, activeStates, {
      state: ending.state,
      reason: ending.reason,
      exitStatus: ending.exit.status,
      exitSignal: ending.exit.signal,
      finishedAt: now,
      status: null,
    });
    if (ended) await closeInteractions(em, jobId, now);
    return ended;
  });
}

/** Whether an answer of this job may or may not have reached scap: given, but its delivery was not recorded. */
export async function hasUncertainAnswer(db: Database, jobId: number): Promise<boolean> {
  const count = await db
    .em()
    .count(Interaction, { job: jobId, answeredAt: { $ne: null }, deliveredAt: null, closedAt: null });
  return count > 0;
}
