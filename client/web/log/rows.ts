// Owns which row of the log box shows which line, when folded sections and runs of hidden lines are one row each. Pure. Owns no line.

/** Lines from one number to another, both included. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** A set of line numbers, kept as the fewest ranges. */
export class LineRanges {
  readonly #ranges: LineRange[] = [];
  #version = 0;

  /** Goes up with each change. */
  get version(): number {
    return this.#version;
  }

  /** In order; none touches the next. */
  get all(): readonly LineRange[] {
    return this.#ranges;
  }

  add(from: number, to: number): void {
    // The first range that touches or follows the new one.
    const first = search(this.#ranges.length, (index) => (this.#ranges[index]?.to ?? 0) >= from - 1);
    let end = first;
    let merged: LineRange = { from, to };
    for (
      let range = this.#ranges[end];
      range !== undefined && range.from <= to + 1;
      range = this.#ranges[end]
    ) {
      if (range.from <= from && range.to >= to) return;
      merged = { from: Math.min(range.from, merged.from), to: Math.max(range.to, merged.to) };
      end++;
    }
    this.#ranges.splice(first, end - first, merged);
    this.#version++;
  }

  /** The range that the line is in. */
  of(line: number): LineRange | null {
    const range = this.#ranges[search(this.#ranges.length, (at) => (this.#ranges[at]?.to ?? 0) >= line)];
    return range !== undefined && range.from <= line ? range : null;
  }
}

/** Ranges in any order as the fewest ranges in order. */
export function union(ranges: readonly LineRange[]): LineRange[] {
  const all: LineRange[] = [];
  for (const range of [...ranges].sort((one, other) => one.from - other.from)) {
    if (range.to < range.from) continue;
    const last = all.at(-1);
    if (last === undefined || range.from > last.to + 1) all.push(range);
    else if (range.to > last.to) all[all.length - 1] = { from: last.from, to: range.to };
  }
  return all;
}

/** The rows of a log of which some lines are taken out. Rows count from 0, lines from 1. */
export class LogRows {
  /** What is taken out, as the fewest ranges in order. */
  readonly out: readonly LineRange[];
  /** How many lines are taken out before each range. */
  readonly #before: readonly number[];
  readonly length: number;
  /** How many rows there are. */
  readonly count: number;

  /**
   * @param length lines of the log
   * @param out what is taken out, in any order. A line that is taken out is shown by the row of the last line before it that is not; line 1 always has a row.
   */
  constructor(length: number, out: readonly LineRange[]) {
    this.length = length;
    this.out = union(out.map(({ from, to }) => ({ from: Math.max(2, from), to: Math.min(length, to) })));
    let taken = 0;
    this.#before = this.out.map(({ from, to }) => {
      const before = taken;
      taken += to - from + 1;
      return before;
    });
    this.count = length - taken;
  }

  /** The row that shows the line, or stands for it. */
  rowOf(line: number): number {
    const index = search(this.out.length, (at) => (this.out[at]?.from ?? 0) > line) - 1;
    const range = this.out[index];
    if (range === undefined) return line - 1;
    const before = this.#before[index] ?? 0;
    return line <= range.to ? range.from - before - 2 : line - before - (range.to - range.from + 1) - 1;
  }

  /** The line that the row shows: the first, if it stands for several. */
  lineAt(row: number): number {
    const index =
      search(this.out.length, (at) => (this.out[at]?.from ?? 0) - 1 - (this.#before[at] ?? 0) > row) - 1;
    const range = this.out[index];
    if (range === undefined) return row + 1;
    return row + 1 + (this.#before[index] ?? 0) + (range.to - range.from + 1);
  }
}

/** The first index from 0 to below `length` for which `is` is true, which then stays true; `length` if there is none. */
export function search(length: number, is: (index: number) => boolean): number {
  let [from, to] = [0, length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (is(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
