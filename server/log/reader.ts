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

/** A batch that several subscribers may need. */
interface CachedBatch {
  readonly batch: Promise<LogBatch | null>;
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
    const cached = this.#batches.get(cursor);
    if (cached) return await cached.batch;
    const reading: CachedBatch = { batch: this.#read(cursor), final: false };
    for (const oldest of this.#batches.keys()) {
      if (this.#batches.size < cachedBatches) break;
      this.#batches.delete(oldest);
    }
    this.#batches.set(cursor, reading);
    let keep = false;
    try {
      const batch = await reading.batch;
      keep = batch !== null && (batch.lines.length > 0 || batch.partial !== null);
      reading.final = keep && batch !== null && batch.cursor < this.#publisher.last;
      return batch;
    } finally {
      if (!keep && this.#batches.get(cursor) === reading) this.#batches.delete(cursor);
    }
  }

  async #read(cursor: number): Promise<LogBatch | null> {
    // Before the lines are read: if the log is complete now, the read below returns its last lines.
    const complete = this.#complete;
    const last = this.#last;
    let lines: LogLine[];
    const { first } = this.#window;
    if (cursor + 1 >= first)
      lines = batchOf(this.#window.lines, cursor + 1 - first, this.#publisher.last + 1 - first);
    else if (last !== null && cursor >= last) lines = [];
    else {
      lines = batchOf(await readLines(this.#db, this.#jobId, cursor, batchLines));
      // Lines that existed at the last check are missing: the job is being removed.
      if (lines.length === 0 && last !== null) return null;
    }
    const reached = lines.at(-1)?.number ?? cursor;
    const isLast = last !== null && reached >= last;
    return {
      lines,
      partial: isLast && !complete ? this.#partial : null,
      cursor: reached,
      complete: complete && isLast,
    };
  }

  /** The cursor after which at most `latest` lines are available: `cursor`, or a later one. */
  newest(cursor: number, latest: number): number {
    return Math.max(cursor, this.#publisher.last - latest);
  }

  /**
   * Resolves once lines after `cursor` or another partial line than `partial` are available, or the log is complete or removed, or the signal
   * is aborted.
   */
  moved(cursor: number, partial: PartialLine | null, signal: AbortSignal): Promise<void> {
    const hasMoved = (): boolean =>
      this.#complete ||
      this.#removed ||
      (this.#last !== null && this.#publisher.last > cursor) ||
      // Only together with all lines before it.
      (this.#publisher.last === this.#last && this.#partial !== partial);
    return this.#changed.wait(hasMoved, signal);
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
