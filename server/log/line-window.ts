// Owns the newest lines of one log in memory, up to a limit.
import type { LogLine } from '../../schema/model/log/line.ts';

/** The maximum number of lines, and of UTF-16 units of text. Subscribers that are further behind read the database. */
const maxLines = 20_000;
const maxText = 4_194_304;
/** Lines are removed only when a limit is exceeded by this factor, so that not every line moves the array. */
const tolerance = 1.25;

/** Consecutive lines; the oldest are removed. */
export class LineWindow {
  #lines: LogLine[] = [];
  #text = 0;

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** The number of the first line; infinite when empty. */
  get first(): number {
    return this.#lines[0]?.number ?? Number.POSITIVE_INFINITY;
  }

  add(lines: readonly LogLine[]): void {
    for (const line of lines) {
      this.#lines.push(line);
      this.#text += line.text.length;
    }
    if (this.#lines.length <= maxLines * tolerance && this.#text <= maxText * tolerance) return;
    let removed = 0;
    while (
      removed < this.#lines.length &&
      (this.#lines.length - removed > maxLines || this.#text > maxText)
    ) {
      this.#text -= this.#lines[removed]?.text.length ?? 0;
      removed++;
    }
    this.#lines.splice(0, removed);
  }

  clear(): void {
    this.#lines = [];
    this.#text = 0;
  }
}
