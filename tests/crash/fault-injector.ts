// Owns the injection of faults: signals to processes, a locked or unreachable database, changes of the machine. It counts them. When they are injected is in plan.ts.
import { setTimeout as wait } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import pg from 'pg';
import { Job } from '../../schema/model/job/job.ts';
import { activeStates } from '../../schema/model/job/state.ts';
import { isAlive, type ProcessIdentity } from '../../schema/model/runner/process.ts';
import { sqliteFile } from '../../schema/model/store/database.ts';
import type { PostgreSql } from '../support/postgresql/postgresql.ts';
import type { World } from '../support/world.ts';
import type { Machine } from './machine.ts';
import { type Fault, type FaultKind, faultKinds } from './plan.ts';
import type { Period, RestartedProcess } from './restarted-process.ts';

/** The delay between two attempts to query the database, in milliseconds. */
const retryDelay = 50;

/** Repeats a query until it succeeds, because faults make the database unavailable. Throws its error once `signal` is aborted. */
export async function retryUntilAnswered<Value>(
  query: () => Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  for (;;) {
    try {
      return await query();
    } catch (error) {
      if (signal.aborted) throw error;
      await wait(retryDelay);
    }
  }
}

export class FaultInjector {
  /** The number of injected faults of each kind. */
  readonly injected = new Map<FaultKind, number>(faultKinds.map((kind) => [kind, 0]));
  /** The periods in which the database could not be written. */
  readonly outages: Period[] = [];
  /** The periods in which the clock was wrong. */
  readonly jumps: Period[] = [];
  readonly #world: World;
  readonly #services: {
    readonly server: readonly RestartedProcess[];
    readonly jobrunner: readonly RestartedProcess[];
  };
  readonly #postgresql: PostgreSql | null;
  readonly #machine: Machine;
  #outage: Promise<void> | null = null;
  #clockIsShifted = false;
  #renames = 0;

  constructor(
    { world, machine }: { readonly world: World; readonly machine: Machine },
    services: {
      readonly server: readonly RestartedProcess[];
      readonly jobrunner: readonly RestartedProcess[];
    },
    postgresql: PostgreSql | null,
  ) {
    this.#world = world;
    this.#machine = machine;
    this.#services = services;
    this.#postgresql = postgresql;
  }

  /** The faults that cannot be injected on this machine, and why. */
  get impossible(): ReadonlyMap<FaultKind, string> {
    const { whyNoRename, whyNoDisk } = this.#machine;
    const why = new Map<FaultKind, string>();
    if (whyNoRename !== null) why.set('host renamed', whyNoRename);
    if (whyNoDisk !== null) why.set('disk full', whyNoDisk);
    return why;
  }

  /** Injects a fault and resolves when a pause or a lock is over. Returns false if there was no process, or the database already has a fault. */
  async inject(fault: Fault, jobId: number | null, signal: AbortSignal): Promise<boolean> {
    const done = await this.#inject(fault, jobId, signal);
    if (done) this.injected.set(fault.kind, (this.injected.get(fault.kind) ?? 0) + 1);
    return done;
  }

  async #inject(fault: Fault, jobId: number | null, signal: AbortSignal): Promise<boolean> {
    const { kind, which, length } = fault;
    const { server, jobrunner } = this.#services;
    if (this.impossible.has(kind)) return false;
    switch (kind) {
      case 'server killed':
      case 'jobrunner killed':
        (kind === 'server killed' ? server : jobrunner)[which]?.kill('SIGKILL');
        return true;
      case 'server restarted':
      case 'jobrunner restarted':
        (kind === 'server restarted' ? server : jobrunner)[which]?.kill('SIGTERM');
        return true;
      case 'server paused':
      case 'server frozen':
        await server[which]?.pause(length);
        return true;
      case 'jobrunner paused':
      case 'jobrunner frozen':
        await jobrunner[which]?.pause(length);
        return true;
      case 'everything killed':
        await this.#killEverything(jobId, signal);
        return true;
      case 'host renamed':
        this.#machine.rename(`host-${++this.#renames}`);
        return true;
      case 'clock jump':
        return await this.#jump(fault);
      case 'disk full':
        return await this.#injectDatabaseFault(() => this.#fill(length));
      case 'everything together':
        return await this.#injectAll(fault, jobId, signal);
      case 'supervisor killed':
      case 'supervisor paused':
      case 'supervisor frozen': {
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
        return await this.#injectDatabaseFault(() => this.#lock(length));
      case 'connections terminated':
        return await this.#injectDatabaseFault(() => this.#terminateConnections());
      case 'PostgreSQL restarted':
        return await this.#injectDatabaseFault(async () => this.#postgresql?.restart());
    }
  }

  async #killEverything(jobId: number | null, signal: AbortSignal): Promise<void> {
    const { server, jobrunner } = this.#services;
    const supervisor = jobId === null ? null : await this.#supervisorOf(jobId, signal);
    for (const part of [...server, ...jobrunner]) part.kill('SIGKILL');
    if (supervisor && isAlive(supervisor)) process.kill(supervisor.pid, 'SIGKILL');
  }

  /** Shifts the clock of the machine for `length` milliseconds. Returns false if it is shifted already. */
  async #jump({ shift, length }: Fault): Promise<boolean> {
    if (this.#clockIsShifted) return false;
    this.#clockIsShifted = true;
    const jump: Period = { from: Date.now(), to: Number.POSITIVE_INFINITY };
    this.jumps.push(jump);
    this.#machine.shiftClock(shift);
    await wait(length);
    this.#machine.shiftClock(0);
    jump.to = Date.now();
    this.#clockIsShifted = false;
    return true;
  }

  async #fill(length: number): Promise<void> {
    this.#machine.fillDisk();
    await wait(length);
    this.#machine.freeDisk();
  }

  async #injectAll(fault: Fault, jobId: number | null, signal: AbortSignal): Promise<boolean> {
    this.#machine.rename(`host-${++this.#renames}`);
    const kind = this.#postgresql ? 'PostgreSQL restarted' : 'database locked';
    await Promise.all([
      this.#jump(fault),
      this.#inject({ ...fault, kind }, jobId, signal),
      this.#killEverything(jobId, signal),
    ]);
    return true;
  }

  /** The supervisor of a job, as soon as it is recorded. Returns null if the job has ended. */
  async #supervisorOf(jobId: number, signal: AbortSignal): Promise<ProcessIdentity | null> {
    using jobs = this.#world.database.doorbell.listen('jobs');
    while (!signal.aborted) {
      const findJob = () => this.#world.database.em().findOne(Job, { id: jobId });
      const job = await retryUntilAnswered(findJob, signal).catch((error: unknown) => {
        // The round is over.
        if (signal.aborted) return null;
        throw error;
      });
      if (job?.supervisor && activeStates.some((state) => state === job.state)) return job.supervisor;
      if (job?.finishedAt) return null;
      await jobs.nextRing(signal);
    }
    return null;
  }

  /** Injects one database fault at a time, because consecutive faults would become one long fault. */
  async #injectDatabaseFault(injectFault: () => Promise<void>): Promise<boolean> {
    if (this.#outage) return false;
    const outage: Period = { from: Date.now(), to: Number.POSITIVE_INFINITY };
    this.outages.push(outage);
    this.#outage = injectFault().finally(() => {
      outage.to = Date.now();
      this.#outage = null;
    });
    await this.#outage;
    return true;
  }

  /** Holds the write lock of SQLite for `length` milliseconds. */
  async #lock(length: number): Promise<void> {
    // better-sqlite3 blocks this process while it waits for the lock, so each attempt is short.
    const holder = new SqliteDatabase(sqliteFile(this.#world.databaseUrl), { timeout: 5 });
    try {
      while (!tryLock(holder)) await wait(1);
      await wait(length);
    } finally {
      holder.close();
    }
  }

  /** Terminates all other connections to the database. */
  async #terminateConnections(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#world.databaseUrl });
    client.on('error', () => {});
    await client.connect();
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await client.end();
  }
}

function tryLock(holder: SqliteDatabase.Database): boolean {
  try {
    holder.exec('begin immediate');
    return true;
  } catch (error) {
    if (error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false;
    throw error;
  }
}
