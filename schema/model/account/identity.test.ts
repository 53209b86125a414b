// Tests whose account a sign-in at the identity provider opens: by issuer and subject, not by name.
import { describe, expect, test } from 'vitest';
import { dialects, openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { AuditEntry } from './audit.ts';
import { banUser } from './ban.ts';
import { AccountTaken, completeAttempt } from './provider-attempt.ts';
import { RebindNotAccepted, rebindUser } from './rebinding.ts';
import { createHostCode } from './second-factor/host-code.ts';
import { SecondFactorRefused, SessionGone, submitSecondFactor } from './second-factor/second-factor-check.ts';
import { hashSecret } from './secret.ts';
import { findSession, Session } from './session.ts';
import { LinkNotUsable, redeemSignInLink } from './sign-in-link.ts';
import { createToken, findToken } from './token.ts';
import { NameNotAccepted, User, userNamed } from './user.ts';

const through = { channel: 'page', address: '192.0.2.1' };
const browser = { bindings: ['browser'], address: null, agent: null };

/** Authenticates at the provider; returns the code of the link. */
const arrive = (
  { database }: TestDatabase,
  subject: string,
  name = 'carol',
  groups: readonly string[] = ['ops'],
  issuer = 'https://idp.example',
): Promise<string> =>
  completeAttempt(database, {
    person: { name, groups, session: null, issuer, subject },
    browserHash: hashSecret('browser'),
    through,
  });

/** The session after the first factor. */
async function half(test: TestDatabase, subject: string, name = 'carol', groups = ['ops']): Promise<Session> {
  const { database } = test;
  const { secret } = await redeemSignInLink(database, await arrive(test, subject, name, groups), browser);
  return await database.em().findOneOrFail(Session, { secretHash: hashSecret(secret) });
}

/** Completes a sign-in with a code of the host. */
async function complete(
  test: TestDatabase,
  subject: string,
  name = 'carol',
  groups = ['ops'],
): Promise<void> {
  const session = await half(test, subject, name, groups);
  const code = await createHostCode(test.database, 'carol');
  await submitSecondFactor(test.database, { session, code, through });
}

const carol = ({ database }: TestDatabase): Promise<User> =>
  database.em().findOneOrFail(User, { name: 'carol' });

describe.each(dialects)('an account on %s', (dialect) => {
  test('C15 an account is bound, and its groups change, only when the second factor was accepted', async () => {
    await using world = await openTestDatabase(dialect);
    const session = await half(world, 'sub-1');
    expect(await carol(world)).toMatchObject({ groups: null, providerSubject: null });
    const wrong = { session, code: 'WRNG2222', through };
    await expect(submitSecondFactor(world.database, wrong)).rejects.toThrow(SecondFactorRefused);
    expect(await carol(world)).toMatchObject({ groups: null, providerSubject: null });
    const code = await createHostCode(world.database, 'carol');
    await submitSecondFactor(world.database, { session, code, through });
    expect(await carol(world)).toMatchObject({
      groups: ['ops'],
      providerIssuer: 'https://idp.example',
      providerSubject: 'sub-1',
    });
    await half(world, 'sub-1', 'carol', []);
    expect(await carol(world)).toMatchObject({ groups: ['ops'] });
    await complete(world, 'sub-1', 'carol', []);
    expect(await carol(world)).toMatchObject({ groups: [] });
  });

  test('C15 without a second factor the account is bound when the link is redeemed', async () => {
    await using world = await openTestDatabase(dialect);
    const code = await arrive(world, 'sub-1');
    expect(await carol(world)).toMatchObject({ providerSubject: null });
    await redeemSignInLink(world.database, code, browser, Date.now(), true);
    expect(await carol(world)).toMatchObject({ groups: ['ops'], providerSubject: 'sub-1' });
  });

  test.each(['carol', 'Carol', ' carol '])(
    'C15 another person at the provider who is called %j is refused',
    async (name) => {
      await using world = await openTestDatabase(dialect);
      await complete(world, 'sub-1');
      await expect(arrive(world, 'sub-2', name)).rejects.toThrow(AccountTaken);
      expect(await carol(world)).toMatchObject({ providerSubject: 'sub-1', groups: ['ops'] });
    },
  );

  test('C15 the same subject of another provider is another person', async () => {
    await using world = await openTestDatabase(dialect);
    const late = await half(world, 'sub-1');
    await world.database.execute(
      "update session set provider_issuer = 'https://other.example' where id = ?",
      [late.id],
    );
    await complete(world, 'sub-1');
    await expect(arrive(world, 'sub-1', 'carol', ['ops'], 'https://other.example')).rejects.toThrow(
      AccountTaken,
    );
    const code = await createHostCode(world.database, 'carol');
    const session = await world.database.em().findOneOrFail(Session, { id: late.id });
    await expect(submitSecondFactor(world.database, { session, code, through })).rejects.toThrow(SessionGone);
    expect(await carol(world)).toMatchObject({ providerIssuer: 'https://idp.example' });
  });

  test('C15 a person who is renamed at the provider keeps the account, and with it a ban', async () => {
    await using world = await openTestDatabase(dialect);
    await complete(world, 'sub-1');
    const session = await half(world, 'sub-1', 'caroline');
    const { id } = await carol(world);
    expect(session.user).toBe(id);
    const [last] = await world.database.em().find(AuditEntry, { user: id, detail: { $like: '%caroline%' } });
    expect(last?.detail).toContain('now called “caroline” there');
    await banUser(world.database, { userId: id, by: world.alice, reason: 'gone', through });
    const code = await arrive(world, 'sub-1', 'another name');
    await expect(redeemSignInLink(world.database, code, browser)).rejects.toThrow('suspended');
  });

  test('C15 the first of two people who completes a sign-in with a name gets its account', async () => {
    await using world = await openTestDatabase(dialect);
    const [one, other] = [await half(world, 'sub-1'), await half(world, 'sub-2')];
    const code = await createHostCode(world.database, 'carol');
    await submitSecondFactor(world.database, { session: one, code, through });
    const next = await createHostCode(world.database, 'carol');
    const late = submitSecondFactor(world.database, { session: other, code: next, through });
    await expect(late).rejects.toThrow(SessionGone);
    expect((await world.database.em().findOneOrFail(Session, { id: other.id })).endedAt).not.toBeNull();
    expect(await carol(world)).toMatchObject({ providerSubject: 'sub-1' });
  });

  test('C15 wrong codes of one person do not lock out another who claims the same account', async () => {
    await using world = await openTestDatabase(dialect);
    const [owner, stranger] = [await half(world, 'sub-1'), await half(world, 'sub-2')];
    for (let n = 0; n < 5; n++) {
      const wrong = { session: stranger, code: `WRNG222${n}`, through };
      await submitSecondFactor(world.database, wrong).catch(() => {});
    }
    const code = await createHostCode(world.database, 'carol');
    await submitSecondFactor(world.database, { session: owner, code, through });
    expect(await carol(world)).toMatchObject({ providerSubject: 'sub-1' });
  });

  test('C15 an account that is rebound goes to the next person, without anything of the one before', async () => {
    await using world = await openTestDatabase(dialect);
    const { database, alice } = world;
    await complete(world, 'sub-1');
    const token = await createToken(database, { name: 'bot', scope: 'deploy', userName: 'carol' });
    const { id } = await carol(world);
    await rebindUser(database, { userId: id, by: alice, through });
    expect(await findToken(database, token)).toBeNull();
    expect(await database.em().count(Session, { user: id, endedAt: null })).toBe(0);
    const [entry] = await database.em().find(AuditEntry, { action: 'rebind' });
    expect(entry).toMatchObject({ user: alice.id, detail: 'carol, who was “sub-1” at https://idp.example' });
    await complete(world, 'sub-2');
    expect(await carol(world)).toMatchObject({ id, providerSubject: 'sub-2' });
    await expect(arrive(world, 'sub-1')).rejects.toThrow(AccountTaken);
    await banUser(database, { userId: id, by: alice, reason: 'gone', through });
    await expect(rebindUser(database, { userId: id, by: alice, through })).rejects.toThrow(RebindNotAccepted);
  });

  test('C13 a name in another case, or composed differently, is the same user', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const user = await database.write([], (em) => userNamed(em, 'j\u00fcrgen', 1));
    for (const name of ['J\u00fcrgen', 'ju\u0308rgen', ' J\u00dcRGEN '])
      expect((await database.write([], (em) => userNamed(em, name, 1))).id).toBe(user.id);
    expect(await database.em().count(User, { nameKey: 'j\u00fcrgen' })).toBe(1);
  });

  test('C13 a new name that looks like that of another user is refused', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const cyrillic = '\u0430lice';
    await expect(database.write([], (em) => userNamed(em, cyrillic, 1))).rejects.toThrow(NameNotAccepted);
    expect(await database.em().count(User, { name: cyrillic })).toBe(0);
  });

  test.skipIf(dialect === 'sqlite')('simultaneous sign-ins of a new name create one user', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    let second: Promise<User> | null = null;
    // The name is there before its key, as between the two entries that an insertion makes in the unique indexes.
    await database.write([], async (em) => {
      await database.execute("insert into account (name, created_at) values ('New', 1)", [], em);
      second = database.write([], (other) => userNamed(other, 'New', 1));
      await expect
        .poll(() =>
          database.execute(
            "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
            [],
          ),
        )
        .toHaveLength(1);
      await database.execute("update account set name_key = 'new' where name = 'New'", [], em);
    });
    expect(await second).toMatchObject({ name: 'New' });
    expect(await database.em().count(User, { name: 'New' })).toBe(1);
  });

  test('C13 accounts of an earlier version, without keys, are found in another case', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    for (const name of ['Old', 'OLD'])
      await database.execute('insert into account (name, created_at) values (?, 1)', [name]);
    const first = await database.em().findOneOrFail(User, { name: 'Old' });
    expect((await database.write([], (em) => userNamed(em, 'old', 1))).id).toBe(first.id);
    expect((await database.write([], (em) => userNamed(em, 'OLD', 1))).name).toBe('OLD');
  });

  test('C14 a link of a sign-in that a page began is redeemed only with the secret of that page', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const begin = (proofHash: string | null) =>
      completeAttempt(database, {
        person: { name: 'carol', groups: [], session: null, issuer: 'https://idp.example', subject: 's' },
        browserHash: hashSecret('browser'),
        proofHash,
        through,
      });
    const code = await begin(hashSecret('mine'));
    for (const proof of [null, 'another', undefined]) {
      const from = proof === undefined ? browser : { ...browser, proof };
      await expect(redeemSignInLink(database, code, from)).rejects.toThrow(LinkNotUsable);
    }
    const { secret } = await redeemSignInLink(database, code, { ...browser, proof: 'mine' });
    expect(await findSession(database, secret)).not.toBeNull();
    // A page that began no sign-in does not redeem one that was begun elsewhere, even with its cookie.
    const planted = await begin(null);
    const victim = redeemSignInLink(database, planted, { ...browser, proof: null });
    await expect(victim).rejects.toThrow(LinkNotUsable);
  });
});
