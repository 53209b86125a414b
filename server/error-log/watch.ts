// Owns the decision about errors after the end of a job: quiet, risen, not known yet. Pure but for reading the history. Not storing it (error-log.ts).
import type { DecidedState, WatchFigures } from '../../schema/model/job/error-watch.ts';
import { errorTargets } from '../../schema/text/error-log/error-message.ts';
import { compareErrors } from '../../schema/text/error-log/error-rate.ts';
import { watchText } from '../../schema/text/error-log/job-health.ts';
import { type ErrorHistory, minute } from './history.ts';
import { reachedServersAt, timeBefore, type WatchedJob } from './job-health.ts';

/** New messages with at least this many errors together are a rise: as many as end a deployment in scap's check of canaries. */
const newMessageLimit = 10;
/** How long after the watch a search may succeed for the first time, in milliseconds. */
export const lateTime = 30 * minute;
/** How many new messages are stored. */
const maxMessages = 100;

/** What the errors since a job say. */
export interface WatchFinding {
  readonly hasRisen: boolean;
  /** Whether enough of the time before the job is known: without it, no rise could be found. */
  readonly isComparable: boolean;
  /** Why, as text. */
  readonly verdict: string;
  readonly figures: WatchFigures;
}

/** What the errors say since an ended job reached production, or else since its end. @param until when the watch ends */
export function watchFinding(history: ErrorHistory, job: WatchedJob, until: number): WatchFinding {
  const end = job.finishedAt ?? job.startedAt;
  const reached = job.stages.find(({ name }) => name === 'production');
  const span = { from: reached?.startedAt ?? end, to: until };
  const before = { from: job.startedAt - timeBefore, to: job.startedAt };
  // A message that the job caused can occur before it reaches production, or its end.
  const since = { from: reachedServersAt(job) ?? span.from, to: until };
  const isNew = new Set(history.messages(since, before.from).flatMap((each) => (each.isNew ? each.id : [])));
  const fresh = history.messages(span, before.from).filter(({ id }) => isNew.has(id));
  const compare = (target: (typeof errorTargets)[number] | null) =>
    compareErrors(
      history.usual(before, target),
      history.rate(span, target),
      target === null ? fresh.length : 0,
    );
  const all = compare(null);
  const risen = [
    ...(all.kind === 'more' ? [all.text] : []),
    ...(all.kind === 'more'
      ? []
      : errorTargets.flatMap((target) => {
          const { kind, text } = compare(target);
          return kind === 'more' ? [`${text} on ${names[target]}`] : [];
        })),
  ];
  const newErrors = fresh.reduce((sum, { count }) => sum + count, 0);
  if (risen.length === 0 && newErrors >= newMessageLimit)
    risen.push(`${newErrors} errors with ${fresh.length} new ${fresh.length === 1 ? 'message' : 'messages'}`);
  const rate = (of: typeof before) => {
    const known = history.rate(of);
    return known && { errors: known.errors, minutes: Math.round(known.minutes * 10) / 10 };
  };
  return {
    hasRisen: risen.length > 0,
    isComparable: all.kind !== 'unknown',
    verdict: risen.join('; '),
    figures: {
      before: rate(before),
      after: rate(span),
      factor: all.factor,
      newMessages: Object.fromEntries(fresh.slice(0, maxMessages).map(({ id, count }) => [id, count])),
    },
  };
}

const names = { testservers: 'test servers', canaries: 'canaries', production: 'production' } as const;

/** What a decision depends on besides the errors. Times in milliseconds. */
export interface WatchTimes {
  /** Until when errors are known; null if nothing is. */
  readonly readUntil: number | null;
  /** When the watch ends. */
  readonly until: number;
  readonly now: number;
  /** How long the watch takes. */
  readonly watchTime: number;
  /** For how long the clock was not set, and the host did not sleep. */
  readonly steadyFor: number;
}

/**
 * The state that a watch ends with now; null if it continues. After a step of the clock, nothing is known of a time that only seems to be over, and searches
 * may not have had the time to succeed. @param wasRisen whether the search before said that errors had risen
 */
export function decideWatch(
  { hasRisen, isComparable }: WatchFinding,
  wasRisen: boolean,
  { readUntil, until, now, watchTime, steadyFor }: WatchTimes,
): DecidedState | null {
  if (hasRisen && wasRisen) return 'rose';
  if (readUntil !== null && readUntil >= until && steadyFor >= watchTime)
    return hasRisen ? 'rose' : isComparable ? 'quiet' : 'unknown';
  return now > until + lateTime && steadyFor >= Math.max(watchTime, lateTime) ? 'unknown' : null;
}

/** The sentence of a result. */
export const resultText = (state: DecidedState, { verdict, isComparable, figures }: WatchFinding): string =>
  state === 'unknown' && !isComparable && figures.after !== null
    ? 'The errors before the job are not known, so it is not known whether errors rose.'
    : watchText(state, verdict);
