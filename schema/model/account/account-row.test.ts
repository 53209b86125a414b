import { describe, expect, test } from 'vitest';
import { dialects, openTestDatabase } from '../../../tests/support/database.ts';
import { findSession, Session } from './session.ts';
import { createSignInLink, redeemSignInLink } from './sign-in-link.ts';
import { ApiToken, createToken, findToken } from './token.ts';
import { User } from './user.ts';

describe.each(dialects)('rows read without the ORM on %s', (dialect) => {
  test('session, token and account read without the ORM equal those read with it', async () => {
    await using world = await openTestDatabase(dialect);
    const { database, alice, bob } = world;
    const now = Date.now();
    const { secret } = await redeemSignInLink(database, await createSignInLink(database, 'alice', 'admin'));
    const token = await createToken(database, { name: 'a tool', scope: 'deploy', userName: 'alice' });
    // Banned last, because a banned user gets nothing.
    await database.write([], (em) =>
      em.nativeUpdate(
        User,
        { id: alice.id },
        { groups: ['wikidev', 'ops,“x”'], bannedAt: now, bannedBy: bob.id, banReason: 'a reason' },
      ),
    );
    const plain = (value: object): unknown => JSON.parse(JSON.stringify(value));
    const em = database.em();
    const account = plain(await em.findOneOrFail(User, { id: alice.id }));
    const bySession = await findSession(database, secret);
    const byToken = await findToken(database, token);
    expect(plain(bySession?.user ?? {})).toEqual(account);
    expect(plain(byToken?.user ?? {})).toEqual(account);
    expect(plain(bySession?.session ?? {})).toEqual(
      plain(await em.findOneOrFail(Session, { id: bySession?.session.id ?? 0 })),
    );
    expect(plain(byToken?.token ?? {})).toMatchObject({
      ...Object(plain(await em.findOneOrFail(ApiToken, { id: byToken?.token.id ?? 0 }))),
      // It was noted at the same time that it was used.
      lastUsedAt: null,
    });
    expect(bySession?.user.groups).toEqual(['wikidev', 'ops,“x”']);
    expect(bySession?.user.bannedAt).toBe(now);
    // A table that gets a column brings it to both.
    const [row] = await database.execute('select * from account where id = ?', [alice.id]);
    expect(Object.keys(row ?? {}).length).toBe(Object.keys(Object(account)).length);
  });
});
