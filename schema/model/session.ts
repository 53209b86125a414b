// Owns browser sessions and the single-use links that open them. Not API tokens (token.ts), not cookies (server/sign-in.ts).
import { createHash, randomBytes } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import { text, time, word } from './column.ts';
import type { Database } from './database.ts';
import { DomainError } from './error.ts';
import { type Role, roles, User, userNamed } from './user.ts';

/** How long a sign-in link can be used, in milliseconds. */
export const linkLifetime = 10 * 60_000;
/** A session ends when it was not used for this long, in milliseconds … */
export const sessionIdleLifetime = 12 * 3_600_000;
/** … and in any case this long after sign-in. */
export const sessionLifetime = 7 * 24 * 3_600_000;
/** `lastUsedAt` is written at most this often: a page that is merely open must not write. */
const lastUsedGrain = 5 * 60_000;

const SignInLinkSchema = defineEntity({
  name: 'SignInLink',
  tableName: 'sign_in_link',
  properties: {
    id: p.integer().primary(),
    /** SHA-256 of the code, hexadecimal: the code itself is nowhere stored. */
    codeHash: text().unique(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade'),
    role: word(roles),
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
    role: word(roles),
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
  constructor() {
    super(
      'This sign-in link was already used or has expired. Run `spiderpig login` on the deployment host for a new one.',
    );
  }
}

/** 256 random bits, base64url, 43 characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** SHA-256, hexadecimal. Enough for secrets of 256 random bits: there is nothing to guess that a slow hash would protect. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Makes a single-use link for a user; returns its code, which goes into the URL's fragment. One transaction. */
export async function createSignInLink(
  db: Database,
  userName: string,
  role: Role,
  now = Date.now(),
): Promise<string> {
  const code = newSecret();
  await db.write([], async (em) => {
    const user = await userNamed(em, userName, now);
    await em.insert(SignInLink, {
      codeHash: hashSecret(code),
      user: user.id,
      role,
      createdAt: now,
      expiresAt: now + linkLifetime,
    });
  });
  return code;
}

/** What a browser gets for a link: the cookie's secret and the page's key. Both are known only to it from now on. */
export interface NewSession {
  readonly secret: string;
  readonly pageKey: string;
}

/** Spends a link and opens a session. Of several at once, one wins (conditional update). Throws {@link LinkNotUsable}. One transaction. */
export async function redeemSignInLink(db: Database, code: string, now = Date.now()): Promise<NewSession> {
  const secret = newSecret();
  const pageKey = newSecret();
  await db.write([], async (em) => {
    const won = await em.nativeUpdate(
      SignInLink,
      { codeHash: hashSecret(code), redeemedAt: null, expiresAt: { $gt: now } },
      { redeemedAt: now },
    );
    if (won !== 1) throw new LinkNotUsable();
    const link = await em.findOneOrFail(SignInLink, { codeHash: hashSecret(code) });
    await em.insert(Session, {
      secretHash: hashSecret(secret),
      pageKeyHash: hashSecret(pageKey),
      user: link.user,
      role: link.role,
      createdAt: now,
      lastUsedAt: now,
    });
  });
  return { secret, pageKey };
}

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
  const em = db.em();
  const session = await em.findOne(Session, { secretHash: hashSecret(secret), endedAt: null });
  if (!session) return null;
  if (now - session.lastUsedAt > sessionIdleLifetime || now - session.createdAt > sessionLifetime)
    return null;
  if (use === 'used' && now - session.lastUsedAt > lastUsedGrain) {
    // Not waited for: nobody is kept out because the database cannot be written to. It is noted the next time.
    db.write([], (inside) => inside.nativeUpdate(Session, { id: session.id }, { lastUsedAt: now })).catch(
      () => {},
    );
  }
  return { session, user: await em.findOneOrFail(User, { id: session.user }) };
}

/** Ends a session; ending it twice is the same as once. */
export async function endSession(db: Database, sessionId: number, now = Date.now()): Promise<void> {
  await db.write(['sessions'], async (em) => {
    await em.nativeUpdate(Session, { id: sessionId, endedAt: null }, { endedAt: now });
  });
}
