// Owns where the moments of a job lie on its timeline: to scale, but for waits that are shortened. Pure. Owns no drawing (timeline.tsx).
import type { Timeline } from './outline.ts';

/**
 * How much of the timeline waits for answers take at most. Somebody who answers after the weekend must not make a speck of the deployment.
 * Shorter ones stay to scale; of the longest ones as much is taken away as must be, so all that are shortened are equally long.
 */
export const mostWaiting = 0.4;

/** Moments are milliseconds since 1970; places are shares of the whole, 0 to 1, in the order of the moments. */
export interface TimelineScale {
  placeOf(at: number): number;
  /** Whether what waits for an answer from that moment on is drawn shorter than it lasted. */
  isShortened(from: number): boolean;
}

/** A time in which the job waited, and how long it is drawn, in milliseconds. */
interface Wait {
  readonly from: number;
  readonly to: number;
  readonly drawn: number;
}

/** The scale of a timeline that reaches to `end`. */
export function scaleOf({ from, items }: Timeline, end: number): TimelineScale {
  const whole = Math.max(1, end - from);
  const within = (at: number): number => Math.max(0, Math.min(whole, at - from));
  const waits = shortened(
    apart(
      items
        .filter((item) => item.kind === 'question')
        .map((question) => ({ from: within(question.from), to: within(question.to ?? end) })),
    ),
    whole,
  );
  // How much is left out before each of them.
  const gone: number[] = [0];
  for (const wait of waits) gone.push((gone.at(-1) ?? 0) + wait.to - wait.from - wait.drawn);
  const drawn = whole - (gone.at(-1) ?? 0);
  /** The last wait that began at a moment or before it; -1 when there was none. */
  const waitAt = (at: number): number => {
    let low = 0;
    for (let high = waits.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((waits[middle]?.from ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  return {
    placeOf(at) {
      const moment = within(at);
      const index = waitAt(moment);
      const wait = waits[index];
      if (wait === undefined) return moment / drawn;
      if (moment >= wait.to) return (moment - (gone[index + 1] ?? 0)) / drawn;
      const share = (moment - wait.from) / (wait.to - wait.from);
      return (wait.from - (gone[index] ?? 0) + share * wait.drawn) / drawn;
    },
    isShortened(at) {
      const wait = waits[waitAt(within(at))];
      return wait !== undefined && wait.drawn < wait.to - wait.from;
    },
  };
}

type Span = Pick<Wait, 'from' | 'to'>;

/** Spans in order, those that touch or overlap as one, without empty ones. */
function apart(spans: readonly Span[]): Span[] {
  const result: { from: number; to: number }[] = [];
  for (const span of spans.toSorted((one, other) => one.from - other.from)) {
    const before = result.at(-1);
    if (before !== undefined && span.from < before.to) before.to = Math.max(before.to, span.to);
    else if (span.to > span.from) result.push({ ...span });
  }
  return result;
}

/** How long each wait is drawn, that all together take {@link mostWaiting} at most. */
function shortened(waits: readonly Span[], whole: number): Wait[] {
  const lengths = waits.map(({ from, to }) => to - from).toSorted((one, other) => one - other);
  const waited = lengths.reduce((sum, length) => sum + length, 0);
  // Who only waited has nothing else to see.
  const room = waited < whole ? ((whole - waited) * mostWaiting) / (1 - mostWaiting) : waited;
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
