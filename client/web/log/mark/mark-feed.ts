// Owns how the marks of a log get from the server to the page: one subscription that resumes at a cursor. Owns no meaning of marks (section.ts) and no markup.
import { signal } from '@preact/signals';
import { ResumingSubscription } from '../../../subscription/resume.ts';
import { isFinal } from '../../connection/client.ts';
import type { Transport } from '../../connection/transport.ts';
import { documentIdOf } from '../../connection/trusted-document.ts';
import { JobLogMarksSubscription } from './mark.graphql.ts';
import type { Mark } from './mark.ts';

/** The marks of a log that have arrived. */
export interface LogMarks {
  /** In the order of their lines. */
  readonly marks: readonly Mark[];
  /** Whether these are all marks the log will ever have. */
  readonly complete: boolean;
}

/** Follows the marks of one job's log until closed, or until the server refuses the subscription. The server limits the number of marks. */
export class LogMarkFeed {
  readonly state = signal<LogMarks>({ marks: [], complete: false });
  readonly #subscription: ResumingSubscription;
  #cursor = 0;

  constructor({ jobId, transport }: { jobId: string; transport: Pick<Transport, 'subscribe'> }) {
    const documentId = documentIdOf(JobLogMarksSubscription);
    this.#subscription = new ResumingSubscription((attempt) => {
      let refused = false;
      return transport.subscribe(() => ({ documentId, variables: { jobId, after: this.#cursor } }), {
        next: ({ data, errors }) => {
          refused = isFinal(errors);
          const batch = data?.['jobLogMarks'];
          if (!isBatch(batch)) return;
          attempt.received();
          this.#append(batch);
        },
        // The server also completes a subscription when it shuts down or cannot reach its database.
        complete: () => (refused || this.state.value.complete ? attempt.finished() : attempt.interrupted()),
      });
    });
    this.#subscription.start();
  }

  close(): void {
    this.#subscription.close();
  }

  /** Drops marks that are already here, so that a batch may arrive twice. */
  #append({ marks, cursor, complete }: MarkBatch): void {
    const added = marks.filter(({ number }) => number > this.#cursor);
    this.#cursor = Math.max(this.#cursor, cursor);
    const { value } = this.state;
    if (added.length === 0 && complete === value.complete) return;
    this.state.value = { marks: [...value.marks, ...added], complete: complete || value.complete };
  }
}

interface MarkBatch extends LogMarks {
  readonly cursor: number;
}

/** The decoding edge of `jobLogMarks`: the document selects exactly these fields. */
function isBatch(value: unknown): value is MarkBatch {
  return typeof value === 'object' && value !== null && 'marks' in value && Array.isArray(value.marks);
}
