import { describe, expect, it } from 'vitest';
import { dialects, openTestDatabase } from '../../../tests/support/database.ts';
import { expiredRetention, removeExpiredSignIns } from './expiry.ts';
import { Session, sessionLifetime } from './session.ts';
import { SignInLink } from './sign-in-link.ts';

describe.each(dialects)('expired sign-ins on %s', (dialect) => {
  it('sessions and links are removed 30 days after they expired, but not the newest session of a user', async () => {
    await using world = await openTestDatabase(dialect);
    const { database, alice, bob } = world;
    const now = Date.now();
    const old = now - expiredRetention - sessionLifetime - 1;
    await database.write([], async (em) => {
      for (const [secretHash, user, createdAt] of [
        ['alice old', alice.id, old],
        ['alice newer', alice.id, now - expiredRetention],
        ['bob old', bob.id, old],
      ] as const)
        await em.insert(Session, { secretHash, pageKeyHash: 'k', user, createdAt, lastUsedAt: createdAt });
      for (const [codeHash, expiresAt] of [
        ['old', now - expiredRetention - 1],
        ['newer', now - 1],
      ] as const)
        await em.insert(SignInLink, { codeHash, user: alice.id, createdAt: 1, expiresAt });
    });
    expect(await removeExpiredSignIns(database, now)).toBe(2);
    const sessions = await database.execute('select secret_hash from session order by id', []);
    expect(sessions.map((row) => row['secret_hash'])).toEqual(['alice newer', 'bob old']);
    const links = await database.execute('select code_hash from sign_in_link', []);
    expect(links).toEqual([{ code_hash: 'newer' }]);
    expect(await removeExpiredSignIns(database, now)).toBe(0);
  });
});
