// Owns which jobs are watched for production errors, and what was found after their end: one row for each. Not the errors (server/error-log/).
import { defineEntity, p } from '@mikro-orm/core';
import type { WatchState } from '../../text/error-log/job-health.ts';
import type { StageName } from '../../text/stage.ts';
import { recordJobEvent } from '../notification/event.ts';
import { storableText, text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { Job } from './job.ts';
import { activeStates } from './state.ts';

/** The states that are final. */
const decidedStates = ['quiet', 'rose', 'unknown'] as const satisfies readonly WatchState[];
export type DecidedState = (typeof decidedStates)[number];

/** The counts that a result rests on. No text of a message is stored: it may contain personal data. */
export interface WatchFigures {
  /** Errors and minutes before the job, and since it reached production or ended. */
  readonly before: { readonly errors: number; readonly minutes: number } | null;
  readonly after: { readonly errors: number; readonly minutes: number } | null;
  readonly factor: number | null;
  /** Errors of each new message, by the hash of its text; at most 100. */
  readonly newMessages: Readonly<Record<string, number>>;
}

const ErrorWatchSchema = defineEntity({
  name: 'ErrorWatchRow',
  tableName: 'error_watch',
  properties: {
    id: p.integer().primary(),
    job: () => p.manyToOne(Job).mapToPk().deleteRule('cascade').unique(),
    state: word(decidedStates),
    /** When it was decided. */
    decidedAt: time(),
    /** When the watch ended at the latest. */
    until: time(),
    /** The result as a sentence. */
    text: text(),
    figures: p.json<WatchFigures>(),
  },
});
/** What was found after the end of a job. */
export class ErrorWatchRow extends ErrorWatchSchema.class {}
ErrorWatchSchema.setClass(ErrorWatchRow);

/** How many of the last jobs can be watched. */
const lastJobs = 200;
/** The stages in which a job changes servers. */
const serverStages = ['testservers', 'canaries', 'production'] as const satisfies readonly StageName[];

/** The active jobs that scap runs, and those of the last jobs that changed a server, ended since a moment and have no result yet. Newest first. */
export async function watchedJobs(db: Database, since: number): Promise<readonly Job[]> {
  const rows = await db.execute(
    `select id from (select id, started_at, finished_at from job order by id desc limit ${lastJobs}) as last
     where started_at is not null and finished_at >= ?
       and exists (select 1 from job_stage where job_id = last.id and name in (${serverStages.map(() => '?').join(', ')}))
       and not exists (select 1 from error_watch where job_id = last.id)`,
    [since, ...serverStages],
  );
  const ended = rows.map(({ id }) => Number(id));
  const isWatched = { $or: [{ id: { $in: ended } }, { state: { $in: [...activeStates] } }] };
  return await db
    .em()
    .find(Job, { removedAt: null, startedAt: { $ne: null }, ...isWatched }, { orderBy: { id: 'desc' } });
}

export interface WatchResult {
  readonly jobId: number;
  readonly state: DecidedState;
  readonly until: number;
  /** The result as a sentence. */
  readonly text: string;
  readonly figures: WatchFigures;
}

/**
 * Stores the result of a watch, and records it as an event unless it is unknown. Of several servers one stores it. Returns whether this one did. One
 * transaction.
 */
export async function recordErrorWatch(
  db: Database,
  result: WatchResult,
  now = Date.now(),
): Promise<boolean> {
  const { jobId, state, until, text: sentence, figures } = result;
  return await db.write(['jobs', 'events'], async (em) => {
    const columns = 'job_id, state, decided_at, until, text, figures';
    const [stored] = await db.execute(
      `insert into error_watch (${columns}) select id, ?, ?, ?, ?, ? from job where id = ? on conflict (job_id) do nothing returning id`,
      [state, now, until, storableText(sentence, 500), JSON.stringify(figures), jobId],
      em,
    );
    if (!stored) return false;
    if (state !== 'unknown') {
      const { before, after, factor, newMessages } = figures;
      const errors = { text: sentence, before, after, factor, newMessages: Object.keys(newMessages).length };
      await recordJobEvent(em, state === 'rose' ? 'errors_rose' : 'quiet', { jobId, at: now, errors });
    }
    return true;
  });
}

/** The results of the watches over these jobs, by their numbers. */
export async function errorWatchesOf(
  db: Database,
  jobIds: readonly number[],
): Promise<ReadonlyMap<number, ErrorWatchRow>> {
  const rows = await db.em().find(ErrorWatchRow, { job: { $in: [...jobIds] } });
  return new Map(rows.map((row) => [row.job, row]));
}
