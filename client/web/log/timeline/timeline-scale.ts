// Owns the position of a job's times on its timeline: to scale, except that long waits are shortened. Pure. Owns no layout (timeline-part.ts).
import { firstIndexWhere } from '../scroll/rows.ts';
import type { Timeline } from './timeline.ts';

/**
 * The largest share of the timeline for all waits for answers together. Otherwise a wait over a weekend would leave no room for the work. Only the
 * longest waits are shortened, all of them to the same length; shorter ones stay to scale.
 */
export const maxWaitShare = 0.4;

/** Maps times (milliseconds since 1970) to positions (shares of the whole, 0 to 1). Positions are in the order of the times. */
export interface TimelineScale {
  positionOf(at: number): number;
  /** The time at a position: the inverse of `positionOf`. */
  timeAt(position: number): number;
  /** Whether the wait for an answer that started at that time is drawn shorter than to scale. */
  isShortened(from: number): boolean;
}

/** A wait for an answer, in milliseconds since the start of the job, and the length it is drawn with. */
interface Wait {
  readonly from: number;
  readonly to: number;
  readonly drawn: number;
}

/** The scale of a timeline that ends at `end`. */
export function scaleOf({ from, items }: Timeline, end: number): TimelineScale {
  const whole = Math.max(1, end - from);
  const within = (at: number): number => Math.max(0, Math.min(whole, at - from));
  const waits = shorten(
    mergeSpans(
      items
        .filter((item) => item.kind === 'question')
        .map((question) => ({ from: within(question.from), to: within(question.to ?? end) })),
    ),
    whole,
  );
  // How many milliseconds are left out before each wait.
  const omitted: number[] = [0];
  for (const wait of waits) omitted.push((omitted.at(-1) ?? 0) + wait.to - wait.from - wait.drawn);
  const drawn = whole - (omitted.at(-1) ?? 0);
  /** The index of the last wait that started at a time or before it; -1: none. */
  const waitAt = (at: number): number =>
    firstIndexWhere(waits.length, (index) => (waits[index]?.from ?? 0) > at) - 1;
  return {
    positionOf(at) {
      const time = within(at);
      const index = waitAt(time);
      const wait = waits[index];
      if (wait === undefined) return time / drawn;
      if (time >= wait.to) return (time - (omitted[index + 1] ?? 0)) / drawn;
      const share = (time - wait.from) / (wait.to - wait.from);
      return (wait.from - (omitted[index] ?? 0) + share * wait.drawn) / drawn;
    },
    timeAt(position) {
      const at = Math.max(0, Math.min(1, position)) * drawn;
      for (const [index, wait] of waits.entries()) {
        const begin = wait.from - (omitted[index] ?? 0);
        if (at < begin) return from + at + (omitted[index] ?? 0);
        if (at < begin + wait.drawn)
          return from + wait.from + ((at - begin) / wait.drawn) * (wait.to - wait.from);
      }
      return from + at + (omitted.at(-1) ?? 0);
    },
    isShortened(at) {
      const wait = waits[waitAt(within(at))];
      return wait !== undefined && wait.drawn < wait.to - wait.from;
    },
  };
}

type Span = Pick<Wait, 'from' | 'to'>;

/** Sorts spans, merges those that overlap, and drops empty ones. */
function mergeSpans(spans: readonly Span[]): Span[] {
  const result: { from: number; to: number }[] = [];
  for (const span of spans.toSorted((one, other) => one.from - other.from)) {
    const before = result.at(-1);
    if (before !== undefined && span.from < before.to) before.to = Math.max(before.to, span.to);
    else if (span.to > span.from) result.push({ ...span });
  }
  return result;
}

/** Computes the length of each wait so that all together take at most {@link maxWaitShare}. */
function shorten(waits: readonly Span[], whole: number): Wait[] {
  const lengths = waits.map(({ from, to }) => to - from).toSorted((one, other) => one - other);
  const waited = lengths.reduce((sum, length) => sum + length, 0);
  // A job that did nothing but wait is drawn to scale.
  const room = waited < whole ? ((whole - waited) * maxWaitShare) / (1 - maxWaitShare) : waited;
  let longest = Number.POSITIVE_INFINITY;
  let left = room;
  for (const [index, length] of lengths.entries()) {
    const share = left / (lengths.length - index);
    if (length > share) {
      longest = share;
      break;
    }
    left -= length;
  }
  return waits.map(({ from, to }) => ({ from, to, drawn: Math.min(to - from, longest) }));
}
