// Owns the second factor: codes that the deployment host prints, codes of an authenticator, and the lock after wrong ones. Not sessions (session.ts).
import { randomInt } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { Secret, TOTP } from 'otpauth';
import { DomainError } from '../error.ts';
import { text, time } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, recordAudit } from './audit.ts';
import { hashSecret, type NewSession, newSecret, openSessionsOf, Session } from './session.ts';
import { User, userNamed } from './user.ts';

/** How long a code of the deployment host can be used, in milliseconds. */
export const hostCodeLifetime = 120_000;
/** How many characters it has. */
const hostCodeLength = 8;
/** No vowels, so that no code is a word, and nothing that looks like something else. */
const hostCodeAlphabet = '23456789BCDFGHJKMNPQRSTVWXZ';
/** How many wrong codes are judged before none is for a while. */
export const maxWrongCodes = 5;
/** How long no code is judged after that, in milliseconds. */
export const lockDuration = 15 * 60_000;
/** How fresh a second factor must be for changing what counts as one, in milliseconds. */
export const secondFactorMaxAge = 10 * 60_000;
/** The longest code that is looked at, in UTF-16 units, blanks included. */
const maxCodeLength = 64;
/** What an authenticator calls us. */
const issuer = 'SpiderPig';

const HostCodeSchema = defineEntity({
  name: 'HostCode',
  tableName: 'host_code',
  properties: {
    id: p.integer().primary(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade').index(),
    /** SHA-256 of the code, hexadecimal. It lives too short to be guessed from it. */
    codeHash: text(),
    createdAt: time(),
    expiresAt: time(),
    usedAt: time().nullable(),
  },
});
/** A single-use code that `spiderpig otp` printed on the deployment host. */
export class HostCode extends HostCodeSchema.class {}
HostCodeSchema.setClass(HostCode);

const SecondFactorSchema = defineEntity({
  name: 'SecondFactor',
  tableName: 'second_factor',
  properties: {
    id: p.integer().primary(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade').unique(),
    /** The authenticator's shared secret, base32; null: there is none. */
    totpSecret: text().nullable(),
    /** When the first code of it was shown; null: it was offered, and does not count yet. */
    totpConfirmedAt: time().nullable(),
    /** The time step of the last code that was accepted: none counts twice. */
    totpStep: p.integer().nullable(),
    /** Wrong codes since the last right one or lock. */
    failures: p.integer().default(0),
    /** Until when no code is judged; null or past: codes are judged. */
    lockedUntil: time().nullable(),
  },
});
/** What somebody can show besides signing in, and how often they failed to. */
export class SecondFactor extends SecondFactorSchema.class {}
SecondFactorSchema.setClass(SecondFactor);

/** The code was not the right one. It counts as one of the wrong ones. */
export class SecondFactorRefused extends DomainError {
  /** How many more are judged; 0: none for a while. */
  readonly triesLeft: number;
  /** Milliseconds since 1970 UTC; null: another one is judged at once. */
  readonly lockedUntil: number | null;

  constructor(triesLeft: number, lockedUntil: number | null) {
    super(
      lockedUntil === null
        ? `This code is wrong, was used already or has expired. ${triesLeft === 1 ? 'One try is' : `${triesLeft} tries are`} left.`
        : `This code is wrong, was used already or has expired. After ${maxWrongCodes} wrong codes none is looked at before ${minuteOf(lockedUntil)}.`,
    );
    this.triesLeft = triesLeft;
    this.lockedUntil = lockedUntil;
  }
}

/** After too many wrong codes none is judged for a while, not even the right one. */
export class SecondFactorLocked extends DomainError {
  /** Milliseconds since 1970 UTC. */
  readonly lockedUntil: number;

  constructor(lockedUntil: number) {
    super(
      `There were ${maxWrongCodes} wrong codes: none is looked at before ${minuteOf(lockedUntil)}. If those were not yours, tell an administrator.`,
    );
    this.lockedUntil = lockedUntil;
  }
}

/** The session has ended or got other secrets since it was looked at. Nothing was judged. */
export class SessionGone extends DomainError {
  constructor() {
    super('This session has ended. Sign in again.');
  }
}

/** Who is kept out gets no code. */
export class UserBanned extends DomainError {
  constructor(name: string) {
    super(`${name} is kept out of SpiderPig: there is no code for them. An administrator can change that.`);
  }
}

/** What counts as a second factor is changed only by somebody who has just shown one. */
export class SecondFactorTooOld extends DomainError {
  constructor() {
    super(
      `Show a code of the deployment host first: the last one was shown more than ${secondFactorMaxAge / 60_000} minutes ago, or never.`,
    );
  }
}

/** There is an authenticator already. */
export class AuthenticatorExists extends DomainError {
  constructor() {
    super('You have an authenticator already. Remove it first.');
  }
}

/** There is no authenticator to confirm or to remove. */
export class NoAuthenticator extends DomainError {
  constructor() {
    super('There is no authenticator: it was removed meanwhile, or adding it was not begun.');
  }
}

/** The first code of a new authenticator was wrong. */
export class AuthenticatorCodeWrong extends DomainError {
  constructor() {
    super(
      'This is not the code that the authenticator should show now. Is the clock of its device right? Type the next one.',
    );
  }
}

/** `12:03 UTC`; rounded up, so that nobody comes too early. */
const minuteOf = (at: number): string =>
  `${new Date(Math.ceil(at / 60_000) * 60_000).toISOString().slice(11, 16)} UTC`;

/**
 * Makes a code for a user, which counts once and for {@link hostCodeLifetime}; one made earlier stops counting. `by`: who asked for it on the
 * deployment host. Throws {@link UserBanned}. One transaction.
 */
export async function createHostCode(
  db: Database,
  userName: string,
  by = userName,
  now = Date.now(),
): Promise<string> {
  const code = Array.from(
    { length: hostCodeLength },
    () => hostCodeAlphabet[randomInt(hostCodeAlphabet.length)],
  ).join('');
  await db.write([], async (em) => {
    const user = await userNamed(em, userName, now);
    if (user.bannedAt !== null) throw new UserBanned(user.name);
    // Of two at once one is the later: both would count else.
    await lockFactor(db, em, user.id);
    await em.nativeDelete(HostCode, { user: user.id });
    await em.insert(HostCode, {
      user: user.id,
      codeHash: hashSecret(code),
      createdAt: now,
      expiresAt: now + hostCodeLifetime,
    });
    await recordAudit(em, {
      at: now,
      user,
      action: 'second factor changed',
      detail: by === userName ? 'a code was printed' : `a code was printed for ${by}`,
      through: { channel: 'host', address: null },
    });
  });
  return code;
}

/** Whether somebody of this name has a session that waits for its second factor. */
export async function isSecondFactorPending(
  db: Database,
  userName: string,
  now = Date.now(),
): Promise<boolean> {
  const em = db.em();
  const user = await em.findOne(User, { name: userName });
  if (!user) return false;
  const waiting = { ...openSessionsOf(user.id, now), way: 'provider', secondFactorAt: null } as const;
  return (await em.count(Session, waiting)) > 0;
}

/** Where somebody stands with their second factor. */
export interface SecondFactorStatus {
  /** Whether codes of an authenticator count. */
  readonly authenticator: boolean;
  /** How many codes are judged before none is for a while. */
  readonly triesLeft: number;
  /** Milliseconds since 1970 UTC; null: codes are judged. */
  readonly lockedUntil: number | null;
}

/** Where a user stands. */
export async function secondFactorStatus(
  em: SqlEntityManager,
  userId: number,
  now = Date.now(),
): Promise<SecondFactorStatus> {
  const factor = await em.findOne(SecondFactor, { user: userId });
  const lockedUntil = lockOf(factor, now);
  return {
    authenticator: factor?.totpConfirmedAt != null,
    triesLeft: lockedUntil === null ? maxWrongCodes - (factor?.failures ?? 0) : 0,
    lockedUntil,
  };
}

const lockOf = (factor: SecondFactor | null, now: number): number | null =>
  factor?.lockedUntil != null && factor.lockedUntil > now ? factor.lockedUntil : null;

/** Who shows a code, and what through. */
export interface SubmittedCode {
  /** As it was when the request was let in. */
  readonly session: Session;
  readonly code: string;
  readonly through: ActionSource;
}

/** What came of counting and judging, as it leaves the transaction: a refusal must be committed, so it is not thrown within. */
type Shown =
  | { readonly as: 'right'; readonly session: NewSession }
  | { readonly as: 'wrong'; readonly triesLeft: number; readonly lockedUntil: number | null }
  | { readonly as: 'locked'; readonly lockedUntil: number };

/**
 * Judges a code of the deployment host or of the authenticator. It is counted before it is judged, by one conditional update for all sessions
 * and servers: of any number at once {@link maxWrongCodes} are judged. A right one resets the count and gives the session new secrets, so that
 * whoever knew those of before is out. Throws {@link SecondFactorRefused}, {@link SecondFactorLocked}, {@link SessionGone}. One transaction.
 */
export async function submitSecondFactor(
  db: Database,
  { session, code, through }: SubmittedCode,
  now = Date.now(),
): Promise<NewSession> {
  const userId = session.user;
  // Who is locked out need not take the write lock to learn it. It is decided below.
  const locked = lockOf(await db.em().findOne(SecondFactor, { user: userId }), now);
  if (locked !== null) throw new SecondFactorLocked(locked);
  const unchanged = { id: session.id, secretHash: session.secretHash, endedAt: null };
  const shown = await db.write<Shown>(['sessions'], async (em) => {
    await factorOf(em, userId);
    const counted = await countAttempt(db, em, userId, now);
    const factor = await em.findOneOrFail(SecondFactor, { user: userId });
    if (counted === null) return { as: 'locked', lockedUntil: factor.lockedUntil ?? now };
    const user = await em.findOneOrFail(User, { id: userId });
    const next = { secret: newSecret(), pageKey: newSecret() };
    // Another request of the same page was quicker, or somebody ended it: that is no guess, and with the transaction its count goes too.
    if ((await em.count(Session, unchanged)) !== 1) throw new SessionGone();
    const kind = await judge(em, factor, normalised(code), now);
    if (kind === null) {
      const { triesLeft, lockedUntil } = counted;
      const left = lockedUntil === null ? `${triesLeft} tries left` : `locked until ${minuteOf(lockedUntil)}`;
      await recordAudit(em, { at: now, user, action: 'second factor refused', detail: left, through });
      return { as: 'wrong', triesLeft, lockedUntil };
    }
    await em.nativeUpdate(SecondFactor, { user: userId }, { failures: 0, lockedUntil: null });
    const changed = await em.nativeUpdate(Session, unchanged, {
      secretHash: hashSecret(next.secret),
      pageKeyHash: hashSecret(next.pageKey),
      secondFactorAt: now,
      lastUsedAt: now,
    });
    if (changed !== 1) throw new SessionGone();
    await recordAudit(em, { at: now, user, action: 'second factor', detail: kind, through });
    return { as: 'right', session: next };
  });
  switch (shown.as) {
    case 'right':
      return shown.session;
    case 'wrong':
      throw new SecondFactorRefused(shown.triesLeft, shown.lockedUntil);
    case 'locked':
      throw new SecondFactorLocked(shown.lockedUntil);
  }
}

/** The row of a user, made if there is none. Runs in the caller's transaction. */
async function factorOf(em: SqlEntityManager, userId: number): Promise<void> {
  await em.upsert(
    SecondFactor,
    { user: userId, failures: 0 },
    { onConflictFields: ['user'], onConflictAction: 'ignore' },
  );
}

/** From here to the end of the transaction nobody else changes this user's second factor. */
async function lockFactor(db: Database, em: SqlEntityManager, userId: number): Promise<void> {
  await factorOf(em, userId);
  if (db.dialect === 'postgresql')
    await db.execute('select id from second_factor where user_id = ? for update', [userId], em);
}

interface Counted {
  readonly triesLeft: number;
  readonly lockedUntil: number | null;
}

/**
 * Counts an attempt, and locks with the last one: one statement, in which the row decides. Reading the count first and writing it later let
 * more than thirty of sixty at once through. `null`: locked.
 */
async function countAttempt(
  db: Database,
  em: SqlEntityManager,
  userId: number,
  now: number,
): Promise<Counted | null> {
  const [row] = await db.execute(
    `update second_factor set
       failures = case when failures + 1 >= ? then 0 else failures + 1 end,
       locked_until = case when failures + 1 >= ? then cast(? as bigint) else null end
     where user_id = ? and (locked_until is null or locked_until <= ?)
     returning failures, locked_until`,
    [maxWrongCodes, maxWrongCodes, now + lockDuration, userId, now],
    em,
  );
  if (row === undefined) return null;
  const failures = Number(row['failures']);
  const lockedUntil = row['locked_until'] === null ? null : Number(row['locked_until']);
  return { triesLeft: lockedUntil === null ? maxWrongCodes - failures : 0, lockedUntil };
}

/** As people copy and type it: blanks and dashes do not count, nor does the case. */
const normalised = (code: string): string =>
  code.slice(0, maxCodeLength).replaceAll(/[\s-]/g, '').toUpperCase();

/** Whether the code is a right one, which it then never is again; in words for the audit log, null: it is wrong. */
async function judge(
  em: SqlEntityManager,
  factor: SecondFactor,
  code: string,
  now: number,
): Promise<string | null> {
  const own = { user: factor.user, codeHash: hashSecret(code), usedAt: null, expiresAt: { $gt: now } };
  if ((await em.nativeUpdate(HostCode, own, { usedAt: now })) === 1) return 'a code of the deployment host';
  if (factor.totpSecret == null || factor.totpConfirmedAt == null) return null;
  const step = stepOf(factor.totpSecret, code, now);
  // The step of a code that was accepted, and those before it, are spent.
  if (step === null || step <= (factor.totpStep ?? 0)) return null;
  await em.nativeUpdate(SecondFactor, { id: factor.id }, { totpStep: step });
  return 'a code of the authenticator';
}

/** What RFC 6238 leaves open, as every authenticator has it: SHA-1, six digits, thirty seconds. */
function totpOf(secret: string, label: string): TOTP {
  return new TOTP({
    issuer,
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: 30,
    secret: Secret.fromBase32(secret),
  });
}

/** The time step that a code of an authenticator is of, at most one away from now; null: it is none. Compared in constant time. */
function stepOf(secret: string, code: string, now: number): number | null {
  if (!/^[0-9]{6}$/.test(code)) return null;
  const totp = totpOf(secret, '');
  const delta = totp.validate({ token: code, timestamp: now, window: 1 });
  return delta === null ? null : totp.counter({ timestamp: now }) + delta;
}

/** Whoever changes what counts as their second factor. */
export interface FactorOwner {
  readonly user: User;
  readonly session: Session;
  readonly through: ActionSource;
}

/** A session that the deployment host opened has shown what a second factor shows. Pure. Throws {@link SecondFactorTooOld}. */
function requireRecentSecondFactor(
  session: Pick<Session, 'way' | 'secondFactorAt' | 'createdAt'>,
  now: number,
): void {
  if (session.way === 'link') return;
  if (session.secondFactorAt == null || now - session.secondFactorAt > secondFactorMaxAge)
    throw new SecondFactorTooOld();
}

/** A secret as it is told once: as text in base32, and as the URL that an authenticator reads from a picture. */
export interface OfferedAuthenticator {
  readonly secret: string;
  readonly url: string;
}

/**
 * Offers a secret for an authenticator, which counts once its first code was shown; one offered earlier is forgotten. Throws
 * {@link SecondFactorTooOld}, {@link AuthenticatorExists}. One transaction.
 */
export async function beginAuthenticator(
  db: Database,
  { user, session }: FactorOwner,
  now = Date.now(),
): Promise<OfferedAuthenticator> {
  requireRecentSecondFactor(session, now);
  const secret = new Secret({ size: 20 }).base32;
  await db.write([], async (em) => {
    await factorOf(em, user.id);
    const offered = { totpSecret: secret, totpStep: null };
    const own = { user: user.id, totpConfirmedAt: null };
    if ((await em.nativeUpdate(SecondFactor, own, offered)) !== 1) throw new AuthenticatorExists();
  });
  return { secret, url: totpOf(secret, user.name).toString() };
}

/**
 * The authenticator counts from now on: its first code is the proof that it has the secret, and is spent. Throws {@link SecondFactorTooOld},
 * {@link NoAuthenticator}, {@link AuthenticatorCodeWrong}. One transaction.
 */
export async function confirmAuthenticator(
  db: Database,
  { user, session, through }: FactorOwner,
  code: string,
  now = Date.now(),
): Promise<void> {
  requireRecentSecondFactor(session, now);
  await db.write([], async (em) => {
    await lockFactor(db, em, user.id);
    const factor = await em.findOneOrFail(SecondFactor, { user: user.id });
    if (factor.totpConfirmedAt != null) throw new AuthenticatorExists();
    if (factor.totpSecret == null) throw new NoAuthenticator();
    // No guess at anything: who may confirm it was shown the secret.
    const step = stepOf(factor.totpSecret, normalised(code), now);
    if (step === null) throw new AuthenticatorCodeWrong();
    await em.nativeUpdate(SecondFactor, { id: factor.id }, { totpConfirmedAt: now, totpStep: step });
    await recordAudit(em, {
      at: now,
      user,
      action: 'second factor changed',
      detail: 'an authenticator was added',
      through,
    });
  });
}

/** Codes of the authenticator count no more. Throws {@link SecondFactorTooOld}, {@link NoAuthenticator}. One transaction. */
export async function removeAuthenticator(
  db: Database,
  { user, session, through }: FactorOwner,
  now = Date.now(),
): Promise<void> {
  requireRecentSecondFactor(session, now);
  await db.write([], async (em) => {
    const removed = await em.nativeUpdate(
      SecondFactor,
      { user: user.id, totpSecret: { $ne: null } },
      { totpSecret: null, totpConfirmedAt: null, totpStep: null },
    );
    if (removed !== 1) throw new NoAuthenticator();
    await recordAudit(em, {
      at: now,
      user,
      action: 'second factor changed',
      detail: 'the authenticator was removed',
      through,
    });
  });
}
