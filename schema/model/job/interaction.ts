// Owns the question: asked by scap, answered by one person, delivered once. Not the pipe it goes through (jobrunner/child.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { type ActionSource, quoted, recordAudit } from '../account/audit.ts';
import { User } from '../account/user.ts';
import { DomainError } from '../error.ts';
import { storableText, text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { retryUntilOutcomeKnown } from '../store/problem.ts';
import { changeState, Job, lockJob } from './job.ts';
import { activeStates, hasEnded } from './state.ts';

/** `choices`: one of the codes offered. `text`: one line of free text, possibly empty. */
export const interactionKinds = ['choices', 'text'] as const;
export type InteractionKind = (typeof interactionKinds)[number];

/** A button: what it says, and what scap reads when it is pressed. */
export interface Choice {
  readonly label: string;
  readonly code: string;
}

/** The longest free text that is taken, in UTF-16 units. */
const maxAnswerLength = 4_000;

const InteractionSchema = defineEntity({
  name: 'Interaction',
  tableName: 'interaction',
  properties: {
    id: p.integer().primary(),
    job: () => p.manyToOne(Job).mapToPk().deleteRule('cascade').index(),
    /** The line of the job's log that says it. Of a question that is written twice, because nobody knows whether the first time was committed, one is kept. */
    lineNumber: p.integer().nullable(),
    kind: word(interactionKinds),
    prompt: text(),
    choices: p.json<readonly Choice[]>(),
    default: text().nullable(),
    askedAt: time(),
    /** What scap reads, without its newline. */
    answer: text().nullable(),
    answeredBy: () => p.manyToOne(User).mapToPk().nullable(),
    answeredAt: time().nullable(),
    /** When it was written to scap's stdin. Answered but not delivered, with the job ended: nobody can say whether scap read it. */
    deliveredAt: time().nullable(),
    /** When it went: without an answer, since the job ended or scap asked something else; or with one that could not be written to scap. */
    closedAt: time().nullable(),
  },
  uniques: [{ name: 'interaction_line', properties: ['job', 'lineNumber'] }],
  indexes: [
    {
      name: 'interaction_open',
      expression:
        'create unique index "interaction_open" on "interaction" ("job_id") where "answered_at" is null and "closed_at" is null',
    },
  ],
});
/** A question that scap asked. */
export class Interaction extends InteractionSchema.class {}
InteractionSchema.setClass(Interaction);

export class InteractionAlreadyAnswered extends DomainError {
  readonly interaction: Interaction;
  constructor(interaction: Interaction, by: string) {
    super(
      `This question was answered already: ${by} answered “${answerLabel(interaction)}” at ${new Date(interaction.answeredAt ?? 0).toISOString()}.`,
    );
    this.interaction = interaction;
  }
}

export class InteractionGone extends DomainError {
  constructor(id: number | string, why: 'unknown' | 'closed') {
    super(
      why === 'unknown'
        ? `There is no question ${id}.`
        : 'This question is gone: the job has ended or scap has gone on without an answer. Nothing was sent.',
    );
  }
}

export class AnswerNotAccepted extends DomainError {}

/** How far an answer came. `unknown`: the job was lost in between, and nobody can say whether scap read it. */
export const deliveries = ['pending', 'delivered', 'failed', 'unknown'] as const;
export type Delivery = (typeof deliveries)[number];

/** How far the answer of a question came; `null` without an answer. Pure. */
export function deliveryOf(
  interaction: Pick<Interaction, 'answeredAt' | 'deliveredAt' | 'closedAt'>,
  job: Pick<Job, 'state'>,
): Delivery | null {
  if (interaction.answeredAt === null) return null;
  if (interaction.deliveredAt !== null) return 'delivered';
  if (interaction.closedAt !== null) return 'failed';
  return hasEnded(job.state) ? 'unknown' : 'pending';
}

/** What people read for an answer: the label of its choice, or the text. */
export function answerLabel(interaction: Pick<Interaction, 'answer' | 'choices'>): string {
  const { answer } = interaction;
  return interaction.choices.find((choice) => choice.code === answer)?.label ?? answer ?? '';
}

/** Checks an answer against its question. It becomes one line on scap's stdin, so nothing in it may end a line. Pure. Throws {@link AnswerNotAccepted}. */
function checkAnswer(question: Pick<Interaction, 'kind' | 'choices'>, answer: string): void {
  if (question.kind === 'choices') {
    if (question.choices.some((choice) => choice.code === answer)) return;
    const offered = question.choices.map((choice) => `${choice.code} (${choice.label})`).join(', ');
    throw new AnswerNotAccepted(`This answer was not offered. Answer with one of: ${offered}.`);
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

/** A question, and the line of the log that says it: a question asked again, because nobody knows whether it was committed, has the same. */
export type AskedQuestion = Question & { readonly lineNumber?: number };

/**
 * scap asks: an open question before it is closed, *running* becomes *waiting* (a job that is being stopped stays so). Idempotent: a question
 * of the same line is asked once. Returns the question's number; `null`: the job is not active (any more), and nobody is asked. One transaction.
 */
export async function askInteraction(
  db: Database,
  jobId: number,
  question: AskedQuestion,
  now = Date.now(),
): Promise<number | null> {
  const { lineNumber } = question;
  return await db.write(['jobs'], async (em) => {
    // From here on nobody else asks, answers or stops in this job.
    if (!(await changeState(em, jobId, activeStates, {}))) return null;
    const asked = lineNumber === undefined ? null : await em.findOne(Interaction, { job: jobId, lineNumber });
    if (asked) return asked.id;
    await closeInteractions(em, jobId, now);
    await changeState(em, jobId, ['running'], { state: 'waiting' });
    return await em.insert(Interaction, {
      job: jobId,
      lineNumber: lineNumber ?? null,
      kind: question.kind,
      prompt: storableText(question.prompt),
      choices: question.choices,
      default: question.default,
      askedAt: now,
    });
  });
}

/** What somebody answers. */
interface AnswerRequest {
  readonly interactionId: number;
  readonly answer: string;
  readonly user: User;
  /** What it came through, for the audit log. */
  readonly through?: ActionSource | undefined;
}

/** What the audit log says of an answer. Not a free text itself, which can be anything: the entry stays when the job is removed. Pure. */
function answerDetail(question: Interaction, answer: string): string {
  const given =
    question.kind === 'choices'
      ? `${quoted(answerLabel({ answer, choices: question.choices }))} (${answer.slice(0, 200)})`
      : `a text of ${answer.length} characters`;
  return `question ${question.id} ${quoted(question.prompt)}: ${given}`;
}

/**
 * Takes an answer. Of any number at once, one wins: the update says so. *waiting* becomes *running*. One transaction, done again when
 * nobody knows whether it was committed. Throws {@link AnswerNotAccepted}, {@link InteractionAlreadyAnswered}, {@link InteractionGone}.
 */
export async function answerInteraction(
  db: Database,
  wish: AnswerRequest,
  now = Date.now(),
): Promise<Interaction> {
  return await retryUntilOutcomeKnown((again) => takeAnswer(db, wish, now, again));
}

async function takeAnswer(
  db: Database,
  wish: AnswerRequest,
  now: number,
  again: boolean,
): Promise<Interaction> {
  const id = wish.interactionId;
  const question = await db.em().findOne(Interaction, { id });
  if (!question) throw new InteractionGone(id, 'unknown');
  // Who comes too late is told so, whatever the answer was, and nothing is written for it.
  const isOpen = question.answeredAt === null && question.closedAt === null;
  if (isOpen) checkAnswer(question, wish.answer);
  // Those of a job that was withdrawn are gone with it.
  else if ((await db.em().count(Job, { id: question.job, removedAt: null })) === 0)
    throw new InteractionGone(id, 'unknown');
  const take = async (em: SqlEntityManager): Promise<boolean> => {
    await lockJob(db, em, question.job);
    const answered = await em.nativeUpdate(
      Interaction,
      { id, answeredAt: null, closedAt: null },
      { answer: wish.answer, answeredBy: wish.user.id, answeredAt: now },
    );
    if (answered !== 1) return false;
    if (!(await changeState(em, question.job, ['waiting'], { state: 'running' }))) {
      await changeState(em, question.job, activeStates, {});
    }
    await recordAudit(em, {
      at: now,
      user: wish.user,
      action: 'answer',
      jobId: question.job,
      detail: answerDetail(question, wish.answer),
      through: wish.through,
    });
    return true;
  };
  const won = isOpen && (await db.write(['jobs', 'orders'], take));
  const em = db.em();
  const interaction = await em.findOneOrFail(Interaction, { id });
  const own =
    interaction.answeredBy === wish.user.id &&
    interaction.answeredAt === now &&
    interaction.answer === wish.answer;
  if (won || (again && own)) return interaction;
  if (interaction.answeredAt === null) throw new InteractionGone(id, 'closed');
  const winner = await em.findOne(User, { id: interaction.answeredBy ?? 0 });
  throw new InteractionAlreadyAnswered(interaction, winner?.name ?? 'somebody');
}

/** The answers of a job that were not yet written to scap, as a condition. */
export const undeliveredCondition = (jobId: number) => ({
  job: jobId,
  answeredAt: { $ne: null },
  deliveredAt: null,
  closedAt: null,
});

/** The answers of a job that were not yet written to scap, with who gave them. */
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

/** What is said of the answers of a job that is lost of which nobody can say whether scap read them: a sentence each, after a blank. */
export async function uncertainAnswers(em: SqlEntityManager, jobId: number): Promise<string> {
  const sentences = (await undeliveredAnswers(em, jobId)).map(({ interaction, user }) => {
    const prompt = interaction.prompt.replaceAll(/\s+/g, ' ').trim();
    const question = prompt.length > 200 ? `${prompt.slice(0, 200)}…` : prompt;
    return ` The answer “${answerLabel(interaction)}” that ${user.name} gave to “${question}” may or may not have reached scap.`;
  });
  return sentences.join('');
}

/** The answer was written to scap's stdin. One transaction. */
export async function recordDelivery(
  db: Database,
  interaction: Interaction,
  now = Date.now(),
): Promise<void> {
  await db.write(['jobs'], async (em) => {
    await lockJob(db, em, interaction.job);
    await em.nativeUpdate(Interaction, { id: interaction.id, deliveredAt: null }, { deliveredAt: now });
    await changeState(em, interaction.job, activeStates, {});
  });
}

/** The answer could not be written: scap no longer reads. It stays answered, never delivered. One transaction. */
export async function recordFailedDelivery(
  db: Database,
  interaction: Interaction,
  now = Date.now(),
): Promise<void> {
  await db.write(['jobs'], async (em) => {
    await lockJob(db, em, interaction.job);
    await em.nativeUpdate(Interaction, { id: interaction.id, deliveredAt: null }, { closedAt: now });
    await changeState(em, interaction.job, activeStates, {});
  });
}

/** Closes a job's open question. Runs in the caller's transaction. */
export async function closeInteractions(em: SqlEntityManager, jobId: number, now: number): Promise<void> {
  await em.nativeUpdate(Interaction, { job: jobId, answeredAt: null, closedAt: null }, { closedAt: now });
}

/** A job's open question. */
export async function pendingInteraction(em: SqlEntityManager, jobId: number): Promise<Interaction | null> {
  return await em.findOne(Interaction, { job: jobId, answeredAt: null, closedAt: null });
}
