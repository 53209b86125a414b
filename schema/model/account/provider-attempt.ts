// Owns sign-in attempts at the organisation's identity provider, from the redirect to the callback. Not the protocol (server/sign-in/provider.ts).
import { defineEntity, p } from '@mikro-orm/core';
import { DomainError } from '../error.ts';
import { latestPlausible } from '../store/clock.ts';
import { text, time } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, quoted, recordAudit } from './audit.ts';
import { nameKey } from './name.ts';
import { hashSecret } from './secret.ts';
import { insertSignInLink } from './sign-in-link.ts';
import { isAccountOf, User, userNamed } from './user.ts';

const ProviderAttemptSchema = defineEntity({
  name: 'ProviderAttempt',
  tableName: 'provider_attempt',
  properties: {
    id: p.integer().primary(),
    /** SHA-256 of `state`, hexadecimal. */
    stateHash: text().unique(),
    /** SHA-256 of the cookie of the browser that was redirected, hexadecimal: the callback must come from the same one. */
    browserHash: text(),
    nonce: text(),
    /** PKCE's code verifier. */
    verifier: text(),
    /** As in its sign-in link. */
    proofHash: text().nullable(),
    /** The same-origin path to go to after signing in. */
    next: text(),
    createdAt: time(),
    expiresAt: time().index(),
    redeemedAt: time().nullable(),
  },
});
/** A sign-in attempt at the identity provider. */
export class ProviderAttempt extends ProviderAttemptSchema.class {}
ProviderAttemptSchema.setClass(ProviderAttempt);

/** How long a user may take at the identity provider, in milliseconds. */
export const attemptLifetime = 10 * 60_000;
/** How long the link that such a sign-in creates is valid, in milliseconds: the page redeems it immediately. */
export const providerLinkLifetime = 2 * 60_000;
/** The maximum number of concurrent attempts. Anonymous visitors can start them. */
export const maxAttempts = 10_000;

/** Too many attempts were started from one address. */
export class TooManyAttempts extends DomainError {
  constructor() {
    super('Too many sign-ins were started from this address. Wait a minute, then try again.');
  }
}

/** Why a callback is rejected. `unknown`: no such attempt was made in the last ten minutes. */
export type AttemptRejection = 'unknown' | 'used' | 'expired' | 'another browser';

/** The attempt was used, has expired, belongs to another browser, or does not exist. The message for the user does not say which; the log for operators does. */
export class AttemptNotUsable extends DomainError {
  readonly rejection: AttemptRejection;
  constructor(flaw: AttemptRejection) {
    super('This sign-in was already finished, took longer than ten minutes, or began in another browser.');
    this.rejection = flaw;
  }
}

/** A new attempt. The secrets are random; of `state` and `binding` only hashes are stored. */
export interface NewAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** The cookie of the browser that is redirected. */
  readonly binding: string;
  /** See {@link SignInLink.proofHash}. */
  readonly proofHash: string | null;
  /** A same-origin path. */
  readonly next: string;
}

/** Stores an attempt, and deletes expired ones, and the oldest one if there are too many. One transaction. */
export async function createAttempt(db: Database, request: NewAttempt, now = Date.now()): Promise<void> {
  await db.write([], async (em) => {
    await em.nativeDelete(ProviderAttempt, { expiresAt: { $lte: now } });
    const [oldest] = await em.find(
      ProviderAttempt,
      { redeemedAt: null },
      { orderBy: { id: 'desc' }, offset: maxAttempts - 1, limit: 1 },
    );
    // Strangers who start very many attempts must not keep others out.
    if (oldest) await em.nativeDelete(ProviderAttempt, { redeemedAt: null, id: { $lte: oldest.id } });
    const { state, binding, ...kept } = request;
    await em.insert(ProviderAttempt, {
      ...kept,
      stateHash: hashSecret(state),
      browserHash: hashSecret(binding),
      createdAt: now,
      expiresAt: now + attemptLifetime,
    });
  });
}

/**
 * Redeems an attempt. `bindings`: the cookies of the browser. Of several concurrent callbacks one wins, by a conditional update. One transaction. Throws {@link AttemptNotUsable}.
 */
export async function redeemAttempt(
  db: Database,
  state: string,
  bindings: readonly string[],
  now = Date.now(),
): Promise<Pick<ProviderAttempt, 'nonce' | 'verifier' | 'next' | 'browserHash' | 'proofHash'>> {
  const stateHash = hashSecret(state);
  const browserHashes = bindings.map(hashSecret);
  return await db.write([], async (em) => {
    const won = await em.nativeUpdate(
      ProviderAttempt,
      {
        stateHash,
        browserHash: { $in: browserHashes },
        redeemedAt: null,
        // What a clock far ahead has stored would be valid for as long.
        expiresAt: { $gt: now, $lte: latestPlausible(now, attemptLifetime) },
      },
      { redeemedAt: now },
    );
    const attempt = await em.findOne(ProviderAttempt, { stateHash });
    if (won === 1 && attempt) return attempt;
    if (!attempt) throw new AttemptNotUsable('unknown');
    if (!browserHashes.includes(attempt.browserHash)) throw new AttemptNotUsable('another browser');
    throw new AttemptNotUsable(attempt.redeemedAt === null ? 'expired' : 'used');
  });
}

/** The person who signed in, as the identity provider reports. */
export interface ProviderPerson {
  readonly name: string;
  readonly groups: readonly string[];
  /** The identity provider's name of the session (`sid`); null if it sends none. */
  readonly session: string | null;
  /** The identity provider (`iss`), and its name of the person (`sub`). */
  readonly issuer: string;
  readonly subject: string;
}

/** The account of this name belongs to another person at the identity provider. */
export class AccountTaken extends DomainError {
  /** The user of the account. */
  readonly user: User;
  constructor(user: User) {
    super(
      `The account “${user.name}” belongs to another person at the identity provider. An admin of SpiderPig can rebind it.`,
    );
    this.user = user;
  }
}

/**
 * Creates a link for the browser of a person who was authenticated, and records that; returns the link's code. The account is that of the person
 * (issuer and subject), also after a rename; a person without one gets the account of their name. Their groups take effect when the sign-in is
 * complete ({@link bindAccount}). One transaction. Throws {@link AccountTaken}, {@link NameNotAccepted}.
 */
export async function completeAttempt(
  db: Database,
  request: {
    readonly person: ProviderPerson;
    readonly browserHash: string;
    readonly proofHash?: string | null;
    readonly through: ActionSource;
  },
  now = Date.now(),
): Promise<string> {
  const { person, browserHash, proofHash = null, through } = request;
  const { issuer, subject, groups } = person;
  return await db.write([], async (em) => {
    const own = await em.findOne(User, { providerIssuer: issuer, providerSubject: subject });
    const user = own ?? (await userNamed(em, person.name, now));
    if (!isAccountOf(user, person)) throw new AccountTaken(user);
    await recordAudit(em, { at: now, user, action: 'sign-in', detail: detailOf(person, user), through });
    const link = {
      user,
      role: null,
      way: 'provider',
      expiresAt: now + providerLinkLifetime,
      browserHash,
      proofHash,
      providerSession: person.session,
      providerIssuer: issuer,
      providerSubject: subject,
      providerGroups: [...groups],
    } as const;
    return await insertSignInLink(em, link, now);
  });
}

/** For the audit log. */
function detailOf({ name, groups }: ProviderPerson, user: User): string {
  const renamed = nameKey(name) === nameKey(user.name) ? '' : `, now called ${quoted(name)} there`;
  const list = groups.length > 0 ? `in groups ${groups.join(', ')}` : 'in no groups';
  return `the identity provider says: ${list}${renamed}`;
}
