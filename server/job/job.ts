// Owns jobs for resolvers: loading, listing, starting and following them. Not their logs (log/).
import type { Logger } from 'pino';
import type { Jobs, Page, Users } from '../../schema/graphql/context.ts';
import { normalizedName } from '../../schema/model/account/name.ts';
import { findUserNamed, includesRole, type User } from '../../schema/model/account/user.ts';
import { printableInput } from '../../schema/model/job/change.ts';
import { enqueueJob, retryJob } from '../../schema/model/job/enqueue.ts';
import { readSameErrorBefore } from '../../schema/model/job/error-fingerprint.ts';
import { handOverJob, JobNotHandedOver } from '../../schema/model/job/handover.ts';
import { Job } from '../../schema/model/job/job.ts';
import { listJobs } from '../../schema/model/job/listing.ts';
import { moveJob } from '../../schema/model/job/queue.ts';
import { activeStates, hasEnded } from '../../schema/model/job/state.ts';
import { requestStop } from '../../schema/model/job/stop.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { type DatabaseHealth, isUnusable } from '../../schema/model/store/health.ts';
import type { LongReads } from '../../schema/model/store/long-read.ts';
import { DatabaseProblem } from '../../schema/model/store/problem.ts';
import { RepeatedFailure } from '../../schema/process/repeated-failure.ts';
import { Batch, byKey } from '../graphql/batch.ts';
import { ChangeCheck, readWithRetry } from '../live/change-check.ts';
import { FairQueue } from '../live/fair-queue.ts';
import { cancellable, LatestValues } from '../live/stream.ts';
import type { CurrentJobReader } from './current-jobs.ts';

const notEnded = ['queued', ...activeStates] as const;
const notEndedList = notEnded.map((state) => `'${state}'`).join(', ');

/** A subscriber to one job, or (`id` null) to all jobs. */
interface Follower {
  readonly id: number | null;
  readonly updates: LatestValues<number, Job>;
}

/** What {@link DatabaseJobs} works with. */
interface JobParts {
  readonly db: Database;
  readonly users: Pick<Users, 'person'>;
  readonly longReads: LongReads;
  readonly currentJobs: CurrentJobReader;
  /** It knows the health of the database at the last look. */
  readonly system: { readonly databaseHealth: Pick<DatabaseHealth, 'state'> };
  readonly logger: Logger;
}

export class DatabaseJobs implements Jobs, AsyncDisposable {
  readonly #db: Database;
  readonly #users: Pick<Users, 'person'>;
  readonly #longReads: LongReads;
  readonly #system: JobParts['system'];
  /** Searches of the history, by user. */
  readonly #turns = new FairQueue<number>(2);
  readonly #logger: Logger;
  readonly #byId: Batch<number, Job>;
  readonly #sameErrorBefore: Batch<number, number>;
  readonly #current: CurrentJobReader;
  readonly #changeCheck: ChangeCheck;
  readonly #followers = new Set<Follower>();
  /** The last known revision of each job that has not ended. */
  #revisions = new Map<number, number>();
  /** The highest known job number; null before the first check. */
  #newest: number | null = null;

  constructor({ db, users, longReads, currentJobs, system, logger }: JobParts) {
    this.#db = db;
    this.#users = users;
    this.#longReads = longReads;
    this.#system = system;
    this.#logger = logger;
    this.#byId = new Batch(async (ids) =>
      byKey(await db.em().find(Job, { id: { $in: [...ids] }, removedAt: null }), (job) => job.id),
    );
    this.#sameErrorBefore = new Batch((ids) => readSameErrorBefore(db, ids));
    this.#current = currentJobs;
    this.#changeCheck = new ChangeCheck({
      doorbell: db.doorbell,
      topics: ['jobs'],
      check: () => this.#check(),
      failure: new RepeatedFailure(logger, 'could not check the jobs'),
    });
  }

  /** The number of subscribers. */
  get followers(): number {
    return this.#followers.size;
  }

  async load(id: number): Promise<Job | null> {
    return (await this.#byId.load(id)) ?? null;
  }

  async sameErrorBefore(id: number): Promise<Job | null> {
    const earlier = await this.#sameErrorBefore.load(id);
    return earlier === undefined ? null : await this.load(earlier);
  }

  async list(request: Parameters<Jobs['list']>[0]): Promise<Page<Job>> {
    const reads: Pick<LongReads, 'execute'> = {
      execute: (sql, values) => this.#turns.run(request.userId, () => this.#longReads.execute(sql, values)),
    };
    const { ids, hasNextPage, count } = await listJobs(this.#db, reads, request);
    const jobs = byKey(await this.#db.em().find(Job, { id: { $in: [...ids] } }), (job) => job.id);
    return { nodes: ids.flatMap((id) => jobs.get(id) ?? []), hasNextPage, count };
  }

  async withIdempotencyKey(owner: User, key: string): Promise<Job | null> {
    return await this.#db.em().findOne(Job, { owner: owner.id, idempotencyKey: key });
  }

  async enqueue(request: Parameters<Jobs['enqueue']>[0]): Promise<Job> {
    this.#checkDatabase();
    const job = await enqueueJob(this.#db, request);
    const changes = job.changes.map((change) => change.number);
    this.#logger.info({ user: request.owner.name, job: job.id, kind: job.kind, changes }, 'job queued');
    return job;
  }

  async retry(request: Parameters<Jobs['retry']>[0]): Promise<Job> {
    this.#checkDatabase();
    const job = await retryJob(this.#db, request);
    this.#logger.info({ user: request.owner.name, job: job.id, retryOf: request.jobId }, 'job queued again');
    return job;
  }

  /**
   * Throws if no other process could work with the database. This one may still write a SQLite file that has become read-only since it opened it, but no
   * supervisor could: the job would wait without a reason.
   */
  #checkDatabase(): void {
    const { state } = this.#system.databaseHealth;
    if (isUnusable(state)) throw new DatabaseProblem(state, false, new Error('found by the last look'));
  }

  async stop(request: Parameters<Jobs['stop']>[0]): Promise<Job> {
    const job = await requestStop(this.#db, request);
    const { user, jobId, mode } = request;
    this.#logger.info({ user: user.name, job: jobId, mode }, 'stop requested');
    return job;
  }

  async move(request: Parameters<Jobs['move']>[0]): Promise<Job> {
    const job = await moveJob(this.#db, request);
    this.#logger.info(
      { user: request.user.name, job: job.id, before: request.before },
      'job moved in its queue',
    );
    return job;
  }

  async handOver({ to, ...request }: Parameters<Jobs['handOver']>[0]): Promise<Job> {
    const responsible = to === null ? request.user : await this.#deployerNamed(to);
    const job = await handOverJob(this.#db, { ...request, to: responsible });
    this.#logger.info({ user: request.user.name, job: job.id, to: responsible.name }, 'job handed over');
    return job;
  }

  /** Throws JobNotHandedOver unless they may deploy as far as is known. */
  async #deployerNamed(name: string): Promise<User> {
    const user = await findUserNamed(this.#db.em(), normalizedName(name));
    const role = user && user.bannedAt == null ? (await this.#users.person(user)).role : null;
    if (!user || role === null || !includesRole(role, 'deployer'))
      throw new JobNotHandedOver(
        `“${printableInput(name)}” is not known as a deployer, so the job cannot be handed over to them. Check the name; a new deployer must sign in once.`,
      );
    return user;
  }

  async follow(id: number): Promise<AsyncIterableIterator<Job> | null> {
    if (!(await this.load(id))) return null;
    return cancellable((signal) => this.#followOne(id, signal));
  }

  followAll(): AsyncIterableIterator<Job> {
    return cancellable((signal) => this.#followAll(signal));
  }

  async *#followOne(id: number, signal: AbortSignal): AsyncGenerator<Job, void> {
    using follower = this.#join(id);
    // No update after the first check is missed. The job loaded here may be newer than that check, so its revision is compared.
    await this.#changeCheck.firstCheck(signal);
    let job = await readWithRetry(signal, () => this.load(id));
    let sent = -1;
    while (job && !signal.aborted) {
      if (job.revision > sent) {
        sent = job.revision;
        yield job;
        if (hasEnded(job.state)) return;
      }
      job = await follower.updates.take(signal);
    }
  }

  async *#followAll(signal: AbortSignal): AsyncGenerator<Job, void> {
    using follower = this.#join(null);
    await this.#changeCheck.firstCheck(signal);
    const sent = new Map<number, number>();
    const current = await readWithRetry(signal, () => this.#current.read());
    for (const job of current ? [...current.active, ...current.queued] : []) {
      sent.set(job.id, job.revision);
      yield job;
    }
    while (!signal.aborted) {
      const job = await follower.updates.take(signal);
      if (!job || job.revision <= (sent.get(job.id) ?? -1)) continue;
      if (hasEnded(job.state)) sent.delete(job.id);
      else sent.set(job.id, job.revision);
      yield job;
    }
  }

  #join(id: number | null): Follower & Disposable {
    const follower: Follower = { id, updates: new LatestValues() };
    // Without subscribers there were no checks: changes in between are not updates for this subscriber.
    if (this.#followers.size === 0) this.#newest = null;
    const subscription = this.#changeCheck.join();
    this.#followers.add(follower);
    return {
      ...follower,
      [Symbol.dispose]: () => {
        this.#followers.delete(follower);
        subscription[Symbol.dispose]();
      },
    };
  }

  /** Finds the jobs that changed since the last check and sends them to their subscribers. */
  async #check(): Promise<void> {
    const first = this.#newest === null;
    // The first check only records the current revisions.
    const newest =
      this.#newest ?? Number((await this.#db.execute('select max(id) as id from job', []))[0]?.['id'] ?? 0);
    const rows = await this.#readRevisions(newest);
    const revisions = new Map<number, number>();
    const changed: number[] = [];
    let last = newest;
    for (const row of rows) {
      const id = Number(row['id']);
      const revision = Number(row['revision']);
      if (this.#revisions.get(id) !== revision) changed.push(id);
      if (notEnded.some((state) => state === row['state'])) revisions.set(id, revision);
      last = Math.max(last, id);
    }
    if (!first && changed.length > 0) await this.#publish(changed, newest);
    this.#revisions = revisions;
    this.#newest = last;
  }

  /** The revisions of newer jobs, of those that have not ended, of those that had not at the last check, and of those that are followed. */
  async #readRevisions(newest: number): Promise<Record<string, unknown>[]> {
    const read = (condition: string, values: readonly number[]) =>
      this.#db.execute(`select id, revision, state from job where ${condition}`, values);
    const rows = await read(`id > ? or state in (${notEndedList})`, [newest]);
    const found = new Set(rows.map((row) => Number(row['id'])));
    const followed = [...this.#followers].flatMap(({ id }) => (id === null ? [] : [id]));
    // Few jobs end between two checks. All numbers of a long queue in one statement would take longer than the rest.
    const others = [...new Set([...this.#revisions.keys(), ...followed])].filter((id) => !found.has(id));
    if (others.length === 0) return rows;
    return [...rows, ...(await read(`id in (${others.map(() => '?').join(', ')})`, others))];
  }

  async #publish(ids: readonly number[], newest: number): Promise<void> {
    for (const job of await this.#db.em().find(Job, { id: { $in: [...ids] } }, { orderBy: { id: 'asc' } })) {
      for (const { id, updates } of this.#followers) {
        if (id === null ? isUpdate(job, this.#revisions, newest) : id === job.id) updates.put(job.id, job);
      }
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#changeCheck[Symbol.asyncDispose]();
  }
}

/** Whether a job is an update for subscribers to all jobs. A job that only one subscriber asked for may have ended long ago. Pure. */
const isUpdate = (job: Job, revisions: ReadonlyMap<number, number>, newest: number): boolean =>
  job.id > newest || revisions.has(job.id) || !hasEnded(job.state);
