// Owns how a job ends: which state follows from an exit, the reason in words, and the update. Not waiting for the exit (jobrunner/).
import type { SqlEntityManager } from '@mikro-orm/sql';
import { systemLine } from '../log/line.ts';
import { addLastLine } from '../log/log.ts';
import type { Database } from '../store/database.ts';
import { closeInteractions, Interaction, uncertainAnswers, undeliveredCondition } from './interaction.ts';
import { changeState, lockJob } from './job.ts';
import { activeStates } from './state.ts';
import type { StopMode } from './stop.ts';

/** How a process ended: an exit status of 0 to 255, or the signal that killed it. */
export interface Exit {
  readonly status: number | null;
  readonly signal: string | null;
}

/** The first stop that reached scap, and the modes used, in order. */
export interface StopReason {
  readonly by: string;
  readonly steps: readonly StopMode[];
}

/** How a job ends. */
export interface Ending {
  readonly state: 'succeeded' | 'failed' | 'stopped' | 'lost';
  /** In words. For a lost job, a function of the sentences about its uncertain answers, see {@link uncertainAnswers}. */
  readonly reason: string | ((uncertain: string) => string);
  readonly exit: Exit;
}

const pastTense = { interrupt: 'interrupted', terminate: 'terminated', kill: 'killed' } as const;

/** An exit in words. Pure. */
function exitText(exit: Exit): string {
  return exit.signal === null ? `exit status ${exit.status ?? 'unknown'}` : `ended by ${exit.signal}`;
}

/** The ending of a job whose scap has exited. If a stop reached scap, the stop is the reason, regardless of the exit status. Pure. */
export function endingOf(exit: Exit, stop: StopReason | null): Ending {
  if (stop) {
    const doubt =
      exit.status === 0 ? ' It exited with status 0, so it may have finished before it noticed.' : '';
    return {
      state: 'stopped',
      reason: `Stopped by ${stop.by}: scap was ${stop.steps.map((step) => pastTense[step]).join(', then ')} (${exitText(exit)}).${doubt}`,
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

/**
 * Ends an active job. Returns `false` if it had already ended: the first reason wins. `intoLog`: adds the reason as the last line of the
 * log if this call ended the job; only for a caller that has written all other lines or knows that no other process writes any. One
 * transaction.
 */
export async function endJob(
  db: Database,
  jobId: number,
  ending: Ending,
  options: {
    now?: number;
    intoLog?: boolean;
    /** Runs in the same transaction if this call ended the job. */
    record?: (em: SqlEntityManager) => Promise<void>;
  } = {},
): Promise<boolean> {
  const { now = Date.now(), intoLog = false, record } = options;
  return await db.write(['jobs', 'log', 'orders'], async (em) => {
    // From here on no answer is accepted, so the sentences about uncertain answers stay true.
    await lockJob(db, em, jobId);
    const reason =
      typeof ending.reason === 'string' ? ending.reason : ending.reason(await uncertainAnswers(em, jobId));
    const ended = await changeState(em, jobId, activeStates, {
      state: ending.state,
      reason,
      exitStatus: ending.exit.status,
      exitSignal: ending.exit.signal,
      finishedAt: now,
      status: null,
      behindSince: null,
    });
    if (!ended) return false;
    await closeInteractions(em, jobId, now);
    // An answer accepted after scap's exit was not delivered. For a lost job that is unknown, so its answers stay as they are.
    if (ending.state !== 'lost')
      await em.nativeUpdate(Interaction, undeliveredCondition(jobId), { closedAt: now });
    if (intoLog) await addLastLine(db, em, jobId, systemLine('exit', reason, now));
    await record?.(em);
    return true;
  });
}
