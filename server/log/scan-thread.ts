// Owns worker threads that scan chunks of logs: a queue of tasks, their time limits, the end of the thread. Not the scanning (scan-worker.ts), not which chunks (scan.ts).
import { Worker } from 'node:worker_threads';
import type { StoredChunk } from '../../schema/model/log/chunk.ts';
import type { Continuation } from '../../schema/model/log/line-scan.ts';
import type { LogMark, MarkBudget } from '../../schema/model/log/mark.ts';
import { type LogSearch, PatternNotAccepted } from '../../schema/model/log/search.ts';
import { leaveRemovedDirectory } from '../../schema/model/store/working-directory.ts';
import { entryFile } from '../../schema/process/files.ts';

/** Consecutive chunks to scan. */
interface Task {
  readonly chunks: readonly StoredChunk[];
  /** The number of the first line to scan; it is in the first chunk. */
  readonly from: number;
  /** The state after the previous line. */
  readonly inside: Continuation;
}

/** A message to the thread. */
export type ScanTask = Task &
  (
    | {
        readonly kind: 'search';
        readonly search: LogSearch;
        /** The maximum number of line numbers to return. */
        readonly room: number;
      }
    | { readonly kind: 'marks'; readonly room: MarkBudget }
  );

/** A message from the thread. `inside`: the state after the last line. */
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

/** The result of a task. */
export type ScanResult = Extract<ScanReply, { inside: Continuation }>;

/** Time limits, in milliseconds. */
export interface TaskLimits {
  /** How long a task may take. */
  readonly task: number;
  /** How long a cancelled task may still take before its thread is terminated. */
  readonly cancelled: number;
}
/** For regular expressions, which can take exponential time; and for scans in linear time. */
export const expressionLimits: TaskLimits = { task: 1_000, cancelled: 50 };
export const linearLimits: TaskLimits = { task: 30_000, cancelled: 30_000 };
/** How long an idle thread is kept, in milliseconds. */
const idleLimit = 60_000;
/** The heap limit of a thread, in MiB, without its chunks and strings. */
const heapLimit = 256;

interface QueuedTask {
  readonly task: ScanTask;
  readonly resolve: (result: ScanResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A worker thread, started for its first task and ended after a minute without tasks. Each scan has at most one task queued, so all scans take turns.
 * The thread does not keep the process alive.
 */
export class ScanThread implements AsyncDisposable {
  readonly #limits: TaskLimits;
  #worker: Worker | null = null;
  #ready = false;
  /** The thread writes the number of the current line here. */
  readonly #position = new SharedArrayBuffer(4);
  readonly #queue: QueuedTask[] = [];
  #current: QueuedTask | null = null;
  #taskTimer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #terminated: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(limits: TaskLimits) {
    this.#limits = limits;
  }

  /**
   * Scans chunks; their bodies are transferred to the thread. Rejects with {@link PatternNotAccepted} when the pattern is invalid or takes too long,
   * and immediately when the signal is aborted.
   */
  run(task: ScanTask, signal: AbortSignal): Promise<ScanResult> {
    return new Promise<ScanResult>((resolve, reject) => {
      if (this.#closed || signal.aborted) return reject(new Error('the scan was cancelled'));
      const onAbort = (): void => {
        const index = this.#queue.indexOf(queued);
        if (index >= 0) this.#queue.splice(index, 1);
        // Most tasks finish soon anyway; terminating the thread is more expensive.
        else if (this.#current === queued) this.#setTaskTimer(this.#limits.cancelled);
        reject(new Error('the scan was cancelled'));
      };
      const settled = (): void => signal.removeEventListener('abort', onAbort);
      const queued: QueuedTask = {
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
      this.#queue.push(queued);
      this.#next();
    });
  }

  #next(): void {
    if (this.#current || this.#queue.length === 0 || this.#closed) return;
    clearTimeout(this.#idleTimer);
    const worker = this.#worker ?? this.#start();
    if (!this.#ready) return;
    const queued = this.#queue.shift();
    if (!queued) return;
    this.#current = queued;
    const chunks = queued.task.chunks.map((chunk) => ({ ...chunk, body: transferable(chunk.body) }));
    this.#setTaskTimer(this.#limits.task);
    worker.postMessage(
      { ...queued.task, chunks },
      chunks.map(({ body }) => body.buffer),
    );
  }

  #start(): Worker {
    leaveRemovedDirectory();
    const worker = new Worker(entryFile('scan-worker'), {
      name: 'log scan',
      workerData: this.#position,
      resourceLimits: { maxOldGenerationSizeMb: heapLimit },
    });
    this.#worker = worker;
    this.#ready = false;
    worker.unref();
    worker.on('message', (reply: ScanReply) => {
      if (worker === this.#worker) this.#receive(reply);
    });
    worker.on('error', (error) => {
      if (worker === this.#worker) this.#replace(error);
    });
    worker.on('exit', () => {
      if (worker === this.#worker) this.#replace(new Error('the thread that scans logs exited'));
    });
    return worker;
  }

  #receive(reply: ScanReply): void {
    if (reply.kind === 'ready') {
      this.#ready = true;
      this.#next();
      return;
    }
    clearTimeout(this.#taskTimer);
    const current = this.#current;
    this.#current = null;
    if (reply.kind === 'refused') current?.reject(new PatternNotAccepted(reply.message));
    else if (reply.kind === 'failed') current?.reject(new Error(reply.message));
    else current?.resolve(reply);
    if (this.#queue.length > 0) this.#next();
    else {
      this.#idleTimer = setTimeout(() => this.#terminate(), idleLimit);
      this.#idleTimer.unref();
    }
  }

  #setTaskTimer(milliseconds: number): void {
    clearTimeout(this.#taskTimer);
    const { task } = this.#current ?? {};
    this.#taskTimer = setTimeout(() => {
      // When this thread was blocked, the reply may be queued: setImmediate lets it be received first.
      setImmediate(() => {
        if (this.#current?.task !== task) return;
        const line = new Int32Array(this.#position)[0];
        this.#replace(
          task?.kind === 'search'
            ? new PatternNotAccepted(`The search takes too long near line ${line}. Use a simpler pattern.`)
            : new Error(`scanning a log takes too long near line ${line}`),
        );
      });
    }, milliseconds);
    this.#taskTimer.unref();
  }

  /** Terminates the thread together with its current task. Queued tasks run in a new thread. */
  #replace(error: Error): void {
    const current = this.#current ?? this.#queue.shift();
    this.#current = null;
    this.#terminate();
    current?.reject(error);
    this.#next();
  }

  #terminate(): void {
    clearTimeout(this.#taskTimer);
    clearTimeout(this.#idleTimer);
    const worker = this.#worker;
    this.#worker = null;
    this.#ready = false;
    if (worker) this.#terminated = Promise.all([this.#terminated, worker.terminate()]);
  }

  /** Terminates the thread and rejects all tasks. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const left = [...(this.#current ? [this.#current] : []), ...this.#queue.splice(0)];
    this.#current = null;
    this.#terminate();
    for (const { reject } of left) reject(new Error('the server is closing'));
    await this.#terminated;
  }
}

/** The same bytes in a buffer that contains nothing else, so that it can be transferred. */
function transferable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) return new Uint8Array(buffer);
  return new Uint8Array(bytes);
}
