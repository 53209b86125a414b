// Owns jobs as resolvers load, list, start and follow them: one look at the database after each ring for all who follow. Not their log (log.ts).
import type { Logger } from 'pino';
import type { JobFilter, JobPage, Jobs } from '../schema/graphql/context.ts';
import type { User } from '../schema/model/account/user.ts';
import { activeStates, enqueueJob, hasEnded, Job, retryJob } from '../schema/model/job/job.ts';
import { requestStop } from '../schema/model/job/stop.ts';
import type { Bindable, Database } from '../schema/model/store/database.ts';
import { Batch, byKey } from './graphql/batch.ts';
import { Slot, stoppable, untilRead, Watch } from './live/live.ts';

const notEnded = ['queued', ...activeStates] as const;
const notEndedList = notEnded.map((state) => `'${state}'`).join(', ');

/** Who follows: one job, or all of them. */
interface Follower {
  readonly id: number | null;
  readonly slot: Slot<number, Job>;
}

/** Jobs, from the database. */
export class DatabaseJobs implements Jobs, AsyncDisposable {
  readonly #db: Database;
  readonly #logger: Logger;
  readonly #byId: Batch<number, Job>;
  readonly #watch: Watch;
  readonly #followers = new Set<Follower>();
  /** The revision last seen of each job that has not ended. */
  #seen = new Map<number, number>();
  /** The number of the newest job seen; null before the first look. */
  #newest: number | null = null;

  constructor(db: Database, logger: Logger) {
    this.#db = db;
    this.#logger = logger;
    this.#byId = new Batch(async (ids) =>
      byKey(await db.em().find(Job, { id: { $in: [...ids] }, removedAt: null }), (job) => job.id),
    );
    this.#watch = new Watch({
      bell: db.doorbell,
      topics: ['jobs'],
      look: () => this.#look(),
      onError: (error) => logger.error({ err: error }, 'jobs could not be looked at'),
    });
  }

  /** How many follow. */
  get followers(): number {
    return this.#followers.size;
  }

  async load(id: number): Promise<Job | null> {
    return (await this.#byId.load(id)) ?? null;
  }

  async list({ first, before, filter }: Parameters<Jobs['list']>[0]): Promise<JobPage> {
    const conditions = conditionsOf(filter, this.#db.dialect);
    const paged = [...conditions, ...(before === null ? [] : [{ sql: 'j.id < ?', values: [before] }])];
    const rows = await this.#db.execute(
      `select j.id as id from job j join account a on a.id = j.owner_id ${where(paged)} order by j.id desc limit ?`,
      [...paged.flatMap(({ values }) => values), first + 1],
    );
    const ids = rows.slice(0, first).map((row) => Number(row['id']));
    const jobs = await this.#db.em().find(Job, { id: { $in: ids } }, { orderBy: { id: 'desc' } });
    return {
      jobs,
      hasNextPage: rows.length > first,
      count: async () => {
        const [row] = await this.#db.execute(
          `select count(*) as total from job j join account a on a.id = j.owner_id ${where(conditions)}`,
          conditions.flatMap(({ values }) => values),
        );
        return Number(row?.['total'] ?? 0);
      },
    };
  }

  async withIdempotencyKey(owner: User, key: string): Promise<Job | null> {
    return await this.#db.em().findOne(Job, { owner: owner.id, idempotencyKey: key });
  }

  async enqueue(wish: Parameters<Jobs['enqueue']>[0]): Promise<Job> {
    const job = await enqueueJob(this.#db, wish);
    const changes = job.changes.map((change) => change.number);
    this.#logger.info({ user: wish.owner.name, job: job.id, kind: job.kind, changes }, 'job queued');
    return job;
  }

  async retry(wish: Parameters<Jobs['retry']>[0]): Promise<Job> {
    const job = await retryJob(this.#db, wish);
    this.#logger.info({ user: wish.owner.name, job: job.id, retryOf: wish.jobId }, 'job queued again');
    return job;
  }

  async stop(wish: Parameters<Jobs['stop']>[0]): Promise<Job> {
    const job = await requestStop(this.#db, wish);
    this.#logger.info({ user: wish.user.name, job: wish.jobId, mode: wish.mode }, 'stop asked for');
    return job;
  }

  async follow(id: number): Promise<AsyncIterableIterator<Job> | null> {
    if (!(await this.load(id))) return null;
    return stoppable((signal) => this.#followOne(id, signal));
  }

  followAll(): AsyncIterableIterator<Job> {
    return stoppable((signal) => this.#followAll(signal));
  }

  async *#followOne(id: number, signal: AbortSignal): AsyncGenerator<Job, void> {
    using follower = this.#join(id);
    // From the first look on nothing is missed; what it is now may be newer than that look, and is not sent twice.
    await this.#watch.looked(signal);
    let job = await untilRead(signal, () => this.load(id));
    let sent = -1;
    while (job && !signal.aborted) {
      if (job.revision > sent) {
        sent = job.revision;
        yield job;
        if (hasEnded(job.state)) return;
      }
      job = await follower.slot.take(signal);
    }
  }

  async *#followAll(signal: AbortSignal): AsyncGenerator<Job, void> {
    using follower = this.#join(null);
    await this.#watch.looked(signal);
    const sent = new Map<number, number>();
    const now = await untilRead(signal, () =>
      this.#db.em().find(Job, { state: { $in: [...notEnded] } }, { orderBy: { id: 'asc' } }),
    );
    for (const job of now ?? []) {
      sent.set(job.id, job.revision);
      yield job;
    }
    while (!signal.aborted) {
      const job = await follower.slot.take(signal);
      if (!job || job.revision <= (sent.get(job.id) ?? -1)) continue;
      if (hasEnded(job.state)) sent.delete(job.id);
      else sent.set(job.id, job.revision);
      yield job;
    }
  }

  #join(id: number | null): Follower & Disposable {
    const follower: Follower = { id, slot: new Slot() };
    // Nobody looked while nobody was there: begin with where everything is now, not with what happened in between.
    if (this.#followers.size === 0) this.#newest = null;
    const seat = this.#watch.join();
    this.#followers.add(follower);
    return {
      ...follower,
      [Symbol.dispose]: () => {
        this.#followers.delete(follower);
        seat[Symbol.dispose]();
      },
    };
  }

  /** What has changed since the last look, told to whom it concerns. */
  async #look(): Promise<void> {
    const followed = [...this.#followers].flatMap(({ id }) => (id === null ? [] : [id]));
    const ids = [...new Set([...this.#seen.keys(), ...followed])];
    const among = ids.length === 0 ? '' : `or id in (${ids.map(() => '?').join(', ')})`;
    const first = this.#newest === null;
    // The first look only takes note of where everything is.
    const newest =
      this.#newest ?? Number((await this.#db.execute('select max(id) as id from job', []))[0]?.['id'] ?? 0);
    const rows = await this.#db.execute(
      `select id, revision, state from job where id > ? or state in (${notEndedList}) ${among}`,
      [newest, ...ids],
    );
    const seen = new Map<number, number>();
    const changed: number[] = [];
    let last = newest;
    for (const row of rows) {
      const id = Number(row['id']);
      const revision = Number(row['revision']);
      if (this.#seen.get(id) !== revision) changed.push(id);
      if (notEnded.some((state) => state === row['state'])) seen.set(id, revision);
      last = Math.max(last, id);
    }
    if (!first && changed.length > 0) {
      for (const job of await this.#db.em().find(Job, { id: { $in: changed } }, { orderBy: { id: 'asc' } })) {
        for (const { id, slot } of this.#followers) {
          if (id === null ? isNews(job, this.#seen, newest) : id === job.id) slot.put(job.id, job);
        }
      }
    }
    this.#seen = seen;
    this.#newest = last;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#watch[Symbol.asyncDispose]();
  }
}

/** A job that one follower asked for may have ended long ago: that is no news to those who follow all. */
const isNews = (job: Job, seen: ReadonlyMap<number, number>, newest: number): boolean =>
  job.id > newest || seen.has(job.id) || !hasEnded(job.state);

interface Condition {
  readonly sql: string;
  readonly values: readonly Bindable[];
}

const where = (conditions: readonly Condition[]): string =>
  `where ${conditions.map(({ sql }) => `(${sql})`).join(' and ')}`;

/** A filter as SQL over `job j` and `account a`; jobs that are being removed never pass. Pure. */
function conditionsOf(filter: JobFilter, dialect: Database['dialect']): Condition[] {
  const conditions: Condition[] = [{ sql: 'j.removed_at is null', values: [] }];
  if (filter.states) {
    conditions.push({
      sql: `j.state in (${filter.states.map(() => '?').join(', ')})`,
      values: filter.states,
    });
  }
  if (filter.owner !== undefined) conditions.push({ sql: 'a.name = ?', values: [filter.owner] });
  if (filter.text !== undefined) {
    // SQLite's `like` takes ASCII letters in any case, PostgreSQL's `ilike` all.
    const like = dialect === 'postgresql' ? 'ilike' : 'like';
    const part = `%${filter.text.replaceAll(/[\\%_]/g, '\\$&')}%`;
    const inTitle = `j.title ${like} ? escape '\\'`;
    if (/^[0-9]{1,10}$/.test(filter.text)) {
      // The list of changes is JSON text; PostgreSQL writes a blank after the colon.
      const colon = dialect === 'postgresql' ? ': ' : ':';
      const number = `%"number"${colon}"${filter.text}"%`;
      conditions.push({ sql: `${inTitle} or cast(j.changes as text) like ?`, values: [part, number] });
    } else {
      conditions.push({ sql: inTitle, values: [part] });
    }
  }
  return conditions;
}
