// Owns what strikes the surroundings of jobs: signals to processes, a database that is locked or cut off. Counts what it did. Not when (plan.ts).
import { setTimeout as wait } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import pg from 'pg';
import { activeStates, Job } from '../../schema/model/job/job.ts';
import { isAlive, type ProcessIdentity } from '../../schema/model/job/process.ts';
import { sqliteFile } from '../../schema/model/store/database.ts';
import type { PostgreSql } from '../support/postgresql.ts';
import type { World } from '../support/world.ts';
import { type Blow, type BlowKind, blowKinds } from './plan.ts';
import type { KeptPart, Stretch } from './restarted-process.ts';

/** How long to wait before the database is asked again, in milliseconds. */
const retryDelay = 50;

/** Asks the database until it answers: it is away now and then. */
export async function patiently<Value>(ask: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted) throw error;
      await wait(retryDelay);
    }
  }
}

export class Storm {
  /** How often each kind has struck. */
  readonly struck = new Map<BlowKind, number>(blowKinds.map((kind) => [kind, 0]));
  /** When nobody could write to the database. */
  readonly outages: Stretch[] = [];
  readonly #world: World;
  readonly #services: { readonly server: readonly KeptPart[]; readonly jobrunner: readonly KeptPart[] };
  readonly #postgresql: PostgreSql | null;
  #outage: Promise<void> | null = null;

  constructor(
    world: World,
    services: { readonly server: readonly KeptPart[]; readonly jobrunner: readonly KeptPart[] },
    postgresql: PostgreSql | null,
  ) {
    this.#world = world;
    this.#services = services;
    this.#postgresql = postgresql;
  }

  /** Strikes. `false`: there was nothing to strike, or somebody else was at the database. A pause or a lock is over when it resolves. */
  async strike(blow: Blow, jobId: number | null, signal: AbortSignal): Promise<boolean> {
    const done = await this.#strike(blow, jobId, signal);
    if (done) this.struck.set(blow.kind, (this.struck.get(blow.kind) ?? 0) + 1);
    return done;
  }

  async #strike({ kind, which, length }: Blow, jobId: number | null, signal: AbortSignal): Promise<boolean> {
    const { server, jobrunner } = this.#services;
    switch (kind) {
      case 'server killed':
      case 'jobrunner killed':
        (kind === 'server killed' ? server : jobrunner)[which]?.strike('SIGKILL');
        return true;
      case 'server restarted':
      case 'jobrunner restarted':
        (kind === 'server restarted' ? server : jobrunner)[which]?.strike('SIGTERM');
        return true;
      case 'server paused':
      case 'jobrunner paused':
        await (kind === 'server paused' ? server : jobrunner)[which]?.pause(length);
        return true;
      case 'supervisor killed':
      case 'supervisor paused': {
        const supervisor = jobId === null ? null : await this.#supervisorOf(jobId, signal);
        if (!supervisor || !isAlive(supervisor)) return false;
        if (kind === 'supervisor killed') {
          process.kill(supervisor.pid, 'SIGKILL');
          return true;
        }
        process.kill(supervisor.pid, 'SIGSTOP');
        await wait(length);
        if (isAlive(supervisor)) process.kill(supervisor.pid, 'SIGCONT');
        return true;
      }
      case 'database locked':
        return await this.#trouble(() => this.#lock(length));
      case 'connections cut':
        return await this.#trouble(() => this.#cut());
      case 'PostgreSQL restarted':
        return await this.#trouble(async () => this.#postgresql?.restart());
    }
  }

  /** The supervisor of a job, as soon as it has said who it is; null when the job has ended. */
  async #supervisorOf(jobId: number, signal: AbortSignal): Promise<ProcessIdentity | null> {
    using jobs = this.#world.database.doorbell.listen('jobs');
    while (!signal.aborted) {
      const look = () => this.#world.database.em().findOne(Job, { id: jobId });
      const job = await patiently(look, signal).catch((error: unknown) => {
        // Cut off in the moment in which it is too late anyway.
        if (signal.aborted) return null;
        throw error;
      });
      if (job?.supervisor && activeStates.some((state) => state === job.state)) return job.supervisor;
      if (job?.finishedAt) return null;
      await jobs.nextRing(signal);
    }
    return null;
  }

  /** One at a time: several after each other would be no trouble of the kind that is meant, but a longer one. */
  async #trouble(make: () => Promise<void>): Promise<boolean> {
    if (this.#outage) return false;
    const outage: Stretch = { from: Date.now(), to: Number.POSITIVE_INFINITY };
    this.outages.push(outage);
    this.#outage = make().finally(() => {
      outage.to = Date.now();
      this.#outage = null;
    });
    await this.#outage;
    return true;
  }

  /** Holds the write lock of SQLite. */
  async #lock(length: number): Promise<void> {
    // Waiting for the lock stops this process, so only for a moment at a time.
    const holder = new SqliteDatabase(sqliteFile(this.#world.databaseUrl), { timeout: 5 });
    try {
      while (!locked(holder)) await wait(1);
      await wait(length);
    } finally {
      holder.close();
    }
  }

  /** Ends all connections to the database but this one. */
  async #cut(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#world.databaseUrl });
    client.on('error', () => {});
    await client.connect();
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await client.end();
  }
}

function locked(holder: SqliteDatabase.Database): boolean {
  try {
    holder.exec('begin immediate');
    return true;
  } catch (error) {
    if (error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false;
    throw error;
  }
}
