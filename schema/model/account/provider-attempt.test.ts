import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialects, openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { AuditEntry } from './audit.ts';
import {
  AttemptNotUsable,
  attemptLifetime,
  completeAttempt,
  createAttempt,
  maxAttempts,
  ProviderAttempt,
  providerLinkLifetime,
  redeemAttempt,
} from './provider-attempt.ts';
import { endProviderSessions } from './provider-logout.ts';
import { hashSecret } from './secret.ts';
import { findSession, Session } from './session.ts';
import { LinkNotUsable, redeemSignInLink } from './sign-in-link.ts';
import { User } from './user.ts';

const through = { channel: 'page', address: '192.0.2.1' };
const browser = (binding: string | null) => ({
  bindings: binding === null ? [] : [binding],
  address: null,
  agent: null,
});

describe.each(dialects)('a sign-in attempt at the identity provider, on %s', (dialect) => {
  let world: TestDatabase;
  beforeAll(async () => {
    world = await openTestDatabase(dialect);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  let count = 0;
  /** Leaves for the provider. */
  async function leave(binding = 'the browser', now = Date.now()): Promise<string> {
    const state = `state ${++count}`;
    await createAttempt(
      world.database,
      {
        state,
        nonce: `nonce of ${state}`,
        verifier: `verifier of ${state}`,
        binding,
        proofHash: null,
        next: '/jobs/7',
      },
      now,
    );
    return state;
  }
  const flawOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (error: unknown) => (error instanceof AttemptNotUsable ? error.rejection : error),
    );

  it('a sign-in attempt returns its stored values once', async () => {
    const state = await leave();
    expect(await redeemAttempt(world.database, state, ['the browser'])).toMatchObject({
      nonce: `nonce of ${state}`,
      verifier: `verifier of ${state}`,
      next: '/jobs/7',
    });
    expect(await flawOf(redeemAttempt(world.database, state, ['the browser']))).toBe('used');
  });

  it('C6: a sign-in attempt accepts one of 60 concurrent callbacks to two processes', async () => {
    const state = await leave();
    const other = await world.another();
    const results = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        flawOf(redeemAttempt(n % 2 === 0 ? world.database : other, state, ['the browser'])),
      ),
    );
    expect(results.filter((result) => result === null)).toHaveLength(1);
    expect(results.filter((result) => result === 'used')).toHaveLength(59);
  });

  it('C6: a sign-in attempt is not redeemed by another browser or without the cookie', async () => {
    const state = await leave();
    expect(await flawOf(redeemAttempt(world.database, state, ['another']))).toBe('another browser');
    expect(await flawOf(redeemAttempt(world.database, state, []))).toBe('another browser');
    expect(await flawOf(redeemAttempt(world.database, state, ['the browser']))).toBeNull();
  });

  it('a sign-in attempt expires after ten minutes and is deleted by the next one', async () => {
    const now = Date.now();
    const state = await leave('the browser', now);
    const late = now + attemptLifetime;
    expect(await flawOf(redeemAttempt(world.database, state, ['the browser'], late))).toBe('expired');
    await leave('the browser', late);
    expect(await flawOf(redeemAttempt(world.database, state, ['the browser'], late))).toBe('unknown');
  });

  it('a sign-in attempt of a clock that was far ahead has expired', async () => {
    const now = Date.now();
    const state = await leave('the browser', now + 401 * 24 * 3_600_000);
    expect(await flawOf(redeemAttempt(world.database, state, ['the browser'], now))).toBe('expired');
  });

  it('a sign-in attempt stores neither state nor cookie in plain text', async () => {
    const state = await leave('a cookie');
    const row = await world.database.em().findOneOrFail(ProviderAttempt, { stateHash: hashSecret(state) });
    expect(row.browserHash).toBe(hashSecret('a cookie'));
    expect(Object.values(row)).not.toContain(state);
    expect(Object.values(row)).not.toContain('a cookie');
  });

  const complete = (name: string, groups: string[], more: { session?: string; subject?: string } = {}) =>
    completeAttempt(world.database, {
      person: {
        name,
        groups,
        session: more.session ?? null,
        issuer: 'https://idp.example',
        subject: more.subject ?? name,
      },
      browserHash: hashSecret('the browser'),
      through,
    });

  it('a completed sign-in stores groups, an audit entry and a link that only its browser can redeem', async () => {
    const groups = ['ops', 'cn=wikidev,ou=groups,dc=example', 'quoted "group"', 'ünïcode'];
    const code = await complete('carol', groups);
    const em = world.database.em();
    const carol = await em.findOneOrFail(User, { name: 'carol' });
    const [row] = await em.find(AuditEntry, { user: carol.id });
    expect(row).toMatchObject({ action: 'sign-in', channel: 'page', address: '192.0.2.1', jobId: null });
    expect(row?.detail).toContain('ops');
    for (const wrong of [null, 'another'])
      await expect(redeemSignInLink(world.database, code, browser(wrong))).rejects.toThrow(LinkNotUsable);
    const late = Date.now() + providerLinkLifetime + 1_000;
    await expect(redeemSignInLink(world.database, code, browser('the browser'), late)).rejects.toThrow(
      LinkNotUsable,
    );
    const { secret } = await redeemSignInLink(world.database, code, browser('the browser'));
    const found = await findSession(world.database, secret);
    expect(found?.session).toMatchObject({
      way: 'provider',
      role: null,
      providerSubject: 'carol',
      providerGroups: groups,
    });
    expect(found?.session.secondFactorAt).toBeNull();
  });

  describe('a logout at the identity provider', () => {
    const signIn = async (session: string, subject: string) => {
      const code = await complete('erin', [], { session, subject });
      const { secret } = await redeemSignInLink(world.database, code, browser('the browser'));
      return async () => (await findSession(world.database, secret)) !== null;
    };
    const soon = () => Date.now() + 60_000;

    it('a logout at the provider ends the named session and unused links for it', async () => {
      const one = await signIn('s1', 'erin-1');
      const other = await signIn('s2', 'erin-1');
      const code = await complete('erin', [], { session: 's1', subject: 'erin-1' });
      const named = { session: 's1', subject: null, before: soon() };
      expect(await endProviderSessions(world.database, named, through)).toBe(1);
      expect([await one(), await other()]).toEqual([false, true]);
      await expect(redeemSignInLink(world.database, code, browser('the browser'))).rejects.toThrow(
        LinkNotUsable,
      );
      expect(await endProviderSessions(world.database, named, through)).toBe(0);
      const rows = await world.database.em().find(AuditEntry, { action: 'sign-out' });
      expect(
        rows.filter(({ detail }) => detail === 'at the identity provider: one session ended'),
      ).toHaveLength(1);
    });

    it('a logout at the provider ends all sessions of the named person and no others', async () => {
      const mine = [await signIn('s3', 'erin-2'), await signIn('s4', 'erin-2')];
      const other = await signIn('s5', 'erin-3');
      const named = { session: null, subject: 'erin-2', before: soon() };
      expect(await endProviderSessions(world.database, named, through)).toBe(2);
      expect(await Promise.all(mine.map((each) => each()))).toEqual([false, false]);
      expect(await other()).toBe(true);
    });

    it('a logout at the provider ends nothing when session and person do not match or both are missing', async () => {
      const mine = await signIn('s6', 'erin-4');
      const wrong = { session: 's6', subject: 'erin-5', before: soon() };
      expect(await endProviderSessions(world.database, wrong, through)).toBe(0);
      const none = { session: null, subject: null, before: soon() };
      expect(await endProviderSessions(world.database, none, through)).toBe(0);
      expect(await mine()).toBe(true);
    });

    it('a logout at the provider ends sessions that a clock far ahead opened, so they are not accepted at their date', async () => {
      const mine = await signIn('s8', 'erin-8');
      const wrong = Date.now() + 401 * 24 * 3_600_000;
      await world.database
        .em()
        .nativeUpdate(Session, { providerSession: 's8' }, { createdAt: wrong, lastUsedAt: wrong });
      const named = { session: 's8', subject: null, before: soon() };
      expect(await endProviderSessions(world.database, named, through)).toBe(1);
      expect(await mine()).toBe(false);
      expect(await world.database.em().count(Session, { providerSession: 's8', endedAt: null })).toBe(0);
    });

    it('a logout at the provider ends no session that began after the logout', async () => {
      const mine = await signIn('s7', 'erin-6');
      const old = { session: null, subject: 'erin-6', before: Date.now() - 10_000 };
      expect(await endProviderSessions(world.database, old, through)).toBe(0);
      expect(await mine()).toBe(true);
    });
  });

  it('W3 a new sign-in attempt replaces the oldest one when 10,000 are open', async () => {
    const now = Date.now();
    const row = { browserHash: 'x', nonce: 'x', verifier: 'x', next: '/', createdAt: now };
    await world.database.write([], async (em) => {
      for (let from = 0; from < maxAttempts; from += 1_000) {
        await em.insertMany(
          ProviderAttempt,
          Array.from({ length: 1_000 }, (_, n) => ({
            ...row,
            stateHash: `many ${from + n}`,
            expiresAt: now + attemptLifetime,
          })),
        );
      }
    });
    await leave();
    const open = (stateHash: string): Promise<number> =>
      world.database.em().count(ProviderAttempt, { stateHash });
    expect(await world.database.em().count(ProviderAttempt, { redeemedAt: null })).toBe(maxAttempts);
    expect([await open('many 0'), await open(`many ${maxAttempts - 1}`)]).toEqual([0, 1]);
    // They are gone when their time is over.
    await leave('the browser', now + attemptLifetime);
    expect(await world.database.em().count(ProviderAttempt, { stateHash: { $like: 'many %' } })).toBe(0);
  });
});
