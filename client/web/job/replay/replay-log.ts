// Owns which lines of a log had been printed at a time. It reads only the pages around that time. Owns no request (replay.tsx).
import type { TextStyle } from '../../../../schema/text/terminal/text-style.ts';
import type { LogLine } from '../../log/line/line.ts';
import { LineCache, segmentLines } from '../../log/line-cache.ts';

/** Lines that are loaded together. */
export const pageLength = segmentLines;
/** Pages in memory. */
const maxPages = 12;
/** Lines that are shown. */
export const shownLines = 30;

/** A line, with the style at its start: colours continue from line to line. */
export interface ReplayRow {
  readonly line: LogLine;
  readonly textStyle: TextStyle;
}

/** The end of the log at a time. */
export interface ReplayView {
  readonly rows: readonly ReplayRow[];
  /** How many lines there were. */
  readonly count: number;
  /** When the next line followed, in milliseconds since 1970; null if no line followed. */
  readonly nextAt: number | null;
}

/** Loads consecutive lines after a number. */
export type LoadLines = (after: number, first: number) => Promise<readonly LogLine[]>;

const atOf = ({ at }: LogLine): number => Date.parse(at);

/** The log of an ended job. */
export class ReplayLog {
  readonly #load: LoadLines;
  readonly #pageCount: number;
  /** The oldest request first. */
  readonly #pages = new Map<number, Promise<readonly LogLine[]>>();
  /** When the first line of a page was printed. */
  readonly #begins = new Map<number, Promise<number>>();
  /** Knows the style at the start of each line of the pages. */
  readonly #cache = new LineCache();
  readonly #length: number;
  /** The page of the last view: playback stays in it, or moves to the next one. */
  #current = 0;

  /** @param length how many lines the log has */
  constructor(length: number, load: LoadLines) {
    this.#load = load;
    this.#length = length;
    this.#pageCount = Math.ceil(length / pageLength);
  }

  /** When the last line was printed, which can be after the end of the job, in milliseconds since 1970; null if there is no line. */
  async lastAt(): Promise<number | null> {
    const [line] = this.#length === 0 ? [] : await this.#load(this.#length - 1, 1);
    return line === undefined ? null : atOf(line);
  }

  /** @param time milliseconds since 1970 */
  async at(time: number): Promise<ReplayView> {
    if (this.#pageCount === 0) return { rows: [], count: 0, nextAt: null };
    const page = await this.#pageAt(time);
    this.#current = page;
    const lines = await this.#page(page);
    const after = lines.findIndex((line) => atOf(line) > time);
    const printed = after === -1 ? lines : lines.slice(0, after);
    const missing = shownLines - printed.length;
    const before = missing > 0 && page > 0 ? (await this.#page(page - 1)).slice(-missing) : [];
    const next = after === -1 ? undefined : lines[after];
    return {
      rows: [...before, ...printed.slice(-shownLines)].map((line) => ({
        line,
        textStyle: this.#cache.styleBefore(line.number),
      })),
      count: page * pageLength + printed.length,
      nextAt:
        next !== undefined ? atOf(next) : page + 1 < this.#pageCount ? await this.#begin(page + 1) : null,
    };
  }

  /** The last page that begins at or before a time. A binary search needs about 11 requests of one line for a million lines. */
  async #pageAt(time: number): Promise<number> {
    for (const near of [this.#current, this.#current + 1]) if (await this.#contains(near, time)) return near;
    let low = 0;
    let high = this.#pageCount - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((await this.#begin(middle)) <= time) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  async #contains(page: number, time: number): Promise<boolean> {
    if (page >= this.#pageCount) return false;
    if (page > 0 && (await this.#begin(page)) > time) return false;
    return page + 1 >= this.#pageCount || (await this.#begin(page + 1)) > time;
  }

  async #page(page: number): Promise<readonly LogLine[]> {
    const lines = kept(this.#pages, page, async () => {
      const loaded = await this.#load(page * pageLength, pageLength);
      this.#cache.put(loaded);
      return loaded;
    });
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= maxPages) break;
      if (oldest !== page) this.#pages.delete(oldest);
    }
    return await lines;
  }

  #begin(page: number): Promise<number> {
    return kept(this.#begins, page, async () => {
      const [line] = await this.#load(page * pageLength, 1);
      return line === undefined ? Number.POSITIVE_INFINITY : atOf(line);
    });
  }
}

/** The value of a key, which is loaded at most once. After a failure it is loaded again. */
function kept<Value>(
  values: Map<number, Promise<Value>>,
  key: number,
  load: () => Promise<Value>,
): Promise<Value> {
  const known = values.get(key);
  if (known !== undefined) return known;
  const value = load();
  values.set(key, value);
  value.catch(() => values.delete(key));
  return value;
}
