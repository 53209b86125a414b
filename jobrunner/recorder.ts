// Owns writing down what a job does, in order: at once when idle, together when busy, again when the database fails. Not what is written.
import { setTimeout as wait } from 'node:timers/promises';
import { type JobChange, recordBacklog, recordReport } from '../schema/model/job/job.ts';
import { ChunkDraft } from '../schema/model/log/chunk.ts';
import type { LogPart } from '../schema/model/log/line.ts';
import { type LogWriter, openLogWriter } from '../schema/model/log/writer.ts';
import { isPermanentWriteError } from '../schema/model/store/busy.ts';
import type { Database } from '../schema/model/store/database.ts';
import { maxLineBytes } from './line.ts';

type Report = Pick<JobChange, 'status' | 'progress'>;
/** Lines that wait to be written. A sealed one takes no more. */
interface Chunk {
  readonly type: 'chunk';
  readonly since: number;
  readonly draft: ChunkDraft;
  parts: number;
  sealed: boolean;
}
/** Something to be done once, in its order. */
interface Deed {
  readonly type: 'deed';
  readonly since: number;
  readonly deed: () => Promise<unknown>;
  /** Whether it may be done before lines that cannot be written. */
  readonly mayOvertake: boolean;
  done: boolean;
  readonly resolve: () => void;
}
/** What waits to be written. `since`: when it came. */
type Entry = Chunk | Deed;

/** A chunk with so many parts or bytes is full. One more part must still fit in: of a line, three bytes for each of its UTF-16 units. */
const chunkParts = 2_000;
const chunkSize = 262_144;
const chunkCapacity = chunkSize + 4 * maxLineBytes;
/** With so many chunks waiting to be written the pipe is not read; with less than half of them reading goes on. */
const highWater = 4;
/** While chunks are not full, the least time between two, in milliseconds: a busy job's lines go together, an idle one's at once. */
const chunkInterval = 2;
/** The least time between two writes of status and progress, in milliseconds. The latest is what counts. */
const reportInterval = 40;
/** What waits for longer than this to be written is late, in milliseconds: then people are told that recording is behind. */
const lateness = 2_000;
/** How long to wait after the database failed, in milliseconds: first, and at most. */
const retryDelay = { first: 50, most: 2_000 };

export interface RecorderEvents {
  /** Too much is waiting: stop reading the pipe, or go on. */
  readonly onPressure: (high: boolean) => void;
  /** The database failed; it is tried again unless {@link isPermanentWriteError}. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Writes a job's lines, reports and deeds in the order in which they came, one write in flight. Idle, it writes at the next turn of the event
 * loop; what comes while it is busy goes together. Only it writes this job's log.
 */
export class Recorder implements Disposable {
  readonly #db: Database;
  readonly #jobId: number;
  readonly #events: RecorderEvents;
  readonly #log: LogWriter;
  #entries: Entry[] = [];
  /** Chunks that are empty again. */
  readonly #drafts: ChunkDraft[] = [];
  /** How many chunks wait to be written. */
  #waiting = 0;
  #high = false;
  #appendedAt = 0;
  #nextNumber = 1;
  #report: Report | null = null;
  #reportedAt = 0;
  #running: Promise<void> | null = null;
  #reportTimer: NodeJS.Timeout | undefined;
  /** Whether the job's row says that recording is behind; `unknown`: it was tried, and may have failed. */
  #behind: 'no' | 'unknown' | 'yes' = 'no';

  constructor(db: Database, jobId: number, events: RecorderEvents) {
    this.#db = db;
    this.#jobId = jobId;
    this.#events = events;
    this.#log = openLogWriter(db);
  }

  /** Adds lines to the log. They are copied. Returns the number of the first. */
  log(part: LogPart): number {
    const number = this.#nextNumber;
    this.#nextNumber += 'count' in part ? part.count : 1;
    let entry = this.#entries.at(-1);
    if (entry?.type !== 'chunk' || entry.sealed || !entry.draft.hasRoomFor(part)) {
      const draft = this.#drafts.pop() ?? new ChunkDraft(chunkCapacity);
      entry = { type: 'chunk', since: Date.now(), draft, parts: 0, sealed: false };
      this.#waiting++;
      this.#add(entry);
    }
    entry.draft.add(part, number);
    entry.parts++;
    entry.sealed = entry.parts >= chunkParts || entry.draft.size >= chunkSize;
    if (!this.#high && this.#waiting >= highWater) {
      this.#high = true;
      this.#events.onPressure(true);
    }
    return number;
  }

  /** Notes what scap says of itself. The latest wins, where several come quickly. */
  report(report: Report): void {
    this.#report = { ...this.#report, ...report };
    this.#wake();
  }

  /**
   * Does something between what came before and what comes after; resolves when it is done. It is tried again until it succeeds, so it must be
   * repeatable. While lines before it cannot be written it is tried before them: people can answer although the log is behind.
   */
  deed(deed: () => Promise<unknown>): Promise<void> {
    return this.#deed(deed, true);
  }

  /** Like {@link deed}, after everything else in any case: what says that all is written. */
  lastDeed(deed: () => Promise<unknown>): Promise<void> {
    return this.#deed(deed, false);
  }

  #deed(deed: () => Promise<unknown>, mayOvertake: boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#add({ type: 'deed', since: Date.now(), deed, mayOvertake, done: false, resolve });
    });
  }

  #add(entry: Entry): void {
    this.#entries.push(entry);
    this.#wake();
  }

  #wake(): void {
    if (this.#running) return;
    this.#running = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#drain())
      .finally(() => {
        this.#running = null;
        if (this.#entries.length > 0) this.#wake();
      });
  }

  async #drain(): Promise<void> {
    for (let next = this.#entries[0]; next || this.#reportIsDue; next = this.#entries[0]) {
      await this.#tellWhetherBehind();
      // What scap said of itself before a deed stands before it.
      if (this.#reportIsDue || next?.type === 'deed') await this.#writeReport();
      if (next?.type === 'chunk') await this.#append(next);
      else if (next) {
        if (!next.done) await this.#persist(next.deed);
        this.#entries.shift();
        next.resolve();
      }
    }
    await this.#tellWhetherBehind();
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
    await this.#persist(() => this.#log.append(this.#jobId, draft));
    this.#appendedAt = performance.now();
    this.#entries.shift();
    this.#waiting--;
    draft.clear();
    if (this.#drafts.length < highWater) this.#drafts.push(draft);
    if (this.#high && this.#waiting < highWater / 2) {
      this.#high = false;
      this.#events.onPressure(false);
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

  /** Until it succeeds: scap waits in its pipe meanwhile, and nothing is dropped. Only what can never succeed is given up. */
  async #persist(deed: () => Promise<unknown>): Promise<void> {
    for (let delay = retryDelay.first; ; delay = Math.min(delay * 2, retryDelay.most)) {
      try {
        await deed();
        return;
      } catch (error) {
        this.#events.onTrouble(error);
        if (isPermanentWriteError(error)) return;
        await this.#overtake();
        await this.#tellWhetherBehind();
        await wait(delay);
      }
    }
  }

  /** Says in the job's row since when recording is behind, and that it is no more. */
  async #tellWhetherBehind(): Promise<void> {
    const since = this.#entries[0]?.since;
    const late = since === undefined ? 0 : Date.now() - since;
    if (late > lateness && this.#behind !== 'yes') {
      this.#behind = 'unknown';
      try {
        await recordBacklog(this.#db, this.#jobId, since ?? null);
        this.#behind = 'yes';
      } catch {
        // Said as soon as the database takes it: what is late is tried again, and this with it.
      }
    } else if (late < lateness / 2 && this.#behind !== 'no') {
      this.#behind = 'no';
      await this.#persist(() => recordBacklog(this.#db, this.#jobId, null));
    }
  }

  /** Does what need not wait for the lines before it, in its order, as far as the database takes it. */
  async #overtake(): Promise<void> {
    for (const entry of this.#entries) {
      if (entry.type !== 'deed' || entry.done) continue;
      if (!entry.mayOvertake) return;
      try {
        await entry.deed();
        entry.done = true;
      } catch {
        return; // it is tried again with the lines, and then that is told
      }
    }
  }

  [Symbol.dispose](): void {
    this.#log[Symbol.dispose]();
  }
}
