// Owns where rows stand in the log box: heights, the anchor that keeps what is read in its place, the true scrollbar. Pure: pixels in, pixels out. Owns no element.
import { firstIndexWhere, LogRows } from './rows.ts';

/** Pixels that an element may be high in every browser; a longer log is scrolled at a scale. */
export const tallest = 8_000_000;
const blockLines = 512;
/** Of the first row drawn, in rows. */
const firstStep = 32;

/** By how much lines are higher than a row of one line. Sparse: a block of it is made when a line in it is seen to be. */
class Excess {
  readonly #blocks = new Map<number, { sum: number; readonly values: Float32Array }>();
  #order: readonly number[] = [];
  #sums: readonly number[] = [];
  #stale = false;
  total = 0;

  get(line: number): number {
    return this.#blocks.get(Math.floor(line / blockLines))?.values[line % blockLines] ?? 0;
  }

  set(line: number, value: number): void {
    const index = Math.floor(line / blockLines);
    let block = this.#blocks.get(index);
    if (block === undefined) {
      if (value === 0) return;
      block = { sum: 0, values: new Float32Array(blockLines) };
      this.#blocks.set(index, block);
      this.#order = [];
    }
    const change = Math.fround(value) - (block.values[line % blockLines] ?? 0);
    block.values[line % blockLines] = value;
    block.sum += change;
    this.total += change;
    this.#stale = true;
  }

  /** Forgets these lines, both included. */
  drop(from: number, to: number): void {
    for (let index = Math.floor(from / blockLines); index <= Math.floor(to / blockLines); index++) {
      if (!this.#blocks.has(index)) continue;
      const first = Math.max(from, index * blockLines);
      const last = Math.min(to, (index + 1) * blockLines - 1);
      for (let line = first; line <= last; line++) if (this.get(line) !== 0) this.set(line, 0);
    }
  }

  /** The sum of all lines before this one. */
  before(line: number): number {
    if (this.#blocks.size === 0) return 0;
    if (this.#stale) {
      if (this.#order.length === 0) this.#order = [...this.#blocks.keys()].sort((one, other) => one - other);
      let sum = 0;
      this.#sums = this.#order.map((index) => {
        const before = sum;
        sum += this.#blocks.get(index)?.sum ?? 0;
        return before;
      });
      this.#stale = false;
    }
    const index = Math.floor(line / blockLines);
    const at = firstIndexWhere(this.#order.length, (each) => (this.#order[each] ?? 0) >= index);
    if (at === this.#order.length) return this.total;
    let sum = this.#sums[at] ?? 0;
    if (this.#order[at] !== index) return sum;
    const values = this.#blocks.get(index)?.values;
    for (let each = 0; each < line % blockLines; each++) sum += values?.[each] ?? 0;
    return sum;
  }

  clear(): void {
    this.#blocks.clear();
    this.#order = [];
    this.#sums = [];
    this.total = 0;
  }
}

/** Rows to be drawn, both included; none when `last` is smaller. */
export interface DrawnRows {
  readonly first: number;
  readonly last: number;
}

/** What is scrolled, and where it stands. All lengths in CSS pixels. */
export class LogScroller {
  /** Whether the end stays in sight. */
  following = true;
  #rows = new LogRows(0, []);
  #rowHeight: number;
  #viewport = 0;
  /** What stands after the last row. */
  #foot = 0;
  /** What is scrolled past, as if elements could be of any height, and as the browser has it. */
  #top = 0;
  #native = 0;
  /** The line that stays where it is while what is above it changes, and how far below the upper edge it stands. */
  #anchor = { line: 1, below: 0 };
  readonly #excess = new Excess();

  /** @param rowHeight of a row of one line */
  constructor(rowHeight: number) {
    this.#rowHeight = rowHeight;
  }

  get rows(): LogRows {
    return this.#rows;
  }

  /** Height of all rows and the foot. */
  get total(): number {
    return this.#rows.count * this.#rowHeight + this.#excess.total + this.#foot;
  }

  /** Height of the element that is scrolled, without the foot. */
  get height(): number {
    return Math.max(0, Math.min(this.total, tallest) - this.#foot);
  }

  /** The browser's `scrollTop`, as it should be. */
  get native(): number {
    return this.#native;
  }

  /** Other rows: what is read stays in its place. */
  setRows(rows: LogRows): void {
    this.#rows = rows;
    for (const { from, to } of rows.collapsed) this.#excess.drop(from, to);
    this.#place();
  }

  /** Heights of the box, of what follows the last row, and of a row of one line. True if that changes where anything stands. */
  setBox(viewport: number, foot: number, rowHeight: number): boolean {
    if (viewport === this.#viewport && foot === this.#foot && rowHeight === this.#rowHeight) return false;
    this.#viewport = viewport;
    this.#foot = foot;
    this.#rowHeight = rowHeight;
    this.#place();
    return true;
  }

  /** Forgets all heights: the box has another width. */
  forget(): void {
    this.#excess.clear();
    this.#place();
  }

  /** What rows really measure, from row `first` on. True if that changes where anything stands. */
  measured(first: number, heights: readonly number[]): boolean {
    let changed = false;
    for (const [index, height] of heights.entries()) {
      const line = this.#rows.lineAt(first + index);
      const excess = Math.fround(height - this.#rowHeight);
      if (Math.abs(excess - this.#excess.get(line)) < 0.05) continue;
      this.#excess.set(line, excess);
      changed = true;
    }
    if (changed) this.#place();
    return changed;
  }

  /** The reader has scrolled: `scrollTop` is now `native`. */
  scrolled(native: number): void {
    const moved = native - this.#native;
    const most = this.#most;
    this.#native = native;
    if (this.#scale === 1) this.#top = native;
    else if (native <= 0) this.#top = 0;
    else if (native >= this.#nativeMost - 1) this.#top = most;
    // Small steps are true to the pixel; whoever drags the scrollbar moves by its scale.
    else if (Math.abs(moved) <= 1.5 * this.#viewport) this.#top += moved;
    else this.#top = native * this.#scale;
    this.#top = Math.min(Math.max(0, this.#top), most);
    this.#hold();
  }

  /** Brings the browser's scrollbar back to where it should be, when small steps have led it astray. */
  settle(): void {
    if (this.#scale !== 1) this.#native = this.#top / this.#scale;
  }

  /** Puts a line a third below the upper edge, or as near to that as the ends allow. */
  jump(line: number): void {
    this.following = false;
    this.#anchor = { line, below: Math.floor(this.#viewport / 3) };
    this.#place();
    this.settle();
  }

  /** Scrolls to the beginning. */
  toTop(): void {
    this.following = false;
    this.#anchor = { line: 1, below: 0 };
    this.#place();
    this.settle();
  }

  /** Follows the end from now on. */
  follow(): void {
    this.following = true;
    this.#place();
  }

  /** Moves by so many pixels. */
  move(by: number): void {
    this.#top = Math.min(Math.max(0, this.#top + by), this.#most);
    this.#hold();
    this.#native = this.#scale === 1 ? this.#top : this.#top / this.#scale;
  }

  /**
   * The rows in sight and `around` more on each side, `most` in all. With many around, the first stays the same for some rows: while one after
   * another comes at the end, the browser need not draw all others anew.
   */
  drawn(around: number, most: number): DrawnRows {
    const count = this.#rows.count;
    if (count === 0) return { first: 0, last: -1 };
    const top = this.#rowAt(this.#top);
    const bottom = this.#rowAt(this.#top + Math.max(this.#viewport, this.#rowHeight));
    const wanted = Math.max(0, top - around);
    const first = around < firstStep ? wanted : wanted - (wanted % firstStep);
    return {
      first,
      last: Math.min(count - 1, bottom + around, Math.max(top, first) + most - 1 - (top - first)),
    };
  }

  /** The rows in sight. */
  get seen(): DrawnRows {
    return this.drawn(0, Number.POSITIVE_INFINITY);
  }

  /** Where row `row` stands in the element that is scrolled. */
  placeOf(row: number): number {
    return this.#y(row) - this.#top + this.#native;
  }

  /** Whether the end is in sight, but for `near` pixels. */
  atEnd(near: number): boolean {
    return this.#top >= this.#most - near;
  }

  get #most(): number {
    return Math.max(0, this.total - this.#viewport);
  }

  get #nativeMost(): number {
    return Math.max(0, Math.min(this.total, tallest) - this.#viewport);
  }

  get #scale(): number {
    return this.total <= tallest ? 1 : this.#most / this.#nativeMost;
  }

  #y(row: number): number {
    if (row >= this.#rows.count) return this.total - this.#foot;
    return row * this.#rowHeight + this.#excess.before(this.#rows.lineAt(row));
  }

  #rowAt(y: number): number {
    return Math.max(0, firstIndexWhere(this.#rows.count, (row) => this.#y(row) > y) - 1);
  }

  #hold(): void {
    if (this.#rows.count === 0) return;
    const row = this.#rowAt(this.#top);
    this.#anchor = { line: this.#rows.lineAt(row), below: this.#y(row) - this.#top };
  }

  /** After anything has changed its height. */
  #place(): void {
    const most = this.#most;
    const line = Math.min(Math.max(1, this.#anchor.line), Math.max(1, this.#rows.length));
    const wanted = this.following ? most : this.#y(this.#rows.rowOf(line)) - this.#anchor.below;
    this.#top = Math.min(Math.max(0, wanted), most);
    if (this.#scale === 1) this.#native = this.#top;
    else if (this.following) this.#native = this.#nativeMost;
    else this.#native = Math.min(this.#native, this.#nativeMost);
  }
}
