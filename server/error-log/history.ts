// Owns the counts of errors that were read: by ten seconds and target, and by minute and message. It forgets old ones. Not how they are read (search.ts).
import { createHash } from 'node:crypto';
import {
  type ErrorMessage,
  type ErrorShare,
  errorTargets,
  messageText,
  type TargetCounts,
} from '../../schema/text/error-log/error-message.ts';
import {
  dispersionOf,
  type ErrorRate,
  shortestBefore,
  type UsualErrors,
} from '../../schema/text/error-log/error-rate.ts';

export const minute = 60_000;
/** The resolution of rates, in milliseconds. */
export const slotLength = 10_000;
/** How long counts are kept, in milliseconds: a job of several hours, and the hour before it. */
export const keptTime = 6 * 60 * minute;

/** Errors of one message in one minute. */
export interface MessageCell {
  /** When the minute begins. */
  readonly minute: number;
  /** The message as it is stored; null if the errors have none. */
  readonly message: string | null;
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly targets: TargetCounts;
  readonly versions: readonly ErrorShare[];
  readonly wikis: readonly ErrorShare[];
}

/** What a search found in a time span. */
export interface FoundErrors {
  /** The span, with `to` excluded; whole minutes but for `to`. */
  readonly from: number;
  readonly to: number;
  readonly slots: readonly { readonly at: number; readonly targets: TargetCounts }[];
  readonly cells: readonly MessageCell[];
}

/** A time span; `to` is excluded. In milliseconds since 1970. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

const noTargets: TargetCounts = { testservers: 0, canaries: 0, production: 0 };
const sum = (counts: TargetCounts): number => errorTargets.reduce((total, each) => total + counts[each], 0);
const plus = (one: TargetCounts, other: TargetCounts): TargetCounts => ({
  testservers: one.testservers + other.testservers,
  canaries: one.canaries + other.canaries,
  production: one.production + other.production,
});
const floorTo = (at: number, length: number): number => Math.floor(at / length) * length;

/** The id of a message: its text cannot be found from it without guessing it. */
const messageId = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 16);

/** A cell, with the text and the id of its message. */
interface StoredCell extends Omit<MessageCell, 'message'> {
  readonly id: string;
  readonly text: string;
}

/** Counts of one contiguous time span. */
export class ErrorHistory {
  readonly #slots = new Map<number, TargetCounts>();
  readonly #cells = new Map<number, readonly StoredCell[]>();
  #span: TimeSpan | null = null;

  /** What is known; null if nothing yet. */
  get span(): TimeSpan | null {
    return this.#span;
  }

  /** Adds what was found, in place of what was known of the same time. What is known and does not touch it is forgotten. */
  add({ from, to, slots, cells }: FoundErrors): void {
    const span = this.#span;
    // A time between them would look like one without errors.
    if (span !== null && (from > span.to || to < span.from)) this.clear();
    for (const at of this.#slots.keys()) if (at >= from && at < to) this.#slots.delete(at);
    for (const at of this.#cells.keys()) if (at >= from && at < to) this.#cells.delete(at);
    for (const { at, targets } of slots) this.#slots.set(at, targets);
    for (const [at, each] of Map.groupBy(cells, (cell) => cell.minute))
      this.#cells.set(
        at,
        each.map(({ message, ...cell }) => {
          const text = messageText(message ?? '');
          return { ...cell, text, id: messageId(text) };
        }),
      );
    const known = this.#span;
    this.#span = { from: Math.min(from, known?.from ?? from), to: Math.max(to, known?.to ?? to) };
    this.#forget(this.#span.to - keptTime);
  }

  /** Forgets everything. */
  clear(): void {
    this.#slots.clear();
    this.#cells.clear();
    this.#span = null;
  }

  #forget(before: number): void {
    if (this.#span === null || this.#span.from >= before) return;
    const from = floorTo(before, minute);
    for (const at of this.#slots.keys()) if (at < from) this.#slots.delete(at);
    for (const at of this.#cells.keys()) if (at < from) this.#cells.delete(at);
    this.#span = { ...this.#span, from };
  }

  /** The part of a span that is known; null if none of it. */
  known({ from, to }: TimeSpan): TimeSpan | null {
    if (this.#span === null) return null;
    const part = { from: Math.max(from, this.#span.from), to: Math.min(to, this.#span.to) };
    return part.to > part.from ? part : null;
  }

  /** The errors of each target in the known part of a span, to ten seconds. */
  targets(span: TimeSpan): TargetCounts {
    let counts = noTargets;
    for (const [at, each] of this.#slots)
      if (at + slotLength / 2 >= span.from && at + slotLength / 2 < span.to) counts = plus(counts, each);
    return counts;
  }

  /** The rate of some or all targets in the known part of a span; null if none of it is known. */
  rate(span: TimeSpan, target: keyof TargetCounts | null = null): ErrorRate | null {
    const known = this.known(span);
    if (known === null) return null;
    const counts = this.targets(known);
    return {
      errors: target === null ? sum(counts) : counts[target],
      minutes: (known.to - known.from) / minute,
    };
  }

  /** The same, with the dispersion of its minutes. */
  usual(span: TimeSpan, target: keyof TargetCounts | null = null): UsualErrors | null {
    const known = this.known(span);
    const rate = this.rate(span, target);
    if (known === null || rate === null) return null;
    return { ...rate, dispersion: dispersionOf(this.trend(known, target).slice(0, -1)) };
  }

  /** The errors of each minute of a span, also of those that are not known. */
  trend(span: TimeSpan, target: keyof TargetCounts | null = null): number[] {
    const from = floorTo(span.from, minute);
    const trend = new Array<number>(Math.max(0, Math.ceil((span.to - from) / minute))).fill(0);
    for (const [at, counts] of this.#slots) {
      const index = Math.floor((at - from) / minute);
      const known = trend[index];
      if (known !== undefined) trend[index] = known + (target === null ? sum(counts) : counts[target]);
    }
    return trend;
  }

  /**
   * The messages of a span, with whether the known time before it, since `before`, had them; most errors first. `trendFrom`: when their trends begin.
   * To the minute: a minute is a part of the span if it begins in it, or if its first error is in it.
   */
  messages(span: TimeSpan, before: number, trendFrom = span.from): ErrorMessage[] {
    const found = new Map<string, StoredCell[]>();
    const known = this.known({ from: before, to: span.from });
    // What is not known cannot have been seen there.
    const isJudged = known !== null && known.to - known.from >= shortestBefore * minute;
    for (const [at, cells] of this.#cells) {
      if (at + minute <= before || at >= span.to) continue;
      for (const cell of cells) {
        const same = found.get(cell.id);
        if (same) same.push(cell);
        else found.set(cell.id, [cell]);
      }
    }
    return [...found.values()]
      .flatMap((cells) => messageOf(cells, span, trendFrom) ?? [])
      .map((each) => (isJudged ? each : { ...each, isNew: false }))
      .sort((one, other) => other.count - one.count);
  }
}

/** One message from its cells; null if it did not occur in the span. */
function messageOf(cells: readonly StoredCell[], span: TimeSpan, trendFrom: number): ErrorMessage | null {
  const isInside = (cell: StoredCell): boolean => cell.first >= span.from || cell.minute >= span.from;
  const inside = cells.filter(isInside);
  const [example] = inside;
  if (example === undefined) return null;
  const outside = cells.filter((cell) => !isInside(cell));
  const count = (some: readonly StoredCell[]): number => some.reduce((total, each) => total + each.count, 0);
  const from = floorTo(trendFrom, minute);
  const trend = new Array<number>(Math.max(0, Math.ceil((span.to - from) / minute))).fill(0);
  for (const cell of cells) {
    const index = Math.floor((cell.minute - from) / minute);
    const known = trend[index];
    if (known !== undefined) trend[index] = known + cell.count;
  }
  return {
    id: example.id,
    text: example.text,
    isNew: outside.length === 0,
    count: count(inside),
    before: count(outside),
    firstSeenAt: Math.min(...cells.map(({ first }) => first)),
    lastSeenAt: Math.max(...cells.map(({ last }) => last)),
    versions: sharesOf(inside.flatMap(({ versions }) => versions)),
    wikis: sharesOf(inside.flatMap(({ wikis }) => wikis)),
    targets: inside.reduce((counts, cell) => plus(counts, cell.targets), noTargets),
    trend,
  };
}

/** The sum of shares by name: at most 20, most errors first, and all others. Pure. */
export function sharesOf(shares: readonly ErrorShare[], most = 20): ErrorShare[] {
  const counts = new Map<string | null, number>();
  for (const { name, count } of shares) counts.set(name, (counts.get(name) ?? 0) + count);
  let others = counts.get(null) ?? 0;
  counts.delete(null);
  const sorted = [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((one, other) => other.count - one.count);
  others += sorted.slice(most).reduce((total, { count }) => total + count, 0);
  return [...sorted.slice(0, most), ...(others > 0 ? [{ name: null, count: others }] : [])];
}
