// Owns the positions of rows in the log box: heights, the scroll position, and the anchor that keeps the visible lines in place. Pure. Owns no element.
import { ExtraHeights } from './extra-height.ts';
import { firstIndexWhere, LogRows } from './rows.ts';

/** The height in CSS pixels that every browser allows for an element. A higher log is scrolled at a scale. */
export const maxElementHeight = 8_000_000;
/** The first drawn row is a multiple of this number. */
const firstRowStep = 16;
/** Characters of a line from which on its height is estimated before it is drawn. */
const longText = 1_000;
/** Characters in a row of a wrapped line, for estimates. */
const estimatedRowLength = 120;

/** A range of rows, both included; empty if `last` is smaller than `first`. */
export interface DrawnRows {
  readonly first: number;
  readonly last: number;
}

/** The scroll position of one log. All lengths are in CSS pixels. */
export class LogScroller {
  /** Whether the end stays in view when rows are added. */
  following = true;
  #rows = new LogRows(0, []);
  #rowHeight: number;
  #viewport = 0;
  /** The height of what stands after the last row. */
  #foot = 0;
  /** The scroll position if elements could have any height, and the browser's `scrollTop`. */
  #top = 0;
  #native = 0;
  /** The line that stays in place when rows above it change, and its distance from the upper edge of the box. */
  #anchor = { line: 1, below: 0 };
  readonly #extraHeights = new ExtraHeights();
  /** Lines whose height was estimated since it was last discarded. */
  readonly #estimated = new Set<number>();

  /** @param rowHeight the height of a row of one line */
  constructor(rowHeight: number) {
    this.#rowHeight = rowHeight;
  }

  get rows(): LogRows {
    return this.#rows;
  }

  /** The height of all rows and the foot. */
  get total(): number {
    return this.#rows.count * this.#rowHeight + this.#extraHeights.total + this.#foot;
  }

  /** The height of the scrolled element, without the foot: at most {@link maxElementHeight}. */
  get height(): number {
    return Math.max(0, Math.min(this.total, maxElementHeight) - this.#foot);
  }

  /** The `scrollTop` that the box should have. */
  get native(): number {
    return this.#native;
  }

  /** Replaces the rows. The visible lines stay in place. */
  setRows(rows: LogRows): void {
    this.#rows = rows;
    for (const { from, to } of rows.collapsed) this.#extraHeights.reset(from, to);
    this.#place();
  }

  /** Sets the heights of the box, of the foot, and of a row of one line. Returns whether one of them changed. */
  setBox(viewport: number, foot: number, rowHeight: number): boolean {
    if (viewport === this.#viewport && foot === this.#foot && rowHeight === this.#rowHeight) return false;
    this.#viewport = viewport;
    this.#foot = foot;
    this.#rowHeight = rowHeight;
    this.#place();
    return true;
  }

  /** Discards all measured heights, because the width of the box changed. */
  forget(): void {
    this.#extraHeights.clear();
    this.#estimated.clear();
    this.#place();
  }

  /** Discards all measured heights, because long lines are wrapped from now on, or no longer. The line on top stays there. */
  rewrap(): void {
    // A position within a high row has no meaning once the line is one row.
    if (this.#anchor.below <= -this.#rowHeight) this.#anchor = { ...this.#anchor, below: 0 };
    this.forget();
  }

  /** Sets the measured heights of the rows from row `first` on. Returns whether a height changed. */
  measured(first: number, heights: readonly number[]): boolean {
    let changed = false;
    for (const [index, height] of heights.entries()) {
      const line = this.#rows.lineAt(first + index);
      const excess = Math.fround(height - this.#rowHeight);
      if (Math.abs(excess - this.#extraHeights.get(line)) < 0.05) continue;
      this.#extraHeights.set(line, excess);
      changed = true;
    }
    if (changed) this.#place();
    return changed;
  }

  /**
   * Estimates the heights of rows with long texts that were not measured yet. Otherwise each would be treated as one line high, and a screen full of them be
   * drawn in one task although one may fill the box.
   * @param textLength the number of characters of a line, as far as it is known
   * @returns whether a height changed
   */
  estimate({ first, last }: DrawnRows, textLength: (line: number) => number): boolean {
    let changed = false;
    for (let row = first; row <= last; row++) {
      const line = this.#rows.lineAt(row);
      const length = textLength(line);
      if (length < longText || this.#estimated.has(line)) continue;
      this.#estimated.add(line);
      if (this.#extraHeights.get(line) !== 0) continue;
      this.#extraHeights.set(line, Math.floor(length / estimatedRowLength) * this.#rowHeight);
      changed = true;
    }
    if (changed) this.#place();
    return changed;
  }

  /** The reader scrolled: `scrollTop` is now `native`. */
  scrolled(native: number): void {
    const moved = native - this.#native;
    const max = this.#maxTop;
    this.#native = native;
    if (this.#scale === 1) this.#top = native;
    else if (native <= 0) this.#top = 0;
    else if (native >= this.#maxNative - 1) this.#top = max;
    // Small steps are exact to the pixel. Dragging the scrollbar moves by the scale.
    else if (Math.abs(moved) <= 1.5 * this.#viewport) this.#top += moved;
    else this.#top = native * this.#scale;
    this.#top = Math.min(Math.max(0, this.#top), max);
    this.#setAnchor();
  }

  /** Moves the scrollbar to the position that matches the visible lines: small steps at a scale let them drift apart. */
  settle(): void {
    if (this.#scale !== 1) this.#native = this.#top / this.#scale;
  }

  /** Scrolls to a line: it stands a third of the box below the upper edge, or as close to that as the ends allow. */
  jump(line: number): void {
    this.following = false;
    this.#anchor = { line, below: Math.floor(this.#viewport / 3) };
    this.#place();
    this.settle();
  }

  /** Scrolls to the first line. */
  toTop(): void {
    this.following = false;
    this.#anchor = { line: 1, below: 0 };
    this.#place();
    this.settle();
  }

  /** Scrolls to the end and stays there. */
  follow(): void {
    this.following = true;
    this.#place();
  }

  /**
   * The visible rows and, on each side, those within the height of `overscan` rows of one line; at most `max`. With a large overscan the first row is rounded
   * down, so that it does not change with each row that is added at the end.
   */
  drawn(overscan: number, max: number): DrawnRows {
    const count = this.#rows.count;
    if (count === 0) return { first: 0, last: -1 };
    const around = overscan * this.#rowHeight;
    const top = this.#rowAt(this.#top);
    const wanted = this.#rowAt(this.#top - around);
    const bottom = this.#rowAt(this.#top + Math.max(this.#viewport, this.#rowHeight) + around);
    const rounded = wanted - (wanted % firstRowStep);
    const isCheap = overscan >= firstRowStep && this.#y(wanted) - this.#y(rounded) <= around;
    const first = isCheap ? rounded : wanted;
    return {
      first,
      last: Math.min(count - 1, bottom, Math.max(top, first) + max - 1 - (top - first)),
    };
  }

  /** The visible rows. */
  get seen(): DrawnRows {
    return this.drawn(0, Number.POSITIVE_INFINITY);
  }

  /** The position of a row in the scrolled element. */
  placeOf(row: number): number {
    return this.#y(row) - this.#top + this.#native;
  }

  /** Whether the end is in view, or at most `near` pixels away. */
  atEnd(near: number): boolean {
    return this.#top >= this.#maxTop - near;
  }

  get #maxTop(): number {
    return Math.max(0, this.total - this.#viewport);
  }

  get #maxNative(): number {
    return Math.max(0, Math.min(this.total, maxElementHeight) - this.#viewport);
  }

  get #scale(): number {
    return this.total <= maxElementHeight ? 1 : this.#maxTop / this.#maxNative;
  }

  #y(row: number): number {
    if (row >= this.#rows.count) return this.total - this.#foot;
    return row * this.#rowHeight + this.#extraHeights.before(this.#rows.lineAt(row));
  }

  #rowAt(y: number): number {
    return Math.max(0, firstIndexWhere(this.#rows.count, (row) => this.#y(row) > y) - 1);
  }

  #setAnchor(): void {
    if (this.#rows.count === 0) return;
    const row = this.#rowAt(this.#top);
    this.#anchor = { line: this.#rows.lineAt(row), below: this.#y(row) - this.#top };
  }

  /** Computes the scroll position from the anchor, or from the end. */
  #place(): void {
    const max = this.#maxTop;
    const line = Math.min(Math.max(1, this.#anchor.line), Math.max(1, this.#rows.length));
    const wanted = this.following ? max : this.#y(this.#rows.rowOf(line)) - this.#anchor.below;
    this.#top = Math.min(Math.max(0, wanted), max);
    if (this.#scale === 1) this.#native = this.#top;
    else if (this.following) this.#native = this.#maxNative;
    else this.#native = Math.min(this.#native, this.#maxNative);
  }
}
