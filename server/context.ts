// Owns the one function that makes the context of an operation, whatever it came over. Not who is allowed what (schema/graphql/builder.ts).
import type { Logger } from 'pino';
import type { Context } from '../schema/graphql/context.ts';
import type { RoleGroups } from '../schema/model/account/user.ts';
import type { Database } from '../schema/model/store/database.ts';
import { DatabaseAudit } from './audit.ts';
import type { Gerrit } from './gerrit.ts';
import { DatabaseHolds } from './hold.ts';
import { DatabaseInteractions } from './interaction.ts';
import { DatabaseJobs } from './job.ts';
import { DatabaseLogs } from './log/log.ts';
import type { Identity } from './sign-in/identity.ts';
import { DatabaseSecondFactors } from './sign-in/second-factor.ts';
import { DatabaseSessions } from './sign-in/session.ts';
import { DatabaseStops } from './stop.ts';
import { DatabaseSystem, type SystemFacts } from './system.ts';
import { DatabaseTokens } from './token.ts';
import { DatabaseUsers } from './user.ts';

/** What this server knows and reads for all who ask: one of each noun. */
export interface World extends AsyncDisposable {
  readonly jobs: DatabaseJobs;
  readonly logs: DatabaseLogs;
  readonly system: DatabaseSystem;
  /** The context of one operation. `address`: where the request came from. */
  contextFor(
    identity: Pick<Identity, 'user' | 'role' | 'session' | 'token'>,
    address: string | null,
  ): Context;
}

/** Makes the world over a database. Disposing it stops every look at the database, not the database. */
export function openWorld(parts: {
  db: Database;
  gerrit: Gerrit;
  facts: SystemFacts;
  roleGroups: RoleGroups;
  logger: Logger;
}): World {
  const { db, gerrit, facts, roleGroups, logger } = parts;
  // The loads of all operations that run at once are gathered together; none of them depends on who asks.
  const jobs = new DatabaseJobs(db, logger);
  const interactions = new DatabaseInteractions(db, logger);
  const stops = new DatabaseStops(db);
  const logs = new DatabaseLogs(db, logger);
  const sessions = new DatabaseSessions(db);
  const tokens = new DatabaseTokens(db);
  const secondFactors = new DatabaseSecondFactors(db);
  const users = new DatabaseUsers(db, logger, roleGroups);
  const holds = new DatabaseHolds(db, logger);
  const audit = new DatabaseAudit(db);
  const system = new DatabaseSystem(db, facts, logger);
  return {
    jobs,
    logs,
    system,
    contextFor: ({ user, role, session, token }, address) => ({
      viewer: {
        user,
        role,
        session,
        token,
        through: { channel: token ? `token ${token.name}` : 'page', address },
      },
      now: Date.now,
      jobs,
      interactions,
      stops,
      logs,
      users,
      sessions,
      tokens,
      secondFactors,
      changes: gerrit,
      system,
      holds,
      audit,
    }),
    async [Symbol.asyncDispose]() {
      await Promise.all([
        jobs[Symbol.asyncDispose](),
        logs[Symbol.asyncDispose](),
        system[Symbol.asyncDispose](),
      ]);
    },
  };
}
