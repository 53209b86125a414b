// Owns the figures of a period: deployments a day, where the time goes, failures, the four DORA measures. Not reading the rows (row.ts).
import { setImmediate as turn } from 'node:timers/promises';
import { type StageName, stageNames } from '../../text/stage.ts';
import type { Period } from '../../text/week.ts';
import { withoutNumbers } from '../../text/without-numbers.ts';
import type { JobOutcome } from '../job/outcome.ts';
import type { AnsweredQuestion, EndedJob, EndedStage, StatisticsRows } from './row.ts';

/** A median and a 90th percentile (nearest rank) of durations in milliseconds, of `count` values. */
export interface Spread {
  readonly median: number;
  readonly p90: number;
  readonly count: number;
}

/** The jobs of a calendar day that ended with each outcome. */
export interface DayFigures {
  /** `2026-11-23`, in the time zone that was asked for. */
  readonly day: string;
  readonly outcomes: readonly { readonly outcome: JobOutcome; readonly count: number }[];
}

/** How many jobs started in an hour of a weekday (1: Monday … 7: Sunday), in the time zone that was asked for. */
export interface HourFigures {
  readonly weekday: number;
  readonly hour: number;
  readonly count: number;
}

/** A stage: the time of machines apart from the time in which scap waited for people. */
export interface StageFigures {
  readonly name: StageName;
  readonly machines: Spread;
  readonly people: Spread;
}

/** How long questions of one kind waited for an answer. */
export interface QuestionFigures {
  readonly key: string | null;
  readonly waited: Spread;
}

/** Jobs that failed in one stage (null: before any was recorded) with the same error. `jobs`: the newest of them. */
export interface FailureFigures {
  readonly stage: StageName | null;
  readonly error: string | null;
  readonly count: number;
  readonly jobs: readonly number[];
}

/** The four measures of DORA, as far as this database knows them. */
export interface DeliveryFigures {
  /** Jobs that were deployed, per day of the period. */
  readonly deploymentsPerDay: number;
  /** From the request to the end of jobs that were deployed; null if none was. */
  readonly leadTime: Spread | null;
  /** The share of jobs that changed production which failed, were rolled back or were lost; null with fewer than ten. */
  readonly changeFailureRate: number | null;
  /** From the end of a failed job to the end of the next deployed one in its lane; null if there was none. */
  readonly timeToRestore: Spread | null;
}

/** All figures of a period. */
export interface Statistics {
  /** The period of which all jobs are counted: if there are too many, its end from the oldest counted job on. */
  readonly period: Period;
  readonly zone: string;
  readonly isComplete: boolean;
  readonly days: readonly DayFigures[];
  readonly hours: readonly HourFigures[];
  readonly stages: readonly StageFigures[];
  readonly questions: readonly QuestionFigures[];
  readonly failures: readonly FailureFigures[];
  /** Jobs that were stopped or rolled back, newest first. */
  readonly stopped: readonly EndedJob[];
  /** The newest jobs that started, oldest first. */
  readonly durations: readonly EndedJob[];
  readonly delivery: DeliveryFigures;
}

const day = 86_400_000;
/** How many entries the lists have at most. */
export const listLimit = 50;
export const durationLimit = 500;
/** With fewer jobs no share is given: one more would change it by more than ten percent. */
const fewestForShare = 10;

/** Null without values. Pure. */
function spreadOf(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((one, other) => one - other);
  const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return sorted.length === 0 ? null : { median: rank(0.5), p90: rank(0.9), count: sorted.length };
}

const deployed: readonly JobOutcome[] = ['deployed', 'deployed_with_errors'];
const harmful: readonly JobOutcome[] = ['failed', 'rolled_back', 'lost'];
const isDeployed = ({ outcome }: EndedJob): boolean => deployed.includes(outcome);
const isHarmful = ({ outcome }: EndedJob): boolean => harmful.includes(outcome);

/** How many places on the calendar are found in one turn of the event loop. */
const placesPerTurn = 500;

/**
 * The figures of a period in a time zone. Rejects with a RangeError if the zone is unknown. It depends on its arguments only, and leaves the event loop
 * to other work between its parts: together they take too long for one turn. @param zone an IANA time zone
 */
export async function statisticsOf(rows: StatisticsRows, period: Period, zone: string): Promise<Statistics> {
  const { jobs, stages, questions, isComplete } = rows;
  const started = jobs.filter(({ startedAt }) => startedAt !== null);
  const ends = jobs.map(({ finishedAt }) => finishedAt);
  const starts = started.map(({ startedAt }) => startedAt ?? 0);
  const days = daysOf(jobs, await calendarPlaces(ends, zone));
  const hours = hoursOf(await calendarPlaces(starts, zone));
  await turn();
  const ofStages = stageFigures(stages);
  await turn();
  const ofQuestions = questionFigures(questions);
  await turn();
  const failures = failureFigures(jobs, stages);
  await turn();
  const counted = { ...period, ...(isComplete ? {} : { from: jobs[0]?.finishedAt ?? period.from }) };
  return {
    period: counted,
    zone,
    isComplete,
    days,
    hours,
    stages: ofStages,
    questions: ofQuestions,
    failures,
    stopped: jobs
      .filter(({ outcome }) => outcome === 'stopped' || outcome === 'rolled_back')
      .toReversed()
      .slice(0, listLimit),
    durations: started.slice(-durationLimit),
    delivery: deliveryFigures(jobs, counted),
  };
}

/** A moment on the calendar of a time zone. */
interface CalendarPlace {
  readonly day: string;
  readonly weekday: number;
  readonly hour: number;
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const formats = new Map<string, Intl.DateTimeFormat>();

/** Day, weekday and hour of a moment on the calendar of a time zone. */
function calendarPlace(at: number, zone: string): CalendarPlace {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      weekday: 'short',
      hour: '2-digit',
      hourCycle: 'h23',
    });
    if (formats.size > 100) formats.clear();
    formats.set(zone, format);
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`,
    weekday: weekdays.indexOf((parts.get('weekday') ?? '').slice(0, 3)) + 1,
    hour: Number(parts.get('hour')),
  };
}

/** The places of moments, in their order. */
async function calendarPlaces(moments: readonly number[], zone: string): Promise<CalendarPlace[]> {
  const places: CalendarPlace[] = [];
  for (const [index, at] of moments.entries()) {
    if (index % placesPerTurn === 0) await turn();
    places.push(calendarPlace(at, zone));
  }
  return places;
}

/** @param places where the jobs ended */
function daysOf(jobs: readonly EndedJob[], places: readonly CalendarPlace[]): DayFigures[] {
  return [...Map.groupBy(jobs, (_job, index) => places[index]?.day ?? '')].map(([name, ofDay]) => ({
    day: name,
    outcomes: [...Map.groupBy(ofDay, ({ outcome }) => outcome)].map(([outcome, each]) => ({
      outcome,
      count: each.length,
    })),
  }));
}

/** @param places where the jobs started */
function hoursOf(places: readonly CalendarPlace[]): HourFigures[] {
  return [...Map.groupBy(places, ({ weekday, hour }) => weekday * 24 + hour)]
    .toSorted(([one], [other]) => one - other)
    .flatMap(([, each]) => {
      const [first] = each;
      return first ? [{ weekday: first.weekday, hour: first.hour, count: each.length }] : [];
    });
}

function stageFigures(stages: readonly EndedStage[]): StageFigures[] {
  return stageNames.flatMap((name) => {
    const own = stages.filter((stage) => stage.name === name);
    const machines = spreadOf(own.map(({ took }) => took));
    const people = spreadOf(own.map(({ waited }) => waited));
    return machines && people ? [{ name, machines, people }] : [];
  });
}

function questionFigures(questions: readonly AnsweredQuestion[]): QuestionFigures[] {
  return [...Map.groupBy(questions, ({ key }) => key)]
    .flatMap(([key, each]) => {
      const waited = spreadOf(each.map((question) => question.waited));
      return waited ? [{ key, waited }] : [];
    })
    .toSorted((one, other) => other.waited.count - one.waited.count)
    .slice(0, listLimit);
}

/** The same error, without its numbers, is one failure; without an error line, the same stage is. As in lists of jobs that ended like another one. */
function failureFigures(jobs: readonly EndedJob[], stages: readonly EndedStage[]): FailureFigures[] {
  const last = new Map(stages.map(({ job, name }) => [job, name]));
  const failed = jobs.filter(({ outcome }) => outcome === 'failed').toReversed();
  const alike = ({ id, lastError }: EndedJob): string =>
    lastError === null ? `stage ${last.get(id) ?? ''}` : `error ${withoutNumbers(lastError)}`;
  return [...Map.groupBy(failed, alike).values()]
    .flatMap((each) => {
      const [newest] = each;
      if (!newest) return [];
      const { id, lastError: error } = newest;
      const newestJobs = each.slice(0, 5).map((job) => job.id);
      return [{ stage: last.get(id) ?? null, error, count: each.length, jobs: newestJobs }];
    })
    .toSorted((one, other) => other.count - one.count)
    .slice(0, listLimit);
}

/** From the end of each harmful job to the end of the next deployed one in its lane. One pass from the newest: a search for each took too long. */
function timesToRestore(jobs: readonly EndedJob[]): number[] {
  const next = new Map<string, number>();
  return jobs
    .toSorted((one, other) => other.finishedAt - one.finishedAt)
    .flatMap((job) => {
      const restoredAt = next.get(job.lane);
      if (isDeployed(job)) next.set(job.lane, job.finishedAt);
      return isHarmful(job) && restoredAt !== undefined ? [restoredAt - job.finishedAt] : [];
    });
}

function deliveryFigures(jobs: readonly EndedJob[], { from, to }: Period): DeliveryFigures {
  const good = jobs.filter(isDeployed);
  const bad = jobs.filter(isHarmful);
  const restored = timesToRestore(jobs);
  const all = good.length + bad.length;
  return {
    deploymentsPerDay: good.length / Math.max(1, (to - from) / day),
    leadTime: spreadOf(good.map(({ queuedAt, finishedAt }) => finishedAt - queuedAt)),
    changeFailureRate: all < fewestForShare ? null : bad.length / all,
    timeToRestore: spreadOf(restored),
  };
}
