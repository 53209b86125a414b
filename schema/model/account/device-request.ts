// Owns sign-in requests of devices without a browser, such as terminals: making one, deciding it, and redeeming it for a token. Not what a token may do (token.ts).
import { randomInt } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { DomainError } from '../error.ts';
import { latestPlausible } from '../store/clock.ts';
import { storableText, text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { quoted, recordAudit } from './audit.ts';
import { hashSecret, newSecret } from './secret.ts';
import {
  checkNewToken,
  insertToken,
  isUnusedToken,
  replaceUnusedToken,
  type TokenOwner,
  type TokenScope,
  tokenLifetime,
  tokenScopes,
} from './token.ts';
import { User } from './user.ts';

/** How long a request can be decided and redeemed, in milliseconds. */
export const deviceRequestLifetime = 10 * 60_000;
/** How long a device waits between two polls at first, in milliseconds; and how much longer after it polled too early. */
export const pollInterval = 2_000;
const slowDown = 5_000;
const longestInterval = 60_000;
/** How long an expired request is kept, in milliseconds, so that its device learns that it has expired. */
const expiredRetention = 24 * 3_600_000;
/** The maximum numbers of open requests: of one address, of an address that many people share, and in total. */
export const maxOpenRequests = { address: 20, shared: 500, total: 1_000 } as const;
const maxNameLength = 80;
const userCodeLength = 8;
/** Without vowels, so that no code is a word, and without digits and letters that are easily confused. */
const userCodeAlphabet = 'BCDFGHJKLMNPQRSTVWXZ';
const decisions = ['allowed', 'denied'] as const;

const DeviceRequestSchema = defineEntity({
  name: 'DeviceRequest',
  tableName: 'device_request',
  properties: {
    id: p.integer().primary(),
    /** SHA-256 of the secret that only the device has, hexadecimal. */
    deviceHash: text().unique(),
    /** SHA-256 of the code that the person types, hexadecimal. The code expires before it could be guessed from the hash. */
    userCodeHash: text().unique(),
    /** What the device says about itself. Nothing proves it. */
    client: text(),
    host: text(),
    /** The address that it came from; null for a Unix socket. */
    address: text().nullable(),
    scope: word(tokenScopes),
    createdAt: time(),
    expiresAt: time().index(),
    /** Milliseconds that the device must wait between two polls. */
    interval: p.integer(),
    polledAt: time().nullable(),
    decision: word(decisions).nullable(),
    decidedAt: time().nullable(),
    /** Who decided. */
    user: () => p.manyToOne(User).mapToPk().nullable().deleteRule('cascade'),
    redeemedAt: time().nullable(),
    /** The token that it got; null if none yet, or a version before this column. Not a reference: a token can be removed first. */
    token: p.integer().nullable(),
  },
});
/** A request of a device for a token. */
export class DeviceRequest extends DeviceRequestSchema.class {}
DeviceRequestSchema.setClass(DeviceRequest);

/** Too many requests are open. */
export class TooManyDeviceRequests extends DomainError {
  constructor() {
    super('Too many terminals wait for a sign-in. Try again in a few minutes.');
  }
}

/** No request has this code, or it is decided or expired. The message does not say which, because that would help only a guesser. */
export class DeviceRequestNotFound extends DomainError {
  constructor() {
    super(
      'No terminal waits with this code. Check the code, or run `spiderpig sign-in` again for a new one.',
    );
  }
}

/** What a device sends. */
export interface NewDeviceRequest {
  readonly client: string;
  readonly host: string;
  readonly scope: TokenScope;
  readonly address: string | null;
  /** Whether many people have this address. */
  readonly isShared: boolean;
}

/** The code as it is hashed: people may type small letters, spaces and hyphens. Pure. */
const normalized = (userCode: string): string => userCode.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

/** The code as it is shown: `BCDF-GHJK`. Pure. */
const shown = (userCode: string): string => `${userCode.slice(0, 4)}-${userCode.slice(4)}`;

const line = (value: string): string =>
  storableText(value.replaceAll(/\s+/g, ' ').trim() || 'unknown', maxNameLength);

/** Makes a request. Returns the secret of the device and the code for the person. One transaction. Throws {@link TooManyDeviceRequests}. */
export async function beginDeviceRequest(
  db: Database,
  request: NewDeviceRequest,
  now = Date.now(),
): Promise<{ readonly deviceCode: string; readonly userCode: string }> {
  const { client, host, scope, address, isShared } = request;
  const deviceCode = newSecret();
  const userCode = Array.from(
    { length: userCodeLength },
    () => userCodeAlphabet[randomInt(userCodeAlphabet.length)],
  ).join('');
  // Before the transaction: strangers cannot make this server write without end. Concurrent requests can exceed the maximum slightly. It only bounds the table.
  const open = { expiresAt: { $gt: now }, createdAt: { $lte: latestPlausible(now) }, redeemedAt: null };
  const share = isShared ? maxOpenRequests.shared : maxOpenRequests.address;
  const isFull = (await db.em().count(DeviceRequest, open)) >= maxOpenRequests.total;
  if (isFull || (await db.em().count(DeviceRequest, { ...open, address })) >= share)
    throw new TooManyDeviceRequests();
  await db.write([], async (em) => {
    await em.nativeDelete(DeviceRequest, {
      $or: [{ expiresAt: { $lt: now - expiredRetention } }, { createdAt: { $gt: latestPlausible(now) } }],
    });
    await em.insert(DeviceRequest, {
      deviceHash: hashSecret(deviceCode),
      userCodeHash: hashSecret(userCode),
      client: line(client),
      host: line(host),
      address,
      scope,
      createdAt: now,
      expiresAt: now + deviceRequestLifetime,
      interval: pollInterval,
    });
  });
  return { deviceCode, userCode: shown(userCode) };
}

const unexpired = (userCode: string, now: number) => ({
  userCodeHash: hashSecret(normalized(userCode)),
  expiresAt: { $gt: now },
  createdAt: { $lte: latestPlausible(now) },
});

/** The request that waits with this code. Throws {@link DeviceRequestNotFound}. */
export async function findDeviceRequest(
  em: SqlEntityManager,
  userCode: string,
  now = Date.now(),
): Promise<DeviceRequest> {
  const found = await em.findOne(DeviceRequest, { ...unexpired(userCode, now), decision: null });
  if (!found) throw new DeviceRequestNotFound();
  return found;
}

/** What the audit log says about the device. Pure. */
const described = ({ client, host, scope, address }: DeviceRequest): string =>
  `${quoted(client)} on ${quoted(host)}, which came from ${address ?? 'a Unix socket'}, with the scope ${scope}`;

/**
 * Allows or denies a request; of several decisions one wins, by a conditional update. The same decision of the same user again changes nothing: its
 * answer may have been lost on the way. One transaction. Throws {@link DeviceRequestNotFound}, and when it is allowed what {@link checkNewToken} throws.
 */
export async function decideDeviceRequest(
  db: Database,
  owner: TokenOwner,
  { userCode, allow }: { readonly userCode: string; readonly allow: boolean },
  now = Date.now(),
): Promise<void> {
  const { user, through } = owner;
  const decision = allow ? 'allowed' : 'denied';
  await db.write([], async (em) => {
    const request = await em.findOne(DeviceRequest, unexpired(userCode, now));
    if (!request) throw new DeviceRequestNotFound();
    if (request.decision === null && allow) await checkNewToken(em, owner, request.scope, now);
    const won = await em.nativeUpdate(
      DeviceRequest,
      { id: request.id, decision: null },
      { decision, decidedAt: now, user: user.id },
    );
    if (won !== 1) {
      const isRepeated = (await em.count(DeviceRequest, { id: request.id, decision, user: user.id })) > 0;
      if (isRepeated) return;
      throw new DeviceRequestNotFound();
    }
    await recordAudit(em, {
      at: now,
      user,
      action: allow ? 'sign-in' : 'sign-in refused',
      detail: `${decision} ${described(request)}`,
      through,
    });
  });
}

/**
 * Denies requests that were allowed but have no token yet, so that none of them gets one after a sign-out. `user`: who allowed them; null for everyone.
 * In the caller's transaction.
 */
export async function denyAllowedRequests(em: SqlEntityManager, user: number | null): Promise<void> {
  const whose = user === null ? {} : { user };
  await em.nativeUpdate(
    DeviceRequest,
    { ...whose, decision: 'allowed', redeemedAt: null },
    { decision: 'denied' },
  );
}

/** What a device gets when it polls. `interval`: how long it must wait before it polls again, in milliseconds. */
export type DeviceAnswer =
  | { readonly state: 'pending' | 'too early'; readonly interval: number }
  | { readonly state: 'unknown' | 'expired' | 'denied' }
  | { readonly state: 'allowed'; readonly token: string; readonly expiresAt: number };

/** The answer for a device that polls: once the request is allowed, a new token; after that see {@link redeemAgain}. One transaction. */
export async function redeemDeviceRequest(
  db: Database,
  deviceCode: string,
  address: string | null,
  now = Date.now(),
): Promise<DeviceAnswer> {
  const found = await db.em().findOne(DeviceRequest, { deviceHash: hashSecret(deviceCode) });
  // Without a transaction: strangers cannot make this server write.
  if (!found) return { state: 'unknown' };
  if (found.redeemedAt != null) return await redeemAgain(db, found, address, now);
  if (found.expiresAt <= now) return { state: 'expired' };
  return await db.write([], async (em) => {
    const request = await em.findOneOrFail(DeviceRequest, { id: found.id });
    if (request.decision === 'denied') return { state: 'denied' };
    if (request.decision === 'allowed') return await redeem(em, request, address, now);
    const isEarly = request.polledAt != null && now - request.polledAt < request.interval;
    const longer = Math.min(longestInterval, request.interval + slowDown);
    const interval = isEarly ? longer : request.interval;
    await em.nativeUpdate(DeviceRequest, { id: request.id }, { polledAt: now, interval });
    return { state: isEarly ? 'too early' : 'pending', interval };
  });
}

async function redeem(
  em: SqlEntityManager,
  request: DeviceRequest,
  address: string | null,
  now: number,
): Promise<DeviceAnswer> {
  const unredeemed = { id: request.id, redeemedAt: null };
  const won = await em.nativeUpdate(DeviceRequest, unredeemed, { redeemedAt: now });
  if (won !== 1 || request.user == null) return { state: 'unknown' };
  const user = await em.findOneOrFail(User, { id: request.user });
  // Banned after the decision: the end of the ban must not bring a token that nobody has seen.
  if (user.bannedAt != null) return { state: 'denied' };
  const name = `Terminal on ${request.host.replaceAll(/[^A-Za-z0-9 _.@-]/g, '_')}`.slice(0, 85);
  const { scope } = request;
  const expiresAt = now + tokenLifetime;
  const { token, made } = await insertToken(em, { name, scope, user, expiresAt }, now);
  await em.nativeUpdate(DeviceRequest, { id: request.id }, { token: made.id });
  const detail = `${quoted(name)}, ${scope}, for ${described(request)}`;
  await recordToken(em, { user, detail, address }, now);
  return { state: 'allowed', token, expiresAt };
}

const recordToken = (
  em: SqlEntityManager,
  { user, detail, address }: { user: User; detail: string; address: string | null },
  now: number,
): Promise<unknown> =>
  recordAudit(em, { at: now, user, action: 'token made', detail, through: { channel: 'terminal', address } });

/**
 * The answer to a device that polls again after it was given its token: the answer may have been lost on the way. As long as the request is valid and
 * nobody has used the token, its secret is replaced, so the lost one is no longer valid, and no secret is shown twice. One transaction.
 */
async function redeemAgain(
  db: Database,
  { id, redeemedAt, expiresAt, token, user: userId, interval }: DeviceRequest,
  address: string | null,
  now: number,
): Promise<DeviceAnswer> {
  // A device waits between two polls: of simultaneous polls one gets a token.
  const isLost = redeemedAt != null && now - redeemedAt >= interval && expiresAt > now;
  if (!isLost || token == null || userId == null) return { state: 'unknown' };
  // A device that polls on must not make this server write, so nothing is locked for a token that was used or revoked.
  if (!(await isUnusedToken(db.em(), { id: token, user: userId }, now))) return { state: 'unknown' };
  return await db.write(['sessions'], async (em) => {
    if ((await em.nativeUpdate(DeviceRequest, { id, redeemedAt }, { redeemedAt: now })) !== 1)
      return { state: 'unknown' };
    const user = await em.findOneOrFail(User, { id: userId });
    if (user.bannedAt != null) return { state: 'denied' };
    const replaced = await replaceUnusedToken(em, { id: token, user: userId }, now);
    if (replaced === null) return { state: 'unknown' };
    const detail = `${quoted(replaced.made.name)} again: the answer with it was lost, and what was in it is no longer valid`;
    await recordToken(em, { user, detail, address }, now);
    return { state: 'allowed', token: replaced.token, expiresAt: replaced.made.expiresAt };
  });
}
