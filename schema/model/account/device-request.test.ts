import { describe, expect, test } from 'vitest';
import { dialects, openTestDatabase } from '../../../tests/support/database.ts';
import type { Database } from '../store/database.ts';
import { AuditEntry } from './audit.ts';
import { banUser, unbanUser } from './ban.ts';
import {
  beginDeviceRequest,
  DeviceRequest,
  DeviceRequestNotFound,
  decideDeviceRequest,
  deviceRequestLifetime,
  findDeviceRequest,
  maxOpenRequests,
  pollInterval,
  redeemDeviceRequest,
  TooManyDeviceRequests,
} from './device-request.ts';
import { endOtherSessions } from './own-session.ts';
import { hashSecret } from './secret.ts';
import { endAllSessions, endSessionsOf } from './sign-out.ts';
import { ApiToken, findToken, maxTokens, TokenNotAllowed, TooManyTokens } from './token.ts';
import { type User, userNamed } from './user.ts';

/** Who signs out. */
interface SignOut {
  readonly db: Database;
  readonly by: User;
}

const now = Date.parse('2026-11-20T12:00:00Z');
const through = { channel: 'page', address: '192.0.2.1' };
const device = { client: 'a client', host: 'deploy1', scope: 'deploy', isShared: false } as const;
const address = '192.0.2.9';

describe.each(dialects)('device requests on %s', (dialect) => {
  async function openWithUser(role: 'viewer' | 'deployer' = 'deployer') {
    const opened = await openTestDatabase(dialect);
    const { database: db } = opened;
    const user = await db.write([], (em) => userNamed(em, 'ada', now));
    return { opened, db, owner: { user, role, through } };
  }

  test('C18 an allowed request gives one token to its device, and secrets are stored as hashes', async () => {
    const { opened, db, owner } = await openWithUser();
    await using _closed = opened;
    const { deviceCode, userCode } = await beginDeviceRequest(db, { ...device, address }, now);
    expect(userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    expect(await redeemDeviceRequest(db, deviceCode, address, now)).toEqual({
      state: 'pending',
      interval: pollInterval,
    });
    const typed = ` ${userCode.toLowerCase().replace('-', ' ')} `;
    expect(await findDeviceRequest(db.em(), typed, now)).toMatchObject({ host: 'deploy1', address });
    await decideDeviceRequest(db, owner, { userCode: typed, allow: true }, now + 1);
    await expect(findDeviceRequest(db.em(), userCode, now + 1)).rejects.toThrow(DeviceRequestNotFound);

    const polls = await Promise.all(
      [1, 2, 3].map(() => redeemDeviceRequest(db, deviceCode, '192.0.2.9', now + 2)),
    );
    expect(polls.map(({ state }) => state).sort()).toEqual(['allowed', 'unknown', 'unknown']);
    const won = polls.find((each) => each.state === 'allowed');
    const token = won?.state === 'allowed' ? won.token : '';
    expect(await findToken(db, token, now + 3)).toMatchObject({
      token: { name: 'Terminal on deploy1', scope: 'deploy' },
      user: { name: 'ada' },
    });
    const stored = JSON.stringify(await db.em().find(DeviceRequest, {}));
    expect(stored).toContain(hashSecret(deviceCode));
    for (const secret of [deviceCode, userCode, userCode.replace('-', ''), token])
      expect(stored).not.toContain(secret);
    const rows = await db.em().find(AuditEntry, {}, { orderBy: { id: 'asc' } });
    expect(rows.map(({ action, channel }) => [action, channel])).toEqual([
      ['sign-in', 'page'],
      ['token made', 'terminal'],
    ]);
    expect(rows[0]?.detail).toBe(
      'allowed “a client” on “deploy1”, which came from 192.0.2.9, with the scope deploy',
    );
  });

  test.each([
    ['an admin ends their sessions', ({ db, by }: SignOut) => endSessionsOf(db, { userId: by.id, by }, now)],
    ['an admin ends all sessions', ({ db, by }: SignOut) => endAllSessions(db, { by, but: null }, now)],
    [
      'they end their other sessions',
      ({ db, by }: SignOut) => endOtherSessions(db, { user: by, through }, 0, now),
    ],
  ])('C18 a request that a user has allowed gives no token after %s', async (_, signOut) => {
    const { opened, db, owner } = await openWithUser();
    await using _closed = opened;
    const { deviceCode, userCode } = await beginDeviceRequest(db, { ...device, address }, now);
    await decideDeviceRequest(db, owner, { userCode, allow: true }, now);
    await signOut({ db, by: owner.user });
    expect(await redeemDeviceRequest(db, deviceCode, address, now + 1)).toEqual({ state: 'denied' });
    expect(await db.em().count(ApiToken)).toBe(0);
  });

  test('C18 a device whose answer was lost gets another token, and the lost one is no longer valid', async () => {
    const { opened, db, owner } = await openWithUser();
    await using _closed = opened;
    const { deviceCode, userCode } = await beginDeviceRequest(db, { ...device, address }, now);
    await decideDeviceRequest(db, owner, { userCode, allow: true }, now);
    const poll = async (at: number) => {
      const answer = await redeemDeviceRequest(db, deviceCode, address, at);
      return answer.state === 'allowed' ? answer.token : answer.state;
    };
    const isValid = async (token: string) => (await findToken(db, token, now, 'looked at')) !== null;
    const lost = await poll(now);
    // A device waits before it polls again.
    expect(await poll(now + pollInterval - 1)).toBe('unknown');
    const polls = await Promise.all([1, 2, 3].map(() => poll(now + pollInterval)));
    const [second = ''] = polls.filter((each) => each !== 'unknown');
    expect(polls.filter((each) => each === 'unknown')).toHaveLength(2);
    expect([await isValid(lost), await isValid(second)]).toEqual([false, true]);
    const third = await poll(now + 2 * pollInterval);
    expect([await isValid(second), await isValid(third)]).toEqual([false, true]);
    expect(await db.em().count(ApiToken, {})).toBe(1);
    expect(await db.em().count(AuditEntry, { action: 'token made' })).toBe(3);
    // What was used was received: a device that polls on changes nothing.
    await db.em().nativeUpdate(ApiToken, {}, { lastUsedAt: now });
    const before = await db.em().find(DeviceRequest, {});
    expect(await poll(now + 4 * pollInterval)).toBe('unknown');
    expect(await db.em().find(DeviceRequest, {})).toEqual(before);
    await db.em().nativeUpdate(ApiToken, {}, { lastUsedAt: null });
    expect(await poll(now + deviceRequestLifetime)).toBe('unknown');
    await db.em().nativeUpdate(ApiToken, {}, { revokedAt: now });
    expect(await poll(now + 6 * pollInterval)).toBe('unknown');
    expect(await isValid(third)).toBe(false);
  });

  test('C18 a device whose user was banned after it was given a token gets no other', async () => {
    const { opened, db, owner } = await openWithUser();
    await using _closed = opened;
    const { deviceCode, userCode } = await beginDeviceRequest(db, { ...device, address }, now);
    await decideDeviceRequest(db, owner, { userCode, allow: true }, now);
    await redeemDeviceRequest(db, deviceCode, address, now);
    await banUser(db, { userId: owner.user.id, by: opened.bob, reason: 'a reason' }, now);
    const later = now + pollInterval;
    expect(await redeemDeviceRequest(db, deviceCode, address, later)).toEqual({ state: 'denied' });
  });

  test('C18 only the first of simultaneous decisions is recorded, and a denied device receives the denial', async () => {
    const { opened, db, owner } = await openWithUser();
    await using _closed = opened;
    const { deviceCode, userCode } = await beginDeviceRequest(db, { ...device, address }, now);
    const other = { ...owner, user: opened.bob };
    const outcomes = await Promise.allSettled(
      [owner, other].map((person) => decideDeviceRequest(db, person, { userCode, allow: false }, now)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await redeemDeviceRequest(db, deviceCode, address, now)).toEqual({ state: 'denied' });
    expect(await db.em().count(AuditEntry, { action: 'sign-in refused' })).toBe(1);
  });

  test('a decision can be repeated by the same person, as its answer may be lost, and is recorded once', async () => {
    const { opened, db, owner } = await openWithUser();
    await using _closed = opened;
    const { deviceCode, userCode } = await beginDeviceRequest(db, { ...device, address }, now);
    const allow = { userCode, allow: true };
    await Promise.all([1, 2].map(() => decideDeviceRequest(db, owner, allow, now)));
    expect(await redeemDeviceRequest(db, deviceCode, address, now)).toMatchObject({ state: 'allowed' });
    await decideDeviceRequest(db, owner, allow, now);
    for (const [person, decision] of [
      [{ ...owner, user: opened.bob }, allow],
      [owner, { userCode, allow: false }],
    ] as const)
      await expect(decideDeviceRequest(db, person, decision, now)).rejects.toThrow(DeviceRequestNotFound);
    await expect(decideDeviceRequest(db, owner, allow, now + deviceRequestLifetime)).rejects.toThrow(
      DeviceRequestNotFound,
    );
    expect(await db.em().count(AuditEntry, { action: 'sign-in' })).toBe(1);
  });

  test('simultaneous decisions of one person all succeed, however they interleave', async () => {
    const { opened, db, owner } = await openWithUser();
    await using _closed = opened;
    for (let round = 0; round < 20; round++) {
      const { userCode } = await beginDeviceRequest(db, { ...device, address: `192.0.2.${round}` }, now);
      await Promise.all([1, 2, 3].map(() => decideDeviceRequest(db, owner, { userCode, allow: true }, now)));
    }
    expect(await db.em().count(AuditEntry, { action: 'sign-in' })).toBe(20);
  });

  test('C18 a device that polls too early must wait longer, and after the expiry it receives an error', async () => {
    const { opened, db, owner } = await openWithUser();
    await using _closed = opened;
    const { deviceCode, userCode } = await beginDeviceRequest(db, { ...device, address }, now);
    await redeemDeviceRequest(db, deviceCode, address, now);
    expect(await redeemDeviceRequest(db, deviceCode, address, now + 1)).toEqual({
      state: 'too early',
      interval: pollInterval + 5_000,
    });
    const late = now + deviceRequestLifetime;
    await expect(decideDeviceRequest(db, owner, { userCode, allow: true }, late)).rejects.toThrow(
      DeviceRequestNotFound,
    );
    expect(await redeemDeviceRequest(db, deviceCode, address, late)).toEqual({ state: 'expired' });
    expect(await redeemDeviceRequest(db, 'x'.repeat(43), address, now)).toEqual({ state: 'unknown' });
  });

  test('C18 a device that polls without a pause waits for at most a minute', async () => {
    const { opened, db } = await openWithUser();
    await using _closed = opened;
    const { deviceCode } = await beginDeviceRequest(db, { ...device, address }, now);
    const intervals: number[] = [];
    for (let count = 0; count < 15; count++) {
      const answer = await redeemDeviceRequest(db, deviceCode, address, now + 1);
      intervals.push('interval' in answer ? answer.interval : 0);
    }
    expect(intervals.slice(0, 3)).toEqual([pollInterval, 7_000, 12_000]);
    expect(intervals.at(-1)).toBe(60_000);
  });

  test('C18 the device of a user who was banned after the decision gets no token', async () => {
    const { opened, db, owner } = await openWithUser();
    await using _closed = opened;
    const { deviceCode, userCode } = await beginDeviceRequest(db, { ...device, address }, now);
    await decideDeviceRequest(db, owner, { userCode, allow: true }, now);
    const ban = { userId: owner.user.id, by: opened.bob };
    await banUser(db, { ...ban, reason: 'a reason' }, now);
    expect(await redeemDeviceRequest(db, deviceCode, address, now)).toEqual({ state: 'denied' });
    await unbanUser(db, ban, now);
    expect(await redeemDeviceRequest(db, deviceCode, address, now)).toEqual({ state: 'unknown' });
    expect(await db.em().count(ApiToken, {})).toBe(0);
  });

  test('C18 a viewer cannot allow a token that deploys, and the request stays open', async () => {
    const { opened, db, owner } = await openWithUser('viewer');
    await using _closed = opened;
    const { userCode } = await beginDeviceRequest(db, { ...device, address }, now);
    await expect(decideDeviceRequest(db, owner, { userCode, allow: true }, now)).rejects.toThrow(
      TokenNotAllowed,
    );
    await decideDeviceRequest(db, owner, { userCode, allow: false }, now);
  });

  test('C18 one address cannot use up the open requests of others, and expired ones are ignored', async () => {
    const { opened, db } = await openWithUser();
    await using _closed = opened;
    for (let count = 0; count < maxOpenRequests.address; count++)
      await beginDeviceRequest(db, { ...device, address }, now);
    await expect(beginDeviceRequest(db, { ...device, address }, now)).rejects.toThrow(TooManyDeviceRequests);
    await beginDeviceRequest(db, { ...device, address: null, isShared: true }, now);
    await beginDeviceRequest(db, { ...device, address: '192.0.2.10' }, now);
    await beginDeviceRequest(db, { ...device, address }, now + deviceRequestLifetime);
    const weekLater = now + 7 * 24 * 3_600_000;
    await beginDeviceRequest(db, { ...device, address }, weekLater);
    expect(await db.em().count(DeviceRequest, {})).toBe(1);
  });

  test('C18 requests of a clock that was far ahead are not counted, and are deleted', async () => {
    const { opened, db } = await openWithUser();
    await using _closed = opened;
    const wrong = now + 401 * 24 * 3_600_000;
    for (let count = 0; count < maxOpenRequests.address; count++)
      await beginDeviceRequest(db, { ...device, address }, wrong);
    await beginDeviceRequest(db, { ...device, address }, now);
    expect(await db.em().find(DeviceRequest, {})).toMatchObject([{ createdAt: now }]);
  });

  test('C18 a request beyond the maximum does not make the server write', async () => {
    const { opened, db } = await openWithUser();
    await using _closed = opened;
    for (let n = 0; n < maxOpenRequests.address; n++)
      await beginDeviceRequest(db, { ...device, address }, now);
    let writes = 0;
    const counting: typeof db = {
      ...db,
      write(...args) {
        writes++;
        return db.write(...args);
      },
    };
    await expect(beginDeviceRequest(counting, { ...device, address }, now)).rejects.toThrow(
      TooManyDeviceRequests,
    );
    expect(writes).toBe(0);
    await beginDeviceRequest(counting, { ...device, address: '192.0.2.10' }, now);
    expect(writes).toBe(1);
  });

  test('C18 open requests are limited in total, and those of an address that many people share', async () => {
    const { opened, db } = await openWithUser();
    await using _closed = opened;
    const fill = (from: number, to: number, of: string | null) =>
      db.em().insertMany(
        DeviceRequest,
        Array.from({ length: to - from }, (_, n) => ({
          ...{ deviceHash: `device ${from + n}`, userCodeHash: `user ${from + n}`, address: of },
          ...{ client: 'c', host: 'h', scope: 'read' as const, interval: pollInterval },
          ...{ createdAt: now, expiresAt: now + deviceRequestLifetime },
        })),
      );
    const { shared, total } = maxOpenRequests;
    await fill(0, shared, null);
    const sharing = { ...device, address: null, isShared: true };
    await expect(beginDeviceRequest(db, sharing, now)).rejects.toThrow(TooManyDeviceRequests);
    await beginDeviceRequest(db, { ...device, address }, now);
    await fill(shared, total - 1, '192.0.2.10');
    const other = { ...device, address: '192.0.2.11' };
    await expect(beginDeviceRequest(db, other, now)).rejects.toThrow(TooManyDeviceRequests);
  });

  test('C18 a person with the maximum number of tokens cannot allow another one', async () => {
    const { opened, db, owner } = await openWithUser();
    await using _closed = opened;
    const { userCode } = await beginDeviceRequest(db, { ...device, address }, now);
    const token = { name: 'x', scope: 'read' as const, user: owner.user.id };
    await db.em().insertMany(
      ApiToken,
      Array.from({ length: maxTokens }, (_, n) => ({
        ...token,
        hash: `${n}`,
        createdAt: now,
        expiresAt: now + 1,
      })),
    );
    const decision = decideDeviceRequest(db, owner, { userCode, allow: true }, now);
    await expect(decision).rejects.toThrow(TooManyTokens);
  });

  test('what a device says about itself is kept on one line and short', async () => {
    const { opened, db } = await openWithUser();
    await using _closed = opened;
    const hostile = { ...device, client: '', host: `a\n\u0000b${'c'.repeat(200)}` };
    const { userCode } = await beginDeviceRequest(db, { ...hostile, address }, now);
    const { client, host } = await findDeviceRequest(db.em(), userCode, now);
    expect(client).toBe('unknown');
    expect(host.length).toBeLessThanOrEqual(81);
    expect(host).not.toMatch(/[\n\u0000]/);
  });
});
