// Owns events: what happened that users and other programs want to know, one row each, in the transaction in which it happened. Not sending them (delivery.ts).
import { randomBytes } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { EventData, EventKind } from '../../text/event-text.ts';
import { questionText } from '../../text/question-text.ts';
import { User } from '../account/user.ts';
import { Job } from '../job/job.ts';
import { outcomeOfState } from '../job/outcome.ts';
import { hasEnded } from '../job/state.ts';
import { partialIndexes, storableText, text, time } from '../store/column.ts';

const StoredEventSchema = defineEntity({
  name: 'StoredEvent',
  tableName: 'event',
  properties: {
    id: p.integer().primary(),
    /** Random, so that a receiver recognises the event also among those of other databases. */
    token: text(),
    kind: p.text().$type<EventKind>(),
    at: time(),
    /** The job's number. Null if it concerns no job. */
    jobId: p.integer().nullable(),
    /** The number of the question. Null if it concerns no question. */
    interactionId: p.integer().nullable(),
    /** What was true when it happened. */
    data: p.json<EventData>(),
    /** When a server created its deliveries; null if none has yet. */
    dispatchedAt: time().nullable(),
  },
  indexes: [
    { name: 'event_at', properties: ['at'] },
    ...partialIndexes('event', { event_undispatched: ['"id"', '"dispatched_at" is null'] }),
  ],
});
/** Something that happened. */
export class StoredEvent extends StoredEventSchema.class {}
StoredEventSchema.setClass(StoredEvent);

/** What an event of a job needs besides the row of the job. */
interface JobEvent {
  readonly jobId: number;
  readonly at: number;
  /** The name of the user who did it. */
  readonly by?: string | null;
  readonly question?: {
    readonly id: number;
    readonly key: string | null;
    readonly prompt: string;
    /** The chosen label; null if not answered, or a free text, which can contain anything. */
    readonly answer?: string | null;
  };
  /** Who was and who is responsible. */
  readonly handover?: EventData['handover'];
  /** What the watch over errors found. */
  readonly errors?: EventData['errors'];
}

/** The longest question in an event, in UTF-16 units. */
const maxQuestion = 1_000;

/** Records that something happened in a job. Does nothing if the job does not exist. In the caller's transaction, which rings `events`. */
export async function recordJobEvent(
  em: SqlEntityManager,
  kind: EventKind,
  { jobId, at, by = null, question, handover, errors }: JobEvent,
): Promise<void> {
  const job = await em.findOne(Job, { id: jobId }, { refresh: true });
  if (!job) return;
  const owner = await em.findOne(User, { id: job.owner });
  const data: EventData = {
    by,
    job: {
      id: job.id,
      kind: job.kind,
      title: job.title,
      owner: owner?.name ?? '',
      state: job.state,
      outcome: hasEnded(job.state) ? (job.outcome ?? outcomeOfState(job.state)) : null,
      reason: job.reason ?? null,
      changes: job.changes.map(({ number, project, subject }) => ({ number, project, subject })),
    },
    question: question
      ? {
          id: question.id,
          key: question.key,
          text: storableText(questionText(question.prompt).question, maxQuestion),
          answer: question.answer ?? null,
        }
      : null,
    hold: null,
    ...(handover === undefined ? {} : { handover }),
    ...(errors === undefined ? {} : { errors }),
  };
  await recordEvent(em, kind, { at, data, jobId, interactionId: question?.id ?? null });
}

/** Records that deployments were held or released. In the caller's transaction, which rings `events`. */
export async function recordHoldEvent(
  em: SqlEntityManager,
  kind: 'held' | 'released',
  event: {
    readonly at: number;
    readonly by: string;
    readonly reason: string;
    readonly endsAt: number | null;
  },
): Promise<void> {
  const { at, by, reason, endsAt } = event;
  const hold = { reason, endsAt: endsAt === null ? null : new Date(endsAt).toISOString() };
  await recordEvent(em, kind, { at, data: { by, job: null, question: null, hold } });
}

/** Records an event. Returns its number. In the caller's transaction. */
export async function recordEvent(
  em: SqlEntityManager,
  kind: EventKind,
  event: {
    readonly at: number;
    readonly data: EventData;
    readonly jobId?: number | null;
    readonly interactionId?: number | null;
    /** For an event that no server has to look at. */
    readonly dispatchedAt?: number | null;
  },
): Promise<number> {
  const { at, data, jobId = null, interactionId = null, dispatchedAt = null } = event;
  return await em.insert(StoredEvent, {
    token: randomBytes(12).toString('base64url'),
    kind,
    at,
    jobId,
    interactionId,
    data,
    dispatchedAt,
  });
}
