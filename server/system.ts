// Owns the whole as it is now, and one watch over it for all who follow. Not the heartbeat itself (schema/model/runner.ts).
import type { Logger } from 'pino';
import type { SystemNow, Systems } from '../schema/graphql/context.ts';
import type { Database } from '../schema/model/database.ts';
import { activeStates, Job } from '../schema/model/job.ts';
import { isOnline, Runner } from '../schema/model/runner.ts';
import { Slot, stoppable, Watch } from './live.ts';

/** A jobrunner that dies says nothing: its silence is looked for this often while somebody follows, in milliseconds. */
const silenceInterval = 3_000;
/** How many queued jobs are shown at most. */
const mostQueued = 500;

/** What does not change while the server runs. */
export interface SystemFacts {
  readonly version: string;
  /** Empty when there is none. */
  readonly gerritUrl: string;
  /** Whether this server was told to use the simulator; a jobrunner that is there knows better. */
  readonly simulated: boolean;
}

/** The whole, from the database. */
export class DatabaseSystem implements Systems, AsyncDisposable {
  readonly #db: Database;
  readonly #facts: SystemFacts;
  readonly #watch: Watch;
  readonly #followers = new Set<Slot<'now', SystemNow>>();
  #now: SystemNow | null = null;
  #print = '';

  constructor(db: Database, facts: SystemFacts, logger: Logger) {
    this.#db = db;
    this.#facts = facts;
    this.#watch = new Watch({
      bell: db.bell,
      topics: ['runners', 'jobs'],
      every: silenceInterval,
      look: () => this.#look(),
      onError: (error) => logger.error({ err: error }, 'the system could not be looked at'),
    });
  }

  /** How many follow. */
  get followers(): number {
    return this.#followers.size;
  }

  async now(): Promise<SystemNow> {
    const em = this.#db.em();
    const runners = await em.find(Runner, {}, { orderBy: { id: 'asc' } });
    const activeJobs = await em.find(Job, { state: { $in: [...activeStates] } }, { orderBy: { id: 'asc' } });
    const queuedJobs = await em.find(Job, { state: 'queued' }, { orderBy: { id: 'asc' }, limit: mostQueued });
    const online = runners.filter((runner) => isOnline(runner));
    const simulated = online.length > 0 ? online.some((runner) => runner.simulated) : this.#facts.simulated;
    return { ...this.#facts, simulated, runners, activeJobs, queuedJobs };
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
    const print = fingerprint(now);
    const changed = print !== this.#print;
    this.#print = print;
    this.#now = now;
    if (changed) for (const slot of this.#followers) slot.put('now', now);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#watch[Symbol.asyncDispose]();
  }
}

/** What of it a change would be told: everything but the heartbeats. Pure but for the clock. */
function fingerprint({ simulated, runners, activeJobs, queuedJobs }: SystemNow): string {
  return JSON.stringify([
    simulated,
    runners.map((runner) => [runner.id, runner.startedAt, isOnline(runner), runner.lanes, runner.scap]),
    activeJobs.map((job) => [job.id, job.revision]),
    queuedJobs.map((job) => [job.id, job.revision]),
  ]);
}
