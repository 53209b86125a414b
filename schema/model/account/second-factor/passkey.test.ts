import { describe, expect, test, vi } from 'vitest';
import { dialects, openTestDatabase, type TestDatabase } from '../../../../tests/support/database.ts';
import { androidPasskey } from '../../../../tests/support/sign-in/android-key.ts';
import { SecurityKey } from '../../../../tests/support/sign-in/passkey.ts';
import type { Database } from '../../store/database.ts';
import { AuditEntry } from '../audit.ts';
import { rebindUser } from '../rebinding.ts';
import { hashSecret } from '../secret.ts';
import { findSession, Session, type SignInWay } from '../session.ts';
import { insertSignInLink, redeemSignInLink } from '../sign-in-link.ts';
import { User } from '../user.ts';
import { SecondFactorTooOld } from './authenticator.ts';
import {
  addPasskey,
  beginPasskey,
  beginPasskeyUse,
  challengeLifetime,
  InvalidPasskeyName,
  maxPasskeys,
  Passkey,
  PasskeyChallenge,
  PasskeyNotAdded,
  PasskeyNotFound,
  passkeysOf,
  removePasskey,
  renamePasskey,
  submitPasskey,
} from './passkey.ts';
import { SecondFactorLocked, SecondFactorRefused } from './second-factor-check.ts';

const site = { host: 'spiderpig.example', origin: 'https://spiderpig.example' };
const through = { channel: 'page', address: '192.0.2.1' };

async function openSession(db: Database, user: User, way: SignInWay = 'provider'): Promise<Session> {
  const now = Date.now();
  const role = way === 'link' ? 'deployer' : null;
  const code = await db.write([], (em) =>
    insertSignInLink(em, { user, role, way, expiresAt: now + 60_000 }, now),
  );
  const { secret } = await redeemSignInLink(db, code, undefined, now);
  return await db.em().findOneOrFail(Session, { secretHash: hashSecret(secret) });
}

/** Adds a passkey of alice, and opens a session that needs the second factor. */
async function withPasskey({ database: db, alice: user }: TestDatabase) {
  const own = await openSession(db, user, 'link');
  const owner = { user, session: own, through };
  const key = new SecurityKey(site);
  const { challenge } = await beginPasskey(db, owner, site);
  await addPasskey(db, owner, { name: ' my key ', response: key.create(challenge) }, site);
  return { db, owner, key, session: await openSession(db, user) };
}

const ask = async (db: Database, session: Session): Promise<string> =>
  (await beginPasskeyUse(db, session, site)).challenge;

const isRefused = (triesLeft: number) => expect.objectContaining({ name: 'SecondFactorRefused', triesLeft });

describe.each(dialects)('passkeys on %s', (dialect) => {
  test('C19 C7: a passkey completes the sign-in once, and is recorded', async () => {
    await using test = await openTestDatabase(dialect);
    const { db, key, session } = await withPasskey(test);
    const options = await beginPasskeyUse(db, session, site);
    expect(options).toMatchObject({ rpId: site.host, userVerification: 'preferred' });
    const response = key.use(options.challenge);
    expect(options.allowCredentials).toMatchObject([{ id: response.id }]);
    const now = Date.now();
    const next = await submitPasskey(db, { session, response, site, through }, now);
    const found = await findSession(db, next.secret);
    expect(found?.session).toMatchObject({ id: session.id, secondFactorAt: now });
    expect(await passkeysOf(db.em(), test.alice.id)).toMatchObject([
      { name: 'my key', host: site.host, counter: 1, lastUsedAt: now },
    ]);
    const rows = await db.em().find(AuditEntry, { action: { $like: 'second factor%' } });
    expect(rows.map(({ action, detail }) => `${action}: ${detail}`)).toEqual([
      'second factor changed: the passkey “my key” was added',
      'second factor: the passkey “my key”',
    ]);
    // The same answer again, in the session as it is now.
    const changed = await db.em().findOneOrFail(Session, { id: session.id });
    const again = submitPasskey(db, { session: changed, response, site, through });
    await expect(again).rejects.toEqual(isRefused(4));
  });

  test('C19 a challenge of a clock that was far ahead is refused', async () => {
    await using test = await openTestDatabase(dialect);
    const { db, key, session } = await withPasskey(test);
    const challenge = await ask(db, session);
    const wrong = Date.now() + 401 * 24 * 3_600_000;
    await db.em().nativeUpdate(PasskeyChallenge, { session: session.id }, { expiresAt: wrong });
    const answer = submitPasskey(db, { session, response: key.use(challenge), site, through });
    await expect(answer).rejects.toEqual(isRefused(4));
  });

  test('C19 C7: a challenge of another session, an expired one and one for adding are refused', async () => {
    await using test = await openTestDatabase(dialect);
    const { db, owner, key, session } = await withPasskey(test);
    const other = await openSession(db, test.alice);
    const use = async (challenge: string, now = Date.now()) =>
      await submitPasskey(db, { session, response: key.use(challenge), site, through }, now);
    // The only challenge of this session.
    const fresh = await db.em().findOneOrFail(Session, { id: session.id });
    fresh.secondFactorAt = Date.now();
    const { challenge } = await beginPasskey(db, { ...owner, session: fresh }, site);
    await expect(use(challenge)).rejects.toEqual(isRefused(4));
    const foreign = await ask(db, other);
    await ask(db, session);
    await expect(use(foreign)).rejects.toEqual(isRefused(3));
    const old = await ask(db, session);
    await expect(use(old, Date.now() + challengeLifetime + 1)).rejects.toEqual(isRefused(2));
    // A refused answer uses the challenge up.
    const spent = await ask(db, session);
    await expect(use('x')).rejects.toEqual(isRefused(1));
    await expect(use(spent)).rejects.toBeInstanceOf(SecondFactorRefused);
    await expect(use(await ask(db, session))).rejects.toBeInstanceOf(SecondFactorLocked);
  });

  test('C19 C7: another site, the passkey of another user, a copy with an old counter and other text are refused', async () => {
    await using test = await openTestDatabase(dialect);
    const { db, key, session } = await withPasskey(test);
    const use = async (signer: SecurityKey, of = session) =>
      await submitPasskey(db, { session: of, response: signer.use(await ask(db, of)), site, through });
    await expect(use(new SecurityKey(site))).rejects.toEqual(isRefused(4));
    await expect(use(key, await openSession(db, test.bob))).rejects.toEqual(isRefused(4));
    await db.em().nativeUpdate(Passkey, {}, { counter: 9 });
    await expect(use(key)).rejects.toEqual(isRefused(3));
    const evil = { ...site, origin: 'https://evil.example' };
    const response = key.use(await ask(db, session));
    key.counter = 20;
    const elsewhere = submitPasskey(db, { session, response, site: evil, through });
    await expect(elsewhere).rejects.toEqual(isRefused(2));
    const text = { ...response, response: { ...response.response, clientDataJSON: 'x' } };
    await ask(db, session);
    await expect(submitPasskey(db, { session, response: text, site, through })).rejects.toEqual(isRefused(1));
    await expect(use(key)).resolves.toBeTruthy();
  });

  test('C19 C7: a signature of another key, and a passkey of another host, are refused', async () => {
    await using test = await openTestDatabase(dialect);
    const { db, key, session } = await withPasskey(test);
    const submit = (response: ReturnType<SecurityKey['use']>) =>
      submitPasskey(db, { session, response, site, through });
    const challenge = await ask(db, session);
    const { id, rawId } = key.use(challenge);
    const other = new SecurityKey(site);
    other.counter = 9;
    await expect(submit({ ...other.use(challenge), id, rawId })).rejects.toEqual(isRefused(4));
    await db.em().nativeUpdate(Passkey, {}, { host: 'other.example' });
    await expect(submit(key.use(await ask(db, session)))).rejects.toEqual(isRefused(3));
  });

  test('C19 a new passkey of another site, with another algorithm, or added already is refused', async () => {
    await using test = await openTestDatabase(dialect);
    const { db, owner, key } = await withPasskey(test);
    const add = async (signer: SecurityKey, algorithm?: string) => {
      const { challenge } = await beginPasskey(db, owner, site);
      await addPasskey(db, owner, { name: 'x', response: signer.create(challenge, algorithm) }, site);
    };
    const evil = new SecurityKey({ ...site, origin: 'https://evil.example' });
    await expect(add(evil)).rejects.toThrow(PasskeyNotAdded);
    // RSA with SHA-1 (in COSE -65535), and ES512 (-36).
    for (const algorithm of ['39fffe', '3823'])
      await expect(add(new SecurityKey(site), algorithm)).rejects.toThrow(PasskeyNotAdded);
    await expect(add(key)).rejects.toThrow('was added already');
    await add(new SecurityKey(site));
  });

  test('C19 a user has at most 20 passkeys', async () => {
    await using test = await openTestDatabase(dialect);
    const { db, owner } = await withPasskey(test);
    const { challenge } = await beginPasskey(db, owner, site);
    const kept = { name: 'x', host: site.host, publicKey: 'x', counter: 0, transports: '', createdAt: 1 };
    await db.em().insertMany(
      Passkey,
      Array.from({ length: maxPasskeys - 1 }, (_, n) => ({
        ...kept,
        user: test.alice.id,
        credential: `${n}`,
      })),
    );
    const response = new SecurityKey(site).create(challenge);
    await expect(addPasskey(db, owner, { name: 'x', response }, site)).rejects.toThrow(
      'You have 20 passkeys',
    );
    await expect(beginPasskey(db, owner, site)).rejects.toThrow('You have 20 passkeys');
  });

  test('C19 C7: adding needs a recent second factor, a name and an unused challenge of the session', async () => {
    await using test = await openTestDatabase(dialect);
    const { db, owner, session } = await withPasskey(test);
    const stale = { ...owner, session };
    await expect(beginPasskey(db, stale, site)).rejects.toThrow(SecondFactorTooOld);
    const key = new SecurityKey(site);
    const { challenge } = await beginPasskey(db, owner, site);
    const response = key.create(challenge);
    const add = (name: string, who = owner) => addPasskey(db, who, { name, response }, site);
    await expect(add('x', stale)).rejects.toThrow(SecondFactorTooOld);
    await expect(add(' ')).rejects.toThrow('needs a name');
    const other = { ...owner, session: await openSession(db, test.alice, 'link') };
    await beginPasskey(db, other, site);
    await expect(add('x', other)).rejects.toThrow(PasskeyNotAdded);
    await add('x');
    await expect(add('y')).rejects.toThrow(PasskeyNotAdded);
    expect((await passkeysOf(db.em(), test.alice.id)).map(({ name }) => name)).toEqual(['my key', 'x']);
  });

  test('C19 S3 a passkey with certificates is refused, and the server reads no address in them', async () => {
    await using test = await openTestDatabase(dialect);
    const { db, owner } = await withPasskey(test);
    const read = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('not reached'));
    const { challenge } = await beginPasskey(db, owner, site);
    const response = androidPasskey(site, challenge, 'http://169.254.169.254/latest/meta-data');
    await expect(addPasskey(db, owner, { name: 'phone', response }, site)).rejects.toThrow(PasskeyNotAdded);
    expect(read).not.toHaveBeenCalled();
  });

  test('C19 text that a database cannot store is replaced in a name, and refused as a passkey', async () => {
    await using test = await openTestDatabase(dialect);
    const { db, owner, key, session } = await withPasskey(test);
    const other = new SecurityKey(site);
    const { challenge } = await beginPasskey(db, owner, site);
    const created = other.create(challenge);
    const transports = ['usb', 'a,b', 'usb', '\0', 'nfc'];
    const response = { ...created, response: { ...created.response, transports } };
    // A browser can send any texts.
    await addPasskey(db, owner, { name: 'a\0\ud800', response: Object(response) }, site);
    const [, added] = await passkeysOf(db.em(), test.alice.id);
    expect(added).toMatchObject({ name: 'a\ufffd\ufffd', transports: 'nfc,usb' });
    for (const [index, id] of ['\0', '\ud800', 'x'.repeat(200_000)].entries()) {
      const signed = { ...key.use(await ask(db, session)), id };
      const submitted = submitPasskey(db, { session, response: signed, site, through });
      await expect(submitted).rejects.toEqual(isRefused(4 - index));
    }
  });

  test('C19 members of any type are refused or left out', async () => {
    await using test = await openTestDatabase(dialect);
    const { db, owner, key, session } = await withPasskey(test);
    const odd = { toString: 1, valueOf: 1 };
    for (const transports of [5, {}, odd, 'usb', null]) {
      const other = new SecurityKey(site);
      const created = other.create((await beginPasskey(db, owner, site)).challenge);
      const response = { ...created, response: { ...created.response, transports } };
      await addPasskey(db, owner, { name: 'x', response: Object(response) }, site);
    }
    const added = (await passkeysOf(db.em(), test.alice.id)).slice(1);
    expect(added.map(({ transports }) => transports)).toEqual(['', '', '', '', '']);
    for (const [index, id] of [odd, 5, null, ['x']].entries()) {
      const response = Object({ ...key.use(await ask(db, session)), id });
      const submitted = submitPasskey(db, { session, response, site, through });
      await expect(submitted).rejects.toEqual(isRefused(4 - index));
    }
  });

  test('C19 renaming needs a recent second factor and an own passkey, and is recorded', async () => {
    await using test = await openTestDatabase(dialect);
    const { db, owner, session } = await withPasskey(test);
    const id = (await passkeysOf(db.em(), test.alice.id))[0]?.id ?? 0;
    const rename = (name: string, who = owner, of: number | null = id) =>
      renamePasskey(db, who, { id: of, name });
    await expect(rename('x', { ...owner, session })).rejects.toThrow(SecondFactorTooOld);
    await expect(rename('x', { ...owner, user: test.bob })).rejects.toThrow(PasskeyNotFound);
    await expect(rename('x', owner, null)).rejects.toThrow(PasskeyNotFound);
    await rename('my key');
    await rename(' phone ');
    const rows = await db.em().find(AuditEntry, { detail: { $like: '%renamed%' } });
    expect(rows.map(({ detail }) => detail)).toEqual(['the passkey “my key” was renamed to “phone”']);
    expect(await passkeysOf(db.em(), test.alice.id)).toMatchObject([{ id, name: 'phone' }]);
  });

  test('C19 L1: hostile names of passkeys are stored as text or refused', async () => {
    await using test = await openTestDatabase(dialect);
    const { db, owner } = await withPasskey(test);
    const id = (await passkeysOf(db.em(), test.alice.id))[0]?.id ?? 0;
    const stored = async (name: string) => {
      await renamePasskey(db, owner, { id, name });
      return (await passkeysOf(db.em(), test.alice.id))[0]?.name;
    };
    expect(await stored('a\0\ud800')).toBe('a\ufffd\ufffd');
    // The page shows characters that mislead by their code point (schema/text/harmless.ts).
    for (const name of ['\u202egnp.exe', '\u200b', 'Lарtор', `'; drop table passkey; --`, '😀'.repeat(30)])
      expect(await stored(name)).toBe(name);
    for (const name of ['', ' \n\u00a0', 'x'.repeat(61), '😀'.repeat(31), 'x'.repeat(10_000)])
      await expect(renamePasskey(db, owner, { id, name })).rejects.toThrow(InvalidPasskeyName);
    expect((await passkeysOf(db.em(), test.alice.id))[0]?.name).toBe('😀'.repeat(30));
  });

  test('a removed passkey is refused, and rebinding an account removes its passkeys', async () => {
    await using test = await openTestDatabase(dialect);
    const { db, owner, key, session } = await withPasskey(test);
    const [passkey] = await passkeysOf(db.em(), test.alice.id);
    const id = passkey?.id ?? 0;
    await expect(removePasskey(db, { ...owner, user: test.bob }, id)).rejects.toThrow(PasskeyNotFound);
    await expect(removePasskey(db, { ...owner, session }, id)).rejects.toThrow(SecondFactorTooOld);
    await removePasskey(db, owner, id);
    const response = key.use(await ask(db, session));
    await expect(submitPasskey(db, { session, response, site, through })).rejects.toEqual(isRefused(4));
    const { challenge } = await beginPasskey(db, owner, site);
    await addPasskey(db, owner, { name: 'x', response: key.create(challenge) }, site);
    await db.em().nativeUpdate(User, { id: test.alice.id }, { providerIssuer: 'i', providerSubject: 's' });
    await rebindUser(db, { userId: test.alice.id, by: test.bob, through });
    expect(await passkeysOf(db.em(), test.alice.id)).toEqual([]);
  });
});
