// Owns bans: keeping somebody out, whatever they come with. Not who judges that at each operation (server/sign-in/identity.ts).
import type { SqlEntityManager } from '@mikro-orm/sql';
import { DomainError } from '../error.ts';
import { maxReasonLength, normalizeReason } from '../job/hold.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, recordAudit } from './audit.ts';
import { User } from './user.ts';

/** There is nobody of that number. */
export class UserNotFound extends DomainError {
  constructor() {
    super('There is nobody of this number.');
  }
}

/** A ban has no reason or too long a one, is of oneself, or of somebody who is banned already. */
export class BanNotAccepted extends DomainError {}

/** Somebody who is banned comes all the same. */
export class Banned extends DomainError {
  readonly user: User;
  constructor(user: User, by: string) {
    super(banMessage(user, by));
    this.user = user;
  }
}

/** What somebody who is banned is told: who, when and why. Pure. */
function banMessage(user: Pick<User, 'bannedAt' | 'banReason'>, by: string): string {
  const since = new Date(user.bannedAt ?? 0).toISOString().slice(0, 16).replace('T', ' ');
  return `You are kept out by ${by} since ${since} UTC: “${user.banReason ?? ''}”. An admin of SpiderPig can end that.`;
}

/** What a banned person is told; `null`: they are not banned. */
export async function banErrorOf(em: SqlEntityManager, user: User): Promise<Banned | null> {
  if (user.bannedAt == null) return null;
  const by = await em.findOne(User, { id: user.bannedBy ?? 0 });
  return new Banned(user, by?.name ?? 'an admin');
}

/** Whom an admin wants banned or no longer banned. */
interface BanRequest {
  readonly userId: number;
  /** The admin. */
  readonly by: User;
  readonly through?: ActionSource | undefined;
}

/**
 * Keeps somebody out, from now on: their sessions, tokens and sign-in links count no more, and their open connections are closed. Their
 * jobs go on. One transaction. Throws {@link UserNotFound}, {@link BanNotAccepted}.
 */
export async function banUser(
  db: Database,
  wish: BanRequest & { readonly reason: string },
  now = Date.now(),
): Promise<User> {
  const { userId, by, through } = wish;
  const reason = normalizeReason(wish.reason);
  if (reason === null)
    throw new BanNotAccepted(`Say why, for whoever is banned to read: 1 to ${maxReasonLength} characters.`);
  if (userId === by.id) throw new BanNotAccepted('You cannot ban yourself: ask another admin.');
  return await db.write(['sessions'], async (em) => {
    const ban = { bannedAt: now, bannedBy: by.id, banReason: reason };
    const banned = await em.nativeUpdate(User, { id: userId, bannedAt: null }, ban);
    const user = await em.findOne(User, { id: userId });
    if (!user) throw new UserNotFound();
    if (banned === 0) {
      const before = await em.findOne(User, { id: user.bannedBy ?? 0 });
      throw new BanNotAccepted(
        `${user.name} is banned already, by ${before?.name ?? 'an admin'}: “${user.banReason ?? ''}”`,
      );
    }
    const detail = `${user.name}: “${reason}”`;
    await recordAudit(em, { at: now, user: by, action: 'ban', detail, through });
    return user;
  });
}

/**
 * Lets somebody in again: what they had (sessions that have not expired, tokens) counts again. Nothing is done for who is not banned.
 * One transaction. Throws {@link UserNotFound}.
 */
export async function unbanUser(db: Database, wish: BanRequest, now = Date.now()): Promise<User> {
  const { userId, by, through } = wish;
  return await db.write(['sessions'], async (em) => {
    const ban = { bannedAt: null, bannedBy: null, banReason: null };
    const unbanned = await em.nativeUpdate(User, { id: userId, bannedAt: { $ne: null } }, ban);
    const user = await em.findOne(User, { id: userId });
    if (!user) throw new UserNotFound();
    if (unbanned === 1)
      await recordAudit(em, { at: now, user: by, action: 'unban', detail: user.name, through });
    return user;
  });
}
