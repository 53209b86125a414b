// Owns how much higher lines are than a row of one line. Pure. Owns no position (scroller.ts).
import { firstIndexWhere } from './rows.ts';

/** Lines in a block. */
const blockLines = 512;

/** The extra height of each line over a row of one line, in CSS pixels, and fast sums of it. Stored in blocks, which exist only where a line has extra height. */
export class ExtraHeights {
  readonly #blocks = new Map<number, { sum: number; readonly values: Float32Array }>();
  /** The numbers of the blocks, ascending. */
  #order: readonly number[] = [];
  /** The sum of all blocks before each block in `#order`. */
  #sums: readonly number[] = [];
  /** Whether `#sums` is out of date. */
  #stale = false;
  /** The sum of all lines. */
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

  /** Sets these lines, both included, to 0. */
  reset(from: number, to: number): void {
    for (let index = Math.floor(from / blockLines); index <= Math.floor(to / blockLines); index++) {
      if (!this.#blocks.has(index)) continue;
      const first = Math.max(from, index * blockLines);
      const last = Math.min(to, (index + 1) * blockLines - 1);
      for (let line = first; line <= last; line++) if (this.get(line) !== 0) this.set(line, 0);
    }
  }

  /** The sum of all lines before a line. */
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
