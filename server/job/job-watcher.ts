// Owns who looks at jobs, for resolvers: a subscriber of the watchers of a job is one of them. Not the rows (schema/model/job/job-watcher.ts).
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { JobWatchers } from '../../schema/graphql/context.ts';
import type { User } from '../../schema/model/account/user.ts';
import {
  type JobWatcher,
  readWatchers,
  recordWatchers,
  removeWatchers,
  type Watching,
  watcherLifetime,
} from '../../schema/model/job/job-watcher.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { RepeatedFailure } from '../../schema/process/repeated-failure.ts';
import { Batch } from '../graphql/batch.ts';
import { ChangeCheck } from '../live/change-check.ts';
import { cancellable, LatestValues } from '../live/stream.ts';

/** How often this server renews its rows, and looks for rows that have expired, in milliseconds. */
const renewalInterval = watcherLifetime / 3;
/** How long a user who has left is still shown, in milliseconds: a page that is reloaded comes back. */
const departureDelay = 3_000;
/** On how many jobs a user is shown on one server at most: each is a row that is written immediately and renewed. Further ones can be followed all the same. */
const maxJobsOfUser = 50;

interface Subscriber {
  readonly job: number;
  readonly updates: LatestValues<'watchers', readonly JobWatcher[]>;
}

/** A user on a job, with the number of their subscriptions. */
interface Served extends Watching {
  /** Whether the user is shown. */
  readonly isShown: boolean;
  subscriptions: number;
  leaving: NodeJS.Timeout | null;
}

/** The watchers of jobs, over all servers of a database. */
export class DatabaseJobWatchers implements JobWatchers, AsyncDisposable {
  readonly #db: Database;
  readonly #writeFailure: RepeatedFailure;
  readonly #server = randomUUID();
  readonly #ofJob: Batch<number, readonly JobWatcher[]>;
  readonly #changeCheck: ChangeCheck;
  readonly #subscribers = new Set<Subscriber>();
  readonly #served = new Map<string, Served>();
  readonly #writes = new Set<Promise<void>>();
  #renewedAt = 0;

  constructor(db: Database, logger: Logger) {
    this.#db = db;
    this.#writeFailure = new RepeatedFailure(logger, 'could not record who looks at a job');
    this.#ofJob = new Batch((jobs) => readWatchers(db, jobs));
    this.#changeCheck = new ChangeCheck({
      doorbell: db.doorbell,
      topics: ['watchers'],
      interval: renewalInterval,
      check: () => this.#check(),
      failure: new RepeatedFailure(logger, 'could not check who looks at jobs'),
    });
  }

  async of(jobId: number): Promise<readonly JobWatcher[]> {
    return (await this.#ofJob.load(jobId)) ?? [];
  }

  follow(jobId: number, user: User): AsyncIterableIterator<readonly JobWatcher[]> {
    return cancellable((signal) => this.#follow({ job: jobId, user: user.id }, signal));
  }

  async *#follow(watching: Watching, signal: AbortSignal): AsyncGenerator<readonly JobWatcher[], void> {
    const subscriber: Subscriber = { job: watching.job, updates: new LatestValues() };
    const served = this.#enter(watching);
    this.#subscribers.add(subscriber);
    using _subscription = this.#changeCheck.join();
    let sent: string | null = null;
    try {
      this.#changeCheck.checkSoon();
      while (!signal.aborted) {
        const watchers = await subscriber.updates.take(signal);
        const fingerprint = watchers?.map(({ user }) => user).join(' ') ?? null;
        if (!watchers || fingerprint === sent) continue;
        sent = fingerprint;
        yield watchers;
      }
    } finally {
      this.#subscribers.delete(subscriber);
      this.#leave(served);
    }
  }

  #enter(watching: Watching): Served {
    const key = `${watching.job} ${watching.user}`;
    const known = this.#served.get(key);
    if (known) {
      if (known.leaving !== null) clearTimeout(known.leaving);
      known.leaving = null;
      known.subscriptions++;
      return known;
    }
    let shown = 0;
    for (const { user, isShown } of this.#served.values()) if (isShown && user === watching.user) shown++;
    const isShown = shown < maxJobsOfUser;
    const served: Served = { ...watching, isShown, subscriptions: 1, leaving: null };
    this.#served.set(key, served);
    if (isShown) this.#write(() => recordWatchers(this.#db, this.#server, [watching], { isNew: true }));
    return served;
  }

  #leave(served: Served): void {
    served.subscriptions--;
    if (served.subscriptions > 0) return;
    const key = `${served.job} ${served.user}`;
    if (!served.isShown) return void this.#served.delete(key);
    served.leaving = setTimeout(() => {
      this.#served.delete(key);
      this.#write(() => removeWatchers(this.#db, this.#server, served));
    }, departureDelay).unref();
  }

  /** Nothing waits for these writes. What fails is repaired by the next renewal, or expires. */
  #write(write: () => Promise<void>): void {
    const writing = write()
      .then(() => this.#writeFailure.succeeded())
      .catch((error: unknown) => this.#writeFailure.failed(error))
      .finally(() => this.#writes.delete(writing));
    this.#writes.add(writing);
  }

  async #check(): Promise<void> {
    const shown = [...this.#served.values()].filter(({ isShown }) => isShown);
    if (performance.now() - this.#renewedAt >= renewalInterval && shown.length > 0) {
      this.#renewedAt = performance.now();
      await recordWatchers(this.#db, this.#server, shown, { isNew: false });
    }
    const jobs = [...new Set([...this.#subscribers].map(({ job }) => job))];
    const watchers = await readWatchers(this.#db, jobs);
    for (const { job, updates } of this.#subscribers) updates.put('watchers', watchers.get(job) ?? []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#changeCheck[Symbol.asyncDispose]();
    for (const { leaving } of this.#served.values()) if (leaving !== null) clearTimeout(leaving);
    await Promise.all(this.#writes);
    if (this.#served.size > 0) this.#write(() => removeWatchers(this.#db, this.#server));
    await Promise.all(this.#writes);
  }
}
