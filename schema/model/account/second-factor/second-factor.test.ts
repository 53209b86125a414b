import { Secret, TOTP } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { dialects, openTestDatabase, type TestDatabase } from '../../../../tests/support/database.ts';
import type { Database } from '../../store/database.ts';
import { AuditEntry } from '../audit.ts';
import { hashSecret } from '../secret.ts';
import { endSession, findSession, type NewSession, Session, type SignInWay } from '../session.ts';
import { insertSignInLink, redeemSignInLink } from '../sign-in-link.ts';
import { User } from '../user.ts';
import {
  AuthenticatorCodeWrong,
  AuthenticatorExists,
  beginAuthenticator,
  confirmAuthenticator,
  NoAuthenticator,
  removeAuthenticator,
  SecondFactorTooOld,
  secondFactorMaxAge,
} from './authenticator.ts';
import { createHostCode, HostCode, hostCodeLifetime, UserBanned } from './host-code.ts';
import { isSecondFactorPending, secondFactorStatus } from './second-factor.ts';
import {
  SecondFactorLocked,
  SecondFactorRefused,
  SessionGone,
  submitSecondFactor,
} from './second-factor-check.ts';
import { lockDuration, maxWrongCodes } from './second-factor-lock.ts';

/** A session that no identity provider opened. */
const nobody = { providerIssuer: null, providerSubject: null };

const through = { channel: 'page', address: '192.0.2.1' };

/** A session that began in this way, with its secrets. */
async function openSession(
  db: Database,
  user: User,
  way: SignInWay = 'provider',
  now = Date.now(),
): Promise<{ session: Session; secrets: NewSession }> {
  const role = way === 'link' ? 'deployer' : null;
  const code = await db.write([], (em) =>
    insertSignInLink(em, { user, role, way, expiresAt: now + 60_000 }, now),
  );
  const secrets = await redeemSignInLink(db, code, undefined, now);
  const session = await db.em().findOneOrFail(Session, { secretHash: hashSecret(secrets.secret) });
  return { session, secrets };
}

/** How each of these ended: the name of its error, or `right`. */
async function outcomes(attempts: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const result of await Promise.allSettled(attempts)) {
    const name = result.status === 'fulfilled' ? 'right' : result.reason.name;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

const rows = async ({ database }: TestDatabase, user: User): Promise<string[]> =>
  (await database.em().find(AuditEntry, { user: user.id }, { orderBy: { id: 'asc' } }))
    .filter(({ action }) => action.startsWith('second factor'))
    .map(({ action, detail, channel }) => `${action}: ${detail} (${channel})`);

describe.each(dialects)('second factor on %s', (dialect) => {
  test('C3: a correct code completes the sign-in and replaces the session’s secrets', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db, alice } = test;
    const { session, secrets } = await openSession(db, alice);
    expect(await isSecondFactorPending(db, 'alice')).toBe(true);
    const code = await createHostCode(db, 'alice', 'root');
    expect(code).toMatch(/^[2-9BCDFGHJKMNPQRSTVWXZ]{8}$/);
    const now = Date.now();
    // As it is pasted.
    const shown = ` ${code.slice(0, 4).toLowerCase()} ${code.slice(4)}\n`;
    const next = await submitSecondFactor(db, { session, code: shown, through }, now);
    expect(await findSession(db, secrets.secret)).toBeNull();
    const found = await findSession(db, next.secret);
    expect(found?.session).toMatchObject({ id: session.id, secondFactorAt: now });
    expect(found?.session.pageKeyHash).toBe(hashSecret(next.pageKey));
    expect(next.pageKey).not.toBe(secrets.pageKey);
    expect(await isSecondFactorPending(db, 'alice')).toBe(false);
    expect(await rows(test, alice)).toEqual([
      'second factor changed: a code was printed for root (host)',
      'second factor: a code of the deployment host (page)',
    ]);
    expect((await db.em().find(HostCode, {})).map(({ codeHash }) => codeHash)).not.toContain(code);
  });

  test('C7: the second factor checks exactly 5 of 60 concurrent wrong codes, then locks even the correct one', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db, alice } = test;
    const other = await test.another();
    const sessions = await Promise.all([1, 2, 3].map(async () => (await openSession(db, alice)).session));
    const code = await createHostCode(db, 'alice');
    const now = Date.now();
    const guess = (n: number, guessed: string): Promise<NewSession> => {
      const session = sessions[n % sessions.length];
      if (!session) throw new Error('no session');
      return submitSecondFactor(n % 2 === 0 ? db : other, { session, code: guessed, through }, now);
    };
    const guesses = Array.from({ length: 60 }, (_, n) => guess(n, `WRNG${String(n).padStart(4, '2')}`));
    expect(await outcomes(guesses)).toEqual({
      SecondFactorRefused: maxWrongCodes,
      SecondFactorLocked: 60 - maxWrongCodes,
    });
    const refusals = (await rows(test, alice)).filter((row) => row.startsWith('second factor refused'));
    expect(refusals.map((row) => row.replace(/ until .* UTC/, ''))).toEqual([
      'second factor refused: 4 attempts left (page)',
      'second factor refused: 3 attempts left (page)',
      'second factor refused: 2 attempts left (page)',
      'second factor refused: 1 attempt left (page)',
      'second factor refused: locked (page)',
    ]);
    await expect(guess(0, code)).rejects.toEqual(new SecondFactorLocked(now + lockDuration));
    expect(await secondFactorStatus(db.em(), alice.id, nobody, now)).toEqual({
      authenticator: false,
      triesLeft: 0,
      lockedUntil: now + lockDuration,
    });
    // Nobody else is locked out, and after the time five are judged again.
    const { session } = await openSession(db, test.bob);
    const bobs = await createHostCode(db, 'bob');
    await submitSecondFactor(db, { session, code: bobs, through });
    const later = now + lockDuration;
    expect(await secondFactorStatus(db.em(), alice.id, nobody, later)).toMatchObject({ triesLeft: 5 });
    const refused = submitSecondFactor(db, { session: first(sessions), code: 'WRNG2222', through }, later);
    await expect(refused).rejects.toEqual(new SecondFactorRefused(4, null));
  });

  test('C7: a lock that a clock far ahead has set does not keep its user out once the clock is right', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db, alice } = test;
    const now = Date.now();
    const wrong = now + 401 * 24 * 3_600_000;
    const { session } = await openSession(db, alice);
    const guess = (at: number, code: string) => submitSecondFactor(db, { session, code, through }, at);
    for (let n = 0; n < maxWrongCodes; n++) await expect(guess(wrong, 'WRNG2222')).rejects.toThrow();
    await expect(guess(wrong, 'WRNG2222')).rejects.toEqual(new SecondFactorLocked(wrong + lockDuration));
    expect(await secondFactorStatus(db.em(), alice.id, nobody, now)).toMatchObject({ triesLeft: 5 });
    // A code of then is not valid for longer, either.
    const future = await createHostCode(db, 'alice', 'alice', wrong);
    await expect(guess(now, future)).rejects.toEqual(new SecondFactorRefused(4, null));
    await guess(now, await createHostCode(db, 'alice', 'alice', now));
  });

  test('C7: the second factor accepts one of 60 concurrent uses of the same correct code', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db, alice } = test;
    const sessions = await Promise.all(Array.from({ length: 60 }, () => openSession(db, alice)));
    const code = await createHostCode(db, 'alice');
    const counts = await outcomes(
      sessions.map(({ session }) => submitSecondFactor(db, { session, code, through })),
    );
    expect(counts['right']).toBe(1);
    expect((counts['SecondFactorRefused'] ?? 0) + (counts['SecondFactorLocked'] ?? 0)).toBe(59);
    const half = await db.em().count(Session, { secondFactorAt: null });
    expect(half).toBe(59);
  });

  test('C7: a page that submits its correct code 60 times is signed in without wrong attempts', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db, alice } = test;
    const { session } = await openSession(db, alice);
    const code = await createHostCode(db, 'alice');
    const shown = Array.from({ length: 60 }, () => submitSecondFactor(db, { session, code, through }));
    expect(await outcomes(shown)).toEqual({ right: 1, SessionGone: 59 });
    expect(await secondFactorStatus(db.em(), alice.id, nobody)).toMatchObject({
      triesLeft: maxWrongCodes,
      lockedUntil: null,
    });
  });

  test('C7: the second factor rejects a used, an expired, a replaced, and another user’s code', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db, alice, bob } = test;
    const now = Date.now();
    const used = await createHostCode(db, 'alice', 'alice', now);
    await submitSecondFactor(
      db,
      { session: (await openSession(db, alice)).session, code: used, through },
      now,
    );
    const { session } = await openSession(db, alice);
    const show = (code: string, at = now): Promise<NewSession> =>
      submitSecondFactor(db, { session, code, through }, at);
    await expect(show(used)).rejects.toEqual(new SecondFactorRefused(4, null));
    const bobs = await createHostCode(db, 'bob', 'bob', now);
    await expect(show(bobs)).rejects.toEqual(new SecondFactorRefused(3, null));
    const earlier = await createHostCode(db, 'alice', 'alice', now);
    const code = await createHostCode(db, 'alice', 'alice', now);
    await expect(show(earlier)).rejects.toEqual(new SecondFactorRefused(2, null));
    await expect(show(code, now + hostCodeLifetime)).rejects.toEqual(new SecondFactorRefused(1, null));
    // The correct code resets the count. Bob's code still works, although another user tried it.
    await show(code, now + hostCodeLifetime - 1);
    expect(await secondFactorStatus(db.em(), alice.id, nobody, now)).toMatchObject({ triesLeft: 5 });
    await submitSecondFactor(db, { session: (await openSession(db, bob)).session, code: bobs, through }, now);
  });

  test('C7: only one of two host codes that are created concurrently is valid', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db } = test;
    await Promise.all(Array.from({ length: 20 }, () => createHostCode(db, 'alice')));
    expect(await db.em().count(HostCode, {})).toBe(1);
  });

  test('C8: an ended session is refused, and its correct code stays valid', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db, alice } = test;
    const { session } = await openSession(db, alice);
    const code = await createHostCode(db, 'alice');
    await endSession(db, session.id);
    await expect(submitSecondFactor(db, { session, code, through })).rejects.toEqual(new SessionGone());
    const another = await openSession(db, alice);
    await submitSecondFactor(db, { session: another.session, code, through });
  });

  test('C9: no code is created for a banned user', async () => {
    await using test = await openTestDatabase(dialect);
    const { database: db, alice } = test;
    await db.em().nativeUpdate(User, { id: alice.id }, { bannedAt: Date.now() });
    await expect(createHostCode(db, 'alice')).rejects.toBeInstanceOf(UserBanned);
    expect(await db.em().count(HostCode, {})).toBe(0);
  });

  describe('an authenticator', () => {
    /** What the device shows at that moment. */
    const codeAt = (secret: string, at: number): string =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });
    /** In the middle of a time step. */
    const noon = 30_000 * Math.floor(Date.now() / 30_000) + 15_000;

    test('C7: an authenticator is active after its first code, and accepts no code twice', async () => {
      await using test = await openTestDatabase(dialect);
      const { database: db, alice } = test;
      const { session } = await openSession(db, alice, 'link', noon);
      const owner = { user: alice, session, through };
      const { secret, url } = await beginAuthenticator(db, owner, noon);
      expect(url).toBe(
        `otpauth://totp/SpiderPig:alice?issuer=SpiderPig&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
      );
      expect(secret).toMatch(/^[A-Z2-7]{32}$/);
      const half = (await openSession(db, alice, 'provider', noon)).session;
      const show = (code: string, at: number, by = half): Promise<NewSession> =>
        submitSecondFactor(db, { session: by, code, through }, at);
      // Offered only: it does not count.
      await expect(show(codeAt(secret, noon), noon)).rejects.toBeInstanceOf(SecondFactorRefused);
      await expect(confirmAuthenticator(db, owner, '000', noon)).rejects.toBeInstanceOf(
        AuthenticatorCodeWrong,
      );
      const typed = codeAt(secret, noon).replace(/(...)/, '$1 ');
      await confirmAuthenticator(db, owner, typed, noon);
      expect(await secondFactorStatus(db.em(), alice.id, nobody, noon)).toMatchObject({
        authenticator: true,
      });
      await expect(beginAuthenticator(db, owner, noon)).rejects.toBeInstanceOf(AuthenticatorExists);
      await expect(confirmAuthenticator(db, owner, typed, noon)).rejects.toBeInstanceOf(AuthenticatorExists);
      // The code that confirmed it is spent, also as the one of the step before.
      await expect(show(typed, noon)).rejects.toEqual(new SecondFactorRefused(3, null));
      await expect(show(typed, noon + 30_000)).rejects.toEqual(new SecondFactorRefused(2, null));
      // Two steps old, or two ahead: not within the window.
      const far = noon + 600_000;
      await expect(show(codeAt(secret, far - 60_000), far)).rejects.toEqual(new SecondFactorRefused(1, null));
      await show(codeAt(secret, far - 30_000), far);
      const [second, third] = [
        (await openSession(db, alice, 'provider', far)).session,
        (await openSession(db, alice, 'provider', far)).session,
      ];
      await show(codeAt(secret, far + 30_000), far, second);
      // Newer by the clock, but of a step before the last one that counted.
      await expect(show(codeAt(secret, far), far, third)).rejects.toEqual(new SecondFactorRefused(4, null));
      await expect(show(codeAt(secret, far + 30_000), far + 30_000, third)).rejects.toEqual(
        new SecondFactorRefused(3, null),
      );
      await removeAuthenticator(db, owner, far);
      await expect(removeAuthenticator(db, owner, far)).rejects.toBeInstanceOf(NoAuthenticator);
      await expect(show(codeAt(secret, far + 60_000), far + 60_000, third)).rejects.toBeInstanceOf(
        SecondFactorRefused,
      );
      const changes = (await rows(test, alice)).filter((row) => row.includes('changed'));
      expect(changes[0]).toBe('second factor changed: a secret for an authenticator was made (page)');
      expect(changes.slice(-2)).toEqual([
        'second factor changed: an authenticator was added (page)',
        'second factor changed: the authenticator was removed (page)',
      ]);
    });

    test('C7: the second factor accepts one of 60 concurrent uses of the same authenticator code', async () => {
      await using test = await openTestDatabase(dialect);
      const { database: db, alice } = test;
      const { session } = await openSession(db, alice, 'link', noon);
      const owner = { user: alice, session, through };
      const { secret } = await beginAuthenticator(db, owner, noon);
      await confirmAuthenticator(db, owner, codeAt(secret, noon), noon);
      const code = codeAt(secret, noon + 30_000);
      const halves = await Promise.all(
        Array.from({ length: 60 }, () => openSession(db, alice, 'provider', noon)),
      );
      const counts = await outcomes(
        halves.map((half) => submitSecondFactor(db, { session: half.session, code, through }, noon + 30_000)),
      );
      expect(counts['right']).toBe(1);
    });

    test('C7: adding, confirming and removing an authenticator needs a recent second factor', async () => {
      await using test = await openTestDatabase(dialect);
      const { database: db, alice } = test;
      const { session: half } = await openSession(db, alice, 'provider', noon);
      const owner = (session: Session) => ({ user: alice, session, through });
      const attempts = (session: Session, at: number): Promise<unknown>[] => [
        beginAuthenticator(db, owner(session), at),
        confirmAuthenticator(db, owner(session), '123456', at),
        removeAuthenticator(db, owner(session), at),
      ];
      expect(await outcomes(attempts(half, noon))).toEqual({ SecondFactorTooOld: 3 });
      const code = await createHostCode(db, 'alice', 'alice', noon);
      const { secret } = await submitSecondFactor(db, { session: half, code, through }, noon);
      const session = (await findSession(db, secret, noon))?.session;
      if (!session) throw new Error('no session');
      const late = noon + secondFactorMaxAge + 1;
      expect(await outcomes(attempts(session, late))).toEqual({ SecondFactorTooOld: 3 });
      await beginAuthenticator(db, owner(session), late - 1);
      await expect(removeAuthenticator(db, owner(session), late)).rejects.toBeInstanceOf(SecondFactorTooOld);
    });
  });
});

function first<T>(values: readonly T[]): T {
  const [value] = values;
  if (value === undefined) throw new Error('empty');
  return value;
}
