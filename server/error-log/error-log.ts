// Owns the error log for resolvers: when it is searched, and who is notified. One loop searches for all; nothing waits for it.
// Not the search (search.ts, request.ts), not what follows from the counts (job-health.ts).
import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { ErrorLogNow, ErrorLogs } from '../../schema/graphql/context.ts';
import {
  type ErrorWatchRow,
  errorWatchesOf,
  recordErrorWatch,
  type WatchResult,
  watchedJobs,
} from '../../schema/model/job/error-watch.ts';
import type { Job } from '../../schema/model/job/job.ts';
import type { Database } from '../../schema/model/store/database.ts';
import type { ErrorLogConfiguration } from '../../schema/process/configuration/configuration.ts';
import { RepeatedFailure } from '../../schema/process/repeated-failure.ts';
import {
  type ErrorLogSource,
  type ErrorWatch,
  type JobHealth,
  watchText,
} from '../../schema/text/error-log/job-health.ts';
import { Batch } from '../graphql/batch.ts';
import { readWithRetry } from '../live/change-check.ts';
import { delay, wakeOrAbort } from '../live/condition.ts';
import { cancellable, LatestValues } from '../live/stream.ts';
import { ClockSteps } from './clock-step.ts';
import { dashboardLink } from './dashboard.ts';
import { ErrorHistory, keptTime, minute, slotLength, type TimeSpan } from './history.ts';
import { errorRange, jobHealth, reachedServersAt, timeBefore, type WatchedJob } from './job-health.ts';
import { requestSearch, SearchFailed } from './request.ts';
import { type AfterKey, readPage, searchBody } from './search.ts';
import { decideWatch, lateTime, resultText, watchFinding } from './watch.ts';

/** The time from one search to the next, in milliseconds; while searches fail, it doubles up to the longest. */
const searchInterval = 15_000;
const longestInterval = 120_000;
/** The longest pause that the service can ask for, in milliseconds. A timer cannot wait for more than 24 days: it would end immediately. */
const longestPause = 900_000;
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
  /** Null if none exists. */
  readonly configuration: ErrorLogConfiguration | null;
  readonly db: Database;
  /** The stages of a job. */
  readonly stages: (jobId: number) => Promise<WatchedJob['stages']>;
  readonly loadJob: (jobId: number) => Promise<Job | null>;
  /** The job, now and after each change, until it has ended; null if it does not exist. */
  readonly followJob: (jobId: number) => Promise<AsyncIterableIterator<Job> | null>;
  readonly logger: Logger;
  /** Milliseconds since 1970; default: the clock. */
  readonly now?: () => number;
  /** Milliseconds on the monotonic clock; default: that of the process. */
  readonly monotonic?: () => number;
  /** Milliseconds between searches; default 15,000. */
  readonly interval?: number;
  /** How long a search may take, in milliseconds; default 10,000. */
  readonly timeout?: number;
}

const floorTo = (at: number, length: number): number => Math.floor(at / length) * length;

/** The error log of an OpenSearch or Elasticsearch service. */
export class SearchedErrorLog implements ErrorLogs, AsyncDisposable {
  readonly #options: ErrorLogOptions;
  readonly #history = new ErrorHistory();
  readonly #followers = new Set<LatestValues<'searched', true>>();
  readonly #closed = new AbortController();
  readonly #watches: Batch<number, ErrorWatchRow>;
  readonly #running: Promise<void>;
  readonly #clock: ClockSteps;
  readonly #readFailure: RepeatedFailure;
  readonly #decideFailure: RepeatedFailure;
  readonly #storeFailure: RepeatedFailure;
  #source: ErrorLogSource = { readAt: null, problem: null, failingSince: null };
  #health = new Map<number, JobHealth>();
  #now: ErrorLogNow;
  #askedAt = Number.NEGATIVE_INFINITY;
  #wake: () => void = () => {};
  #pageSize = largestPage;
  /** The ended jobs after which the last search found more errors. */
  #risen = new Set<number>();

  constructor(options: ErrorLogOptions) {
    this.#options = options;
    const failure = (message: string) => new RepeatedFailure(options.logger, message);
    this.#readFailure = failure('could not read which jobs are watched for errors');
    this.#decideFailure = failure('could not decide whether errors rose after a job');
    this.#storeFailure = failure('the result of the watch over errors could not be stored');
    const { now = Date.now, monotonic = () => performance.now() } = options;
    this.#clock = new ClockSteps({ now, monotonic });
    // Each search listens to it.
    setMaxListeners(0, this.#closed.signal);
    this.#now = this.#snapshot();
    this.#watches = new Batch((ids) => errorWatchesOf(options.db, ids));
    this.#running = options.configuration === null ? Promise.resolve() : this.#run(options.configuration);
  }

  get isConfigured(): boolean {
    return this.#options.configuration !== null;
  }

  /** How current the counts are; null if none is configured. */
  get source(): ErrorLogSource | null {
    return this.isConfigured ? this.#source : null;
  }

  now(): ErrorLogNow | null {
    if (!this.isConfigured) return null;
    this.#ask();
    return this.#now;
  }

  async ofJob(job: Job): Promise<JobHealth | null> {
    return (await this.#isOver(job)) ? null : await this.#healthOf(job);
  }

  /** Null if no error log is configured, or the job has not started. */
  async #healthOf(job: Job): Promise<JobHealth | null> {
    const { configuration } = this.#options;
    if (configuration === null || job.startedAt == null) return null;
    this.#ask();
    const known = this.#health.get(job.id);
    const watched = await this.#watchedJob(job, job.startedAt);
    const watch = await this.watchOf(job);
    // The same object for all subscribers, as long as nothing has changed: its result is shared.
    if (known && isSame(known, watched, watch) && known.source === this.#source) return known;
    const health = {
      ...jobHealth(this.#history, this.#source, watched, {
        watchTime: configuration.watchTime,
        clock: this.#time(),
      }),
      watch,
    };
    this.#health.set(job.id, health);
    return health;
  }

  async watchOf(job: Job): Promise<ErrorWatch | null> {
    if (job.finishedAt == null) return null;
    const row = await this.#watches.load(job.id);
    if (row) return { state: row.state, at: row.decidedAt, until: row.until, text: row.text };
    const watchTime = this.#options.configuration?.watchTime ?? 0;
    const until = job.finishedAt + watchTime;
    if (watchTime === 0 || this.#time() > this.#latest(until)) return null;
    if (reachedServersAt({ stages: await this.#options.stages(job.id) }) === null) return null;
    return { state: 'watching', at: null, until, text: watchText('watching', '') };
  }

  async #watchedJob(job: Job, startedAt: number): Promise<WatchedJob> {
    const stages = await this.#options.stages(job.id);
    return { id: job.id, startedAt, finishedAt: job.finishedAt ?? null, stages };
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
        const changes = await readWithRetry(signal, () => this.#options.followJob(jobId));
        let sent: JobHealth | null = null;
        for await (const _ of this.#searches(signal, changes)) {
          const job = await readWithRetry(signal, () => this.#options.loadJob(jobId));
          if (job === null) return;
          const isOver = await readWithRetry(signal, () => this.#isOver(job));
          // A client that has followed the watch receives its result, however late it comes.
          if (isOver && sent === null) return;
          const health: JobHealth | null = await readWithRetry(signal, () => this.#healthOf(job));
          if (health !== null && health !== sent) {
            sent = health;
            yield health;
          }
          if (isOver) return;
        }
      }.bind(this),
    );
  }

  /** Once now, after each search, and after each of the changes: while searches fail, they are rare. */
  async *#searches(
    signal: AbortSignal,
    changes: AsyncIterableIterator<unknown> | null = null,
  ): AsyncGenerator<true, void> {
    const updates = new LatestValues<'searched', true>();
    updates.put('searched', true);
    this.#followers.add(updates);
    this.#wake();
    if (changes !== null) void this.#wakeAfter(changes, updates);
    try {
      while (await updates.take(signal)) yield true;
    } finally {
      this.#followers.delete(updates);
      await changes?.return?.();
    }
  }

  async #wakeAfter(changes: AsyncIterable<unknown>, updates: LatestValues<'searched', true>): Promise<void> {
    try {
      for await (const _ of changes) updates.put('searched', true);
    } catch (error) {
      // The next search wakes the follower, too.
      this.#options.logger.warn({ err: error }, 'the changes of a job could not be followed');
    }
  }

  /** Whether a job has ended and is no longer watched. */
  async #isOver(job: Job): Promise<boolean> {
    if (job.finishedAt == null) return false;
    const until = job.finishedAt + (this.#options.configuration?.watchTime ?? 0);
    // Long enough for subscribers to receive the result.
    if (this.#time() <= until + 4 * searchInterval) return false;
    // While searches fail, the result comes later.
    return this.#time() > this.#latest(until) || (await this.watchOf(job))?.state !== 'watching';
  }

  /** When a watch that ends then is given up. */
  #latest(until: number): number {
    return until + lateTime + this.#clock.ahead;
  }

  get #interval(): number {
    return this.#options.interval ?? searchInterval;
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
      this.#clock.look(configuration.watchTime + 2 * lateTime);
      const jobs = await this.#watchedJobs(configuration);
      const isNeeded =
        jobs.length > 0 || this.#followers.size > 0 || this.#askedAt > this.#time() - askedTime;
      if (!isNeeded) {
        await this.#pause(this.#interval, true);
        continue;
      }
      const wait = await this.#searchOnce(configuration, jobs);
      failures = this.#source.problem === null ? 0 : failures + 1;
      await this.#decide(configuration, jobs).then(
        () => this.#decideFailure.succeeded(),
        (error: unknown) => this.#decideFailure.failed(error),
      );
      this.#publish();
      const backOff = Math.min(this.#interval * 2 ** Math.max(0, failures - 1), longestInterval);
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
      // Those that ended while no server ran are looked at afterwards.
      const since = this.#time() - watchTime - 2 * lateTime - this.#clock.ahead;
      const jobs = await watchedJobs(this.#options.db, since);
      this.#readFailure.succeeded();
      return jobs;
    } catch (error) {
      this.#readFailure.failed(error);
      return [];
    }
  }

  /** Stores what the errors say about each job that has ended. */
  async #decide({ watchTime }: ErrorLogConfiguration, jobs: readonly Job[]): Promise<void> {
    // A failed search confirms nothing.
    const isRead = this.#source.problem === null;
    const risen = new Set<number>(isRead ? [] : this.#risen);
    for (const job of jobs) {
      const { finishedAt, startedAt } = job;
      if (watchTime === 0 || finishedAt == null || startedAt == null || this.#isBehind([job])) continue;
      const until = finishedAt + watchTime;
      const finding = watchFinding(this.#history, await this.#watchedJob(job, startedAt), until);
      const readUntil = this.#history.span?.to ?? null;
      // Also if the clock was set during the search.
      this.#clock.look(watchTime + 2 * lateTime);
      const now = this.#time();
      const times = { readUntil, until, now, watchTime, steadyFor: this.#clock.steadyFor };
      const state = decideWatch(finding, isRead && this.#risen.has(job.id), times);
      if (isRead && finding.hasRisen) risen.add(job.id);
      if (state !== null)
        await this.#store({
          jobId: job.id,
          state,
          until,
          text: resultText(state, finding),
          figures: finding.figures,
        });
    }
    this.#risen = risen;
  }

  /** A failure is repeated with the next search. */
  async #store(result: WatchResult): Promise<void> {
    const { db, logger } = this.#options;
    try {
      const isStored = await recordErrorWatch(db, result, this.#time());
      if (isStored)
        logger.info({ job: result.jobId, state: result.state }, 'the watch over errors has ended');
      this.#storeFailure.succeeded();
    } catch (error) {
      this.#storeFailure.failed(error);
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
      return error instanceof SearchFailed ? Math.min(error.retryAfter ?? 0, longestPause) : 0;
    }
  }

  /** What is searched next: the time that has passed, and a part of the needed time before what is known. */
  #nextSpans(jobs: readonly Job[]): TimeSpan[] {
    const to = floorTo(this.#time() - indexingTime, slotLength);
    const { span } = this.#history;
    const needed = this.#neededFrom(jobs);
    // A clock that was set back leaves counts of the future, which would not be read again.
    if (span === null || span.to < to - keptTime || span.to > to + repeatedTime) {
      this.#history.clear();
      return [{ from: floorTo(to - longestSearch / 2, minute), to }];
    }
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
    const { timeout } = this.#options;
    const access = { ...configuration, ...(timeout === undefined ? {} : { timeout }) };
    let after: AfterKey | null = null;
    for (let number = 0; number < maxPages; number++) {
      const page = { from, to, size: this.#pageSize, after };
      const body = searchBody(configuration, page);
      const found = readPage(await requestSearch(access, body, this.#closed.signal), page);
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
const isSame = (health: JobHealth, { finishedAt, stages }: WatchedJob, watch: ErrorWatch | null): boolean =>
  health.watch?.state === watch?.state &&
  health.stages.length === stages.length &&
  health.stages.every(({ name, startedAt, finishedAt: end }, index) => {
    const stage = stages[index];
    return name === stage?.name && startedAt === stage.startedAt && end === (stage.finishedAt ?? null);
  }) &&
  (health.watchedUntil === null) === (finishedAt === null);
