// Owns bans: a banned user cannot use SpiderPig in any way. Not checking the ban at each operation (server/sign-in/identity.ts).
import type { SqlEntityManager } from '@mikro-orm/sql';
import { minuteInUtc } from '../../text/minute.ts';
import { DomainError } from '../error.ts';
import { maxReasonLength, normalizeReason } from '../job/hold.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, recordAudit } from './audit.ts';
import { User } from './user.ts';

/** There is no user of this number. */
export class UserNotFound extends DomainError {
  constructor() {
    super('This user does not exist.');
  }
}

/** The ban has no valid reason, or its user is the admin or already banned. */
export class BanNotAccepted extends DomainError {}

/** The user is banned. */
export class Banned extends DomainError {
  readonly user: User;
  constructor(user: User, by: string) {
    super(banMessage(user, by));
    this.user = user;
  }
}

/** The message for a banned user: who banned them, when and why. Pure. */
function banMessage(user: Pick<User, 'bannedAt' | 'banReason'>, by: string): string {
  const since = minuteInUtc(user.bannedAt ?? 0);
  return `Your account was suspended by ${by} on ${since}: “${user.banReason ?? ''}”. An admin of SpiderPig can lift this.`;
}

/** The error for a banned user; `null` if the user is not banned. */
export async function banErrorOf(em: SqlEntityManager, user: User): Promise<Banned | null> {
  if (user.bannedAt == null) return null;
  const by = await em.findOne(User, { id: user.bannedBy ?? 0 });
  return new Banned(user, by?.name ?? 'an admin');
}

/** Whose ban an admin sets or lifts. */
interface BanRequest {
  readonly userId: number;
  /** The admin. */
  readonly by: User;
  readonly through?: ActionSource | undefined;
}

/**
 * Bans a user from now on: sessions, tokens and sign-in links are rejected, and open connections are closed. Their jobs continue. One
 * transaction. Throws {@link UserNotFound}, {@link BanNotAccepted}.
 */
export async function banUser(
  db: Database,
  request: BanRequest & { readonly reason: string },
  now = Date.now(),
): Promise<User> {
  const { userId, by, through } = request;
  const reason = normalizeReason(request.reason);
  if (reason === null)
    throw new BanNotAccepted(
      `Give a reason of 1 to ${maxReasonLength} characters. The banned user can read it.`,
    );
  if (userId === by.id) throw new BanNotAccepted('You cannot ban yourself. Ask another admin.');
  return await db.write(['sessions'], async (em) => {
    const ban = { bannedAt: now, bannedBy: by.id, banReason: reason };
    const banned = await em.nativeUpdate(User, { id: userId, bannedAt: null }, ban);
    const user = await em.findOne(User, { id: userId });
    if (!user) throw new UserNotFound();
    if (banned === 0) {
      const before = await em.findOne(User, { id: user.bannedBy ?? 0 });
      throw new BanNotAccepted(
        `${user.name} is already banned by ${before?.name ?? 'an admin'}: “${user.banReason ?? ''}”`,
      );
    }
    const detail = `${user.name}: “${reason}”`;
    await recordAudit(em, { at: now, user: by, action: 'ban', detail, through });
    return user;
  });
}

/**
 * Lifts a ban: unexpired sessions and tokens are accepted again. Does nothing if the user is not banned. One transaction. Throws {@link
 * UserNotFound}.
 */
export async function unbanUser(db: Database, request: BanRequest, now = Date.now()): Promise<User> {
  const { userId, by, through } = request;
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
