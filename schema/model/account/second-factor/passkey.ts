// Owns passkeys (WebAuthn) as a second factor: their challenges, adding, checking, renaming and removing them. Not counting attempts (second-factor-check.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
  VerifiedRegistrationResponse,
} from '@simplewebauthn/server';
import { DomainError } from '../../error.ts';
import { latestPlausible } from '../../store/clock.ts';
import { storableText, text, time, word } from '../../store/column.ts';
import type { Database } from '../../store/database.ts';
import { type ActionSource, quoted, recordAudit } from '../audit.ts';
import { type NewSession, Session } from '../session.ts';
import { User } from '../user.ts';
import { type FactorOwner, requireRecentSecondFactor } from './authenticator.ts';
import { lockFactor } from './second-factor.ts';
import { submitProof } from './second-factor-check.ts';

const PasskeySchema = defineEntity({
  name: 'Passkey',
  tableName: 'passkey',
  properties: {
    id: p.integer().primary(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade').index(),
    /** By its owner. */
    name: text(),
    /** The host name that it is for (RP ID): browsers use it nowhere else. */
    host: text(),
    /** In base64url. */
    credential: text().unique(),
    /** COSE, in base64url. */
    publicKey: text(),
    /** The signature counter of the last use; 0: the passkey does not count. */
    counter: p.bigint('number'),
    /** How a browser reaches it, separated by commas. */
    transports: text(),
    createdAt: time(),
    /** Null if never. */
    lastUsedAt: time().nullable(),
  },
});
/** A passkey of a user. */
export class Passkey extends PasskeySchema.class {}
PasskeySchema.setClass(Passkey);

const purposes = ['add', 'use'] as const;
/** What a challenge is for. */
export type PasskeyPurpose = (typeof purposes)[number];

const PasskeyChallengeSchema = defineEntity({
  name: 'PasskeyChallenge',
  tableName: 'passkey_challenge',
  properties: {
    id: p.integer().primary(),
    session: () => p.manyToOne(Session).mapToPk().deleteRule('cascade'),
    purpose: word(purposes),
    /** Random, in base64url. */
    challenge: text(),
    expiresAt: time().index(),
  },
  uniques: [{ properties: ['session', 'purpose'] }],
});
/** A challenge that a passkey has to sign. Its row is deleted by its first use. */
export class PasskeyChallenge extends PasskeyChallengeSchema.class {}
PasskeyChallengeSchema.setClass(PasskeyChallenge);

/** How long a challenge can be used, in milliseconds. */
export const challengeLifetime = 5 * 60_000;
/** How long a browser waits for the passkey, in milliseconds. */
const browserTimeout = 2 * 60_000;
/** Ed25519, ECDSA with P-256, RSA: every authenticator has one of them. */
const algorithms = [-8, -7, -257];
/** The maximum number of passkeys of a user. */
export const maxPasskeys = 20;
/** The maximum length of a name, in UTF-16 units. */
const maxNameLength = 60;

/** The site at which a browser uses passkeys (relying party). */
export interface PasskeySite {
  /** The host name (RP ID). */
  readonly host: string;
  readonly origin: string;
}

/** The passkey cannot be added. */
export class PasskeyNotAdded extends DomainError {}

/** The name of a passkey is empty or too long. */
export class InvalidPasskeyName extends DomainError {
  constructor() {
    super(`A passkey needs a name of at most ${maxNameLength} characters.`);
  }
}

/** The user has no such passkey. */
export class PasskeyNotFound extends DomainError {
  constructor() {
    super('You have no such passkey: it was removed in the meantime.');
  }
}

/** The passkeys of a user, the oldest first. */
export const passkeysOf = (em: SqlEntityManager, user: number): Promise<Passkey[]> =>
  em.find(Passkey, { user }, { orderBy: { id: 'asc' }, limit: maxPasskeys });

/** Whether a user can use a passkey at a site. */
export const hasPasskey = async (em: SqlEntityManager, user: number, site: PasskeySite): Promise<boolean> =>
  (await em.count(Passkey, { user, host: site.host })) > 0;

/** A name as it is stored; null if it is empty or too long. Pure. */
function storableName(name: string): string | null {
  const trimmed = storableText(name.trim());
  return trimmed === '' || trimmed.length > maxNameLength ? null : trimmed;
}

/** How browsers reach passkeys, in the words of WebAuthn. */
const knownTransports = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;

/** The known ones, once each: a browser sends them, so they can be anything, also no list. Pure. */
const transportsIn = (sent: unknown) =>
  knownTransports.filter((each) => Array.isArray(sent) && sent.includes(each));

/** What browsers are given to identify a passkey. */
const descriptorOf = ({ credential, transports }: Passkey) => ({
  id: credential,
  transports: transportsIn(transports.split(',')),
});

/** Stores a new challenge of a session, instead of an earlier one for the same purpose, and deletes expired ones. One transaction. */
async function storeChallenge(
  db: Database,
  { session, purpose, challenge }: Pick<PasskeyChallenge, 'session' | 'purpose' | 'challenge'>,
  now: number,
): Promise<void> {
  await db.write([], async (em) => {
    await em.nativeDelete(PasskeyChallenge, { expiresAt: { $lte: now } });
    await em.upsert(
      PasskeyChallenge,
      { session, purpose, challenge, expiresAt: now + challengeLifetime },
      { onConflictFields: ['session', 'purpose'], onConflictAction: 'merge' },
    );
  });
}

/** The challenge of a session, which cannot be used again; null if none exists. Runs in the caller's transaction. */
async function takeChallenge(
  em: SqlEntityManager,
  session: number,
  purpose: PasskeyPurpose,
  now: number,
): Promise<string | null> {
  // What a clock far ahead has stored would be valid for as long.
  const expiresAt = { $gt: now, $lte: latestPlausible(now, challengeLifetime) };
  const found = await em.findOne(PasskeyChallenge, { session, purpose, expiresAt });
  if (found === null) return null;
  return (await em.nativeDelete(PasskeyChallenge, { id: found.id })) === 1 ? found.challenge : null;
}

/**
 * What a browser needs to create a passkey. User verification is preferred: the sign-in at the identity provider is the first factor. Throws {@link
 * SecondFactorTooOld}, {@link PasskeyNotAdded}.
 */
export async function beginPasskey(
  db: Database,
  { user, session }: FactorOwner,
  site: PasskeySite,
  now = Date.now(),
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  requireRecentSecondFactor(session, now);
  const own = await passkeysOf(db.em(), user.id);
  requireRoom(own.length);
  const { generateRegistrationOptions } = await import('@simplewebauthn/server');
  const options = await generateRegistrationOptions({
    rpName: 'SpiderPig',
    rpID: site.host,
    userName: user.name,
    userID: new TextEncoder().encode(`spiderpig-${user.id}`),
    attestationType: 'none',
    supportedAlgorithmIDs: algorithms,
    timeout: browserTimeout,
    excludeCredentials: own.map(descriptorOf),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  });
  await storeChallenge(db, { session: session.id, purpose: 'add', challenge: options.challenge }, now);
  return options;
}

function requireRoom(count: number): void {
  if (count >= maxPasskeys)
    throw new PasskeyNotAdded(`You have ${maxPasskeys} passkeys already. Remove one first.`);
}

/** A passkey that a browser has created, and its name. */
export interface CreatedPasskey {
  readonly name: string;
  readonly response: RegistrationResponseJSON;
}

/**
 * Adds a passkey that signed the challenge of this session. Two transactions: the challenge is used up, also by an invalid response. Throws {@link
 * SecondFactorTooOld}, {@link PasskeyNotAdded}.
 */
export async function addPasskey(
  db: Database,
  { user, session, through }: FactorOwner,
  { name, response }: CreatedPasskey,
  site: PasskeySite,
  now = Date.now(),
): Promise<void> {
  requireRecentSecondFactor(session, now);
  const trimmed = storableName(name);
  if (trimmed === null) throw new PasskeyNotAdded(new InvalidPasskeyName().message);
  const challenge = await db.write([], (em) => takeChallenge(em, session.id, 'add', now));
  const created = challenge === null ? null : await verifiedCreation(response, challenge, site);
  if (created === null)
    throw new PasskeyNotAdded(
      'This passkey was not accepted: the request is more than five minutes old, was already used, or is of another session. Try again.',
    );
  await db.write([], async (em) => {
    await lockFactor(db, em, user.id);
    requireRoom(await em.count(Passkey, { user: user.id }));
    if ((await em.count(Passkey, { credential: created.id })) > 0)
      throw new PasskeyNotAdded('This passkey was added already.');
    await em.insert(Passkey, {
      user: user.id,
      name: trimmed,
      host: site.host,
      credential: created.id,
      publicKey: Buffer.from(created.publicKey).toString('base64url'),
      counter: created.counter,
      transports: transportsIn(created.transports).join(','),
      createdAt: now,
    });
    const detail = `the passkey ${quoted(trimmed)} was added`;
    await recordAudit(em, { at: now, user, action: 'second factor changed', detail, through });
  });
}

type Credential = NonNullable<VerifiedRegistrationResponse['registrationInfo']>['credential'];

/**
 * Whether a new passkey proves nothing about its model (`none`), or only that it has its key (`packed` without certificates). Nothing else was asked
 * for. The library would look at certificates, and ask the address in them for a list of revoked ones: any user could choose an address that this
 * server then reads. Throws for any other shape.
 */
async function isWithoutCertificates({ response }: RegistrationResponseJSON): Promise<boolean> {
  const { decodeAttestationObject, isoBase64URL } = await import('@simplewebauthn/server/helpers');
  const attestation = decodeAttestationObject(isoBase64URL.toBuffer(response.attestationObject));
  const format = attestation.get('fmt');
  return format === 'none' || (format === 'packed' && attestation.get('attStmt').get('x5c') === undefined);
}

async function verifiedCreation(
  response: RegistrationResponseJSON,
  expectedChallenge: string,
  site: PasskeySite,
): Promise<Credential | null> {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  try {
    if (!(await isWithoutCertificates(response))) return null;
    const result = await verifyRegistrationResponse({
      response,
      expectedChallenge,
      expectedOrigin: site.origin,
      expectedRPID: site.host,
      requireUserVerification: false,
      supportedAlgorithmIDs: algorithms,
    });
    return result.verified ? result.registrationInfo.credential : null;
  } catch {
    // The library throws for each way in which a response can be wrong.
    return null;
  }
}

/**
 * Gives a passkey of the user another name. Needs a recent second factor, because the owner decides by the names which one to remove. One
 * transaction. Throws {@link SecondFactorTooOld}, {@link InvalidPasskeyName}, {@link PasskeyNotFound}.
 */
export async function renamePasskey(
  db: Database,
  { user, session, through }: FactorOwner,
  { id, name }: { readonly id: number | null; readonly name: string },
  now = Date.now(),
): Promise<void> {
  requireRecentSecondFactor(session, now);
  const chosen = storableName(name);
  if (chosen === null) throw new InvalidPasskeyName();
  await db.write([], async (em) => {
    // Otherwise two tabs could both record the same old name.
    await lockFactor(db, em, user.id);
    const passkey = id === null ? null : await em.findOne(Passkey, { id, user: user.id });
    if (passkey === null) throw new PasskeyNotFound();
    if (passkey.name === chosen) return;
    await em.nativeUpdate(Passkey, { id: passkey.id }, { name: chosen });
    const detail = `the passkey ${quoted(passkey.name)} was renamed to ${quoted(chosen)}`;
    await recordAudit(em, { at: now, user, action: 'second factor changed', detail, through });
  });
}

/** Removes a passkey of the user. One transaction. Throws {@link SecondFactorTooOld}, {@link PasskeyNotFound}. */
export async function removePasskey(
  db: Database,
  { user, session, through }: FactorOwner,
  id: number | null,
  now = Date.now(),
): Promise<void> {
  requireRecentSecondFactor(session, now);
  await db.write([], async (em) => {
    const passkey = id === null ? null : await em.findOne(Passkey, { id, user: user.id });
    if (passkey === null || (await em.nativeDelete(Passkey, { id: passkey.id })) !== 1)
      throw new PasskeyNotFound();
    const detail = `the passkey ${quoted(passkey.name)} was removed`;
    await recordAudit(em, { at: now, user, action: 'second factor changed', detail, through });
  });
}

/** What a browser needs to use one of the user's passkeys at a site. */
export async function beginPasskeyUse(
  db: Database,
  session: Session,
  site: PasskeySite,
  now = Date.now(),
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const own = await passkeysOf(db.em(), session.user);
  const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
  const options = await generateAuthenticationOptions({
    rpID: site.host,
    timeout: browserTimeout,
    userVerification: 'preferred',
    allowCredentials: own.filter(({ host }) => host === site.host).map(descriptorOf),
  });
  await storeChallenge(db, { session: session.id, purpose: 'use', challenge: options.challenge }, now);
  return options;
}

/** A signed challenge, the session, and where it came from. */
export interface SignedChallenge {
  readonly session: Session;
  readonly response: AuthenticationResponseJSON;
  readonly site: PasskeySite;
  readonly through: ActionSource;
}

/** Accepts a signed challenge as the second factor, counted and locked like a code. One transaction. Throws what `submitSecondFactor` throws. */
export async function submitPasskey(
  db: Database,
  signed: SignedChallenge,
  now = Date.now(),
): Promise<NewSession> {
  // Loaded before the transaction.
  await import('@simplewebauthn/server');
  const { session, through } = signed;
  return await submitProof(
    db,
    { session, through, as: 'passkey', judge: (em) => judge(em, signed, now) },
    now,
  );
}

/** Checks a signed challenge, and marks it as used. What it was, as text for the audit log; null if it is wrong. */
async function judge(
  em: SqlEntityManager,
  { session, response, site }: SignedChallenge,
  now: number,
): Promise<string | null> {
  const challenge = await takeChallenge(em, session.id, 'use', now);
  // The library checks the other members.
  const id: unknown = response.id;
  const credential = typeof id === 'string' ? storableText(id) : '';
  const own = { user: session.user, host: site.host, credential };
  const passkey = await em.findOne(Passkey, own);
  if (challenge === null || passkey === null) return null;
  const counter = await verifiedCounter(response, challenge, site, passkey);
  if (counter === null) return null;
  await em.nativeUpdate(Passkey, { id: passkey.id }, { counter, lastUsedAt: now });
  return `the passkey ${quoted(passkey.name)}`;
}

/** The new signature counter; null if the response is wrong, or the counter did not increase, as that of a copy of the passkey. */
async function verifiedCounter(
  response: AuthenticationResponseJSON,
  expectedChallenge: string,
  site: PasskeySite,
  passkey: Passkey,
): Promise<number | null> {
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge,
      expectedOrigin: site.origin,
      expectedRPID: site.host,
      requireUserVerification: false,
      credential: {
        id: passkey.credential,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
    });
    return verified ? authenticationInfo.newCounter : null;
  } catch {
    return null;
  }
}
