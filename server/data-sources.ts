// Owns the data sources that resolvers read from and write to, one for each noun, and the context of each operation. Not the access rules (schema/graphql/builder.ts).
import type { Logger } from 'pino';
import type { Context } from '../schema/graphql/context.ts';
import type { RoleGroups } from '../schema/model/account/user.ts';
import type { Database } from '../schema/model/store/database.ts';
import { openLongReads } from '../schema/model/store/long-read.ts';
import type { ErrorLogConfiguration } from '../schema/process/configuration/configuration.ts';
import { entryFile } from '../schema/process/files.ts';
import { DatabaseAudit } from './account/audit.ts';
import { DatabaseTokens } from './account/token.ts';
import { DatabaseUsers } from './account/user.ts';
import { type ErrorLogOptions, SearchedErrorLog } from './error-log/error-log.ts';
import type { Gerrit } from './gerrit/gerrit.ts';
import { CurrentJobReader } from './job/current-jobs.ts';
import { DatabaseHolds } from './job/hold.ts';
import { DatabaseInteractions } from './job/interaction.ts';
import { DatabaseJobs } from './job/job.ts';
import { DatabaseJobWatchers } from './job/job-watcher.ts';
import { watchLeases } from './job/lease.ts';
import { DatabaseStatistics } from './job/statistics.ts';
import { DatabaseStops } from './job/stop.ts';
import { DatabaseJobTimes } from './job/usual-time.ts';
import { DatabaseLogs } from './log/log.ts';
import { DatabaseUses } from './operation-use.ts';
import { DatabasePushSubscriptions } from './push/push-subscription.ts';
import { Pusher } from './push/pusher.ts';
import type { Identity } from './sign-in/identity.ts';
import { DatabaseSecondFactors } from './sign-in/second-factor.ts';
import { DatabaseSessions } from './sign-in/session.ts';
import { DatabaseSystem, type SystemFacts } from './system.ts';
import type { StagingTrain } from './train/train.ts';
import { addressFilter } from './webhook/address.ts';
import { Deliverer } from './webhook/deliverer.ts';
import { DatabaseWebhooks } from './webhook/webhook.ts';

/** The data sources of this server, shared by all operations. */
export interface DataSources extends AsyncDisposable {
  readonly jobs: DatabaseJobs;
  readonly logs: DatabaseLogs;
  readonly system: DatabaseSystem;
  readonly errorLog: SearchedErrorLog;
  /** Makes the context of one operation, the same for every transport. `address`: the client's IP address; null if unknown. */
  contextFor(
    identity: Pick<Identity, 'user' | 'role' | 'session' | 'token'>,
    address: string | null,
  ): Omit<Context, 'budget'>;
}

/** Opens the data sources. Disposing them stops their watchers, but does not close the database. */
export function openDataSources(parts: {
  db: Database;
  gerrit: Gerrit;
  train: StagingTrain;
  /** Null if none is configured. */
  errorLog: ErrorLogConfiguration | null;
  /** For tests: how often errors are searched for, and how long a search may take. */
  errorLogTiming?: Pick<ErrorLogOptions, 'interval' | 'timeout'>;
  facts: SystemFacts;
  roleGroups: RoleGroups;
  /** Null if not configured. */
  publicUrl: string | null;
  /** Private networks that webhooks may reach. */
  webhookNetworks: readonly string[];
  /** Minutes; 0: never. */
  escalateAfter: number;
  logger: Logger;
}): DataSources {
  const { db, gerrit, facts, roleGroups, publicUrl, webhookNetworks, escalateAfter, logger } = parts;
  const { train } = parts;
  // Shared by all operations, so that their loads are batched together. No load depends on the viewer.
  const longReads = openLongReads(db, entryFile('read-worker'));
  const users = new DatabaseUsers(db, logger, roleGroups);
  // One for the list of jobs and for the system: both look at the same rows with each ring.
  const currentJobs = new CurrentJobReader(db);
  const watchers = new DatabaseJobWatchers(db, logger);
  const logs = new DatabaseLogs(db, logger);
  const system = new DatabaseSystem(db, currentJobs, facts, logger);
  const jobs = new DatabaseJobs({ db, users, longReads, currentJobs, system, logger });
  const { version } = facts;
  const isPermitted = addressFilter(webhookNetworks);
  // Any user can subscribe, so the networks that admins allow for webhooks are not allowed here.
  const pusher = new Pusher({ db, logger, publicUrl, roleGroups, isPermitted: addressFilter([]) });
  const escalation = escalateAfter * 60_000;
  const deliverer = new Deliverer({ db, logger, publicUrl, isPermitted, version, pusher, escalation });
  const times = new DatabaseJobTimes(db);
  const errorLog = openErrorLog(parts, jobs, times);
  const shared = {
    now: Date.now,
    jobs,
    interactions: new DatabaseInteractions(db, logger),
    times,
    statistics: new DatabaseStatistics(longReads),
    watchers,
    stops: new DatabaseStops(db),
    logs,
    users,
    sessions: new DatabaseSessions(db),
    tokens: new DatabaseTokens(db),
    secondFactors: new DatabaseSecondFactors(db),
    changes: gerrit,
    train,
    errorLog,
    system,
    holds: new DatabaseHolds(db, logger),
    audit: new DatabaseAudit(longReads),
    webhooks: new DatabaseWebhooks(db),
    pushSubscriptions: new DatabasePushSubscriptions(db, pusher),
    uses: new DatabaseUses(db),
  };
  const closed = new AbortController();
  const leases = watchLeases(db, logger, closed.signal);
  const deliveries = deliverer.run(closed.signal);
  return {
    jobs,
    logs,
    system,
    errorLog,
    contextFor: ({ user, role, session, token }, address) => ({
      viewer: {
        user,
        role,
        session,
        token,
        through: { channel: token ? `token ${token.name}` : 'page', address },
      },
      ...shared,
    }),
    async [Symbol.asyncDispose]() {
      closed.abort();
      await Promise.all([
        leases,
        deliveries,
        train[Symbol.asyncDispose](),
        errorLog[Symbol.asyncDispose](),
        jobs[Symbol.asyncDispose](),
        watchers[Symbol.asyncDispose](),
        logs[Symbol.asyncDispose](),
        system[Symbol.asyncDispose](),
      ]);
      await longReads[Symbol.asyncDispose]();
    },
  };
}

function openErrorLog(
  { errorLog, errorLogTiming, db, logger }: Parameters<typeof openDataSources>[0],
  jobs: DatabaseJobs,
  times: DatabaseJobTimes,
): SearchedErrorLog {
  return new SearchedErrorLog({
    ...errorLogTiming,
    configuration: errorLog,
    db,
    stages: async (jobId) => (await times.timing(jobId)).stages,
    loadJob: (jobId) => jobs.load(jobId),
    followJob: (jobId) => jobs.follow(jobId),
    logger,
  });
}
