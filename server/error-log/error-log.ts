// Owns the error log for resolvers: when it is searched, and who is notified. One loop searches for all; nothing waits for it.
// Not the search (search.ts, request.ts), not what follows from the counts (job-health.ts).
import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { ErrorLogNow, ErrorLogs } from '../../schema/graphql/context.ts';
import { watchableJobs } from '../../schema/model/job/error-watch.ts';
import type { Job } from '../../schema/model/job/job.ts';
import type { Database } from '../../schema/model/store/database.ts';
import type { ErrorLogConfiguration } from '../../schema/process/configuration.ts';
import {
  type ErrorLogSource,
  type ErrorWatch,
  type JobHealth,
  watchText,
} from '../../schema/text/job-health.ts';
import { delay, wakeOrAbort } from '../live/condition.ts';
import { cancellable, LatestValues } from '../live/stream.ts';
import { dashboardLink } from './dashboard.ts';
import { ErrorHistory, keptTime, minute, slotLength, type TimeSpan } from './history.ts';
import { errorRange, jobHealth, timeBefore, type WatchedJob } from './job-health.ts';
import { requestSearch, SearchFailed } from './request.ts';
import { type AfterKey, readPage, searchBody } from './search.ts';

/** The time from one search to the next, in milliseconds; while searches fail, it doubles up to the longest. */
const searchInterval = 15_000;
const longestInterval = 120_000;
/** How long an error takes to be found after it occurred, in milliseconds: newer counts would be too small. */
const indexingTime = 10_000;
/** How much of the known time is searched again, in milliseconds, for errors that arrived late. */
const repeatedTime = 3 * minute;
/** How much unknown time one search adds at most, in milliseconds. */
const longestSearch = 20 * minute;
/** How long a query has the effect of a subscriber, in milliseconds. */
const askedTime = 2 * minute;
/** The number of messages by minute in a page, at most and at least, and how many pages are read. */
const largestPage = 500;
const smallestPage = 20;
const maxPages = 40;

/** What the error log depends on. */
export interface ErrorLogOptions {
  /** Null: there is none. */
  readonly configuration: ErrorLogConfiguration | null;
  readonly db: Database;
  /** The stages of a job. */
  readonly stages: (jobId: number) => Promise<WatchedJob['stages']>;
  readonly loadJob: (jobId: number) => Promise<Job | null>;
  readonly logger: Logger;
  readonly now?: () => number;
}

const floorTo = (at: number, length: number): number => Math.floor(at / length) * length;

/** The error log of an OpenSearch or Elasticsearch service. */
export class SearchedErrorLog implements ErrorLogs, AsyncDisposable {
  readonly #options: ErrorLogOptions;
  readonly #history = new ErrorHistory();
  readonly #followers = new Set<LatestValues<'searched', true>>();
  readonly #closed = new AbortController();
  readonly #running: Promise<void>;
  #source: ErrorLogSource = { readAt: null, problem: null, failingSince: null };
  #health = new Map<number, JobHealth>();
  #now: ErrorLogNow;
  #askedAt = Number.NEGATIVE_INFINITY;
  #wake: () => void = () => {};
  #pageSize = largestPage;

  constructor(options: ErrorLogOptions) {
    this.#options = options;
    // Each search listens to it.
    setMaxListeners(0, this.#closed.signal);
    this.#now = this.#snapshot();
    this.#running = options.configuration === null ? Promise.resolve() : this.#run(options.configuration);
  }

  get isConfigured(): boolean {
    return this.#options.configuration !== null;
  }

  now(): ErrorLogNow | null {
    if (!this.isConfigured) return null;
    this.#ask();
    return this.#now;
  }

  async ofJob(job: Job): Promise<JobHealth | null> {
    const { configuration } = this.#options;
    if (configuration === null || job.startedAt == null || this.#isOver(job)) return null;
    this.#ask();
    const known = this.#health.get(job.id);
    const stages = await this.#options.stages(job.id);
    const watched = { id: job.id, startedAt: job.startedAt, finishedAt: job.finishedAt ?? null, stages };
    // The same object for all subscribers, as long as nothing has changed: its result is shared.
    if (known && isSame(known, watched) && known.source === this.#source) return known;
    const health = jobHealth(this.#history, this.#source, watched, configuration.watchTime);
    this.#health.set(job.id, health);
    return health;
  }

  watchOf(job: Job): Promise<ErrorWatch | null> {
    const { configuration } = this.#options;
    if (configuration === null || job.finishedAt == null || this.#isOver(job)) return Promise.resolve(null);
    const until = job.finishedAt + configuration.watchTime;
    return Promise.resolve({ state: 'watching', at: null, until, text: watchText('watching', '') });
  }

  dashboardUrl(message: string | null): string | null {
    const { configuration } = this.#options;
    if (configuration === null || configuration.dashboardUrl === null) return null;
    return dashboardLink(configuration.dashboardUrl, configuration.index, message);
  }

  follow(): AsyncIterableIterator<ErrorLogNow> {
    return cancellable(
      async function* (this: SearchedErrorLog, signal: AbortSignal) {
        if (!this.isConfigured) return await wakeOrAbort(signal, () => () => {});
        for await (const _ of this.#searches(signal)) yield this.#now;
      }.bind(this),
    );
  }

  followJob(jobId: number): AsyncIterableIterator<JobHealth> {
    return cancellable(
      async function* (this: SearchedErrorLog, signal: AbortSignal) {
        if (!this.isConfigured) return;
        for await (const _ of this.#searches(signal)) {
          const job = await this.#options.loadJob(jobId);
          if (job === null || this.#isOver(job)) return;
          const health = await this.ofJob(job);
          if (health !== null) yield health;
        }
      }.bind(this),
    );
  }

  /** Once now, and after each search. */
  async *#searches(signal: AbortSignal): AsyncGenerator<true, void> {
    const updates = new LatestValues<'searched', true>();
    updates.put('searched', true);
    this.#followers.add(updates);
    this.#wake();
    try {
      while (await updates.take(signal)) yield true;
    } finally {
      this.#followers.delete(updates);
    }
  }

  /** Whether a job has ended and is not watched any more. */
  #isOver({ finishedAt }: Job): boolean {
    const { configuration } = this.#options;
    return finishedAt != null && this.#time() > finishedAt + (configuration?.watchTime ?? 0) + searchInterval;
  }

  #time(): number {
    return (this.#options.now ?? Date.now)();
  }

  #ask(): void {
    const isFirst = this.#askedAt < this.#time() - askedTime;
    this.#askedAt = this.#time();
    if (isFirst) this.#wake();
  }

  async #run(configuration: ErrorLogConfiguration): Promise<void> {
    const { signal } = this.#closed;
    let failures = 0;
    while (!signal.aborted) {
      const jobs = await this.#watchedJobs(configuration);
      const isNeeded =
        jobs.length > 0 || this.#followers.size > 0 || this.#askedAt > this.#time() - askedTime;
      if (!isNeeded) {
        await this.#pause(searchInterval, true);
        continue;
      }
      const wait = await this.#searchOnce(configuration, jobs);
      failures = this.#source.problem === null ? 0 : failures + 1;
      this.#publish();
      const backOff = Math.min(searchInterval * 2 ** Math.max(0, failures - 1), longestInterval);
      await this.#pause(Math.max(this.#isBehind(jobs) && failures === 0 ? 0 : backOff, wait), false);
    }
  }

  /** @param isIdle whether a subscriber ends it */
  async #pause(milliseconds: number, isIdle: boolean): Promise<void> {
    const { signal } = this.#closed;
    const ended = new AbortController();
    if (isIdle) this.#wake = () => ended.abort();
    await delay(milliseconds, AbortSignal.any([signal, ended.signal]));
    this.#wake = () => {};
  }

  async #watchedJobs({ watchTime }: ErrorLogConfiguration): Promise<readonly Job[]> {
    try {
      return await watchableJobs(this.#options.db, this.#time() - watchTime - searchInterval);
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'could not read which jobs are watched for errors');
      return [];
    }
  }

  /** Since when errors must be known. */
  #neededFrom(jobs: readonly Job[]): number {
    const starts = jobs.flatMap(({ startedAt }) => startedAt ?? []);
    const needed = Math.min(this.#time(), ...starts) - timeBefore;
    // Messages of the last hour are compared with those of the hour before.
    return floorTo(
      Math.max(Math.min(needed, this.#time() - 2 * timeBefore), this.#time() - keptTime),
      minute,
    );
  }

  /** Whether time that is needed is still unknown. */
  #isBehind(jobs: readonly Job[]): boolean {
    const { span } = this.#history;
    return span !== null && span.from > this.#neededFrom(jobs);
  }

  /** Returns how long the service asks to wait, in milliseconds. */
  async #searchOnce(configuration: ErrorLogConfiguration, jobs: readonly Job[]): Promise<number> {
    try {
      for (const span of this.#nextSpans(jobs)) await this.#search(configuration, span);
      this.#source = { readAt: this.#time(), problem: null, failingSince: null };
      return 0;
    } catch (error) {
      if (this.#closed.signal.aborted) return 0;
      if (!(error instanceof SearchFailed)) this.#options.logger.error({ err: error }, 'a search failed');
      const problem = error instanceof SearchFailed ? error.message : 'the search failed';
      if (this.#source.problem !== problem)
        this.#options.logger.warn({ problem }, 'the error log cannot be searched');
      const { readAt, failingSince } = this.#source;
      this.#source = { readAt, problem, failingSince: failingSince ?? this.#time() };
      if (error instanceof SearchFailed && error.isTooLarge)
        this.#pageSize = Math.max(smallestPage, Math.floor(this.#pageSize / 2));
      return error instanceof SearchFailed ? (error.retryAfter ?? 0) : 0;
    }
  }

  /** What is searched next: the time that has passed, and a part of the needed time before what is known. */
  #nextSpans(jobs: readonly Job[]): TimeSpan[] {
    const to = floorTo(this.#time() - indexingTime, slotLength);
    const { span } = this.#history;
    const needed = this.#neededFrom(jobs);
    if (span === null || span.to < to - keptTime)
      return [{ from: floorTo(to - longestSearch / 2, minute), to }];
    const spans: TimeSpan[] = [];
    for (let from = floorTo(span.to - repeatedTime, minute); from < to; from += longestSearch)
      spans.push({ from, to: Math.min(to, from + longestSearch) });
    if (span.from > needed) spans.push({ from: Math.max(needed, span.from - longestSearch), to: span.from });
    return spans;
  }

  /** Adds a span to the history, if all of it was found. */
  async #search(configuration: ErrorLogConfiguration, { from, to }: TimeSpan): Promise<void> {
    const slots: ReturnType<typeof readPage>['slots'][number][] = [];
    const cells: ReturnType<typeof readPage>['cells'][number][] = [];
    let after: AfterKey | null = null;
    for (let number = 0; number < maxPages; number++) {
      const page = { from, to, size: this.#pageSize, after };
      const body = searchBody(configuration, page);
      const found = readPage(await requestSearch(configuration, body, this.#closed.signal), page);
      slots.push(...found.slots);
      cells.push(...found.cells);
      after = found.after;
      if (after === null) break;
    }
    this.#history.add({ from, to, slots, cells });
  }

  #snapshot(): ErrorLogNow {
    const source = this.#source;
    const ranges = new Map<number, ReturnType<typeof errorRange>>();
    return {
      source,
      range: (minutes) => {
        const range = ranges.get(minutes) ?? errorRange(this.#history, minutes, this.#time());
        ranges.set(minutes, range);
        return range;
      },
    };
  }

  #publish(): void {
    this.#now = this.#snapshot();
    this.#health = new Map();
    for (const updates of this.#followers) updates.put('searched', true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    await this.#running;
  }
}

/** Whether the health of a job was computed from the same stages. */
const isSame = (health: JobHealth, { finishedAt, stages }: WatchedJob): boolean =>
  health.stages.length === stages.length &&
  health.stages.every(({ finishedAt: end }, index) => end === (stages[index]?.finishedAt ?? null)) &&
  (health.watchedUntil === null) === (finishedAt === null);
