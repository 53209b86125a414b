// Owns the whole as it is now, and one watch over it for all who follow. Not how a jobrunner's presence is told (schema/model/job/presence.ts).
import type { Logger } from 'pino';
import type { SystemNow, Systems } from '../schema/graphql/context.ts';
import { lastCleanUp, type Retention } from '../schema/model/job/clean-up.ts';
import { currentHold, type Hold } from '../schema/model/job/hold.ts';
import { activeStates, Job } from '../schema/model/job/job.ts';
import { lanesOf, listRunners } from '../schema/model/job/presence.ts';
import { recordMissingRunner } from '../schema/model/job/runner.ts';
import type { Database } from '../schema/model/store/database.ts';
import { type DatabaseHealth, Health } from '../schema/model/store/health.ts';
import { Slot, stoppable, Watch } from './live/live.ts';

/** A jobrunner that dies says nothing: it is looked for this often while somebody follows, in milliseconds. It is a read. */
const presenceInterval = 3_000;
/** The longest time that a timer knows, in milliseconds. */
const longestTimer = 2 ** 31 - 1;
/** How many queued jobs are shown at most. */
const mostQueued = 500;

/** What does not change while the server runs. */
export interface SystemFacts {
  readonly version: string;
  /** Empty when there is none. */
  readonly gerritUrl: string;
  /** Whether this server was told to use the simulator; a jobrunner that is there knows better. */
  readonly simulated: boolean;
  /** As this server was told; jobrunners are told for themselves. */
  readonly retention: Retention;
}

/** The whole, from the database. */
export class DatabaseSystem implements Systems, AsyncDisposable {
  readonly #db: Database;
  readonly #facts: SystemFacts;
  readonly #logger: Logger;
  readonly #watch: Watch;
  readonly #health: Health;
  readonly #followers = new Set<Slot<'now', SystemNow>>();
  #now: SystemNow | null = null;
  #print = '';
  #holdEnd: ReturnType<typeof setTimeout> | undefined;

  constructor(db: Database, facts: SystemFacts, logger: Logger) {
    this.#db = db;
    this.#facts = facts;
    this.#logger = logger;
    this.#health = new Health(db, () => this.#tell(this.#now));
    this.#watch = new Watch({
      bell: db.doorbell,
      topics: ['runners', 'jobs', 'holds'],
      every: presenceInterval,
      look: () => this.#look(),
      onError: (error) => {
        logger.error({ err: error }, 'the system could not be looked at');
        this.#health.failed();
        this.#tell(this.#now);
      },
    });
  }

  /** How many follow. */
  get followers(): number {
    return this.#followers.size;
  }

  /** How the database is, looked at now. */
  async health(): Promise<DatabaseHealth> {
    try {
      const marks = activeStates.map(() => '?').join(', ');
      const active = await this.#db.execute(`select id from job where state in (${marks})`, activeStates);
      this.#health.answered(active.length > 0);
    } catch (error) {
      this.#logger.error({ err: error }, 'the database does not answer');
      this.#health.failed();
    }
    return this.#health.now;
  }

  async now(): Promise<SystemNow> {
    const em = this.#db.em();
    const runners = await listRunners(this.#db);
    const activeJobs = await em.find(Job, { state: { $in: [...activeStates] } }, { orderBy: { id: 'asc' } });
    const queuedJobs = await em.find(Job, { state: 'queued' }, { orderBy: { id: 'asc' }, limit: mostQueued });
    const online = runners.filter((each) => each.online);
    const simulated =
      online.length > 0 ? online.some(({ runner }) => runner.simulated) : this.#facts.simulated;
    const cleanUp = await lastCleanUp(this.#db);
    const hold = await currentHold(em);
    this.#health.answered(activeJobs.length > 0);
    return {
      ...this.#facts,
      simulated,
      runners,
      activeJobs,
      queuedJobs,
      lastCleanUp: cleanUp,
      hold,
      database: this.#health.now,
    };
  }

  async lanes(): Promise<readonly string[]> {
    return lanesOf(await listRunners(this.#db));
  }

  follow(): AsyncIterableIterator<SystemNow> {
    return stoppable((signal) => this.#follow(signal));
  }

  async *#follow(signal: AbortSignal): AsyncGenerator<SystemNow, void> {
    using _seat = this.#watch.join();
    const slot = new Slot<'now', SystemNow>();
    try {
      await this.#watch.looked(signal);
      if (this.#now) slot.put('now', this.#now);
      this.#followers.add(slot);
      while (!signal.aborted) {
        const now = await slot.take(signal);
        if (now) yield now;
      }
    } finally {
      this.#followers.delete(slot);
    }
  }

  async #look(): Promise<void> {
    const now = await this.now();
    this.#lookAtEnd(now.hold);
    for (const { runner, online } of now.runners)
      if (!online && runner.leftAt == null) await recordMissingRunner(this.#db, runner);
    this.#tell(now);
  }

  /** A hold that ends by itself rings no bell. */
  #lookAtEnd(hold: Hold | null): void {
    clearTimeout(this.#holdEnd);
    if (hold?.endsAt == null) return;
    const rest = Math.min(longestTimer, Math.max(0, hold.endsAt - Date.now()));
    this.#holdEnd = setTimeout(() => this.#watch.again(), rest);
    this.#holdEnd.unref();
  }

  /** Tells those who follow what has changed. The database's health is always that of now: it is known also when nothing else can be read. */
  #tell(seen: SystemNow | null): void {
    if (!seen) return;
    const now = { ...seen, database: this.#health.now };
    const print = fingerprint(now);
    const changed = print !== this.#print;
    this.#print = print;
    this.#now = now;
    if (changed) for (const slot of this.#followers) slot.put('now', now);
  }

  [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#holdEnd);
    this.#health[Symbol.dispose]();
    return this.#watch[Symbol.asyncDispose]();
  }
}

/** What of it a change would be told: everything but when jobrunners were seen. Pure. */
function fingerprint(now: SystemNow): string {
  const { simulated, runners, activeJobs, queuedJobs, lastCleanUp, database, hold } = now;
  return JSON.stringify([
    simulated,
    runners.map(({ runner, online }) => [runner.id, runner.startedAt, online, runner.lanes, runner.scap]),
    activeJobs.map((job) => [job.id, job.revision]),
    queuedJobs.map((job) => [job.id, job.revision]),
    [lastCleanUp?.id, lastCleanUp?.finishedAt],
    database,
    hold?.id,
  ]);
}
