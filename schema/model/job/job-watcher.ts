// Owns who looks at a job: a row for each user and server, which expires unless the server renews it. Not their subscriptions (server/job/job-watcher.ts).
import { defineEntity, p } from '@mikro-orm/core';
import { User } from '../account/user.ts';
import { latestPlausible } from '../store/clock.ts';
import { text, time } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { Job } from './job.ts';

const JobWatcherSchema = defineEntity({
  name: 'JobWatcher',
  tableName: 'job_watcher',
  properties: {
    id: p.integer().primary(),
    job: () => p.manyToOne(Job).mapToPk().deleteRule('cascade'),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade'),
    /** Identifies the process that serves them. */
    server: text(),
    since: time(),
    /** When the server last said so. */
    seenAt: time(),
  },
  uniques: [{ name: 'job_watcher_server', properties: ['job', 'user', 'server'] }],
});
/** A user who looks at a job, over one server. */
export class JobWatcher extends JobWatcherSchema.class {}
JobWatcherSchema.setClass(JobWatcher);

/** A user who looks at a job. */
export interface Watching {
  readonly job: number;
  readonly user: number;
}

/** How long a row is valid after it was renewed, in milliseconds. A server renews its rows more often than twice in that time. */
export const watcherLifetime = 60_000;

/** Records that a server serves these users. Renews existing rows. One transaction; rings only if `isNew`. */
export async function recordWatchers(
  db: Database,
  server: string,
  watching: readonly Watching[],
  { isNew, now = Date.now() }: { isNew: boolean; now?: number },
): Promise<void> {
  await db.write(isNew ? ['watchers'] : [], async (em) => {
    for (const { job, user } of watching) {
      await db.execute(
        `insert into job_watcher (job_id, user_id, server, since, seen_at)
         select j.id, a.id, ?, ?, ? from job j, account a where j.id = ? and a.id = ?
         on conflict (job_id, user_id, server) do update set seen_at = excluded.seen_at`,
        [server, now, now, job, user],
        em,
      );
    }
    // What servers left that have died.
    await db.execute(
      'delete from job_watcher where seen_at < ? or seen_at > ?',
      [now - 10 * watcherLifetime, latestPlausible(now)],
      em,
    );
  });
}

/** Removes a user from a job on one server; without `watching`, everyone. One transaction. */
export async function removeWatchers(db: Database, server: string, watching?: Watching): Promise<void> {
  const own = watching === undefined ? {} : { job: watching.job, user: watching.user };
  await db.write(['watchers'], (em) => em.nativeDelete(JobWatcher, { server, ...own }));
}

/** Who looks at jobs, by job, each user once, the first one first. */
export async function readWatchers(
  db: Database,
  jobs: readonly number[],
  now = Date.now(),
): Promise<Map<number, readonly JobWatcher[]>> {
  const rows = await db
    .em()
    .find(
      JobWatcher,
      { job: { $in: [...jobs] }, seenAt: { $gt: now - watcherLifetime, $lte: latestPlausible(now) } },
      { orderBy: { since: 'asc', id: 'asc' } },
    );
  const watchers = new Map<number, readonly JobWatcher[]>();
  for (const [job, ofJob] of Map.groupBy(rows, (row) => row.job)) {
    const users = new Set<number>();
    watchers.set(
      job,
      ofJob.filter(({ user }) => !users.has(user) && users.add(user)),
    );
  }
  return watchers;
}
