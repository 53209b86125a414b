import { describe, expect, test } from 'vitest';
import { dialects, openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { AuditEntry } from './audit.ts';
import { endOtherSessions, endOwnSession, ownSessions, SessionNotFound } from './own-session.ts';
import { hashSecret } from './secret.ts';
import {
  endOfSession,
  findSession,
  type NewSession,
  Session,
  sessionIdleLifetime,
  sessionLifetime,
} from './session.ts';
import { createSignInLink, LinkNotUsable, linkLifetime, redeemSignInLink } from './sign-in-link.ts';
import {
  createToken,
  findToken,
  InvalidToken,
  makeOwnToken,
  maxTokens,
  ownTokens,
  revokeOwnToken,
  TokenNotAllowed,
  TokenNotFound,
  TooManyTokens,
} from './token.ts';
import type { Role, User } from './user.ts';

const through = { channel: 'page', address: '192.0.2.1' };

/** Signs in, and returns the session with its secrets. */
async function signIn(
  { database: db }: TestDatabase,
  user: User,
  now = Date.now(),
  agent = 'a browser',
): Promise<NewSession & { id: number }> {
  const code = await createSignInLink(db, user.name, 'deployer', now);
  const browser = { bindings: [], address: '192.0.2.7', agent };
  const secrets = await redeemSignInLink(db, code, browser, now);
  const { id } = await db.em().findOneOrFail(Session, { secretHash: hashSecret(secrets.secret) });
  return { ...secrets, id };
}

const audited = async ({ database }: TestDatabase, user: User): Promise<string[]> =>
  (await database.em().find(AuditEntry, { user: user.id }, { orderBy: { id: 'asc' } }))
    .filter(({ action }) => action !== 'sign-in' && action !== 'link made')
    .map(({ action, detail, address }) => `${action}: ${detail} (${address})`);

describe.each(dialects)('on %s', (dialect) => {
  test('creating a sign-in link deletes links that expired long ago', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db } = test;
    const now = Date.now();
    const month = 30 * 24 * 3_600_000;
    const why = (code: string) =>
      redeemSignInLink(db, code, undefined, now).catch((error: unknown) =>
        error instanceof LinkNotUsable ? error.why : error,
      );
    const ancient = await createSignInLink(db, 'alice', 'viewer', now - month - linkLifetime - 1_000);
    const old = await createSignInLink(db, 'alice', 'viewer', now - month - linkLifetime + 60_000);
    expect([await why(ancient), await why(old)]).toEqual(['the link has expired', 'the link has expired']);
    await createSignInLink(db, 'alice', 'viewer', now);
    expect([await why(ancient), await why(old)]).toEqual(['unknown link', 'the link has expired']);
  });

  test('a session or a sign-in link that a clock far ahead has made is not valid after the clock was corrected', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db, alice } = test;
    const now = Date.now();
    const wrong = now + 401 * 24 * 3_600_000;
    const session = await signIn(test, alice, wrong);
    const link = await createSignInLink(db, 'alice', 'admin', wrong);
    expect(await findSession(db, session.secret, wrong)).not.toBeNull();
    expect(await findSession(db, session.secret, now)).toBeNull();
    expect(await ownSessions(db.em(), alice.id, now)).toEqual([]);
    expect(await endOfSession(db, session.secret, session.pageKey, now)).toBe('expired');
    await expect(redeemSignInLink(db, link, undefined, now)).rejects.toMatchObject({
      why: 'the link was made by a clock that was far ahead',
    });
    // Clocks of servers may differ a little.
    const near = await signIn(test, alice, now + 60_000);
    expect(await findSession(db, near.secret, now)).not.toBeNull();
  });

  test('a sign-out also ends sessions that a clock far ahead opened, so they are not accepted at their date', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db, alice } = test;
    const now = Date.now();
    const wrong = now + 401 * 24 * 3_600_000;
    const [first, second] = [await signIn(test, alice, wrong), await signIn(test, alice, wrong)];
    const kept = await signIn(test, alice, now);
    await endOwnSession(db, { user: alice, through }, first.id, now);
    expect(await findSession(db, first.secret, wrong)).toBeNull();
    expect(await findSession(db, second.secret, wrong)).not.toBeNull();
    // None of them was active.
    expect(await endOtherSessions(db, { user: alice, through }, kept.id, now)).toBe(0);
    expect(await findSession(db, second.secret, wrong)).toBeNull();
    expect(await findSession(db, kept.secret, now)).not.toBeNull();
  });

  test('G1: the list of sessions has only the user’s own active ones', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db, alice, bob } = test;
    const now = Date.now();
    const old = await signIn(test, alice, now - sessionLifetime - 1);
    await db.em().nativeUpdate(Session, { id: old.id }, { lastUsedAt: now });
    await signIn(test, alice, now - sessionIdleLifetime - 1);
    const laptop = await signIn(test, alice, now - 1_000, 'laptop');
    const phone = await signIn(test, alice, now, 'phone');
    const bobs = await signIn(test, bob, now);
    const shown = await ownSessions(db.em(), alice.id, now);
    expect(shown.map(({ id, agent, address }) => ({ id, agent, address }))).toEqual([
      { id: phone.id, agent: 'phone', address: '192.0.2.7' },
      { id: laptop.id, agent: 'laptop', address: '192.0.2.7' },
    ]);
    for (const id of [bobs.id, old.id, 0, null]) {
      await expect(endOwnSession(db, { user: alice, through }, id, now)).rejects.toBeInstanceOf(
        SessionNotFound,
      );
    }
    expect(await findSession(db, bobs.secret, now)).not.toBeNull();
    await endOwnSession(db, { user: alice, through }, laptop.id, now);
    expect(await findSession(db, laptop.secret, now)).toBeNull();
    expect((await ownSessions(db.em(), alice.id, now)).map(({ id }) => id)).toEqual([phone.id]);
    expect(await audited(test, alice)).toEqual([`sign-out: session ${laptop.id} (192.0.2.1)`]);
  });

  test('C8: a session ends once when 20 requests end it concurrently', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db, alice } = test;
    const { id } = await signIn(test, alice);
    const ended = await Promise.allSettled(
      Array.from({ length: 20 }, () => endOwnSession(db, { user: alice, through }, id)),
    );
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await audited(test, alice)).toHaveLength(1);
  });

  test('C8: ending all other sessions of a user keeps the current one and those of other users', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db, alice, bob } = test;
    using rings = db.doorbell.listen('sessions');
    const [kept, ...others] = [
      await signIn(test, alice),
      await signIn(test, alice),
      await signIn(test, alice),
    ];
    const bobs = await signIn(test, bob);
    if (!kept) throw new Error('no session');
    expect(await endOtherSessions(db, { user: alice, through }, kept.id)).toBe(2);
    await rings.nextRing(AbortSignal.timeout(5_000));
    for (const { secret } of others) expect(await findSession(db, secret)).toBeNull();
    expect(await findSession(db, kept.secret)).not.toBeNull();
    expect(await findSession(db, bobs.secret)).not.toBeNull();
    expect(await endOtherSessions(db, { user: alice, through }, kept.id)).toBe(0);
    expect(await audited(test, alice)).toEqual([
      `sign-out of all: 2 sessions, all but session ${kept.id} (192.0.2.1)`,
      `sign-out of all: 0 sessions, all but session ${kept.id} (192.0.2.1)`,
    ]);
  });

  test('C3: only its own browser can find out how a session ended', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db, alice } = test;
    const now = Date.now();
    const { id, secret, pageKey } = await signIn(test, alice, now);
    const other = await signIn(test, alice, now);
    expect(await endOfSession(db, secret, pageKey, now)).toBeNull();
    expect(await endOfSession(db, secret, pageKey, now + sessionIdleLifetime + 1)).toBe('expired');
    await endOwnSession(db, { user: alice, through }, id, now);
    expect(await endOfSession(db, secret, pageKey, now)).toBe('ended');
    expect(await endOfSession(db, secret, other.pageKey, now)).toBeNull();
    expect(await endOfSession(db, 'nonsense', pageKey, now)).toBeNull();
  });

  test('C9: a new token has no more rights than its owner', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db, alice, bob } = test;
    const now = Date.now();
    const make = (role: Role, request: Partial<Parameters<typeof makeOwnToken>[2]>) =>
      makeOwnToken(
        db,
        { user: alice, role, through },
        { name: 'a tool', scope: 'read', days: 30, ...request },
        now,
      );
    await expect(make('viewer', { scope: 'deploy' })).rejects.toBeInstanceOf(TokenNotAllowed);
    for (const wrong of [
      { name: '' },
      { name: '-x' },
      { name: 'a\nb' },
      { name: 'x'.repeat(86) },
      { days: 0 },
      { days: 367 },
      { days: 1.5 },
      { days: Number.NaN },
    ]) {
      await expect(make('admin', wrong)).rejects.toBeInstanceOf(InvalidToken);
    }
    const { token, made } = await make('deployer', { scope: 'deploy', days: 1 });
    expect((await findToken(db, token, now))?.user.id).toBe(alice.id);
    expect(made).toMatchObject({ name: 'a tool', scope: 'deploy', expiresAt: now + 86_400_000 });
    expect(await findToken(db, token, made.expiresAt)).toBeNull();
    const bobs = await createToken(db, { name: 'bob’s', scope: 'read', userName: 'bob' }, now);
    const { token: read } = await make('viewer', {});
    expect((await ownTokens(db.em(), alice.id, now)).map(({ scope }) => scope)).toEqual(['read', 'deploy']);
    const [bobsRow] = await ownTokens(db.em(), bob.id, now);
    for (const id of [bobsRow?.id ?? 0, 0, null]) {
      const revoked = revokeOwnToken(db, { user: alice, through }, id, now);
      await expect(revoked).rejects.toBeInstanceOf(TokenNotFound);
    }
    expect(await findToken(db, bobs, now)).not.toBeNull();
    using rings = db.doorbell.listen('sessions');
    await revokeOwnToken(db, { user: alice, through }, made.id, now);
    await rings.nextRing(AbortSignal.timeout(5_000));
    await expect(revokeOwnToken(db, { user: alice, through }, made.id, now)).rejects.toBeInstanceOf(
      TokenNotFound,
    );
    expect(await findToken(db, token, now)).toBeNull();
    expect(await findToken(db, read, now)).not.toBeNull();
    expect(await audited(test, alice)).toEqual([
      'token made: “a tool”, deploy, for one day (192.0.2.1)',
      'token made: “a tool”, read, for 30 days (192.0.2.1)',
      'token revoked: “a tool” (192.0.2.1)',
    ]);
  });

  test('C9: the number of active tokens per user is limited', async () => {
    await using test = await openTestDatabase(dialect);
    const owner = { user: test.alice, role: 'viewer', through } as const;
    const make = () => makeOwnToken(test.database, owner, { name: 'one', scope: 'read', days: 1 });
    for (let n = 0; n < maxTokens; n++) await make();
    await expect(make()).rejects.toBeInstanceOf(TooManyTokens);
  });
});
