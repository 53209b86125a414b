// Owns reading the rows that statistics are computed from: ended jobs of a period, their stages, their questions. Never their logs. Not the figures (statistics.ts).
import { type StageName, stageNames } from '../../text/stage.ts';
import type { Period } from '../../text/week.ts';
import { storedErrorText } from '../job/error-fingerprint.ts';
import { type JobOutcome, jobOutcomes, outcomeOfState } from '../job/outcome.ts';
import { jobStates } from '../job/state.ts';
import type { Bindable } from '../store/database.ts';
import type { LongReads } from '../store/long-read.ts';

/** How many jobs of a period are read, the newest first. */
export const maxStatisticsJobs = 5_000;

/** What statistics need of an ended job. Times are in milliseconds since 1970 UTC. */
export interface EndedJob {
  readonly id: number;
  readonly lane: string;
  readonly outcome: JobOutcome;
  readonly queuedAt: number;
  /** Null if it was cancelled before it started. */
  readonly startedAt: number | null;
  readonly finishedAt: number;
  readonly reason: string;
  readonly lastError: string | null;
}

/** What statistics need of a stage. Durations are in milliseconds. */
export interface EndedStage {
  readonly job: number;
  readonly name: StageName;
  readonly took: number;
  readonly waited: number;
}

/** An answered question. `key`: which of scap's known questions; null: another. */
export interface AnsweredQuestion {
  readonly job: number;
  readonly key: string | null;
  /** How long it waited for the answer, in milliseconds. */
  readonly waited: number;
}

/** All rows of a period. `isComplete`: not only the newest jobs of it. */
export interface StatisticsRows {
  readonly jobs: readonly EndedJob[];
  readonly stages: readonly EndedStage[];
  readonly questions: readonly AnsweredQuestion[];
  readonly isComplete: boolean;
}

/** The newest ended jobs of a period, as a statement for a join. Its values: the period. */
const endedJobs = `select id, lane, state, outcome, queued_at, started_at, finished_at, reason, last_error from job
  where removed_at is null and finished_at is not null and finished_at >= ? and finished_at < ?
  order by finished_at desc, id desc limit ${maxStatisticsJobs}`;

/** Reads the rows of the jobs that ended in a period: at most {@link maxStatisticsJobs}, with an index of the times at which jobs ended. */
export async function readStatisticsRows(reads: LongReads, { from, to }: Period): Promise<StatisticsRows> {
  const values: readonly Bindable[] = [from, to];
  const jobs = await reads.execute(endedJobs, values);
  const stages = await reads.execute(
    `select s.job_id, s.name, s.started_at, s.finished_at, s.waited from job_stage s join (${endedJobs}) j on j.id = s.job_id
     where s.finished_at is not null order by s.job_id, s.id`,
    values,
  );
  const questions = await reads.execute(
    `select i.job_id, i.key, i.asked_at, i.answered_at from interaction i join (${endedJobs}) j on j.id = i.job_id
     where i.answered_at is not null order by i.id`,
    values,
  );
  return {
    jobs: jobs.map(endedJobOf).toReversed(),
    stages: stages.flatMap(endedStageOf),
    questions: questions.map((row) => ({
      job: Number(row['job_id']),
      key: row['key'] == null ? null : String(row['key']),
      waited: Math.max(0, Number(row['answered_at']) - Number(row['asked_at'])),
    })),
    isComplete: jobs.length < maxStatisticsJobs,
  };
}

type Row = Readonly<Record<string, unknown>>;

function endedJobOf(row: Row): EndedJob {
  const state = jobStates.find((each) => each === row['state']);
  const outcome = jobOutcomes.find((each) => each === row['outcome']);
  return {
    id: Number(row['id']),
    lane: String(row['lane']),
    outcome: outcome ?? (state && outcomeOfState(state)) ?? 'lost',
    queuedAt: Number(row['queued_at']),
    startedAt: row['started_at'] == null ? null : Number(row['started_at']),
    finishedAt: Number(row['finished_at']),
    reason: String(row['reason'] ?? ''),
    lastError: storedErrorText(row['last_error']),
  };
}

function endedStageOf(row: Row): EndedStage[] {
  const name = stageNames.find((each) => each === row['name']);
  if (name === undefined) return [];
  const waited = Number(row['waited']);
  const took = Math.max(0, Number(row['finished_at']) - Number(row['started_at']) - waited);
  return [{ job: Number(row['job_id']), name, took, waited }];
}
