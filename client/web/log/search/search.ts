// Owns one search of a job's log: query, matches so far, selected match. Owns no markup (search-bar.tsx) and no line.
import { signal } from '@preact/signals';
import { type Attempt, ResumingSubscription } from '../../../subscription/resume.ts';
import { isDatabaseError } from '../../connection/client.ts';
import type { Transport } from '../../connection/transport.ts';
import { documentIdOf } from '../../connection/trusted-document.ts';
import { JobLogSearchSubscription } from './search.graphql.ts';
import { problemOf, type SearchQuery } from './search-query.ts';

export interface SearchState {
  /** Null for no search. */
  readonly query: SearchQuery | null;
  /** How many lines match so far. */
  readonly count: number;
  /** Numbers of matching lines, ascending. The server sends a limited number of them, so `count` may be larger. */
  readonly numbers: readonly number[];
  /** The number of the last line searched. */
  readonly searchedTo: number;
  /** Whether the search has not reached the current end of the log yet. */
  readonly searching: boolean;
  /** An error message for the user; null for no error. */
  readonly problem: string | null;
  /** Whether the database is unavailable; the search is retried. */
  readonly waiting: boolean;
  /** The line of the selected match; null if no match is selected. */
  readonly current: number | null;
}

/** Milliseconds without typing after which a search starts. */
const typingPause = 150;

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

type Matches = Pick<SearchState, 'count' | 'numbers' | 'searchedTo'>;
const noMatches: Matches = { count: 0, numbers: [], searchedTo: 0 };

/** Searches one job's log on the server, one pattern at a time, until closed. */
export class LogSearch {
  readonly state = signal<SearchState>(idle);
  readonly #transport: Pick<Transport, 'subscribe'>;
  readonly #jobId: string;
  /** Matches of the current attempt: each time it is subscribed, the server searches from the first line. */
  #matches: Matches = noMatches;
  #subscription: ResumingSubscription | null = null;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor({ jobId, transport }: { jobId: string; transport: Pick<Transport, 'subscribe'> }) {
    this.#jobId = jobId;
    this.#transport = transport;
  }

  close(): void {
    clearTimeout(this.#typing);
    this.#subscription?.close();
    this.#subscription = null;
  }

  /** Cancels the current search, and starts another once typing pauses. Null or an empty pattern starts none. */
  search(query: SearchQuery | null): void {
    this.close();
    if (query === null || query.pattern === '') {
      this.state.value = idle;
      return;
    }
    const problem = problemOf(query);
    this.state.value = { ...idle, query, searching: problem === null, problem };
    if (problem !== null) return;
    this.#typing = setTimeout(() => {
      this.#subscription = new ResumingSubscription((attempt) => this.#subscribe(query, attempt));
      this.#subscription.start();
    }, typingPause);
  }

  /**
   * Selects the next or the previous match, wrapping around at the ends.
   * @param from the line to start from while no match is selected
   */
  step(forwards: boolean, from: number): void {
    const { numbers, current } = this.state.value;
    const next = forwards
      ? (numbers.find((number) => (current === null ? number >= from : number > current)) ?? numbers[0])
      : (numbers.findLast((number) => number < (current ?? from)) ?? numbers.at(-1));
    if (next !== undefined) this.state.value = { ...this.state.value, current: next };
  }

  #subscribe(search: SearchQuery, attempt: Attempt): () => void {
    const documentId = documentIdOf(JobLogSearchSubscription);
    return this.#transport.subscribe(
      () => {
        this.#matches = noMatches;
        return { documentId, variables: { jobId: this.#jobId, search } };
      },
      {
        next: ({ data, errors }) => {
          if (isDatabaseError(errors)) {
            this.state.value = { ...this.state.value, waiting: true };
            attempt.interrupted();
            return;
          }
          if (errors !== undefined) {
            const problem = errors.map((error) => error.message).join(' ');
            this.state.value = { ...this.state.value, searching: false, waiting: false, problem };
            attempt.finished();
            return;
          }
          const batch = data?.['jobLogSearch'];
          if (!isBatch(batch)) return;
          attempt.received();
          this.#append(batch);
        },
        // Before the end of the log it means that the server shuts down.
        complete: () => (this.state.value.searching ? attempt.interrupted() : attempt.finished()),
      },
    );
  }

  #append(batch: SearchBatch): void {
    const { numbers } = this.#matches;
    const added = batch.lineNumbers.filter((number) => number > (numbers.at(-1) ?? 0));
    this.#matches = { count: batch.count, numbers: [...numbers, ...added], searchedTo: batch.cursor };
    // After a retry the previous matches stay until the search is as far as it was before.
    const matches = batch.cursor < this.state.value.searchedTo ? {} : this.#matches;
    this.state.value = { ...this.state.value, ...matches, searching: !batch.complete, waiting: false };
  }
}

interface SearchBatch {
  readonly lineNumbers: readonly number[];
  readonly count: number;
  readonly cursor: number;
  readonly complete: boolean;
}

/** The decoding edge of `jobLogSearch`: the document selects exactly these fields. */
function isBatch(value: unknown): value is SearchBatch {
  return (
    typeof value === 'object' && value !== null && 'lineNumbers' in value && Array.isArray(value.lineNumbers)
  );
}
