// Owns threads that look through chunks of logs: one task at a time in turn, its time limit, its end. Not what is done there (scan-worker.ts), not which chunks (log-scan.ts).
import { Worker } from 'node:worker_threads';
import type { StoredChunk } from '../../schema/model/log/chunk.ts';
import type { Continuation } from '../../schema/model/log/line-scan.ts';
import type { LogMark, MarkBudget } from '../../schema/model/log/mark.ts';
import { type LogSearch, PatternNotAccepted } from '../../schema/model/log/search.ts';
import { entryFile } from '../../schema/process/files.ts';

/** Consecutive chunks to look through. */
interface Task {
  readonly chunks: readonly StoredChunk[];
  /** The number of the first line to look at; it is in the first chunk. */
  readonly from: number;
  /** What the line before that one was. */
  readonly inside: Continuation;
}

/** What a thread is asked. */
export type ScanTask = Task &
  (
    | {
        readonly kind: 'search';
        readonly search: LogSearch;
        /** How many lines to name at most. */
        readonly room: number;
      }
    | { readonly kind: 'marks'; readonly room: MarkBudget }
  );

/** What a thread says. `inside`: what the last line was. */
export type ScanReply =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'search';
      readonly lineNumbers: readonly number[];
      readonly count: number;
      readonly inside: Continuation;
    }
  | {
      readonly kind: 'marks';
      readonly marks: readonly LogMark[];
      readonly room: MarkBudget;
      readonly inside: Continuation;
    }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

/** What came of a task that was done. */
export type ScanResult = Extract<ScanReply, { inside: Continuation }>;

/** How long a task may take, and how much longer one that nobody waits for any more, in milliseconds. */
export interface TaskLimits {
  readonly task: number;
  readonly forsaken: number;
}
/** For regular expressions that are tried, and for what takes no longer than it is long. */
export const expressionLimits: TaskLimits = { task: 1_000, forsaken: 50 };
export const linearLimits: TaskLimits = { task: 30_000, forsaken: 30_000 };
/** How long a thread without tasks is kept, in milliseconds. */
const idleLimit = 60_000;
/** What a thread may have for objects, in MiB. Its chunks and strings come on top. */
const heapLimit = 256;

interface Waiting {
  readonly task: ScanTask;
  readonly resolve: (result: ScanResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A thread, started by its first task and ended when it has had none for a minute. Whoever asks has one task in it at a time, so all come in turn.
 * It keeps no process alive.
 */
export class ScanThread implements AsyncDisposable {
  readonly #limits: TaskLimits;
  #worker: Worker | null = null;
  #ready = false;
  readonly #place = new SharedArrayBuffer(4);
  readonly #queue: Waiting[] = [];
  #current: Waiting | null = null;
  #limit: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #ending: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(limits: TaskLimits) {
    this.#limits = limits;
  }

  /**
   * Looks through chunks, whose bodies are given away. Rejects with {@link PatternNotAccepted} when the pattern is none or takes too long, and
   * at once when the signal is aborted.
   */
  run(task: ScanTask, signal: AbortSignal): Promise<ScanResult> {
    return new Promise<ScanResult>((resolve, reject) => {
      if (this.#closed || signal.aborted) return reject(new Error('nobody waits for this scan'));
      const onAbort = (): void => {
        const at = this.#queue.indexOf(waiting);
        if (at >= 0) this.#queue.splice(at, 1);
        // It is over in a moment, as a rule; only what is not has the thread ended.
        else if (this.#current === waiting) this.#limitTo(this.#limits.forsaken);
        reject(new Error('nobody waits for this scan'));
      };
      const settled = (): void => signal.removeEventListener('abort', onAbort);
      const waiting: Waiting = {
        task,
        resolve(result) {
          settled();
          resolve(result);
        },
        reject(error) {
          settled();
          reject(error);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(waiting);
      this.#next();
    });
  }

  #next(): void {
    if (this.#current || this.#queue.length === 0 || this.#closed) return;
    clearTimeout(this.#idle);
    const worker = this.#worker ?? this.#start();
    if (!this.#ready) return;
    const waiting = this.#queue.shift();
    if (!waiting) return;
    this.#current = waiting;
    const chunks = waiting.task.chunks.map((chunk) => ({ ...chunk, body: ownBytes(chunk.body) }));
    this.#limitTo(this.#limits.task);
    worker.postMessage(
      { ...waiting.task, chunks },
      chunks.map(({ body }) => body.buffer),
    );
  }

  #start(): Worker {
    const worker = new Worker(entryFile('scan-worker'), {
      name: 'log scan',
      workerData: this.#place,
      resourceLimits: { maxOldGenerationSizeMb: heapLimit },
    });
    this.#worker = worker;
    this.#ready = false;
    worker.unref();
    worker.on('message', (reply: ScanReply) => {
      if (worker === this.#worker) this.#hear(reply);
    });
    worker.on('error', (error) => {
      if (worker === this.#worker) this.#replace(error);
    });
    worker.on('exit', () => {
      if (worker === this.#worker) this.#replace(new Error('the thread that looks through logs ended'));
    });
    return worker;
  }

  #hear(reply: ScanReply): void {
    if (reply.kind === 'ready') {
      this.#ready = true;
      this.#next();
      return;
    }
    clearTimeout(this.#limit);
    const current = this.#current;
    this.#current = null;
    if (reply.kind === 'refused') current?.reject(new PatternNotAccepted(reply.message));
    else if (reply.kind === 'failed') current?.reject(new Error(reply.message));
    else current?.resolve(reply);
    if (this.#queue.length > 0) this.#next();
    else {
      this.#idle = setTimeout(() => this.#end(), idleLimit);
      this.#idle.unref();
    }
  }

  #limitTo(milliseconds: number): void {
    clearTimeout(this.#limit);
    const { task } = this.#current ?? {};
    this.#limit = setTimeout(() => {
      // This thread may have been kept from hearing the answer: it comes before what is done at once.
      setImmediate(() => {
        if (this.#current?.task !== task) return;
        const line = new Int32Array(this.#place)[0];
        this.#replace(
          task?.kind === 'search'
            ? new PatternNotAccepted(`The search takes too long at about line ${line}; make it simpler.`)
            : new Error(`looking through a log takes too long at line ${line}`),
        );
      });
    }, milliseconds);
    this.#limit.unref();
  }

  /** Ends the thread with the task it is at; the others go to a new one. */
  #replace(error: Error): void {
    const current = this.#current ?? this.#queue.shift();
    this.#current = null;
    this.#end();
    current?.reject(error);
    this.#next();
  }

  #end(): void {
    clearTimeout(this.#limit);
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    this.#ready = false;
    if (worker) this.#ending = Promise.all([this.#ending, worker.terminate()]);
  }

  /** Ends it with all its tasks. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const left = [...(this.#current ? [this.#current] : []), ...this.#queue.splice(0)];
    this.#current = null;
    this.#end();
    for (const { reject } of left) reject(new Error('the server closes'));
    await this.#ending;
  }
}

/** The same bytes in a buffer of their own, which can be given away. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) return new Uint8Array(buffer);
  return new Uint8Array(bytes);
}
