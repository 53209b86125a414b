// Owns writing down what a job does, in order: at once when idle, together when busy, again when the database fails. Not what is written.
import { setTimeout as wait } from 'node:timers/promises';
import { type Database, isRefused } from '../schema/model/database.ts';
import { type JobChange, recordReport } from '../schema/model/job.ts';
import { appendLines, type NewLogLine } from '../schema/model/log.ts';

type Report = Pick<JobChange, 'status' | 'progress'>;
type Entry =
  | { readonly type: 'line'; readonly line: NewLogLine }
  | { readonly type: 'report'; readonly report: Report }
  | { readonly type: 'deed'; readonly deed: () => Promise<unknown>; readonly done: () => void };

/** The largest chunk: lines, and UTF-16 units of text. */
const chunkLines = 2_000;
const chunkText = 262_144;
/** With more than this waiting to be written the pipe is not read, in UTF-16 units of text; below half of it reading goes on. */
const highWater = 1_048_576;
/** What a line costs besides its text, in the same measure: empty lines fill memory too. */
const lineCost = 32;
/** The least time between two writes of status and progress, in milliseconds. The latest is what counts. */
const reportInterval = 40;
/** How long to wait after the database failed, in milliseconds: first, and at most. */
const retryDelay = { first: 50, most: 2_000 };

export interface RecorderEvents {
  /** Too much is waiting: stop reading the pipe, or go on. */
  readonly onPressure: (high: boolean) => void;
  /** The database failed; it is tried again unless {@link isRefused}. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Writes a job's lines, reports and deeds in the order in which they came, one write in flight. What comes while it is in flight is
 * written together with what comes after: no timer, so an idle recorder writes at the next turn of the event loop. Only it writes this job's log.
 */
export class Recorder {
  readonly #db: Database;
  readonly #jobId: number;
  readonly #events: RecorderEvents;
  #entries: Entry[] = [];
  #waiting = 0;
  #high = false;
  #nextNumber = 1;
  #report: Report | null = null;
  #reportedAt = 0;
  #running: Promise<void> | null = null;
  #reportTimer: NodeJS.Timeout | undefined;

  constructor(db: Database, jobId: number, events: RecorderEvents) {
    this.#db = db;
    this.#jobId = jobId;
    this.#events = events;
  }

  /** Adds a line to the log. */
  line(line: NewLogLine): void {
    this.#waiting += line.text.length + lineCost;
    this.#entries.push({ type: 'line', line });
    if (!this.#high && this.#waiting > highWater) {
      this.#high = true;
      this.#events.onPressure(true);
    }
    this.#wake();
  }

  /** Notes what scap says of itself. The latest wins, where several come quickly. */
  report(report: Report): void {
    this.#entries.push({ type: 'report', report });
    this.#wake();
  }

  /** Does something between what came before and what comes after; resolves when it is done. It is tried again until it succeeds, so it must be repeatable. */
  deed(deed: () => Promise<unknown>): Promise<void> {
    return new Promise((done) => {
      this.#entries.push({ type: 'deed', deed, done });
      this.#wake();
    });
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
    while (this.#entries.length > 0) {
      const entries = this.#entries;
      this.#entries = [];
      let lines: NewLogLine[] = [];
      let text = 0;
      const flush = async (): Promise<void> => {
        if (lines.length > 0) await this.#append(lines, text);
        lines = [];
        text = 0;
      };
      for (const entry of entries) {
        if (entry.type === 'line') {
          lines.push(entry.line);
          text += entry.line.text.length + lineCost;
          if (lines.length >= chunkLines || text >= chunkText) await flush();
        } else if (entry.type === 'report') {
          this.#report = { ...this.#report, ...entry.report };
        } else {
          await flush();
          await this.#writeReport();
          await this.#persist(entry.deed);
          entry.done();
        }
      }
      await flush();
      await this.#writeReportInTime();
    }
  }

  async #append(lines: readonly NewLogLine[], text: number): Promise<void> {
    const first = this.#nextNumber;
    await this.#persist(() => appendLines(this.#db, this.#jobId, first, lines));
    this.#nextNumber += lines.length;
    this.#waiting -= text;
    if (this.#high && this.#waiting < highWater / 2) {
      this.#high = false;
      this.#events.onPressure(false);
    }
  }

  async #writeReportInTime(): Promise<void> {
    if (!this.#report || this.#reportTimer) return;
    const early = reportInterval - (performance.now() - this.#reportedAt);
    if (early <= 0) return await this.#writeReport();
    this.#reportTimer = setTimeout(() => {
      this.#reportTimer = undefined;
      // Nothing new to say: it only wakes the loop, which finds the report due.
      this.report({});
    }, early);
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
        if (isRefused(error)) return;
        await wait(delay);
      }
    }
  }
}
