// Owns what follows for a job and for production from the counts of errors. Pure but for reading the history. Not reading the counts (error-log.ts).
import type { JobStage } from '../../schema/model/job/stage.ts';
import { type ErrorTarget, errorTargets } from '../../schema/text/error-log/error-message.ts';
import { compareErrors, type ErrorRate, type ErrorVerdict } from '../../schema/text/error-log/error-rate.ts';
import type {
  ErrorLogSource,
  ErrorRange,
  JobHealth,
  StageHealth,
  TargetHealth,
} from '../../schema/text/error-log/job-health.ts';
import type { StageName } from '../../schema/text/stage.ts';
import { type ErrorHistory, minute, sharesOf, type TimeSpan } from './history.ts';

/** The time before a job with which its errors are compared, in milliseconds. */
export const timeBefore = 60 * minute;
/** The time that is called “now”, in milliseconds. */
const recently = 5 * minute;
/** The longest trend, and how much of it is before the job, in milliseconds. */
const longestTrend = 90 * minute;
const trendBefore = 30 * minute;

/** In which stage a job reaches each target. */
const stageOfTarget: Readonly<Record<ErrorTarget, StageName>> = {
  testservers: 'testservers',
  canaries: 'canaries',
  production: 'production',
};
const serverStages: readonly StageName[] = Object.values(stageOfTarget);

/** What decides the health of a job. */
export interface WatchedJob {
  readonly id: number;
  readonly startedAt: number;
  /** Null if it has not ended. */
  readonly finishedAt: number | null;
  readonly stages: readonly Pick<JobStage, 'name' | 'startedAt' | 'finishedAt'>[];
}

/** When a job first changed a server; null if it has not. Pure. */
export const reachedServersAt = ({ stages }: Pick<WatchedJob, 'stages'>): number | null =>
  stages.find(({ name }) => serverStages.includes(name))?.startedAt ?? null;

/** The spans in which the errors of a job are counted. */
interface JobSpans {
  readonly before: TimeSpan;
  /** Until counts are known. */
  readonly since: TimeSpan;
  /** The last minutes, whether counts of them are known or not. */
  readonly now: TimeSpan;
  /** From when on counts are not known, because searches fail; null if they succeed. */
  readonly unknownFrom: number | null;
}

function spansOf(
  job: WatchedJob,
  known: TimeSpan,
  { problem }: ErrorLogSource,
  { watchTime, clock }: HealthTiming,
): JobSpans {
  const over = job.finishedAt === null ? Number.POSITIVE_INFINITY : job.finishedAt + watchTime;
  const now = Math.min(clock, over);
  return {
    before: { from: job.startedAt - timeBefore, to: job.startedAt },
    since: { from: reachedServersAt(job) ?? job.startedAt, to: Math.min(known.to, over) },
    now: { from: now - recently, to: now },
    unknownFrom: problem === null || known.to >= over ? null : known.to,
  };
}

/** The verdict about a span, which says since when it is not known if searches fail before the span ends. */
function verdictUntil(
  verdict: ErrorVerdict,
  rate: ErrorRate | null,
  { to, unknownFrom }: { readonly to: number; readonly unknownFrom: number | null },
): ErrorVerdict {
  if (unknownFrom === null || to <= unknownFrom) return verdict;
  const since = `ot known since ${new Date(unknownFrom).toISOString().slice(11, 16)} UTC`;
  return rate === null ? nothing(`N${since}`) : { ...verdict, text: `${verdict.text}; n${since}` };
}

const nothing = (text: string): ErrorVerdict => ({
  kind: 'unknown',
  text,
  basis: '',
  factor: null,
  probability: null,
});

/** When the health of a job is computed, in milliseconds. */
interface HealthTiming {
  /** How long a job is watched after its end. */
  readonly watchTime: number;
  /** The current time. */
  readonly clock: number;
}

export function jobHealth(
  history: ErrorHistory,
  source: ErrorLogSource,
  job: WatchedJob,
  timing: HealthTiming,
): Omit<JobHealth, 'watch'> {
  const { watchTime } = timing;
  const watchedUntil = job.finishedAt === null ? null : job.finishedAt + watchTime;
  const shared = { jobId: job.id, source, watchedUntil };
  if (history.span === null) return { ...shared, ...unknownHealth(job) };
  const spans = spansOf(job, history.span, source, timing);
  const trendFrom = Math.max(job.startedAt - trendBefore, spans.since.to - longestTrend);
  const messages = history.messages(spans.since, spans.before.from, trendFrom);
  const newMessages = messages.filter(({ isNew }) => isNew).length;
  const usual = history.usual(spans.before);
  const since = history.rate(spans.since);
  return {
    ...shared,
    verdict: verdictUntil(compareErrors(usual, since, newMessages), since, {
      ...spans,
      to: spans.now.to,
    }),
    before: usual,
    since,
    now: history.rate(spans.now),
    stages: job.stages.map((stage) => stageHealth(history, stage, spans)),
    targets: errorTargets.map((target) => targetHealth(history, target, job, spans)),
    trend: history.trend({ from: trendFrom, to: spans.since.to }),
    trendFrom,
    messages,
  };
}

function unknownHealth(job: WatchedJob): Omit<JobHealth, 'jobId' | 'source' | 'watchedUntil' | 'watch'> {
  const verdict = nothing('The error log has not been searched yet');
  const rates = { before: null, since: null, now: null };
  return {
    verdict,
    ...rates,
    stages: job.stages.map(({ name, startedAt, finishedAt = null }) => ({
      ...{ name, startedAt, finishedAt },
      rate: null,
      verdict,
    })),
    targets: errorTargets.map((target) => ({ target, ...rates, verdict })),
    trend: [],
    trendFrom: null,
    messages: [],
  };
}

function stageHealth(
  history: ErrorHistory,
  { name, startedAt, finishedAt = null }: WatchedJob['stages'][number],
  { before, since, now, unknownFrom }: JobSpans,
): StageHealth {
  const rate = history.rate({ from: startedAt, to: Math.min(finishedAt ?? since.to, since.to) });
  const verdict = verdictUntil(compareErrors(history.usual(before), rate), rate, {
    to: finishedAt ?? now.to,
    unknownFrom,
  });
  return { name, startedAt, finishedAt, rate, verdict };
}

function targetHealth(
  history: ErrorHistory,
  target: ErrorTarget,
  job: WatchedJob,
  spans: JobSpans,
): TargetHealth {
  const reached = job.stages.find(({ name }) => name === stageOfTarget[target]);
  const usual = history.usual(spans.before, target);
  const since: ErrorRate | null = reached
    ? history.rate({ from: reached.startedAt, to: spans.since.to }, target)
    : null;
  return {
    target,
    before: usual,
    since,
    now: history.rate(spans.now, target),
    verdict: reached
      ? verdictUntil(compareErrors(usual, since), since, { ...spans, to: spans.now.to })
      : nothing('Not reached by this job'),
  };
}

/** What is known of the last minutes. @param minutes 1 to 60 */
export function errorRange(history: ErrorHistory, minutes: number, now: number): ErrorRange {
  const to = history.span?.to ?? now;
  // Messages are counted by minutes, so the total begins with a whole one too.
  const from = Math.floor((to - minutes * minute) / minute) * minute;
  const total = history.rate({ from, to });
  const messages = history.messages({ from, to }, from - timeBefore);
  const listed = messages.reduce((sum, { count }) => sum + count, 0);
  const lately = { from: to - recently, to };
  const usual = history.usual({ from: to - timeBefore, to: lately.from });
  return {
    from,
    to,
    total,
    verdict:
      total === null
        ? nothing('The error log has not been searched yet')
        : compareErrors(usual, history.rate(lately)),
    targets: history.targets({ from, to }),
    trend: total === null ? [] : history.trend({ from, to }),
    versions: sharesOf(messages.flatMap(({ versions }) => versions)),
    messages,
    otherErrors: Math.max(0, (total?.errors ?? 0) - listed),
  };
}
