// Owns the mapping between lines and rows of the log box, where a collapsed section or a range of hidden lines is one row. Pure. Owns no line.

/** Lines from one number to another, both included. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** A set of line numbers, stored as the smallest number of ranges. */
export class LineRanges {
  readonly #ranges: LineRange[] = [];
  #version = 0;

  /** Incremented by each change. */
  get version(): number {
    return this.#version;
  }

  /** In order. No two ranges touch. */
  get all(): readonly LineRange[] {
    return this.#ranges;
  }

  add(from: number, to: number): void {
    // The first range that touches or follows the new one.
    const first = firstIndexWhere(this.#ranges.length, (index) => (this.#ranges[index]?.to ?? 0) >= from - 1);
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

  /** The range that contains the line; null if none does. */
  of(line: number): LineRange | null {
    const range =
      this.#ranges[firstIndexWhere(this.#ranges.length, (at) => (this.#ranges[at]?.to ?? 0) >= line)];
    return range !== undefined && range.from <= line ? range : null;
  }
}

/** Sorts ranges and merges those that overlap or touch. */
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

/** The rows of a log. Some lines have no separate row. Rows are numbered from 0, lines from 1. */
export class LogRows {
  /** The lines without a row, as ranges in order that do not touch. */
  readonly collapsed: readonly LineRange[];
  /** How many lines are collapsed before each range. */
  readonly #before: readonly number[];
  readonly length: number;
  /** The number of rows. */
  readonly count: number;

  /**
   * @param length how many lines the log has
   * @param collapsed the lines without a row, as ranges in any order. Each is represented by the row of the nearest line before it that has one. Line 1 always has a row.
   */
  constructor(length: number, collapsed: readonly LineRange[]) {
    this.length = length;
    this.collapsed = union(
      collapsed.map(({ from, to }) => ({ from: Math.max(2, from), to: Math.min(length, to) })),
    );
    let count = 0;
    this.#before = this.collapsed.map(({ from, to }) => {
      const before = count;
      count += to - from + 1;
      return before;
    });
    this.count = length - count;
  }

  /** The row that shows or represents the line. */
  rowOf(line: number): number {
    const index = firstIndexWhere(this.collapsed.length, (at) => (this.collapsed[at]?.from ?? 0) > line) - 1;
    const range = this.collapsed[index];
    if (range === undefined) return line - 1;
    const before = this.#before[index] ?? 0;
    return line <= range.to ? range.from - before - 2 : line - before - (range.to - range.from + 1) - 1;
  }

  /** The line that the row shows; the first one, if it represents several. */
  lineAt(row: number): number {
    const index =
      firstIndexWhere(
        this.collapsed.length,
        (at) => (this.collapsed[at]?.from ?? 0) - 1 - (this.#before[at] ?? 0) > row,
      ) - 1;
    const range = this.collapsed[index];
    if (range === undefined) return row + 1;
    return row + 1 + (this.#before[index] ?? 0) + (range.to - range.from + 1);
  }
}

/** Binary search: the first index below `length` that passes `test`; `length`: none does. All indexes after the first one must pass, too. */
export function firstIndexWhere(length: number, test: (index: number) => boolean): number {
  let [from, to] = [0, length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (test(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
