// Owns the spans of one job: queued, scap from its start to its exit, and each answer from its commit to stdin. They continue the traces in the rows.
import type { Interaction } from '../../schema/model/job/interaction.ts';
import type { Job } from '../../schema/model/job/job.ts';
import type { JobState } from '../../schema/model/job/state.ts';
import type { Span, Tracing } from '../../schema/process/span.ts';

/** Records the spans of a job. Does nothing without a tracing. */
export class JobTrace implements Disposable {
  readonly #tracing: Tracing | null;
  readonly #attributes: Readonly<Record<string, string | number>>;
  /** From the request that queued it to its end. */
  readonly #job: Span | null;
  readonly #queued: Span | null;
  #scap: Span | null = null;
  #hasEnded = false;

  /** Begins with the time in the queue, which is over. */
  constructor(tracing: Tracing | null, { id, kind, lane, queuedAt, trace }: Job) {
    this.#tracing = tracing;
    this.#attributes = { 'spiderpig.job.id': id, 'spiderpig.job.kind': kind, 'spiderpig.job.lane': lane };
    const attributes = this.#attributes;
    this.#job =
      tracing?.begin(`job ${kind}`, { parent: trace ?? null, at: queuedAt, kind: 'consumer', attributes }) ??
      null;
    this.#queued = this.#part('queued', queuedAt);
  }

  /** scap was started. */
  started(): void {
    this.#queued?.end();
    this.#scap = this.#part('scap');
  }

  /** An answer was written to scap's stdin. */
  delivered({ id, trace, answeredAt }: Interaction): void {
    if (answeredAt == null) return;
    const parent = trace ?? this.#job?.traceparent ?? null;
    const attributes = { ...this.#attributes, 'spiderpig.interaction.id': id };
    this.#tracing?.begin('deliver answer', { parent, at: answeredAt, kind: 'consumer', attributes }).end();
  }

  /** scap has ended. Not called if another process has ended the job before. */
  ended(state: JobState, at: number): void {
    this.#end(state === 'succeeded' ? null : `the job ${state}`, at);
  }

  /** Ends what was not ended: another process has ended the job. */
  [Symbol.dispose](): void {
    if (!this.#hasEnded) this.#end('the job was ended by another process');
  }

  #part(name: string, at?: number): Span | null {
    const parent = this.#job?.traceparent ?? null;
    return (
      this.#tracing?.begin(name, {
        parent,
        ...(at === undefined ? {} : { at }),
        attributes: this.#attributes,
      }) ?? null
    );
  }

  #end(error: string | null, at?: number): void {
    this.#hasEnded = true;
    const end = { error, ...(at === undefined ? {} : { at }) };
    if (this.#scap === null) this.#queued?.end(end);
    this.#scap?.end(end);
    this.#job?.end(end);
  }
}
