// Owns the orders of a list of jobs, and the cursors of each. Not the lists (job-list.ts).
import type { Job } from '../../model/job/job.ts';
import type { JobOrder, JobPosition } from '../../model/job/listing-query.ts';
import { builder } from '../builder.ts';
import { rowNumber } from '../id.ts';
import { badCursor } from '../pagination.ts';

export const JobOrderType = builder.enumType('JobOrder', {
  description: 'Which jobs a list has, and in which order. Further values may be added.',
  values: {
    QUEUED: { value: 'queued', description: 'All jobs, the one that was queued last first.' },
    ENDED: { value: 'ended', description: 'The jobs that have ended, the one that ended last first.' },
  } satisfies Record<Uppercase<JobOrder>, { value: JobOrder; description: string }>,
});

/** The cursor of a job: its number, after the time of its end if that decides the order. Pure. */
export const cursorOfJob = (order: JobOrder, { id, finishedAt }: Pick<Job, 'id' | 'finishedAt'>): string =>
  order === 'ended' ? `${finishedAt ?? 0}.${id}` : String(id);

/** The position that a cursor names; null without a cursor. Throws BAD_USER_INPUT for a cursor of another order. Pure. */
export function positionOfCursor(order: JobOrder, cursor: string | null | undefined): JobPosition | null {
  if (cursor == null) return null;
  const [, endedAt = null, number = ''] = /^(?:(\d{1,16})\.)?(\d+)$/.exec(cursor) ?? [];
  const id = rowNumber(number);
  if (id === null || (endedAt !== null) !== (order === 'ended')) throw badCursor();
  const at = Number(endedAt ?? 0);
  if (!Number.isSafeInteger(at)) throw badCursor();
  return { id, endedAt: at };
}
