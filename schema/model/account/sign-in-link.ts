// Owns single-use sign-in links: making one, and opening a session with it. Not sessions (session.ts), not cookies (server/sign-in/sign-in.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { DomainError } from '../error.ts';
import { latestPlausible } from '../store/clock.ts';
import { storableText, text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { hostSource, recordAudit } from './audit.ts';
import { banErrorOf } from './ban.ts';
import { hashSecret, newSecret } from './secret.ts';
import { bindPending, type NewSession, Session, type SignInWay, signInWays } from './session.ts';
import { type Role, roles, User, userNamed } from './user.ts';

/** How long a sign-in link is valid, in milliseconds. */
export const linkLifetime = 10 * 60_000;
/** How long an expired link is kept, in milliseconds, so that the audit log can say why it was refused. */
const expiredLinkRetention = 30 * 24 * 3_600_000;
/** How much of `User-Agent` is stored, in UTF-16 units. */
const maxUserAgentLength = 300;

const SignInLinkSchema = defineEntity({
  name: 'SignInLink',
  tableName: 'sign_in_link',
  properties: {
    id: p.integer().primary(),
    /** SHA-256 of the code, hexadecimal. The code itself is not stored. */
    codeHash: text().unique(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade'),
    /** Null: computed from the user's groups at each operation. */
    role: word(roles).nullable(),
    way: word(signInWays).default('link'),
    /** SHA-256 of the cookie of the browser that may use it, hexadecimal; null: any browser may. */
    browserHash: text().nullable(),
    /**
     * SHA-256 of a secret that the page keeps outside of cookies, hexadecimal: something else can set a cookie. Null: any link of the host, or a
     * sign-in at the identity provider that was begun without the page.
     */
    proofHash: text().nullable(),
    /** The identity provider's names for the session (`sid`), for its back-channel logout, itself (`iss`) and the person (`sub`). */
    providerSession: text().nullable(),
    providerIssuer: text().nullable(),
    providerSubject: text().nullable(),
    /** The groups that it reported. */
    providerGroups: p.json<readonly string[] | null>().nullable(),
    createdAt: time(),
    expiresAt: time(),
    redeemedAt: time().nullable(),
  },
});
/** A single-use link that signs a browser in. */
export class SignInLink extends SignInLinkSchema.class {}
SignInLinkSchema.setClass(SignInLink);

/** The link was used, has expired, or does not exist. The message does not say which, because that would help only a guesser. */
export class LinkNotUsable extends DomainError {
  /** The user of the link and the cause, for the audit log only. */
  readonly user: User | null;
  readonly why: string;
  constructor(user: User | null = null, why = 'unknown link') {
    super(
      'This sign-in link was already used or has expired. Run `spiderpig login` on the deployment host to get a new one.',
    );
    this.user = user;
    this.why = why;
  }
}

/**
 * Creates a single-use link for a user, for a command on the deployment host. Returns its code, which goes into the URL's fragment.
 * `operator`: the Unix user who runs the command. One transaction.
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
    const detail = `as ${role}${operator === null ? '' : `, by the Unix user ${operator}`}`;
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
  readonly proofHash?: string | null;
  readonly providerSession?: string | null;
  readonly providerIssuer?: string;
  readonly providerSubject?: string;
  readonly providerGroups?: readonly string[];
}

/** Creates a single-use link in the caller's transaction; returns its code. Deletes links that expired long ago. */
export async function insertSignInLink(
  em: SqlEntityManager,
  request: NewSignInLink,
  now: number,
): Promise<string> {
  const code = newSecret();
  const { user, ...rest } = request;
  await em.nativeDelete(SignInLink, { expiresAt: { $lt: now - expiredLinkRetention } });
  await em.insert(SignInLink, { ...rest, codeHash: hashSecret(code), user: user.id, createdAt: now });
  return code;
}

/** The browser that redeems a link. */
export interface RedeemingBrowser {
  /** The cookies that bind links to the browser. */
  readonly bindings: readonly string[];
  /** The secret that the page keeps for a sign-in that it began; null if it began none; undefined if this is not a page, but a tool. */
  readonly proof?: string | null;
  readonly address: string | null;
  readonly agent: string | null;
}

const unknownBrowser: RedeemingBrowser = { bindings: [], address: null, agent: null };

/** Why an existing link is refused. Pure. */
function whyNotUsable({ redeemedAt, expiresAt, createdAt }: SignInLink, now: number): string {
  if (redeemedAt != null) return 'the link was already used';
  if (createdAt > latestPlausible(now)) return 'the link was made by a clock that was far ahead';
  return expiresAt <= now ? 'the link has expired' : 'the link belongs to another browser';
}

/** Whether the page that redeems a link began its sign-in. A link that any browser may use did not begin in one. Pure. */
function isOfSamePage({ browserHash, proofHash }: SignInLink, { proof }: RedeemingBrowser): boolean {
  if (proofHash != null) return proof != null && hashSecret(proof) === proofHash;
  return browserHash == null || proof === undefined;
}

/**
 * Redeems a link and opens a session. Of several concurrent requests one wins, by a conditional update. `isComplete`: whether a sign-in at the identity
 * provider is complete with it; otherwise a second factor follows. One transaction. Throws {@link LinkNotUsable}, {@link Banned}.
 */
export async function redeemSignInLink(
  db: Database,
  code: string,
  browser = unknownBrowser,
  now = Date.now(),
  isComplete = false,
): Promise<NewSession> {
  const secrets = { secret: newSecret(), pageKey: newSecret() };
  const bindings = [{ browserHash: null }, { browserHash: { $in: browser.bindings.map(hashSecret) } }];
  // Rings, because groups that were lost take effect in every session of the user.
  await db.write(['sessions'], async (em) => {
    const won = await em.nativeUpdate(
      SignInLink,
      {
        codeHash: hashSecret(code),
        redeemedAt: null,
        expiresAt: { $gt: now },
        createdAt: { $lte: latestPlausible(now) },
        $or: bindings,
      },
      { redeemedAt: now },
    );
    const link = await em.findOne(SignInLink, { codeHash: hashSecret(code) });
    if (!link) throw new LinkNotUsable();
    const user = await em.findOneOrFail(User, { id: link.user });
    if (won !== 1) throw new LinkNotUsable(user, whyNotUsable(link, now));
    if (!isOfSamePage(link, browser)) throw new LinkNotUsable(user, 'the link belongs to another browser');
    // The transaction is rolled back, so the link can still be used if the ban is lifted before it expires.
    const ban = await banErrorOf(em, user);
    if (ban) throw ban;
    if (link.way === 'provider' && isComplete && !(await bindPending(em, link)))
      throw new LinkNotUsable(user, 'the account belongs to another person at the identity provider');
    await insertSession(em, { link, browser, ...secrets }, now);
    await recordAudit(em, {
      at: now,
      user,
      action: 'sign-in',
      detail: link.way === 'provider' ? 'at the identity provider' : `with a link, as ${link.role}`,
      through: { channel: 'page', address: browser.address },
    });
  });
  return secrets;
}

async function insertSession(
  em: SqlEntityManager,
  { link, browser, secret, pageKey }: { link: SignInLink; browser: RedeemingBrowser } & NewSession,
  now: number,
): Promise<void> {
  await em.insert(Session, {
    secretHash: hashSecret(secret),
    pageKeyHash: hashSecret(pageKey),
    user: link.user,
    role: link.role,
    way: link.way,
    address: browser.address,
    agent: browser.agent === null ? null : storableText(browser.agent, maxUserAgentLength),
    providerSession: link.providerSession ?? null,
    providerIssuer: link.providerIssuer ?? null,
    providerSubject: link.providerSubject ?? null,
    providerGroups: link.providerGroups ?? null,
    createdAt: now,
    lastUsedAt: now,
  });
}
