// Owns writing what a job does to the database, in order: immediately when idle, in batches when busy, with retries when the database fails.
import { setTimeout as wait } from 'node:timers/promises';
import { recordReport } from '../../schema/model/job/report.ts';
import { ChunkDraft } from '../../schema/model/log/chunk-draft.ts';
import type { Gap } from '../../schema/model/log/gap.ts';
import type { LogPart } from '../../schema/model/log/line.ts';
import { type LogWriter, openLogWriter } from '../../schema/model/log/writer.ts';
import { isPermanentWriteError } from '../../schema/model/store/busy.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { maxLineBytes } from '../output/line.ts';
import type { Report } from '../output/output.ts';
import { BacklogNotice } from './backlog-notice.ts';

/** Lines that wait to be written. A sealed chunk takes no more. */
interface Chunk {
  readonly type: 'chunk';
  readonly since: number;
  readonly draft: ChunkDraft;
  parts: number;
  sealed: boolean;
}
/** Something that is done once, in its order. */
interface Task {
  readonly type: 'task';
  readonly since: number;
  readonly task: () => Promise<unknown>;
  /** Whether it may be done before lines that cannot be written. */
  readonly mayOvertake: boolean;
  done: boolean;
  readonly resolve: () => void;
}
/** What waits to be written. `since`: when it arrived, in milliseconds since 1970. */
type Entry = Chunk | Task;

/** A chunk with this many parts or bytes is full. One more part must still fit: a line takes up to three bytes for each UTF-16 unit. */
const chunkParts = 2_000;
const chunkSize = 262_144;
const chunkCapacity = chunkSize + 4 * maxLineBytes;
/** Back-pressure: with this many waiting chunks the pipe is paused; with less than half of them it is resumed. */
const highWater = 4;
/** The shortest time between two chunks that are not full, in milliseconds: a busy job's lines are batched, an idle job's are written immediately. */
const chunkInterval = 2;
/** The shortest time between two writes of status and progress, in milliseconds. Only the latest is written. */
const reportInterval = 40;
/** The delay before a retry, in milliseconds. It doubles from the first to the longest. */
const retryDelay = { first: 50, longest: 2_000 };

/** What is called while a recorder works. */
export interface RecorderListener {
  /** True: too much is waiting, so the pipe should not be read. False: reading can continue. */
  readonly onPressure: (high: boolean) => void;
  /** The database failed. The write is retried unless {@link isPermanentWriteError}. */
  readonly onError: (error: unknown) => void;
  /** A write that had failed has succeeded. */
  readonly onRecovery?: () => void;
  /** The database has lost lines after they were stored; a notice is in their place. */
  readonly onGap?: (gap: Gap) => void;
  /** The database will never take these lines, for example because the job is gone. Copy them before this returns. */
  readonly onRefused?: (chunk: ChunkDraft) => void;
}

/**
 * Writes a job's lines, reports and tasks in the order in which they arrive, one write at a time. When idle, it writes in the next turn of the
 * event loop; what arrives during a write is batched. Only this object writes the job's log.
 */
export class Recorder implements Disposable {
  readonly #db: Database;
  readonly #jobId: number;
  readonly #listener: RecorderListener;
  readonly #log: LogWriter;
  readonly #backlog: BacklogNotice;
  #entries: Entry[] = [];
  /** Empty drafts, to be used again. */
  readonly #drafts: ChunkDraft[] = [];
  #waitingChunks = 0;
  #pressureIsHigh = false;
  #appendedAt = 0;
  #nextNumber = 1;
  #report: Report | null = null;
  #reportedAt = 0;
  #isRedirected = false;
  #draining: Promise<void> | null = null;
  #reportTimer: NodeJS.Timeout | undefined;

  constructor(db: Database, jobId: number, listener: RecorderListener) {
    this.#db = db;
    this.#jobId = jobId;
    this.#listener = listener;
    this.#log = openLogWriter(db);
    this.#backlog = new BacklogNotice(db, jobId);
  }

  /** The number of the next line. */
  get nextNumber(): number {
    return this.#nextNumber;
  }

  /** Adds lines to the log. They are copied. Returns the number of the first. */
  log(part: LogPart): number {
    const number = this.#nextNumber;
    this.#nextNumber += 'count' in part ? part.count : 1;
    let entry = this.#entries.at(-1);
    if (entry?.type !== 'chunk' || entry.sealed || !entry.draft.hasRoomFor(part)) {
      const draft = this.#drafts.pop() ?? new ChunkDraft(chunkCapacity);
      entry = { type: 'chunk', since: Date.now(), draft, parts: 0, sealed: false };
      this.#waitingChunks++;
      this.#add(entry);
    }
    entry.draft.add(part, number);
    entry.parts++;
    entry.sealed = entry.parts >= chunkParts || entry.draft.size >= chunkSize;
    if (!this.#pressureIsHigh && this.#waitingChunks >= highWater) {
      this.#pressureIsHigh = true;
      this.#listener.onPressure(true);
    }
    return number;
  }

  /** From here on, all lines are refused: what is stored would be lost. */
  redirect(): void {
    this.#isRedirected = true;
  }

  /** Records status or progress. Of several in quick succession only the latest is written. */
  report(report: Report): void {
    this.#report = { ...this.#report, ...report };
    this.#wake();
  }

  /**
   * Runs `task` between what came before and what comes after; resolves when it is done. It is retried until it succeeds, so it must be
   * idempotent. While the lines before it cannot be written, it is tried before them: people can answer although the log is late.
   */
  run(task: () => Promise<unknown>): Promise<void> {
    return this.#addTask(task, true);
  }

  /** Like {@link run}, but always after everything before it: for a task that presumes that all of it is written. */
  runInOrder(task: () => Promise<unknown>): Promise<void> {
    return this.#addTask(task, false);
  }

  #addTask(task: () => Promise<unknown>, mayOvertake: boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#add({ type: 'task', since: Date.now(), task, mayOvertake, done: false, resolve });
    });
  }

  #add(entry: Entry): void {
    this.#entries.push(entry);
    this.#wake();
  }

  #wake(): void {
    if (this.#draining) return;
    this.#draining = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#drain())
      .finally(() => {
        this.#draining = null;
        if (this.#entries.length > 0) this.#wake();
      });
  }

  async #drain(): Promise<void> {
    for (let next = this.#entries[0]; next || this.#reportIsDue; next = this.#entries[0]) {
      await this.#updateBacklogNotice();
      // A report that arrived before a task is written before it.
      if (this.#reportIsDue || next?.type === 'task') await this.#writeReport();
      if (next?.type === 'chunk') await this.#append(next);
      else if (next) {
        if (!next.done) await this.#persist(next.task);
        this.#entries.shift();
        next.resolve();
      }
    }
    await this.#updateBacklogNotice();
    if (!this.#report || this.#reportTimer) return;
    this.#reportTimer = setTimeout(() => {
      this.#reportTimer = undefined;
      this.#wake();
    }, reportInterval);
  }

  async #append(entry: Chunk): Promise<void> {
    const early = chunkInterval - (performance.now() - this.#appendedAt);
    if (early > 0 && !entry.sealed) await wait(early);
    entry.sealed = true;
    const { draft } = entry;
    const isStored = await this.#persist(async () => {
      const gap = await this.#log.append(this.#jobId, draft);
      if (gap) this.#listener.onGap?.(gap);
    }, this.#isRedirected);
    if (!isStored) this.#listener.onRefused?.(draft);
    this.#appendedAt = performance.now();
    this.#entries.shift();
    this.#waitingChunks--;
    draft.clear();
    if (this.#drafts.length < highWater) this.#drafts.push(draft);
    if (this.#pressureIsHigh && this.#waitingChunks < highWater / 2) {
      this.#pressureIsHigh = false;
      this.#listener.onPressure(false);
    }
  }

  get #reportIsDue(): boolean {
    return this.#report !== null && performance.now() - this.#reportedAt >= reportInterval;
  }

  async #writeReport(): Promise<void> {
    const report = this.#report;
    if (!report) return;
    this.#report = null;
    this.#reportedAt = performance.now();
    await this.#persist(() => recordReport(this.#db, this.#jobId, report));
  }

  /**
   * Retries until it succeeds; scap waits in its pipe meanwhile, and nothing is dropped. Returns false for what the database can never take, or if
   * it is not to be tried.
   */
  readonly #persist = async (task: () => Promise<unknown>, isRefused = false): Promise<boolean> => {
    if (isRefused) return false;
    let hasFailed = false;
    for (let delay = retryDelay.first; ; delay = Math.min(delay * 2, retryDelay.longest)) {
      try {
        await task();
        if (hasFailed) this.#listener.onRecovery?.();
        return true;
      } catch (error) {
        hasFailed = true;
        this.#listener.onError(error);
        if (isPermanentWriteError(error)) return false;
        await this.#runOvertakingTasks();
        await this.#updateBacklogNotice();
        await wait(delay);
      }
    }
  };

  #updateBacklogNotice(): Promise<void> {
    return this.#backlog.update(this.#entries[0]?.since, this.#persist);
  }

  /** Runs the tasks that need not wait for the lines before them, in their order, until the database fails. */
  async #runOvertakingTasks(): Promise<void> {
    for (const entry of this.#entries) {
      if (entry.type !== 'task' || entry.done) continue;
      if (!entry.mayOvertake) return;
      try {
        await entry.task();
        entry.done = true;
      } catch {
        return; // It is retried with the lines, and reported then.
      }
    }
  }

  [Symbol.dispose](): void {
    this.#log[Symbol.dispose]();
  }
}
