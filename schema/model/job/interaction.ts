// Owns questions: asked by scap, answered by one user, delivered once. Not the pipe to scap (jobrunner/process/child.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { beginningOf } from '../../text/beginning.ts';
import { minuteInUtc } from '../../text/minute.ts';
import { questionKey } from '../../text/question-key.ts';
import { questionText } from '../../text/question-text.ts';
import { type ActionSource, quoted, recordAudit } from '../account/audit.ts';
import { User } from '../account/user.ts';
import { DomainError } from '../error.ts';
import { recordJobEvent } from '../notification/event.ts';
import { endsStopByAnswer } from '../runner/supervision.ts';
import { latestPlausible } from '../store/clock.ts';
import { partialIndexes, storableText, text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { retryUntilOutcomeKnown } from '../store/problem.ts';
import { currentTrace } from '../store/trace-context.ts';
import { changeState, Job, lockJob } from './job.ts';
import { activeStates, hasEnded, type JobState } from './state.ts';

/** `choices`: the answer is one of the offered codes. `text`: the answer is one line of free text, possibly empty. */
export const interactionKinds = ['choices', 'text'] as const;
export type InteractionKind = (typeof interactionKinds)[number];

/** An answer the user can choose: its label, and the code that scap gets. */
export interface Choice {
  readonly label: string;
  readonly code: string;
}

/** The maximum length of a free-text answer, in UTF-16 units. */
const maxAnswerLength = 4_000;

const InteractionSchema = defineEntity({
  name: 'Interaction',
  tableName: 'interaction',
  properties: {
    id: p.integer().primary(),
    job: () => p.manyToOne(Job).mapToPk().deleteRule('cascade').index(),
    /**
     * The log line of the question. If a question is inserted twice because the outcome of the first transaction was unknown, only one row
     * is kept.
     */
    lineNumber: p.integer().nullable(),
    kind: word(interactionKinds),
    /** Which of scap's known questions it is (schema/text/question-key.ts); null if unknown, or asked under an earlier version. */
    key: text().nullable(),
    prompt: text(),
    choices: p.json<readonly Choice[]>(),
    default: text().nullable(),
    askedAt: time(),
    /** What scap reads, without the newline. */
    answer: text().nullable(),
    answeredBy: () => p.manyToOne(User).mapToPk().nullable(),
    answeredAt: time().nullable(),
    /** The `traceparent` of the answer, see ../store/trace-context.ts; null if no trace is recorded. */
    trace: text().nullable(),
    /**
     * When it was written to scap's stdin. If an answered question of an ended job has none, it is unknown whether scap read the answer.
     */
    deliveredAt: time().nullable(),
    /** Who said last that they handle it. Everyone can still answer. */
    claimedBy: () => p.manyToOne(User).mapToPk().nullable(),
    /** When they said so. A claim expires. */
    claimedAt: time().nullable(),
    /** When it was last reported as unanswered, see notification/escalation.ts; null if not yet. */
    escalatedAt: time().nullable(),
    /**
     * When it was closed: without an answer, because the job ended or scap asked another question, or with one that could not be delivered.
     */
    closedAt: time().nullable(),
  },
  uniques: [{ name: 'interaction_line', properties: ['job', 'lineNumber'] }],
  indexes: [
    {
      name: 'interaction_open',
      expression:
        'create unique index "interaction_open" on "interaction" ("job_id") where "answered_at" is null and "closed_at" is null',
    },
    // For lists of jobs in which a question was answered (job-filter.ts).
    ...partialIndexes('interaction', {
      interaction_answered: ['"key", "job_id", "answered_at"', '"answered_at" is not null'],
    }),
  ],
});
/** A question that scap asked. */
export class Interaction extends InteractionSchema.class {}
InteractionSchema.setClass(Interaction);

/** Another answer was first. */
export class InteractionAlreadyAnswered extends DomainError {
  readonly interaction: Interaction;
  constructor(interaction: Interaction, by: string) {
    super(
      `This question was already answered: ${by} answered “${answerLabel(interaction)}” at ${minuteInUtc(interaction.answeredAt ?? 0)}.`,
    );
    this.interaction = interaction;
  }
}

/** The question does not exist or was closed without an answer. */
export class InteractionGone extends DomainError {
  constructor(id: number | string, why: 'unknown' | 'closed') {
    super(
      why === 'unknown'
        ? `There is no question ${id}.`
        : 'This question was closed: the job has ended, or scap continued without an answer. Your answer was not sent.',
    );
  }
}

/** The answer was not offered, or is not one line of acceptable text. */
export class AnswerNotAccepted extends DomainError {}

/** The codes of a question's choices. */
const codesOf = ({ choices }: Pick<Interaction, 'choices'>): string[] => choices.map(({ code }) => code);

/** The stable key of a known question, also of one that was asked before keys were stored; null if it is unknown. */
export const keyOf = (interaction: Pick<Interaction, 'key' | 'prompt' | 'choices'>): string | null =>
  interaction.key ?? questionKey(interaction.prompt, codesOf(interaction));

/** How far an answer has been delivered. `unknown`: the job was lost, so it cannot be known whether scap read it. */
export const deliveries = ['pending', 'delivered', 'failed', 'unknown'] as const;
export type Delivery = (typeof deliveries)[number];

/** How far the answer of a question has been delivered; `null` without an answer. Pure. */
export function deliveryOf(
  interaction: Pick<Interaction, 'answeredAt' | 'deliveredAt' | 'closedAt'>,
  job: Pick<Job, 'state'>,
): Delivery | null {
  if (interaction.answeredAt === null) return null;
  if (interaction.deliveredAt !== null) return 'delivered';
  if (interaction.closedAt !== null) return 'failed';
  return hasEnded(job.state) ? 'unknown' : 'pending';
}

/** The answer as shown to users: the label of the choice, or the text. Pure. */
export function answerLabel(interaction: Pick<Interaction, 'answer' | 'choices'>): string {
  const { answer } = interaction;
  return interaction.choices.find((choice) => choice.code === answer)?.label ?? answer ?? '';
}

/**
 * Checks an answer against its question. The answer becomes one line on scap's stdin, so it must not contain a line break. Pure. Throws
 * {@link AnswerNotAccepted}.
 */
function checkAnswer(question: Pick<Interaction, 'kind' | 'choices'>, answer: string): void {
  if (question.kind === 'choices') {
    if (question.choices.some((choice) => choice.code === answer)) return;
    const offered = question.choices.map((choice) => `${choice.code} (${choice.label})`).join(', ');
    throw new AnswerNotAccepted(`This answer was not offered. Choose one of: ${offered}.`);
  }
  if (/[\p{Cc}\u2028\u2029]/u.test(answer) || !answer.isWellFormed()) {
    throw new AnswerNotAccepted(
      'The answer must be one line of text, without line breaks or control characters.',
    );
  }
  if (answer.length > maxAnswerLength) {
    throw new AnswerNotAccepted(`The answer is too long: at most ${maxAnswerLength} characters.`);
  }
}

/** What scap asks. */
export type Question = Pick<Interaction, 'kind' | 'prompt' | 'choices' | 'default'>;

/** A question and its log line. A question that is asked again because the outcome was unknown has the same line. */
export type AskedQuestion = Question & { readonly lineNumber?: number };

/**
 * Asks a question: closes an open one, and *running* becomes *waiting* (a job that is *stopping* stays so). Idempotent by log line. Returns
 * the question's number, or `null` if the job is not active. One transaction.
 */
export async function askInteraction(
  db: Database,
  jobId: number,
  question: AskedQuestion,
  now = Date.now(),
): Promise<number | null> {
  const { lineNumber } = question;
  return await db.write(['jobs', 'events'], async (em) => {
    // Locks the job: no other transaction asks, answers or stops in it until this one ends.
    if (!(await changeState(em, jobId, activeStates, {}))) return null;
    const asked = lineNumber === undefined ? null : await em.findOne(Interaction, { job: jobId, lineNumber });
    if (asked) return asked.id;
    await closeInteractions(em, jobId, now);
    await changeState(em, jobId, ['running'], { state: 'waiting' });
    const key = questionKey(question.prompt, codesOf(question));
    const id = await em.insert(Interaction, {
      job: jobId,
      lineNumber: lineNumber ?? null,
      kind: question.kind,
      key,
      prompt: storableText(question.prompt),
      choices: question.choices,
      default: question.default,
      askedAt: now,
    });
    const asks = { id, key, prompt: question.prompt };
    await recordJobEvent(em, 'question', { jobId, at: now, question: asks });
    return id;
  });
}

/** An answer, and who gives it. */
interface AnswerRequest {
  readonly interactionId: number;
  readonly answer: string;
  readonly user: User;
  /** What it came through, for the audit log. */
  readonly through?: ActionSource | undefined;
}

/**
 * The audit log's text for an answer. It has what was asked, without the explanation before it, which can be a table. It omits free text, which
 * can contain anything, because the entry outlives the job. Pure.
 */
function answerDetail(question: Interaction, answer: string): string {
  const given =
    question.kind === 'choices'
      ? `${quoted(answerLabel({ answer, choices: question.choices }))} (${answer.slice(0, 200)})`
      : `a text of ${answer.length} characters`;
  return `question ${question.id} ${quoted(questionText(question.prompt).question)}: ${given}`;
}

/**
 * Records an answer; *waiting* becomes *running*. Of several concurrent answers the first wins, decided by a conditional update. One
 * transaction, retried while its outcome is unknown. Throws {@link AnswerNotAccepted}, {@link InteractionAlreadyAnswered}, {@link
 * InteractionGone}.
 */
export async function answerInteraction(
  db: Database,
  request: AnswerRequest,
  now = Date.now(),
): Promise<Interaction> {
  return await retryUntilOutcomeKnown((isRetry) => takeAnswer(db, request, now, isRetry));
}

async function takeAnswer(
  db: Database,
  request: AnswerRequest,
  now: number,
  isRetry: boolean,
): Promise<Interaction> {
  const id = request.interactionId;
  const question = await db.em().findOne(Interaction, { id });
  if (!question) throw new InteractionGone(id, 'unknown');
  // A late answer is reported as late even if it is invalid, and nothing is written for it.
  const isOpen = question.answeredAt === null && question.closedAt === null;
  if (isOpen) checkAnswer(question, request.answer);
  // Questions of a withdrawn job no longer exist for users.
  else if ((await db.em().count(Job, { id: question.job, removedAt: null })) === 0)
    throw new InteractionGone(id, 'unknown');
  // Not before the question, which has the time of another clock.
  const at = Math.max(now, question.askedAt);
  const take = async (em: SqlEntityManager): Promise<boolean> => {
    await lockJob(db, em, question.job);
    const answered = await em.nativeUpdate(
      Interaction,
      { id, answeredAt: null, closedAt: null },
      { answer: request.answer, answeredBy: request.user.id, answeredAt: at, trace: currentTrace() },
    );
    if (answered !== 1) return false;
    // A stop closes the open question, so this one was asked after it: with the answer scap continues, and the stop has ended.
    if (!(await changeState(em, question.job, await goesOnFrom(em, question.job), { state: 'running' }))) {
      await changeState(em, question.job, activeStates, {});
    }
    await recordAudit(em, {
      at: now,
      user: request.user,
      action: 'answer',
      jobId: question.job,
      detail: answerDetail(question, request.answer),
      through: request.through,
    });
    await recordAnswered(em, question, request, at);
    return true;
  };
  const won = isOpen && (await db.write(['jobs', 'orders', 'events'], take));
  const em = db.em();
  const interaction = await em.findOneOrFail(Interaction, { id });
  const own =
    interaction.answeredBy === request.user.id &&
    interaction.answeredAt === at &&
    interaction.answer === request.answer;
  if (won || (isRetry && own)) return interaction;
  if (interaction.answeredAt === null) throw new InteractionGone(id, 'closed');
  const winner = await em.findOne(User, { id: interaction.answeredBy ?? 0 });
  throw new InteractionAlreadyAnswered(interaction, winner?.name ?? 'another user');
}

/** Records the event of an answer. It omits free text, as the audit log does. */
async function recordAnswered(
  em: SqlEntityManager,
  question: Interaction,
  { answer, user }: AnswerRequest,
  at: number,
): Promise<void> {
  const label = question.kind === 'choices' ? answerLabel({ answer, choices: question.choices }) : null;
  await recordJobEvent(em, 'answered', {
    jobId: question.job,
    at,
    by: user.name,
    question: { id: question.id, key: keyOf(question), prompt: question.prompt, answer: label },
  });
}

/** How long a claim lasts, in milliseconds. A user who still handles a question claims it again. */
export const claimDuration = 3 * 60_000;

/** Which user handles an open question, and until when, in milliseconds since 1970; null if nobody said so, or some time ago. Pure. */
export function claimOf(
  {
    answeredAt,
    closedAt,
    claimedBy,
    claimedAt,
  }: Pick<Interaction, 'answeredAt' | 'closedAt' | 'claimedBy' | 'claimedAt'>,
  now = Date.now(),
): { readonly userId: number; readonly until: number } | null {
  if (answeredAt !== null || closedAt !== null || claimedBy == null || claimedAt == null) return null;
  const until = claimedAt + claimDuration;
  // A clock that was far ahead would make the claim last for as long.
  return until <= now || claimedAt > latestPlausible(now) ? null : { userId: claimedBy, until };
}

/**
 * Records that a user handles an open question, also in place of another user. It prevents nobody from answering. One transaction. Throws
 * {@link InteractionAlreadyAnswered}, {@link InteractionGone}.
 */
export async function claimInteraction(
  db: Database,
  { interactionId: id, user, through }: Omit<AnswerRequest, 'answer'>,
  now = Date.now(),
): Promise<Interaction> {
  const question = await db.em().findOne(Interaction, { id });
  if (!question) throw new InteractionGone(id, 'unknown');
  const claimed = await db.write(['jobs'], async (em) => {
    await lockJob(db, em, question.job);
    const open = { id, answeredAt: null, closedAt: null };
    const changed = await em.nativeUpdate(Interaction, open, { claimedBy: user.id, claimedAt: now });
    if (changed !== 1) return false;
    await changeState(em, question.job, activeStates, {});
    const detail = `question ${id} ${quoted(questionText(question.prompt).question)}`;
    await recordAudit(em, { at: now, user, action: 'claim', jobId: question.job, detail, through });
    return true;
  });
  const em = db.em();
  const interaction = await em.findOneOrFail(Interaction, { id });
  if (claimed) return interaction;
  if (interaction.answeredAt === null) throw new InteractionGone(id, 'closed');
  const winner = await em.findOne(User, { id: interaction.answeredBy ?? 0 });
  throw new InteractionAlreadyAnswered(interaction, winner?.name ?? 'another user');
}

/** The states that an answer changes to *running*. A supervisor of an older version can only end a job as *stopped* while it is *stopping*. */
async function goesOnFrom(em: SqlEntityManager, jobId: number): Promise<readonly JobState[]> {
  const job = await em.findOne(Job, { id: jobId });
  return (job?.supervision ?? 0) >= endsStopByAnswer ? ['waiting', 'stopping'] : ['waiting'];
}

/** A condition for the answers of a job that were not yet written to scap. */
export const undeliveredCondition = (jobId: number) => ({
  job: jobId,
  answeredAt: { $ne: null },
  deliveredAt: null,
  closedAt: null,
});

/** The answers of a job that were not yet written to scap, with their users. */
export async function undeliveredAnswers(
  em: SqlEntityManager,
  jobId: number,
): Promise<{ interaction: Interaction; user: User }[]> {
  const found = await em.find(Interaction, undeliveredCondition(jobId), { orderBy: { id: 'asc' } });
  return await Promise.all(
    found.map(async (interaction) => ({
      interaction,
      user: await em.findOneOrFail(User, { id: interaction.answeredBy ?? 0 }),
    })),
  );
}

/** Sentences about the answers of a lost job that scap may or may not have read, each after a space; empty if there are none. */
export async function uncertainAnswers(em: SqlEntityManager, jobId: number): Promise<string> {
  const sentences = (await undeliveredAnswers(em, jobId)).map(({ interaction, user }) => {
    const prompt = interaction.prompt.replaceAll(/\s+/g, ' ').trim();
    const question = prompt.length > 200 ? `${beginningOf(prompt, 200)}…` : prompt;
    return ` The answer “${answerLabel(interaction)}” that ${user.name} gave to “${question}” may or may not have reached scap.`;
  });
  return sentences.join('');
}

/** Records that the answer was written to scap's stdin. One transaction. */
export async function recordDelivery(
  db: Database,
  interaction: Interaction,
  now = Date.now(),
): Promise<void> {
  await settleAnswer(db, interaction, { deliveredAt: now });
}

/** Records that the answer could not be written because scap no longer reads. It stays answered but undelivered. One transaction. */
export async function recordFailedDelivery(
  db: Database,
  interaction: Interaction,
  now = Date.now(),
): Promise<void> {
  await settleAnswer(db, interaction, { closedAt: now });
}

/** Sets columns of an answer unless it is delivered already, and notifies those who follow its job. */
async function settleAnswer(
  db: Database,
  { id, job }: Interaction,
  columns: { readonly deliveredAt: number } | { readonly closedAt: number },
): Promise<void> {
  await db.write(['jobs'], async (em) => {
    await lockJob(db, em, job);
    await em.nativeUpdate(Interaction, { id, deliveredAt: null }, columns);
    await changeState(em, job, activeStates, {});
  });
}

/** Closes a job's open question. Runs in the caller's transaction. */
export async function closeInteractions(em: SqlEntityManager, jobId: number, now: number): Promise<void> {
  await em.nativeUpdate(Interaction, { job: jobId, answeredAt: null, closedAt: null }, { closedAt: now });
}

/** A job's open question; `null` if none exists. */
export async function pendingInteraction(em: SqlEntityManager, jobId: number): Promise<Interaction | null> {
  return await em.findOne(Interaction, { job: jobId, answeredAt: null, closedAt: null });
}
