// Owns the state of the system for resolvers, and one check of it for all subscribers. Not how a jobrunner is known to be online (schema/model/runner/presence.ts).
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { SystemNow, Systems } from '../schema/graphql/context.ts';
import { lastCleanUp, type Retention } from '../schema/model/job/clean-up.ts';
import { countJobsWhere } from '../schema/model/job/count.ts';
import { currentHold, type Hold } from '../schema/model/job/hold.ts';
import { notResponding } from '../schema/model/runner/lease.ts';
import { lanesOf, listRunners } from '../schema/model/runner/presence.ts';
import { cleanUpProblems, recordMissingRunner } from '../schema/model/runner/runner.ts';
import type { Database } from '../schema/model/store/database.ts';
import { type DatabaseHealth, Health, shortageText } from '../schema/model/store/health.ts';
import { RepeatedFailure } from '../schema/process/repeated-failure.ts';
import type { CurrentJobReader } from './job/current-jobs.ts';
import { ChangeCheck } from './live/change-check.ts';
import { cancellable, LatestValues } from './live/stream.ts';

/** How often jobrunners are checked while there are subscribers, in milliseconds: a jobrunner that crashes sends no notification. */
const presenceInterval = 3_000;
/** How long a request waits for a look at the database, in milliseconds. */
const lookLimit = 1_000;
/** The maximum delay of a timer, in milliseconds. */
const longestTimer = 2 ** 31 - 1;
/** How long a state that was sent before is sent to new subscribers as it is, in milliseconds. */
const freshTime = 1_000;

/** What does not change while the server is running. */
export interface SystemFacts {
  readonly version: string;
  /** The base URL of Gerrit; empty if Gerrit is not configured. */
  readonly gerritUrl: string;
  /** Whether this server is configured to use the simulator. Jobrunners that are online take precedence. */
  readonly simulated: boolean;
  /** From the configuration of this server; each jobrunner has its own. */
  readonly retention: Retention;
}

/** The state of the system, from the database. */
export class DatabaseSystem implements Systems, AsyncDisposable {
  readonly #db: Database;
  readonly #facts: SystemFacts;
  readonly #jobs: CurrentJobReader;
  readonly #changeCheck: ChangeCheck;
  readonly #health: Health;
  readonly #followers = new Set<LatestValues<'now', SystemNow>>();
  #now: SystemNow | null = null;
  /** When the current state became a separate event, on the monotonic clock. */
  #copiedAt = 0;
  #fingerprint = '';
  #holdTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(db: Database, currentJobs: CurrentJobReader, facts: SystemFacts, logger: Logger) {
    this.#db = db;
    this.#facts = facts;
    this.#jobs = currentJobs;
    this.#health = new Health(db, () => this.#publish(this.#now));
    this.#changeCheck = new ChangeCheck({
      doorbell: db.doorbell,
      topics: ['runners', 'jobs', 'holds'],
      interval: presenceInterval,
      check: () => this.#check(),
      failure: new RepeatedFailure(logger, 'could not check the system'),
      onError: () => {
        this.#health.failed();
        this.#publish(this.#now);
      },
    });
  }

  /** The number of subscribers. */
  get followers(): number {
    return this.#followers.size;
  }

  /** The health of the database at the last look. */
  get databaseHealth(): DatabaseHealth {
    return this.#health.now;
  }

  /** The health of the database, from a look at it now, or from the last one if this takes longer. */
  async health(): Promise<DatabaseHealth> {
    await Promise.race([this.#health.look(), wait(lookLimit, undefined, { ref: false })]);
    return this.#health.now;
  }

  /**
   * Whether connections are refused, what does not respond, and what is not cleaned up, as sentences for operators. Only the first is known if the database does not
   * answer in time.
   */
  async warnings(): Promise<string[]> {
    const late = wait(lookLimit, [], { ref: false });
    const problems = Promise.all([notResponding(this.#db), cleanUpProblems(this.#db)]);
    const found = await Promise.race([problems.then((lists) => lists.flat()).catch(() => []), late]);
    const shortage = shortageText(this.#db);
    return shortage === null ? found : [shortage, ...found];
  }

  async now(): Promise<SystemNow> {
    const em = this.#db.em();
    const runners = await listRunners(this.#db);
    const { active, queued } = await this.#jobs.read();
    const queuedCount = await countJobsWhere(this.#db, "state = 'queued'", []);
    const online = runners.filter((each) => each.online);
    const simulated =
      online.length > 0 ? online.some(({ runner }) => runner.simulated) : this.#facts.simulated;
    const cleanUp = await lastCleanUp(this.#db);
    const hold = await currentHold(em);
    this.#health.answered();
    return {
      ...this.#facts,
      simulated,
      runners,
      activeJobs: active,
      queuedJobs: queued,
      queuedCount,
      lastCleanUp: cleanUp,
      hold,
      database: this.#health.now,
    };
  }

  async lanes(): Promise<readonly string[]> {
    return lanesOf(await listRunners(this.#db));
  }

  follow(): AsyncIterableIterator<SystemNow> {
    return cancellable((signal) => this.#follow(signal));
  }

  async *#follow(signal: AbortSignal): AsyncGenerator<SystemNow, void> {
    using _subscription = this.#changeCheck.join();
    const updates = new LatestValues<'now', SystemNow>();
    try {
      await this.#changeCheck.firstCheck(signal);
      const current = this.#forNewSubscriber();
      if (current) updates.put('now', current);
      this.#followers.add(updates);
      while (!signal.aborted) {
        const now = await updates.take(signal);
        if (now) yield now;
      }
    } finally {
      this.#followers.delete(updates);
    }
  }

  /**
   * The current state as a new event: the results of an event are shared (live/sharing.ts), and those of the last change may be old, since what
   * a client selects below a job also changes without it. Subscribers that join within a second share one event.
   */
  #forNewSubscriber(): SystemNow | null {
    if (this.#now && performance.now() - this.#copiedAt > freshTime) {
      this.#now = { ...this.#now };
      this.#copiedAt = performance.now();
    }
    return this.#now;
  }

  async #check(): Promise<void> {
    const now = await this.now();
    this.#checkAtEndOf(now.hold);
    for (const { runner, online } of now.runners)
      if (!online && runner.leftAt == null) await recordMissingRunner(this.#db, runner);
    this.#publish(now);
  }

  /** Checks again when a hold ends by time, which causes no notification. */
  #checkAtEndOf(hold: Hold | null): void {
    clearTimeout(this.#holdTimer);
    if (hold?.endsAt == null) return;
    const rest = Math.min(longestTimer, Math.max(0, hold.endsAt - Date.now()));
    this.#holdTimer = setTimeout(() => this.#changeCheck.checkSoon(), rest);
    this.#holdTimer.unref();
  }

  /** Sends the state to all subscribers if it changed. The health of the database is always current, even if nothing else could be read. */
  #publish(checked: SystemNow | null): void {
    if (!checked) return;
    const now = { ...checked, database: this.#health.now };
    const fingerprint = fingerprintOf(now);
    const changed = fingerprint !== this.#fingerprint;
    this.#fingerprint = fingerprint;
    this.#now = now;
    this.#copiedAt = performance.now();
    if (changed) for (const updates of this.#followers) updates.put('now', now);
  }

  [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#holdTimer);
    this.#health[Symbol.dispose]();
    return this.#changeCheck[Symbol.asyncDispose]();
  }
}

/** Changes whenever subscribers must be notified: all but the time when a jobrunner was last seen. Pure. */
function fingerprintOf(now: SystemNow): string {
  const { simulated, runners, activeJobs, queuedJobs, queuedCount, lastCleanUp, database, hold } = now;
  return JSON.stringify([
    simulated,
    runners.map(({ runner, online }) => [
      runner.id,
      runner.startedAt,
      online,
      runner.lanes,
      runner.scap,
      runner.laneProblem,
      runner.cleanUpProblem,
    ]),
    activeJobs.map((job) => [job.id, job.revision]),
    queuedJobs.map((job) => [job.id, job.revision]),
    queuedCount,
    [lastCleanUp?.id, lastCleanUp?.finishedAt],
    database,
    hold?.id,
  ]);
}
