// Owns tickets for downloads: a link cannot send the page key, so the page asks for a ticket first. Not the downloads (route.ts).
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Session } from '../../schema/model/account/session.ts';

/** How long a ticket is valid, in milliseconds: the page uses it immediately. */
export const ticketLifetime = 30_000;
/** How many used tickets of one user are remembered. Above it this user's tickets are refused until others expire. */
export const maxUsed = 500;

type TicketSession = Pick<Session, 'id' | 'user' | 'pageKeyHash'>;

/**
 * Makes and checks tickets. A ticket is valid for one session and one path with its query, for a short time, once at each server. It is signed with a
 * secret of the session, so any server that shares the database accepts it, and it ends with the page key.
 */
export class Tickets {
  readonly #now: () => number;
  /** The used tickets of each user, and when they expire, in milliseconds since 1970. In the order of use. */
  readonly #used = new Map<number, Map<string, number>>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** A new ticket for a path with its query. */
  make(session: TicketSession, target: string): string {
    const head = `${this.#now() + ticketLifetime}.${randomBytes(9).toString('base64url')}`;
    return `${head}.${signature(session, target, head)}`;
  }

  /** Whether the ticket is valid; it is used up then. */
  redeem(session: TicketSession, target: string, ticket: string): boolean {
    const found = /^([0-9]{1,16})\.([\w-]{12})\.([\w-]{43})$/.exec(ticket);
    if (!found) return false;
    const [, expiry = '', random = '', given = ''] = found;
    const now = this.#now();
    const expiresAt = Number(expiry);
    if (expiresAt <= now || expiresAt > now + ticketLifetime) return false;
    const wanted = signature(session, target, `${expiry}.${random}`);
    if (!timingSafeEqual(Buffer.from(wanted), Buffer.from(given))) return false;
    this.#forgetExpired(now);
    const used = this.#used.get(session.user) ?? new Map<string, number>();
    if (used.has(ticket) || used.size >= maxUsed) return false;
    this.#used.set(session.user, used.set(ticket, expiresAt));
    return true;
  }

  /** Expired tickets are refused anyway. They were added in about the order in which they expire. */
  #forgetExpired(now: number): void {
    for (const [user, used] of this.#used) {
      for (const [each, end] of used) {
        if (end > now) break;
        used.delete(each);
      }
      if (used.size === 0) this.#used.delete(user);
    }
  }
}

const signature = ({ id, pageKeyHash }: TicketSession, target: string, head: string): string =>
  createHmac('sha256', pageKeyHash).update(`download\n${id}\n${target}\n${head}`).digest('base64url');
