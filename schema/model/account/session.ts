// Owns browser sessions and the single-use links that open them. Not API tokens (token.ts), not cookies (server/sign-in/sign-in.ts).
import { createHash, randomBytes } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { DomainError } from '../error.ts';
import { storableText, text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, hostSource, recordAudit } from './audit.ts';
import { banErrorOf } from './ban.ts';
import { accountColumns, accountOf, type Role, roles, User, userNamed } from './user.ts';

/** How long a sign-in link can be used, in milliseconds. */
export const linkLifetime = 10 * 60_000;
/** How long it is remembered after that why a link cannot be used, in milliseconds; then it is one that never was. */
const expiredLinkRetention = 30 * 24 * 3_600_000;
/** A session ends when it was not used for this long, in milliseconds … */
export const sessionIdleLifetime = 12 * 3_600_000;
/** … and in any case this long after sign-in. */
export const sessionLifetime = 7 * 24 * 3_600_000;
/** How much of `User-Agent` is kept, in UTF-16 units. */
const maxUserAgentLength = 300;
/** `lastUsedAt` is written at most this often: a page that is merely open must not write. */
const lastUsedResolution = 5 * 60_000;

/** How a session began: with a link that the deployment host gave, or at the organisation's identity provider. */
export const signInWays = ['link', 'provider'] as const;
export type SignInWay = (typeof signInWays)[number];

const SignInLinkSchema = defineEntity({
  name: 'SignInLink',
  tableName: 'sign_in_link',
  properties: {
    id: p.integer().primary(),
    /** SHA-256 of the code, hexadecimal: the code itself is nowhere stored. */
    codeHash: text().unique(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade'),
    /** Null: it is computed of the user's groups at each operation. */
    role: word(roles).nullable(),
    way: word(signInWays).default('link'),
    /** SHA-256 of the cookie that the browser must show which it is for, hexadecimal; null: any browser may use it. */
    browserHash: text().nullable(),
    /** What the identity provider calls the session and the person (`sid`, `sub`), for its back-channel logout. */
    providerSession: text().nullable(),
    providerSubject: text().nullable(),
    createdAt: time(),
    expiresAt: time(),
    redeemedAt: time().nullable(),
  },
});
/** A single-use link that signs a browser in. */
export class SignInLink extends SignInLinkSchema.class {}
SignInLinkSchema.setClass(SignInLink);

const SessionSchema = defineEntity({
  name: 'Session',
  tableName: 'session',
  properties: {
    id: p.integer().primary(),
    /** SHA-256 of the cookie's secret, hexadecimal. */
    secretHash: text().unique(),
    /** SHA-256 of the page's key, hexadecimal. */
    pageKeyHash: text(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade'),
    /** Null: it is computed of the user's groups at each operation. */
    role: word(roles).nullable(),
    way: word(signInWays).default('link'),
    /** When the second factor was last shown; null: not yet. */
    secondFactorAt: time().nullable(),
    /** From where it was opened, and with what (`User-Agent`, at most 300 characters): for its owner to recognise. */
    address: text().nullable(),
    agent: text().nullable(),
    /** As in the link it was opened with. */
    providerSession: text().nullable().index(),
    providerSubject: text().nullable().index(),
    createdAt: time(),
    lastUsedAt: time(),
    endedAt: time().nullable(),
  },
});
/** A signed-in browser. */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);

/** The link was used, has expired, or never was. Which of them is not told: it would help only a guesser. */
export class LinkNotUsable extends DomainError {
  /** Whose link it is, and what is wrong with it: for the audit log, not for the browser. */
  readonly user: User | null;
  readonly why: string;
  constructor(user: User | null = null, why = 'unknown link') {
    super(
      'This sign-in link was already used or has expired. Run `spiderpig login` on the deployment host for a new one.',
    );
    this.user = user;
    this.why = why;
  }
}

/** 256 random bits, base64url, 43 characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** SHA-256, hexadecimal. Enough for secrets of 256 random bits: there is nothing to guess that a slow hash would protect. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/**
 * Makes a single-use link for a user, for a command on the deployment host; returns its code, which goes into the URL's fragment.
 * `operator`: the host's user who runs the command. One transaction.
 */
export async function createSignInLink(
  db: Database,
  userName: string,
  role: Role,
  now = Date.now(),
  operator: string | null = null,
): Promise<string> {
  return await db.write([], async (em) => {
    const user = await userNamed(em, userName, now);
    const detail = `as ${role}${operator === null ? '' : `, for the host’s user ${operator}`}`;
    await recordAudit(em, { at: now, user, action: 'link made', detail, through: hostSource });
    return await insertSignInLink(em, { user, role, way: 'link', expiresAt: now + linkLifetime }, now);
  });
}

/** What a link opens, and for whom. */
export interface NewSignInLink {
  readonly user: User;
  readonly role: Role | null;
  readonly way: SignInWay;
  readonly expiresAt: number;
  readonly browserHash?: string;
  readonly providerSession?: string | null;
  readonly providerSubject?: string;
}

/** Makes a single-use link in the caller's transaction; returns its code. */
export async function insertSignInLink(
  em: SqlEntityManager,
  wish: NewSignInLink,
  now: number,
): Promise<string> {
  const code = newSecret();
  const { user, ...rest } = wish;
  await em.nativeDelete(SignInLink, { expiresAt: { $lt: now - expiredLinkRetention } });
  await em.insert(SignInLink, { ...rest, codeHash: hashSecret(code), user: user.id, createdAt: now });
  return code;
}

/** What a browser gets for a link: the cookie's secret and the page's key. Both are known only to it from now on. */
export interface NewSession {
  readonly secret: string;
  readonly pageKey: string;
}

/** The browser that redeems a link. */
export interface RedeemingBrowser {
  /** The cookie that binds the link to it; null when it sent none. */
  readonly binding: string | null;
  readonly address: string | null;
  readonly agent: string | null;
}

const unknownBrowser: RedeemingBrowser = { binding: null, address: null, agent: null };

/** What is wrong with a link that is known. Pure. */
function whyNotUsable({ redeemedAt, expiresAt }: SignInLink, now: number): string {
  if (redeemedAt != null) return 'the link was used already';
  return expiresAt <= now ? 'the link has expired' : 'the link is another browser’s';
}

/**
 * Spends a link and opens a session. Of several at once, one wins (conditional update). Throws {@link LinkNotUsable}, {@link Banned}.
 * One transaction.
 */
export async function redeemSignInLink(
  db: Database,
  code: string,
  browser = unknownBrowser,
  now = Date.now(),
): Promise<NewSession> {
  const secret = newSecret();
  const pageKey = newSecret();
  const bindings = [{ browserHash: null }, { browserHash: hashSecret(browser.binding ?? '') }];
  await db.write([], async (em) => {
    const won = await em.nativeUpdate(
      SignInLink,
      { codeHash: hashSecret(code), redeemedAt: null, expiresAt: { $gt: now }, $or: bindings },
      { redeemedAt: now },
    );
    const link = await em.findOne(SignInLink, { codeHash: hashSecret(code) });
    if (!link) throw new LinkNotUsable();
    const user = await em.findOneOrFail(User, { id: link.user });
    if (won !== 1) throw new LinkNotUsable(user, whyNotUsable(link, now));
    // The link is not spent: it counts again should the ban end first.
    const ban = await banErrorOf(em, user);
    if (ban) throw ban;
    await em.insert(Session, {
      secretHash: hashSecret(secret),
      pageKeyHash: hashSecret(pageKey),
      user: link.user,
      role: link.role,
      way: link.way,
      address: browser.address,
      agent: browser.agent === null ? null : storableText(browser.agent, maxUserAgentLength),
      providerSession: link.providerSession ?? null,
      providerSubject: link.providerSubject ?? null,
      createdAt: now,
      lastUsedAt: now,
    });
    await recordAudit(em, {
      at: now,
      user,
      action: 'sign-in',
      detail: link.way === 'provider' ? 'at the identity provider' : `with a link, as ${link.role}`,
      through: { channel: 'page', address: browser.address },
    });
  });
  return { secret, pageKey };
}

/** One statement past the ORM, since every request begins with it: two finds take four times as long (bench: gate). */
const sessionWithUser = `select s.*, ${accountColumns} from session s join account a on a.id = s.user_id where s.secret_hash = ? and s.ended_at is null`;

/**
 * A session that counts, with its user; `null` when unknown, ended or expired. Writes `lastUsedAt` now and then, unless it is only looked
 * at: a connection that is merely open is no use.
 */
export async function findSession(
  db: Database,
  secret: string,
  now = Date.now(),
  use: 'used' | 'looked at' = 'used',
): Promise<{ session: Session; user: User } | null> {
  const [row] = await db.execute(sessionWithUser, [hashSecret(secret)]);
  if (!row) return null;
  const em = db.em();
  const session = em.map(Session, row);
  if (now - session.lastUsedAt > sessionIdleLifetime || now - session.createdAt > sessionLifetime)
    return null;
  if (use === 'used' && now - session.lastUsedAt > lastUsedResolution) {
    // Not waited for: nobody is kept out because the database cannot be written to. It is noted the next time.
    db.write([], (inside) => inside.nativeUpdate(Session, { id: session.id }, { lastUsedAt: now })).catch(
      () => {},
    );
  }
  return { session, user: accountOf(em, row) };
}

/** Ends a session; ending it twice is the same as once. `by`: who signs out, and through what, for the audit log. */
export async function endSession(
  db: Database,
  sessionId: number,
  now = Date.now(),
  by?: { readonly user: User; readonly through: ActionSource },
): Promise<void> {
  await db.write(['sessions'], async (em) => {
    const ended = await em.nativeUpdate(Session, { id: sessionId, endedAt: null }, { endedAt: now });
    if (ended === 1 && by)
      await recordAudit(em, { at: now, action: 'sign-out', detail: 'of this session', ...by });
  });
}

/** When a session ends by itself unless it is used before. Pure. */
export const sessionEndsAt = ({ lastUsedAt, createdAt }: Pick<Session, 'lastUsedAt' | 'createdAt'>): number =>
  Math.min(lastUsedAt + sessionIdleLifetime, createdAt + sessionLifetime);

/** Which sessions are open at that moment, as a condition. Pure. */
export const openSessions = (now: number) => ({
  endedAt: null,
  lastUsedAt: { $gte: now - sessionIdleLifetime },
  createdAt: { $gte: now - sessionLifetime },
});

/** The open ones of a user. Pure. */
export const openSessionsOf = (userId: number, now: number) => ({ user: userId, ...openSessions(now) });

/** A user's sessions that count, the one used last first. Also those whose second factor is still to be shown: they can be a stranger's. */
export async function ownSessions(
  em: SqlEntityManager,
  userId: number,
  now = Date.now(),
): Promise<readonly Session[]> {
  return await em.find(Session, openSessionsOf(userId, now), { orderBy: { lastUsedAt: 'desc', id: 'desc' } });
}

/** Not one of one's own, or ended already. Which of them is not told. */
export class SessionNotFound extends DomainError {
  constructor() {
    super('You have no such session: it has ended already.');
  }
}

/** Whoever ends sessions of their own. */
export interface SessionOwner {
  readonly user: User;
  readonly through: ActionSource;
}

/** Ends one of a user's own sessions, and what is open in it. Throws {@link SessionNotFound}, also for somebody else's. One transaction. */
export async function endOwnSession(
  db: Database,
  { user, through }: SessionOwner,
  sessionId: number | null,
  now = Date.now(),
): Promise<void> {
  await db.write(['sessions'], async (em) => {
    const own = { ...openSessionsOf(user.id, now), id: sessionId ?? 0 };
    if ((await em.nativeUpdate(Session, own, { endedAt: now })) !== 1) throw new SessionNotFound();
    await recordAudit(em, { at: now, user, action: 'sign-out', detail: `session ${sessionId}`, through });
  });
}

/** Ends all of a user's sessions but one; returns how many. One transaction. */
export async function endOtherSessions(
  db: Database,
  { user, through }: SessionOwner,
  kept: number,
  now = Date.now(),
): Promise<number> {
  return await db.write(['sessions'], async (em) => {
    const others = { ...openSessionsOf(user.id, now), id: { $ne: kept } };
    const count = await em.nativeUpdate(Session, others, { endedAt: now });
    const detail = `${count} ${count === 1 ? 'session' : 'sessions'}, all but session ${kept}`;
    await recordAudit(em, { at: now, user, action: 'sign-out of all', detail, through });
    return count;
  });
}

/** How a session came to its end. */
export type SessionEnd = 'ended' | 'expired';

/** How the session of these secrets came to its end; null: there was none, or it counts. For its own browser: both secrets must fit. */
export async function endOfSession(
  db: Database,
  secret: string,
  pageKey: string,
  now = Date.now(),
): Promise<SessionEnd | null> {
  const hashes = { secretHash: hashSecret(secret), pageKeyHash: hashSecret(pageKey) };
  const session = await db.em().findOne(Session, hashes);
  if (!session) return null;
  if (session.endedAt !== null) return 'ended';
  return (await findSession(db, secret, now, 'looked at')) === null ? 'expired' : null;
}
