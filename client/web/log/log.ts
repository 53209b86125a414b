// Owns the lines of one job's log that the page holds: pages of raw lines, few of them at a time, and the colours at their beginnings. Owns no request and no markup.
import type { LogLineKind } from '../../generated/graphql.ts';
import { type Look, parseLine, plain, sameLook } from './ansi.ts';
import { LineRanges } from './rows.ts';

/** A line as the server sends it. */
export interface LogLine {
  readonly number: number;
  readonly at: string;
  readonly kind: LogLineKind;
  readonly text: string | null;
  readonly sensitive: boolean;
}

/** Lines as the server sends them: those after a number, up to `cursor`; `complete` when no line will ever follow. */
export interface LogBatch {
  readonly lines: readonly LogLine[];
  readonly cursor: number;
  readonly complete: boolean;
}

/** Lines of a page. */
export const pageLines = 500;
/** Pages that are held at most: a screen, what is around it, and the end. */
const mostPages = 20;

interface Page {
  readonly lines: (LogLine | undefined)[];
  held: number;
  /** The look before the first line; null while the page before it was never here, so that it is a guess. */
  before: Look | null;
  /** The look before each line, as far as somebody asked. */
  readonly looks: Look[];
}

/**
 * Lines by their numbers. Whatever is put in, in whatever order and however often, a line is what the server said of its
 * number; the pages used longest ago are forgotten first.
 */
export class LogPages {
  /** Runs of hidden lines seen so far; they are remembered when their pages are not, so that rows keep their places. */
  readonly hidden = new LineRanges();
  // In the order of their use, the latest last.
  readonly #pages = new Map<number, Page>();

  /** How many lines are held. */
  get held(): number {
    let held = 0;
    for (const page of this.#pages.values()) held += page.held;
    return held;
  }

  put(lines: readonly LogLine[]): void {
    for (const line of lines) {
      const page = this.#pageOf(line.number);
      const index = (line.number - 1) % pageLines;
      if (page.lines[index] === undefined) page.held++;
      else if (sameLine(page.lines[index], line)) continue;
      page.lines[index] = line;
      page.looks.length = Math.min(page.looks.length, index + 1);
      if (line.text === null) this.hidden.add(line.number, line.number);
    }
  }

  /** The line, if it is held. */
  line(number: number): LogLine | undefined {
    return this.#pages.get(pageNumber(number))?.lines[(number - 1) % pageLines];
  }

  /** Says that these lines are looked at: they are the last to be forgotten. */
  touch(from: number, to: number): void {
    for (let page = pageNumber(from); page <= pageNumber(to); page++) {
      const held = this.#pages.get(page);
      if (held === undefined) continue;
      this.#pages.delete(page);
      this.#pages.set(page, held);
    }
  }

  /** The first line from `from` to `to` that is not held; null: all are. */
  missing(from: number, to: number): number | null {
    for (let number = from; number <= to; number++) if (this.line(number) === undefined) return number;
    return null;
  }

  /** How text looks where the line begins, as far as the lines before it are known; `plain` where they are not. */
  lookBefore(number: number): Look {
    const page = this.#pages.get(pageNumber(number));
    return page === undefined ? plain : this.#lookIn(pageNumber(number), page, (number - 1) % pageLines);
  }

  #lookIn(number: number, page: Page, index: number): Look {
    const carried = this.#carried(number);
    if (carried !== null && (page.before === null || !sameLook(carried, page.before))) {
      page.before = carried;
      page.looks.length = 0;
    }
    if (page.looks.length === 0) page.looks.push(page.before ?? plain);
    for (let at = page.looks.length - 1; at < index; at++) {
      const look = page.looks[at] ?? plain;
      page.looks.push(lookAfter(page.lines[at], look));
    }
    return page.looks[index] ?? plain;
  }

  /** The look at the end of the page before; null when that is not wholly here. */
  #carried(number: number): Look | null {
    if (number === 0) return plain;
    // From the first of the pages in a row on: a loop, since a hostile log must not choose how deep a call goes.
    let first = number - 1;
    if (this.#pages.get(first)?.held !== pageLines) return null;
    while (first > 0 && this.#pages.get(first - 1)?.held === pageLines) first--;
    let look = first === 0 ? plain : (this.#pages.get(first)?.before ?? plain);
    for (let at = first; at < number; at++) {
      const page = this.#pages.get(at);
      if (page === undefined) return null;
      if (page.before === null || !sameLook(page.before, look)) {
        page.before = look;
        page.looks.length = 0;
      }
      if (page.looks.length === 0) page.looks.push(look);
      for (let index = page.looks.length - 1; index < pageLines; index++) {
        page.looks.push(lookAfter(page.lines[index], page.looks[index] ?? plain));
      }
      look = page.looks[pageLines] ?? plain;
    }
    return look;
  }

  #pageOf(line: number): Page {
    const number = pageNumber(line);
    const held = this.#pages.get(number);
    if (held !== undefined) return held;
    const page: Page = { lines: Array.from({ length: pageLines }), held: 0, before: null, looks: [] };
    this.#pages.set(number, page);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= mostPages) break;
      this.#pages.delete(oldest);
    }
    return page;
  }
}

/** The page, from 0, that a line is on. */
function pageNumber(line: number): number {
  return Math.floor((line - 1) / pageLines);
}

/** Only output of scap has colours and colours what follows; what it says in a prompt, say, stands in our own row plainly. */
function lookAfter(line: LogLine | undefined, look: Look): Look {
  if (line === undefined || line.text === null || line.kind !== 'OUTPUT') return look;
  // Most lines have no escape in them, and need no parsing.
  return /[\x1b\x9b]/.test(line.text) ? parseLine(line.text, look).after : look;
}

function sameLine(one: LogLine | undefined, other: LogLine): boolean {
  return one?.text === other.text && one.at === other.at && one.kind === other.kind;
}
