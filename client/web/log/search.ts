// Owns one search of a job's log: what is looked for, how far that has come, at which match one is. Owns no markup (log-search-bar.tsx) and no line.

import { isTrouble } from '../connection/client.ts';
import type { Transport } from '../connection/transport.ts';
import { documentIdOf } from '../connection/trusted-document.ts';
import { Cell } from '../parts/cell.ts';
import { text } from '../text.ts';
import type { TextRange } from './highlight.ts';
import { longestSafeLine } from './pattern-cost.ts';
import { JobLogSearchSubscription } from './search.graphql.ts';

/** What is looked for. */
export interface SearchQuery {
  readonly pattern: string;
  readonly regex: boolean;
  readonly caseSensitive: boolean;
}

/** How a search stands. */
export interface SearchState {
  /** Null: nothing is looked for. */
  readonly query: SearchQuery | null;
  /** How many lines match so far. */
  readonly count: number;
  /** Those lines, ascending; the server names a bounded number of them. */
  readonly numbers: readonly number[];
  /** The number of the last line searched. */
  readonly searchedTo: number;
  /** Whether the end of the log, as it was, has not been reached yet. */
  readonly searching: boolean;
  /** What is wrong, in words fit to be shown. */
  readonly problem: string | null;
  /** The database is in trouble: that passes, and the search is made again by itself. */
  readonly waiting: boolean;
  /** The line of the match one is at; null: at none. */
  readonly current: number | null;
}

/** The longest pattern, in UTF-16 units; the server's bound. */
export const longestPattern = 500;
/** How long, in milliseconds, somebody must pause in typing before a search begins. */
const typingPause = 150;
/** How long, in milliseconds, before a search that the server or the database's trouble has ended is made again. */
const retryDelay = 2000;

const idle: SearchState = {
  query: null,
  count: 0,
  numbers: [],
  searchedTo: 0,
  searching: false,
  problem: null,
  waiting: false,
  current: null,
};

type Found = Pick<SearchState, 'count' | 'numbers' | 'searchedTo'>;
const nothing: Found = { count: 0, numbers: [], searchedTo: 0 };

/** Searches one job's log, on the server and one pattern at a time, until closed. */
export class LogSearch {
  readonly state = new Cell<SearchState>(idle);
  readonly #transport: Pick<Transport, 'subscribe'>;
  readonly #jobId: string;
  /** What has come since the subscription was last made: each time the server begins anew. */
  #found: Found = nothing;
  #unsubscribe = (): void => {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ jobId, transport }: { jobId: string; transport: Pick<Transport, 'subscribe'> }) {
    this.#jobId = jobId;
    this.#transport = transport;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#unsubscribe();
    this.#unsubscribe = () => {};
  }

  /** Looks for something else once typing pauses; null or an empty pattern: for nothing. What ran before ends at once. */
  search(query: SearchQuery | null): void {
    this.close();
    if (query === null || query.pattern === '') {
      this.state.value = idle;
      return;
    }
    const problem = problemOf(query);
    this.state.value = { ...idle, query, searching: problem === null, problem };
    if (problem === null) this.#timer = setTimeout(() => this.#subscribe(query), typingPause);
  }

  /**
   * Goes to the next match or the one before, over the end to the other side.
   * @param from the line to begin at where one is at no match yet
   */
  step(forwards: boolean, from: number): void {
    const { numbers, current } = this.state.value;
    const next = forwards
      ? (numbers.find((number) => (current === null ? number >= from : number > current)) ?? numbers[0])
      : (numbers.findLast((number) => number < (current ?? from)) ?? numbers.at(-1));
    if (next !== undefined) this.state.value = { ...this.state.value, current: next };
  }

  #subscribe(search: SearchQuery): void {
    const documentId = documentIdOf(JobLogSearchSubscription);
    this.#unsubscribe = this.#transport.subscribe(
      () => {
        this.#found = nothing;
        return { documentId, variables: { jobId: this.#jobId, search } };
      },
      {
        next: ({ data, errors }) => {
          if (isTrouble(errors)) {
            this.state.value = { ...this.state.value, waiting: true };
            this.#again(search);
            return;
          }
          if (errors !== undefined) this.#fail(errors.map((error) => error.message).join(' '));
          const batch = data?.['jobLogSearch'];
          if (isBatch(batch)) this.#append(batch);
        },
        complete: () => {
          const { searching, problem } = this.state.value;
          if (problem !== null || !searching) return;
          // Before its end was reached: the server shuts down, or was restarted.
          this.#again(search);
        },
      },
    );
  }

  #again(search: SearchQuery): void {
    this.close();
    this.#timer = setTimeout(() => this.#subscribe(search), retryDelay);
  }

  #fail(problem: string): void {
    this.#unsubscribe();
    this.state.value = { ...this.state.value, searching: false, waiting: false, problem };
  }

  #append(batch: SearchBatch): void {
    const { numbers } = this.#found;
    const lineNumbers = batch.lineNumbers.filter((number) => number > (numbers.at(-1) ?? 0));
    this.#found = { count: batch.count, numbers: [...numbers, ...lineNumbers], searchedTo: batch.cursor };
    // After a reconnection it has to come as far as it was before: until then what was found stays.
    const found = batch.cursor < this.state.value.searchedTo ? {} : this.#found;
    this.state.value = { ...this.state.value, ...found, searching: !batch.complete, waiting: false };
  }
}

interface SearchBatch {
  readonly lineNumbers: readonly number[];
  readonly count: number;
  readonly cursor: number;
  readonly complete: boolean;
}

/** The decoding edge of `jobLogSearch`: the document asked for exactly these members. */
function isBatch(value: unknown): value is SearchBatch {
  return (
    typeof value === 'object' && value !== null && 'lineNumbers' in value && Array.isArray(value.lineNumbers)
  );
}

/** What is wrong with a query, or null. */
function problemOf({ pattern, regex }: SearchQuery): string | null {
  if (pattern.length > longestPattern) return text.search.tooLong(longestPattern);
  if (!regex) return null;
  return compiled(pattern, 'v') || compiled(pattern, 'u') ? null : text.search.noRegex;
}

function compiled(pattern: string, flags: string): RegExp | null {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return null;
  }
}

/** The longest visible text of which matches are marked, and how many of them, so that drawing stays quick. */
const longestMarked = 10_000;
const mostMarked = 200;

/**
 * Finds which parts of a line's visible text to mark; null where none can be. The pattern is the server's to judge: what could keep a page
 * from drawing, repetitions within repetitions say, is not marked here although the server finds it.
 */
export function highlighter(query: SearchQuery | null): ((line: string) => readonly TextRange[]) | null {
  if (query === null || query.pattern === '' || problemOf(query) !== null) return null;
  const { pattern, regex, caseSensitive } = query;
  const longest = regex ? Math.min(longestMarked, longestSafeLine(pattern)) : longestMarked;
  if (longest === 0) return null;
  const source = regex ? pattern : pattern.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  const flags = `g${caseSensitive ? '' : 'i'}`;
  const expression = compiled(source, `${flags}v`) ?? compiled(source, `${flags}u`);
  if (expression === null) return null;
  return (line) => {
    if (line.length > longest) return [];
    const ranges: TextRange[] = [];
    for (const match of line.matchAll(expression)) {
      if (match[0] !== '') ranges.push({ from: match.index, to: match.index + match[0].length });
      if (ranges.length === mostMarked) break;
    }
    return ranges;
  };
}
