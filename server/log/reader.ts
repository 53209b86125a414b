// Owns reading one job's log for all its subscribers: each new line is read once and kept in memory for a while. Not the subscriptions (log.ts), not the storage (schema/model/log/log.ts).

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { endedStates } from '../../schema/model/job/state.ts';
import type { LogBatch, LogLine, PartialLine } from '../../schema/model/log/line.ts';
import { countLines, readLines } from '../../schema/model/log/log.ts';
import { hasOutputFrom } from '../../schema/model/log/partial-line.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { RepeatedFailure } from '../../schema/process/repeated-failure.ts';
import { ChangeCheck } from '../live/change-check.ts';
import { Condition } from '../live/condition.ts';
import type { DirectEvents } from '../live/stream.ts';
import { LineWindow } from './line-window.ts';
import { Publisher } from './publisher.ts';

/** The maximum number of lines in a batch. */
const batchLines = 1_000;
/** A batch ends once its text has this many UTF-16 units, but has at least one line. */
const batchText = 262_144;

/** The minimum time between two checks of a log, in milliseconds: half a frame of a browser, which is not visible. */
const shortPause = 8;
/** The maximum, for logs that grow faster than anyone can read. In milliseconds. */
const longPause = 50;
/** How many lines per millisecond anyone can read at most. */
const readableLines = 2;
/** The pause after a check that found this many lines, in milliseconds. Pure. */
export const pauseAfter = (lines: number): number =>
  Math.min(longPause, Math.max(shortPause, lines / readableLines));

/** With a larger backlog the reader skips to the last lines. The skipped lines are read from the database on demand. */
const maxBacklog = 2 * batchLines;

/** As many lines from index `start` to `end` (exclusive) as fit into one batch. Pure. */
export function batchOf(lines: readonly LogLine[], start = 0, end = lines.length): LogLine[] {
  let text = 0;
  let index = start;
  while (index < end && index - start < batchLines && text < batchText) {
    text += lines[index]?.text.length ?? 0;
    index++;
  }
  return lines.slice(start, index);
}

/** Where a subscriber is in a log. */
export interface LogPosition {
  /** The number of the last line that it got. */
  cursor: number;
  /** The partial line that it got last. */
  partial: PartialLine | null;
  /** If more than this many lines wait for it, it skips the older ones. It gets all if this is null. */
  readonly latest: number | null;
}

/** A batch that several subscribers may need. A promise: it is being read. */
interface CachedBatch {
  readonly batch: LogBatch | Promise<LogBatch | null>;
  /** More lines exist after this batch, so it does not change when lines are added. */
  final: boolean;
}
/** How many batches are cached. Subscribers at the same cursor share a batch, for example when all clients reconnect after a restart. */
const cachedBatches = 8;

/** Reads one log for all its subscribers. */
export class LogReader implements AsyncDisposable {
  readonly #db: Database;
  readonly #jobId: number;
  readonly #changeCheck: ChangeCheck;
  readonly #window = new LineWindow();
  readonly #publisher: Publisher;
  /** The number of the last line read; null before the first check. */
  #last: number | null = null;
  /** How many lines the last check found. */
  #found = 0;
  /** By cursor. All subscribers get the same object, so it is read, executed and serialized once. */
  readonly #batches = new Map<number, CachedBatch>();
  #complete = false;
  /** The job is being removed: its log must not be shown. */
  #removed = false;
  /** What is being printed after the last line; a new object when it has changed. */
  #partial: PartialLine | null = null;
  /** The number in the row of the last partial line, and whether a line of output has completed it. */
  #partialNumber = 0;
  #isPartialCompleted = false;
  readonly #changed = new Condition();

  constructor(db: Database, jobId: number, logger: Logger) {
    this.#db = db;
    this.#jobId = jobId;
    this.#publisher = new Publisher({
      subscribers: () => this.subscribers,
      onPublish: () => this.#notify(),
    });
    this.#changeCheck = new ChangeCheck({
      doorbell: db.doorbell,
      topics: ['log', 'jobs'],
      check: () => this.#check(),
      minPause: () => pauseAfter(this.#found),
      failure: new RepeatedFailure(logger, 'could not read the log', { job: jobId }),
    });
  }

  /** Notifies subscribers of new lines or another partial line. */
  #notify(): void {
    for (const [cursor, { final }] of this.#batches) if (!final) this.#batches.delete(cursor);
    this.#changed.notifyAll();
  }

  get subscribers(): number {
    return this.#changeCheck.subscribers;
  }

  join(): Disposable {
    return this.#changeCheck.join();
  }

  /**
   * The next lines after `cursor`, from memory or the database; empty if there are none yet. `null` if the job is being removed, and its log is
   * incomplete.
   */
  async next(cursor: number): Promise<LogBatch | null> {
    if (this.#removed) return null;
    const known = this.#batches.get(cursor)?.batch ?? this.#fromMemory(cursor);
    if (known !== null) return await known;
    const reading: CachedBatch = { batch: this.#fromDatabase(cursor), final: false };
    this.#keep(cursor, reading);
    try {
      const batch = await reading.batch;
      if (batch !== null && this.#batches.get(cursor) === reading) this.#keepRead(cursor, batch);
      return batch;
    } finally {
      if (this.#batches.get(cursor) === reading) this.#batches.delete(cursor);
    }
  }

  #keep(cursor: number, batch: CachedBatch): void {
    for (const oldest of this.#batches.keys()) {
      if (this.#batches.size < cachedBatches) break;
      this.#batches.delete(oldest);
    }
    this.#batches.set(cursor, batch);
  }

  /** Keeps a batch for the next subscribers at this cursor, unless it is empty. */
  #keepRead(cursor: number, batch: LogBatch): void {
    if (batch.lines.length === 0 && batch.partial === null) return;
    this.#keep(cursor, { batch, final: batch.cursor < this.#publisher.last });
  }

  /** The lines after `cursor`, if they are in memory or there are none; else null. */
  #fromMemory(cursor: number): LogBatch | null {
    const { first, lines } = this.#window;
    const isInWindow = cursor + 1 >= first;
    if (!isInWindow && (this.#last === null || cursor < this.#last)) return null;
    const found = isInWindow ? batchOf(lines, cursor + 1 - first, this.#publisher.last + 1 - first) : [];
    const batch = this.#batchWith(found, cursor, this.#last, this.#complete);
    this.#keepRead(cursor, batch);
    return batch;
  }

  async #fromDatabase(cursor: number): Promise<LogBatch | null> {
    // Before the lines are read: if the log is complete now, the read below returns its last lines.
    const complete = this.#complete;
    const last = this.#last;
    const lines = batchOf(await readLines(this.#db, this.#jobId, cursor, batchLines));
    // Lines that existed at the last check are missing: the job is being removed.
    if (lines.length === 0 && last !== null) return null;
    return this.#batchWith(lines, cursor, last, complete);
  }

  #batchWith(lines: LogLine[], cursor: number, last: number | null, complete: boolean): LogBatch {
    const reached = lines.at(-1)?.number ?? cursor;
    const isLast = last !== null && reached >= last;
    return {
      lines,
      partial: isLast && !complete ? this.#partial : null,
      cursor: reached,
      complete: complete && isLast,
    };
  }

  /** The cursor after which a subscriber gets lines: its own, or a later one if it skips lines. */
  cursorOf({ cursor, latest }: LogPosition): number {
    return latest === null ? cursor : Math.max(cursor, this.#publisher.last - latest);
  }

  /**
   * Resolves once a subscriber can get lines or another partial line, or the log is complete or removed, or the signal is aborted. What `direct`
   * takes meanwhile changes the position.
   */
  moved(position: LogPosition, direct: DirectEvents<LogBatch>, signal: AbortSignal): Promise<void> {
    return this.#changed.wait(() => this.#hasMoved(position) && !this.#handOver(position, direct), signal);
  }

  #hasMoved({ cursor, partial }: LogPosition): boolean {
    return (
      this.#complete ||
      this.#removed ||
      (this.#last !== null && this.#publisher.last > cursor) ||
      // Only together with all lines before it.
      (this.#publisher.last === this.#last && this.#partial !== partial)
    );
  }

  /** Offers the next lines to the receiver that takes them directly. Returns whether the subscriber has everything now. */
  #handOver(position: LogPosition, { take }: DirectEvents<LogBatch>): boolean {
    if (take === null || this.#removed) return false;
    const cursor = this.cursorOf(position);
    const batch = this.#batches.get(cursor)?.batch ?? this.#fromMemory(cursor);
    if (batch === null || batch instanceof Promise || batch.complete || !take(batch)) return false;
    position.cursor = batch.cursor;
    position.partial = batch.partial;
    return !this.#hasMoved(position);
  }

  async #check(): Promise<void> {
    if (this.#complete) return;
    // The count before the state: if the job is not being removed after this, it had all its lines.
    if (this.#last === null) {
      this.#last = await countLines(this.#db, this.#jobId);
      this.#publisher.startAt(this.#last);
    }
    // The state before the lines: the supervisor ends the job after its last line.
    const [row] = await this.#db.execute(
      `select j.state, p.number, p.at, p.text, p.sensitive from job j left join partial_line p on p.job_id = j.id
       where j.id = ? and j.removed_at is null`,
      [this.#jobId],
    );
    this.#removed = row === undefined;
    if (row === undefined) return this.#changed.notifyAll();
    const ended = endedStates.some((state) => state === row['state']);
    await this.#readNew(this.#last, ended);
    await this.#updatePartial(row);
    this.#complete = ended;
    if (ended) this.#publisher.publishNow(this.#last);
    else this.#changed.notifyAll();
  }

  /** Takes the partial line from its row, which was read before the lines: a line that completes it is known by now. */
  async #updatePartial(row: Readonly<Record<string, unknown>>): Promise<void> {
    const partial = await this.#partialOf(row);
    const { at, text, sensitive } = this.#partial ?? {};
    if (partial?.at === at && partial?.text === text && partial?.sensitive === sensitive) return;
    this.#partial = partial;
    if (this.#publisher.last === this.#last) this.#notify();
  }

  #completePartial(): void {
    this.#partial = null;
    this.#isPartialCompleted = true;
  }

  async #partialOf({ number, at, text, sensitive }: Readonly<Record<string, unknown>>) {
    if (typeof text !== 'string' || this.#last === null) return null;
    const first = Number(number);
    if (first !== this.#partialNumber) {
      this.#partialNumber = first;
      this.#isPartialCompleted = first <= this.#last && (await hasOutputFrom(this.#db, this.#jobId, first));
    }
    // It can be read before the lines that were printed before it.
    if (this.#isPartialCompleted || first > this.#last + 1) return null;
    return { at: Number(at), text, sensitive: Boolean(sensitive) };
  }

  /** Reads all lines after number `after`. */
  async #readNew(after: number, ended: boolean): Promise<void> {
    this.#found = 0;
    for (let cursor = after; ; cursor = this.#last ?? cursor) {
      const lines = await readLines(this.#db, this.#jobId, cursor, batchLines);
      const last = lines.at(-1);
      if (!last) return;
      this.#window.add(lines);
      this.#last = last.number;
      this.#found += lines.length;
      // Before they are published: a line and its beginning must not be shown together.
      if (lines.some(({ kind, number }) => kind === 'output' && number >= this.#partialNumber))
        this.#completePartial();
      this.#publisher.publish(last.number);
      if (lines.length === batchLines) await this.#skipBacklog(last.number, ended);
    }
  }

  /** During a flood, skips to the last lines: reading, sending and rendering each line takes longer than scap needs to print it. */
  async #skipBacklog(last: number, ended: boolean): Promise<void> {
    if (!ended) await sleep(longPause);
    const count = await countLines(this.#db, this.#jobId);
    if (count - last <= maxBacklog) return;
    this.#window.clear();
    this.#last = count - batchLines;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#publisher[Symbol.dispose]();
    return this.#changeCheck[Symbol.asyncDispose]();
  }
}
