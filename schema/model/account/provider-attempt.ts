// Owns attempts to sign in at the organisation's identity provider, from leaving for it to coming back. Not the protocol (server/sign-in/provider.ts).
import { defineEntity, p } from '@mikro-orm/core';
import { DomainError } from '../error.ts';
import { text, time } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, recordAudit } from './audit.ts';
import { hashSecret } from './secret.ts';
import { insertSignInLink } from './sign-in-link.ts';
import { User, userNamed } from './user.ts';

const ProviderAttemptSchema = defineEntity({
  name: 'ProviderAttempt',
  tableName: 'provider_attempt',
  properties: {
    id: p.integer().primary(),
    /** SHA-256 of `state`, hexadecimal. */
    stateHash: text().unique(),
    /** SHA-256 of the cookie of the browser that left, hexadecimal: another one cannot come back. */
    browserHash: text(),
    nonce: text(),
    /** PKCE's verifier. */
    verifier: text(),
    /** Where the person wanted to go: a path of ours. */
    next: text(),
    createdAt: time(),
    expiresAt: time().index(),
    redeemedAt: time().nullable(),
  },
});
/** Somebody who left for the identity provider. */
export class ProviderAttempt extends ProviderAttemptSchema.class {}
ProviderAttemptSchema.setClass(ProviderAttempt);

/** How long somebody may take at the identity provider, in milliseconds. */
export const attemptLifetime = 10 * 60_000;
/** How long the link counts that a sign-in there ends in, in milliseconds: the page redeems it at once. */
export const providerLinkLifetime = 2 * 60_000;
/** How many attempts may be open at once: strangers begin them. */
export const maxAttempts = 10_000;

/** More people than can be at once are on their way. */
export class TooManyAttempts extends DomainError {
  constructor() {
    super('Too many people are signing in at this moment. Wait some minutes, then try again.');
  }
}

/** Why somebody may not come back. `unknown`: no such attempt was made in the last ten minutes. */
export type AttemptRejection = 'unknown' | 'used' | 'expired' | 'another browser';

/** The attempt was used, has expired, is another browser's, or never was. The person is not told which; operators are. */
export class AttemptNotUsable extends DomainError {
  readonly rejection: AttemptRejection;
  constructor(flaw: AttemptRejection) {
    super('This sign-in was finished already, took longer than ten minutes, or began in another browser.');
    this.rejection = flaw;
  }
}

/** What is kept while somebody is away. The secrets are random; of `state` and `binding` only hashes are stored. */
export interface NewAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** The cookie of the browser that leaves. */
  readonly binding: string;
  /** A path of ours. */
  readonly next: string;
}

/** Notes that somebody leaves; those whose time is over are removed. Throws {@link TooManyAttempts}. One transaction. */
export async function createAttempt(db: Database, wish: NewAttempt, now = Date.now()): Promise<void> {
  await db.write([], async (em) => {
    await em.nativeDelete(ProviderAttempt, { expiresAt: { $lte: now } });
    if ((await em.count(ProviderAttempt, { redeemedAt: null })) >= maxAttempts) throw new TooManyAttempts();
    const { state, binding, ...kept } = wish;
    await em.insert(ProviderAttempt, {
      ...kept,
      stateHash: hashSecret(state),
      browserHash: hashSecret(binding),
      createdAt: now,
      expiresAt: now + attemptLifetime,
    });
  });
}

/** Spends an attempt. Of several at once, one wins (conditional update). Throws {@link AttemptNotUsable}. One transaction. */
export async function redeemAttempt(
  db: Database,
  state: string,
  binding: string | null,
  now = Date.now(),
): Promise<Pick<ProviderAttempt, 'nonce' | 'verifier' | 'next'>> {
  const stateHash = hashSecret(state);
  const browserHash = hashSecret(binding ?? '');
  return await db.write([], async (em) => {
    const won = await em.nativeUpdate(
      ProviderAttempt,
      { stateHash, browserHash, redeemedAt: null, expiresAt: { $gt: now } },
      { redeemedAt: now },
    );
    const attempt = await em.findOne(ProviderAttempt, { stateHash });
    if (won === 1 && attempt) return attempt;
    if (!attempt) throw new AttemptNotUsable('unknown');
    if (attempt.browserHash !== browserHash) throw new AttemptNotUsable('another browser');
    throw new AttemptNotUsable(attempt.redeemedAt === null ? 'expired' : 'used');
  });
}

/** Who came back, as the identity provider says. */
export interface ProviderPerson {
  readonly name: string;
  readonly groups: readonly string[];
  /** What it calls the session there (`sid`); null: it does not say. */
  readonly session: string | null;
  /** What it calls the person (`sub`). */
  readonly subject: string;
}

/**
 * Stores the groups on the account of somebody who came back, makes a link for their browser and records both; returns its code.
 * Rings `sessions`: groups that are lost count at once in every session of that person. One transaction.
 */
export async function completeAttempt(
  db: Database,
  { person, binding, through }: { person: ProviderPerson; binding: string; through: ActionSource },
  now = Date.now(),
): Promise<string> {
  return await db.write(['sessions'], async (em) => {
    const user = await userNamed(em, person.name, now);
    await em.nativeUpdate(User, { id: user.id }, { groups: [...person.groups] });
    const detail =
      person.groups.length > 0
        ? `the identity provider says: in groups ${person.groups.join(', ')}`
        : 'the identity provider says: in no groups';
    await recordAudit(em, { at: now, user, action: 'sign-in', detail, through });
    const wish = {
      user,
      role: null,
      way: 'provider',
      expiresAt: now + providerLinkLifetime,
      browserHash: hashSecret(binding),
      providerSession: person.session,
      providerSubject: person.subject,
    } as const;
    return await insertSignInLink(em, wish, now);
  });
}
