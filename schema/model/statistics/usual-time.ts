// Owns how long the stages of comparable jobs usually took, and what follows for a job: the time left, and when it starts. Not their record (stage.ts).
import type { SqlEntityManager } from '@mikro-orm/sql';
import { type StageName, stageNames } from '../../text/stage.ts';
import { currentHold } from '../job/hold.ts';
import type { Interaction } from '../job/interaction.ts';
import { Job } from '../job/job.ts';
import { type JobKind, jobKinds } from '../job/kind/list.ts';
import { queuePlaceSql } from '../job/queue.ts';
import { JobStage, waitedBetween } from '../job/stage.ts';
import { activeStates } from '../job/state.ts';
import type { Database } from '../store/database.ts';

/** How many of the last comparable jobs are read, and among how many deployed jobs they are looked for. */
const comparableJobs = 50;
const searchedJobs = 2_000;
/** With fewer comparable jobs no time is given: the next one could easily take twice as long. */
const fewestComparable = 5;
/** How many jobs of a queue get an expected start. */
const queueDepth = 100;

/** How long something usually takes. All times are in milliseconds, without the time in which scap waited for answers. */
export interface UsualTime {
  /** Half of the jobs took at most this long. */
  readonly median: number;
  /** Nine of ten took at most this long; of fewer than ten jobs, the longest. */
  readonly p90: number;
  /** The number of jobs that this is computed from. */
  readonly count: number;
}

/** The usual times of jobs of one kind in one lane. A stage is absent if too few jobs had it. */
export interface UsualTimes {
  /** Each stage by itself. */
  readonly own: ReadonlyMap<StageName, UsualTime>;
  /** From the beginning of a stage to the end of the job. */
  readonly rest: ReadonlyMap<StageName, UsualTime>;
}

/** The median and the 90th percentile (nearest rank) of durations; null if there are fewer than {@link fewestComparable}. Pure. */
export function usualTimeOf(durations: readonly number[]): UsualTime | null {
  const count = durations.length;
  if (count < fewestComparable) return null;
  const sorted = durations.toSorted((one, other) => one - other);
  const rank = (share: number): number => sorted[Math.ceil(share * count) - 1] ?? 0;
  return { median: rank(0.5), p90: rank(0.9), count };
}

/** The part of a stage that decides durations. */
type StageTimes = Pick<JobStage, 'job' | 'name' | 'startedAt' | 'finishedAt' | 'waited'>;

/** The usual times that follow from the finished stages of comparable jobs, each job's in order. Pure. */
export function usualTimesOf(stages: readonly StageTimes[]): UsualTimes {
  const own = new Map<StageName, number[]>();
  const rest = new Map<StageName, number[]>();
  const add = (durations: Map<StageName, number[]>, name: StageName, duration: number): void => {
    const of = durations.get(name);
    if (of) of.push(duration);
    else durations.set(name, [duration]);
  };
  for (const ofJob of Map.groupBy(stages, ({ job }) => job).values()) {
    let left = 0;
    for (const { name, startedAt, finishedAt, waited } of ofJob.toReversed()) {
      const took = Math.max(0, (finishedAt ?? startedAt) - startedAt - waited);
      left += took;
      add(own, name, took);
      add(rest, name, left);
    }
  }
  return { own: usual(own), rest: usual(rest) };
}

/** Leaves out stages that too few jobs had. Pure. */
function usual(durations: ReadonlyMap<StageName, readonly number[]>): ReadonlyMap<StageName, UsualTime> {
  const times = new Map<StageName, UsualTime>();
  for (const [name, each] of durations) {
    const time = usualTimeOf(each);
    if (time) times.set(name, time);
  }
  return times;
}

/** The usual times of the last deployed jobs of a kind in a lane. Reads at most the newest {@link searchedJobs} deployed jobs. */
export async function readUsualTimes(db: Database, lane: string, kind: JobKind): Promise<UsualTimes> {
  const rows = await db.execute(
    `select s.job_id, s.name, s.started_at, s.finished_at, s.waited from job_stage s join (
       select id from (
         select id, lane, kind from job where removed_at is null and state = 'succeeded'
           and outcome in ('deployed', 'deployed_with_errors') order by id desc limit ${searchedJobs}) recent
       where lane = ? and kind = ? order by id desc limit ${comparableJobs}) comparable on comparable.id = s.job_id
     where s.finished_at is not null order by s.job_id, s.id`,
    [lane, kind],
  );
  return usualTimesOf(
    rows.flatMap((row) => {
      const name = stageNames.find((each) => each === row['name']);
      if (name === undefined) return [];
      return {
        job: Number(row['job_id']),
        name,
        startedAt: Number(row['started_at']),
        finishedAt: Number(row['finished_at']),
        waited: Number(row['waited']),
      };
    }),
  );
}

/** The stages of a job, and the questions of the one that lasts. */
export interface JobTiming {
  readonly stages: readonly JobStage[];
  readonly questions: readonly Pick<Interaction, 'askedAt' | 'answeredAt' | 'closedAt'>[];
}

/** Reads the stages of jobs, by job, and the questions of those that last. */
export async function readTimings(db: Database, jobs: readonly number[]): Promise<Map<number, JobTiming>> {
  const stages = await db.em().find(JobStage, { job: { $in: [...jobs] } }, { orderBy: { id: 'asc' } });
  const lasting = stages.filter(({ finishedAt }) => finishedAt === null).map(({ job }) => job);
  const questions = await questionsOfStages(db, lasting);
  const timings = new Map<number, JobTiming>();
  for (const [job, ofJob] of Map.groupBy(stages, (stage) => stage.job))
    timings.set(job, { stages: ofJob, questions: questions.get(job) ?? [] });
  return timings;
}

/** The times of the questions that were asked in the stage that lasts, by job. */
async function questionsOfStages(
  db: Database,
  jobs: readonly number[],
): Promise<Map<number, JobTiming['questions'][number][]>> {
  if (jobs.length === 0) return new Map();
  const rows = await db.execute(
    `select i.job_id, i.asked_at, i.answered_at, i.closed_at from interaction i
     join job_stage s on s.job_id = i.job_id and s.finished_at is null and i.asked_at >= s.started_at
     where i.job_id in (${jobs.map(() => '?').join(', ')})`,
    jobs,
  );
  const time = (value: unknown): number | null => (value == null ? null : Number(value));
  return Map.groupBy(
    rows.map((row) => ({
      job: Number(row['job_id']),
      askedAt: Number(row['asked_at']),
      answeredAt: time(row['answered_at']),
      closedAt: time(row['closed_at']),
    })),
    ({ job }) => job,
  );
}

/** How much time a job still needs, at one moment. Times without the time in which scap waits for answers. */
export interface TimeLeft {
  /** Half of the comparable jobs needed at most this long from here, in milliseconds; 0: it takes longer than they did. */
  readonly median: number;
  /** Nine of ten needed at most this long. */
  readonly p90: number;
  /** When the job, or its stage, begins to be late; null while scap waits for an answer, because the estimate does not change then. */
  readonly lateAt: number | null;
  /** Whether it has already taken longer than nine of ten comparable jobs. */
  readonly isLate: boolean;
  /** The moment of the estimate. */
  readonly at: number;
  readonly count: number;
}

/** The time left of a running job; null: history is too thin, or no stage lasts. Pure. */
export function timeLeftOf(
  { stages, questions }: JobTiming,
  times: UsualTimes,
  now: number,
): TimeLeft | null {
  const stage = stages.at(-1);
  if (!stage || stage.finishedAt != null) return null;
  const rest = times.rest.get(stage.name);
  if (!rest) return null;
  const own = times.own.get(stage.name) ?? rest;
  const took = Math.max(0, now - stage.startedAt - waitedBetween(questions, stage.startedAt, now));
  const isWaiting = questions.some(({ answeredAt, closedAt }) => answeredAt === null && closedAt === null);
  const limit = Math.min(own.p90, rest.p90);
  return {
    // Later stages do not get shorter because this one takes longer.
    median: Math.max(0, rest.median - Math.min(took, own.median)),
    p90: Math.max(0, rest.p90 - Math.min(took, own.p90)),
    lateAt: isWaiting ? null : now - took + limit,
    isLate: took > limit,
    at: now,
    count: rest.count,
  };
}

/** When queued jobs of a lane can be expected to start, by job. A job is absent if history is too thin or deployments are held. */
export async function readExpectedStarts(
  db: Database,
  lane: string,
  usualTimes: (kind: JobKind) => Promise<UsualTimes>,
  now: number,
): Promise<Map<number, number>> {
  const em = db.em();
  const starts = new Map<number, number>();
  if (await currentHold(em)) return starts;
  let at = await freeAt(db, em, lane, usualTimes, now);
  const queued = await db.execute(
    `select id, kind from job j where state = 'queued' and lane = ? order by ${queuePlaceSql('j')} limit ${queueDepth}`,
    [lane],
  );
  for (const row of queued) {
    if (at === null) break;
    starts.set(Number(row['id']), at);
    const kind = jobKinds.find((each) => each === row['kind']);
    const whole: UsualTime | undefined = kind && (await usualTimes(kind)).rest.get('check');
    at = whole ? at + whole.median : null;
  }
  return starts;
}

/** When the lane is free if its job needs as long as usual, and its question is answered now; null if unknown. */
async function freeAt(
  db: Database,
  em: SqlEntityManager,
  lane: string,
  usualTimes: (kind: JobKind) => Promise<UsualTimes>,
  now: number,
): Promise<number | null> {
  const active = await em.findOne(Job, { lane, state: { $in: [...activeStates] } });
  if (!active) return now;
  const timing = (await readTimings(db, [active.id])).get(active.id);
  const left = timing && timeLeftOf(timing, await usualTimes(active.kind), now);
  return left ? now + left.median : null;
}
