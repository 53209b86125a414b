// Owns users for resolvers: loading them, and what admins see of them and do to them. Not the effect of a ban (schema/model/account/ban.ts).
import type { Logger } from 'pino';
import type { Page, Person, Users } from '../../schema/graphql/context.ts';
import { banUser, unbanUser } from '../../schema/model/account/ban.ts';
import { rebindUser } from '../../schema/model/account/rebinding.ts';
import { openSessions, Session } from '../../schema/model/account/session.ts';
import { endAllSessions, endSessionsOf, revokeTokenOf } from '../../schema/model/account/sign-out.ts';
import { ApiToken } from '../../schema/model/account/token.ts';
import { type RoleGroups, roleOfGroups, User } from '../../schema/model/account/user.ts';
import type { Bindable, Database } from '../../schema/model/store/database.ts';
import { Batch, byKey } from '../graphql/batch.ts';

export class DatabaseUsers implements Users {
  readonly #db: Database;
  readonly #logger: Logger;
  readonly #roleGroups: RoleGroups;
  readonly #byId: Batch<number, User>;

  constructor(db: Database, logger: Logger, roleGroups: RoleGroups) {
    this.#db = db;
    this.#logger = logger;
    this.#roleGroups = roleGroups;
    this.#byId = new Batch(async (ids) =>
      byKey(await db.em().find(User, { id: { $in: [...ids] } }), (user) => user.id),
    );
  }

  async load(id: number): Promise<User> {
    const user = await this.#byId.load(id);
    if (!user) throw new Error(`there is no user ${id}`);
    return user;
  }

  async people({ first, after, text }: Parameters<Users['people']>[0]): Promise<Page<Person>> {
    // SQLite's `like` ignores the case of ASCII letters, PostgreSQL's `ilike` that of all letters.
    const like = this.#db.dialect === 'postgresql' ? 'ilike' : 'like';
    const named = text === null ? 'true' : `name ${like} ? escape '\\'`;
    const values: Bindable[] = text === null ? [] : [`%${text.replaceAll(/[\\%_]/g, '\\$&')}%`];
    const next = after === null ? 'true' : 'name > (select name from account where id = ?)';
    const rows = await this.#db.execute(
      `select id from account where ${named} and ${next} order by name limit ?`,
      [...values, ...(after === null ? [] : [after]), first + 1],
    );
    const ids = rows.slice(0, first).map((row) => Number(row['id']));
    const users = byKey(await this.#db.em().find(User, { id: { $in: ids } }), (user) => user.id);
    return {
      nodes: await this.#people(ids.flatMap((id) => users.get(id) ?? [])),
      hasNextPage: rows.length > first,
      count: async () => {
        const [row] = await this.#db.execute(`select count(*) as total from account where ${named}`, values);
        return Number(row?.['total'] ?? 0);
      },
    };
  }

  async person(user: User): Promise<Person> {
    const [person] = await this.#people([user]);
    if (!person) throw new Error(`there is no user ${user.id}`);
    return person;
  }

  /** The users with their role, sessions and last use, in the same order. */
  async #people(users: readonly User[]): Promise<readonly Person[]> {
    if (users.length === 0) return [];
    const ids = users.map(({ id }) => id);
    const placeholders = ids.map(() => '?').join(', ');
    const { lastUsedAt, createdAt } = openSessions(Date.now());
    const sessions = await this.#db.execute(
      `select user_id, max(id) as newest, max(last_used_at) as last,
         sum(case when ended_at is null and last_used_at >= ? and created_at >= ? then 1 else 0 end) as open
       from session where created_at <= ? and user_id in (${placeholders}) group by user_id`,
      [lastUsedAt.$gte, createdAt.$gte, createdAt.$lte, ...ids],
    );
    const tokens = await this.#db.execute(
      `select user_id, max(last_used_at) as last from api_token where user_id in (${placeholders}) group by user_id`,
      ids,
    );
    const newest = await this.#db
      .em()
      .find(Session, { id: { $in: sessions.map((row) => Number(row['newest'])) } });
    const sessionsOf = byKey(sessions, (row) => Number(row['user_id']));
    const tokensOf = byKey(tokens, (row) => Number(row['user_id']));
    const newestOf = byKey(newest, (session) => session.user);
    return users.map((user) => {
      const seen = [sessionsOf.get(user.id)?.['last'], tokensOf.get(user.id)?.['last']];
      const times = seen.flatMap((value) => (value == null ? [] : [Number(value)]));
      return {
        user,
        role:
          newestOf.get(user.id)?.role ?? (user.groups ? roleOfGroups(user.groups, this.#roleGroups) : null),
        sessions: Number(sessionsOf.get(user.id)?.['open'] ?? 0),
        lastSeenAt: times.length === 0 ? null : Math.max(...times),
      };
    });
  }

  async ban(request: Parameters<Users['ban']>[0]): Promise<User> {
    const user = await banUser(this.#db, request);
    this.#logger.info({ user: request.by.name, banned: user.name }, 'user banned');
    return user;
  }

  async unban(request: Parameters<Users['unban']>[0]): Promise<User> {
    const user = await unbanUser(this.#db, request);
    this.#logger.info({ user: request.by.name, unbanned: user.name }, 'ban ended');
    return user;
  }

  async rebind(request: Parameters<Users['rebind']>[0]): Promise<User> {
    const user = await rebindUser(this.#db, request);
    this.#logger.info({ user: request.by.name, rebound: user.name }, 'account rebound');
    return user;
  }

  async endSessionsOf(request: Parameters<Users['endSessionsOf']>[0]): Promise<User> {
    const { user, sessions } = await endSessionsOf(this.#db, request);
    this.#logger.info({ user: request.by.name, of: user.name, sessions }, 'sessions ended');
    return user;
  }

  async endAllSessions(request: Parameters<Users['endAllSessions']>[0]): Promise<number> {
    const sessions = await endAllSessions(this.#db, request);
    this.#logger.info({ user: request.by.name, sessions }, 'all sessions ended');
    return sessions;
  }

  async tokens({ first, before }: Parameters<Users['tokens']>[0]): Promise<Page<ApiToken>> {
    const active = { revokedAt: null, expiresAt: { $gt: Date.now() } };
    const found = await this.#db
      .em()
      .find(
        ApiToken,
        { ...active, ...(before === null ? {} : { id: { $lt: before } }) },
        { orderBy: { id: 'desc' }, limit: first + 1 },
      );
    return {
      nodes: found.slice(0, first),
      hasNextPage: found.length > first,
      count: () => this.#db.em().count(ApiToken, active),
    };
  }

  async revokeTokenOf(request: Parameters<Users['revokeTokenOf']>[0]): Promise<ApiToken> {
    const token = await revokeTokenOf(this.#db, request);
    this.#logger.info({ user: request.by.name, token: token.id }, 'token revoked');
    return token;
  }
}
