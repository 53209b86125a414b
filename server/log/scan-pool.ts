// Owns several scan threads and whose task is next: users take turns. Not the threads (scan-thread.ts).
import { type ScanResult, type ScanTask, ScanThread, type TaskLimits } from './scan-thread.ts';

interface WaitingTask {
  readonly userId: number;
  readonly start: (thread: ScanThread) => void;
}

/**
 * Threads for the tasks of many users. One user has at most one task at a time, and the user whose last task began first is next: so slow tasks of one
 * user, however many, delay only their own.
 */
export class ScanPool implements AsyncDisposable {
  readonly #all: readonly ScanThread[];
  readonly #idle: ScanThread[];
  readonly #busy = new Set<number>();
  #waiting: WaitingTask[] = [];
  /** When the last task of each waiting user began: a counter. */
  readonly #lastBegun = new Map<number, number>();
  #begun = 0;

  constructor(threads: number, limits: TaskLimits) {
    this.#all = Array.from({ length: threads }, () => new ScanThread(limits));
    this.#idle = [...this.#all];
  }

  /** As {@link ScanThread.run}, once it is this user's turn. Rejects when the signal is aborted before. */
  async run(task: ScanTask, userId: number, signal: AbortSignal): Promise<ScanResult> {
    const thread = await this.#turn(userId, signal);
    try {
      return await thread.run(task, signal);
    } finally {
      this.#idle.push(thread);
      this.#busy.delete(userId);
      this.#next();
    }
  }

  #turn(userId: number, signal: AbortSignal): Promise<ScanThread> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Error('the scan was cancelled'));
      const onAbort = (): void => {
        this.#waiting = this.#waiting.filter((each) => each !== waiting);
        reject(new Error('the scan was cancelled'));
      };
      const waiting: WaitingTask = {
        userId,
        start: (thread) => {
          signal.removeEventListener('abort', onAbort);
          resolve(thread);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiting);
      this.#next();
    });
  }

  #next(): void {
    while (this.#idle.length > 0) {
      let next: WaitingTask | null = null;
      for (const each of this.#waiting) {
        if (this.#busy.has(each.userId)) continue;
        if (next === null || this.#begunAt(each) < this.#begunAt(next)) next = each;
      }
      const thread = next && this.#idle.shift();
      if (!next || !thread) return;
      const { userId } = next;
      this.#waiting = this.#waiting.filter((each) => each !== next);
      this.#busy.add(userId);
      this.#lastBegun.set(userId, ++this.#begun);
      if (this.#waiting.length === 0) this.#lastBegun.clear();
      next.start(thread);
    }
  }

  #begunAt({ userId }: WaitingTask): number {
    return this.#lastBegun.get(userId) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((thread) => thread[Symbol.asyncDispose]()));
  }
}
