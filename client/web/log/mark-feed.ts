// Owns how the marks of a log get from the server to the page: one subscription from a cursor. Owns no meaning of them (log-outline.ts) and no markup.

import { isFinal } from '../connection/client.ts';
import type { Transport } from '../connection/transport.ts';
import { documentIdOf } from '../connection/trusted-document.ts';
import { Cell } from '../parts/cell.ts';
import { JobLogMarksSubscription } from './mark.graphql.ts';
import type { Mark } from './outline.ts';

/** What is known of a log's marks. */
export interface LogMarks {
  /** In the order of their lines. */
  readonly marks: readonly Mark[];
  /** No mark will come any more. */
  readonly complete: boolean;
}

/** How long, in milliseconds, before a subscription that the server has ended is made again: doubled each time, until marks come again. */
const firstDelay = 2000;
const longestDelay = 60_000;

/** Follows the marks of one job's log until closed, or until the server refuses them for good. It bounds their number. */
export class LogMarkFeed {
  readonly state = new Cell<LogMarks>({ marks: [], complete: false });
  readonly #transport: Pick<Transport, 'subscribe'>;
  readonly #jobId: string;
  #cursor = 0;
  #unsubscribe = (): void => {};
  #retry: ReturnType<typeof setTimeout> | undefined;
  #delay = firstDelay;

  constructor({ jobId, transport }: { jobId: string; transport: Pick<Transport, 'subscribe'> }) {
    this.#jobId = jobId;
    this.#transport = transport;
    this.#subscribe();
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#unsubscribe();
  }

  #subscribe(): void {
    const documentId = documentIdOf(JobLogMarksSubscription);
    let refused = false;
    this.#unsubscribe = this.#transport.subscribe(
      () => ({ documentId, variables: { jobId: this.#jobId, after: this.#cursor } }),
      {
        next: ({ data, errors }) => {
          refused = isFinal(errors);
          const batch = data?.['jobLogMarks'];
          if (isBatch(batch)) this.#append(batch);
        },
        complete: () => {
          // The server may end it when it shuts down, or while its database is in trouble; only a complete log is the end.
          if (refused || this.state.value.complete) return;
          this.#retry = setTimeout(() => this.#subscribe(), this.#delay);
          this.#delay = Math.min(longestDelay, 2 * this.#delay);
        },
      },
    );
  }

  /** Marks that are here already are left out: a batch that comes twice does no harm. */
  #append({ marks, cursor, complete }: MarkBatch): void {
    const fresh = marks.filter(({ number }) => number > this.#cursor);
    this.#cursor = Math.max(this.#cursor, cursor);
    this.#delay = firstDelay;
    const { value } = this.state;
    if (fresh.length === 0 && complete === value.complete) return;
    this.state.value = { marks: [...value.marks, ...fresh], complete: complete || value.complete };
  }
}

interface MarkBatch extends LogMarks {
  readonly cursor: number;
}

/** The decoding edge of `jobLogMarks`: the document asked for exactly these members. */
function isBatch(value: unknown): value is MarkBatch {
  return typeof value === 'object' && value !== null && 'marks' in value && Array.isArray(value.marks);
}
