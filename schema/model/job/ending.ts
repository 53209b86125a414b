// Owns how a job ends: which state follows from an exit, the reason as text, and the update. Not waiting for the exit (jobrunner/).
import type { SqlEntityManager } from '@mikro-orm/sql';
import { beginningOf } from '../../text/beginning.ts';
import { visibleText } from '../../text/terminal/terminal-line.ts';
import { User } from '../account/user.ts';
import { systemLine } from '../log/line.ts';
import { addLastLine, countLines, readLines } from '../log/log.ts';
import { outputMark } from '../log/mark.ts';
import { lineOfPartial, readPartialLine, removePartialLine } from '../log/partial-line.ts';
import { recordJobEvent } from '../notification/event.ts';
import { storableText } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { errorFingerprint } from './error-fingerprint.ts';
import {
  answerLabel,
  closeInteractions,
  Interaction,
  keyOf,
  uncertainAnswers,
  undeliveredCondition,
} from './interaction.ts';
import { changeState, Job, lockJob } from './job.ts';
import { findKind } from './kind/list.ts';
import { type AskedQuestion, type Exit, judgeEnd, type OutputLine } from './outcome.ts';
import { finishStage } from './stage.ts';
import { activeStates } from './state.ts';
import type { StopMode } from './stop.ts';

/** The first stop that reached scap, and the modes used, in order. */
export interface StopReason {
  readonly by: string;
  readonly steps: readonly StopMode[];
}

/** What the rows of a job say about its end, as parts of a sentence. Each begins with a space, or is empty. */
export interface ReasonContext {
  /** Where it ended: ` in “Sync k8s canaries”`, or ` after “…”` if that status was cleared. */
  readonly phase: string;
  /** Sentences about answers that scap may or may not have read, see {@link uncertainAnswers}. */
  readonly uncertain: string;
}

/** How a job ends. */
export interface Ending {
  readonly state: 'succeeded' | 'failed' | 'stopped' | 'lost';
  /** As text, or a function of what the rows say. */
  readonly reason: string | ((context: ReasonContext) => string);
  readonly exit: Exit;
}

const pastTense = { interrupt: 'interrupted', terminate: 'terminated', kill: 'killed' } as const;

/** An exit as text. Pure. */
export function exitText(exit: Exit): string {
  return exit.signal === null ? `exit status ${exit.status ?? 'unknown'}` : `ended by ${exit.signal}`;
}

/** The ending of a job whose scap has exited. If a stop reached scap, the stop is the reason, regardless of the exit status. Pure. */
export function endingOf(exit: Exit, stop: StopReason | null): Ending {
  if (stop) {
    const doubt =
      exit.status === 0 ? ' It exited with status 0, so it may have finished before it noticed.' : '';
    return {
      state: 'stopped',
      reason: ({ phase }) =>
        `Stopped by ${stop.by}${phase}: scap was ${stop.steps.map((step) => pastTense[step]).join(', then ')} (${exitText(exit)}).${doubt}`,
      exit,
    };
  }
  if (exit.status === 0) return { state: 'succeeded', reason: 'Done. scap reported no errors.', exit };
  return {
    state: 'failed',
    reason: ({ phase }) =>
      exit.signal === null
        ? `Failed${phase} (${exitText(exit)}).`
        : `Failed${phase}: scap was ${exitText(exit)}, which SpiderPig did not send.`,
    exit,
  };
}

/** How many of the last lines of a log are read for the outcome, and how long a status in a reason may be, in UTF-16 units. */
const linesForOutcome = 200;
const fewLines = 10;
const maxPhase = 200;
/** The longest reason, in UTF-16 units. */
const maxReason = 4_000;

/** The last lines of a log that are output and not sensitive. */
async function lastOutput(db: Database, jobId: number): Promise<OutputLine[]> {
  const last = await countLines(db, jobId);
  let lines = await readLines(db, jobId, Math.max(0, last - linesForOutcome), linesForOutcome);
  // One read stops after 1 MiB: of very long lines only the last few are read.
  if (lines.at(-1)?.number !== last)
    lines = await readLines(db, jobId, Math.max(0, last - fewLines), fewLines);
  return lines
    .filter(({ kind, sensitive }) => kind === 'output' && !sensitive)
    .map(({ number, text }) => {
      const seen = visibleText(text.slice(0, 2_000));
      return { number, text: seen, error: outputMark(seen)?.kind === 'error' };
    });
}

/** The questions of a job in their order. An answer that did not reach scap is left out. */
async function askedQuestions(em: SqlEntityManager, jobId: number): Promise<AskedQuestion[]> {
  const questions = await em.find(Interaction, { job: jobId }, { orderBy: { id: 'asc' } });
  const ids = questions.flatMap(({ answeredBy }) => (answeredBy == null ? [] : [answeredBy]));
  const users = await em.find(User, { id: { $in: [...new Set(ids)] } });
  const names = new Map(users.map(({ id, name }) => [id, name]));
  return questions.map((question) => ({
    key: keyOf(question),
    prompt: question.prompt,
    kind: question.kind,
    answer: question.deliveredAt == null ? null : (question.answer ?? null),
    label: answerLabel(question),
    by: names.get(question.answeredBy ?? 0) ?? 'A former user',
  }));
}

/** When the last question of a job was asked, answered or delivered; 0: it has none. */
async function lastQuestionTime(em: SqlEntityManager, jobId: number): Promise<number> {
  const [last] = await em.find(Interaction, { job: jobId }, { orderBy: { id: 'desc' }, limit: 1 });
  return Math.max(last?.askedAt ?? 0, last?.answeredAt ?? 0, last?.deliveredAt ?? 0);
}

/** Where a job is, for a reason. Pure. */
function phaseOf({ status, lastStatus }: Pick<Job, 'status' | 'lastStatus'>): string {
  const name = beginningOf((status ?? lastStatus ?? '').replaceAll(/\s+/g, ' ').trim(), maxPhase);
  return name === '' ? '' : ` ${status == null ? 'after' : 'in'} “${name.toWellFormed()}”`;
}

/**
 * Ends an active job. Returns `false` if it had already ended: the first reason wins. `intoLog`: adds the reason as the last line of the
 * log, after a partial line, if this call ended the job; only for a caller that has written all other lines or knows that no other process writes any. One
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
  const lastLines = await lastOutput(db, jobId);
  // Valid only where the supervisor died: one that ends its job has completed the line itself.
  const partial = intoLog ? await readPartialLine(db, jobId) : null;
  return await db.write(['jobs', 'log', 'orders', 'events'], async (em) => {
    // From here on no answer is accepted, so the sentences about uncertain answers stay true.
    await lockJob(db, em, jobId);
    const job = await em.findOne(Job, { id: jobId });
    if (!job) return false;
    const judged = judgeEnd({
      state: ending.state,
      exit: ending.exit,
      questions: await askedQuestions(em, jobId),
      lastStatus: job.lastStatus ?? null,
      lastLines,
      afterRollBack: findKind(job.kind)?.afterRollBack ?? '',
    });
    // Not before what happened in the job: another process than its supervisor may end it, by another clock.
    const at = Math.max(now, job.startedAt ?? job.queuedAt, await lastQuestionTime(em, jobId));
    const context = { phase: phaseOf(job), uncertain: await uncertainAnswers(em, jobId) };
    const own = typeof ending.reason === 'string' ? ending.reason : ending.reason(context);
    const reason = storableText(`${judged.reason ?? own}${judged.details}`, maxReason);
    const ended = await changeState(em, jobId, activeStates, {
      state: ending.state,
      outcome: judged.outcome,
      reason,
      lastError: judged.lastError,
      errorFingerprint: judged.lastError && errorFingerprint(judged.lastError.text),
      exitStatus: ending.exit.status,
      exitSignal: ending.exit.signal,
      finishedAt: at,
      status: null,
      remaining: null,
      behindSince: null,
      notRespondingSince: null,
    });
    if (!ended) return false;
    await closeInteractions(em, jobId, at);
    await finishStage(em, jobId, at);
    // An answer accepted after scap's exit was not delivered. For a lost job that is unknown, so its answers stay as they are.
    if (ending.state !== 'lost')
      await em.nativeUpdate(Interaction, undeliveredCondition(jobId), { closedAt: at });
    if (intoLog) {
      if (partial) await addLastLine(db, em, jobId, lineOfPartial(partial));
      await addLastLine(db, em, jobId, systemLine('exit', reason, at));
      await removePartialLine(em, jobId);
    }
    await record?.(em);
    await recordJobEvent(em, 'ended', { jobId, at });
    return true;
  });
}
