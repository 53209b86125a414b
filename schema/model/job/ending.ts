// Owns how a job ends: which state an exit amounts to, in words, and the update that says so. Not the watching for it (jobrunner/).
import type { SqlEntityManager } from '@mikro-orm/sql';
import { systemLine } from '../log/line.ts';
import { addLastLine } from '../log/log.ts';
import type { Database } from '../store/database.ts';
import { closeInteractions, Interaction, uncertainAnswers, undeliveredCondition } from './interaction.ts';
import { changeState, lockJob } from './job.ts';
import { activeStates } from './state.ts';
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
  /** In words; of a lost job from what is said of its uncertain answers, see {@link uncertainAnswers}. */
  readonly reason: string | ((uncertain: string) => string);
  readonly exit: Exit;
}

const pastTense = { interrupt: 'interrupted', terminate: 'terminated', kill: 'killed' } as const;

/** What a process's exit is called. Pure. */
function exitText(exit: Exit): string {
  return exit.signal === null ? `exit status ${exit.status ?? 'unknown'}` : `ended by ${exit.signal}`;
}

/** The ending of a job whose scap has exited. A stop that reached scap is the reason, whatever the exit says. Pure. */
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
 * Ends a job. `false`: it had ended before, and that stands: the first reason wins. `intoLog`: the reason becomes the last line of its log,
 * if and only if this ended the job; only for who has written all its lines, or knows that nobody writes them any more. One transaction.
 */
export async function endJob(
  db: Database,
  jobId: number,
  ending: Ending,
  options: {
    now?: number;
    intoLog?: boolean;
    /** Done in the same transaction, if and only if this ended the job. */
    record?: (em: SqlEntityManager) => Promise<void>;
  } = {},
): Promise<boolean> {
  const { now = Date.now(), intoLog = false, record } = options;
  return await db.write(['jobs', 'log', 'orders'], async (em) => {
    // From here on no answer is taken: what is said of answers is true.
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
    // An answer accepted after scap's exit reaches nobody. Of a lost job nobody can say: it stays as it is.
    if (ending.state !== 'lost')
      await em.nativeUpdate(Interaction, undeliveredCondition(jobId), { closedAt: now });
    if (intoLog) await addLastLine(db, em, jobId, systemLine('exit', reason, now));
    await record?.(em);
    return true;
  });
}
