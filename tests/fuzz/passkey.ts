// Owns random answers of browsers about passkeys: those of a security key, with one part changed, so that every check is reached. Not requests without form (sign-in.ts).
import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { Passkey } from '../../schema/model/account/second-factor/passkey.ts';
import { SecondFactorLock } from '../../schema/model/account/second-factor/second-factor-lock.ts';
import { insertSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { userNamed } from '../../schema/model/account/user.ts';
import type { Random } from '../crash/random.ts';
import { SecurityKey } from '../support/sign-in/passkey.ts';
import type { Browser } from '../support/test-server.ts';
import { oddText, oddValue } from './value.ts';
import { answerLimit, type FuzzWorld, type Part } from './world.ts';

type Answer = RegistrationResponseJSON | AuthenticationResponseJSON;
type Bytes = 'clientDataJSON' | 'attestationObject' | 'authenticatorData' | 'signature';
/** Changes an answer in place. */
type Change = (answer: Answer, random: Random) => void;

const ofText = (text: string): Buffer => Buffer.from(text, 'base64url');

/** Replaces some bytes of an answer, where it has them. */
const bytes =
  (name: Bytes, change: (before: Buffer, random: Random) => Buffer): Change =>
  ({ response }, random) => {
    const before: unknown = Reflect.get(response, name);
    if (typeof before === 'string')
      Reflect.set(response, name, change(ofText(before), random).toString('base64url'));
  };
const clientData = (more: (random: Random) => object): Change =>
  bytes('clientDataJSON', (before, random) =>
    Buffer.from(JSON.stringify({ ...JSON.parse(before.toString()), ...more(random) })),
  );
const attestation = (before: string, after: string): Change =>
  bytes('attestationObject', (object) =>
    Buffer.from(object.toString('latin1').replace(before, after), 'latin1'),
  );
/** Changes what the key says, which is at the end of an attestation, after a head of two bytes. */
const keyData =
  (change: (data: Buffer, random: Random) => Buffer): Change =>
  (answer, random) => {
    bytes('authenticatorData', change)(answer, random);
    bytes('attestationObject', (object) => {
      const at = object.indexOf('authData') + 'authData'.length + 2;
      const changed = change(Buffer.from(object.subarray(at)), random);
      return Buffer.concat([object.subarray(0, at - 1), Buffer.from([changed.length & 255]), changed]);
    })(answer, random);
  };
const withBit = (data: Buffer, at: number, random: Random): Buffer => {
  data[at] = (data[at] ?? 0) ^ (1 << random.integer(0, 7));
  return data;
};
const flipped = (from: number, to: number): Change =>
  keyData((data, random) => withBit(data, random.integer(from, Math.min(to, data.length - 1)), random));
const cut = (before: Buffer, random: Random): Buffer =>
  before.subarray(0, random.integer(0, before.length - 1));
const member =
  (name: string, value: (random: Random) => unknown): Change =>
  (answer, random) =>
    void Reflect.set(answer, name, value(random));
const inner =
  (name: string, value: (random: Random) => unknown): Change =>
  ({ response }, random) =>
    void Reflect.set(response, name, value(random));

/** One for each check of both kinds of answers. */
const common: readonly Change[] = [
  // Nothing: it must be accepted.
  () => {},
  ...['id', 'rawId', 'type', 'response'].map((name) => member(name, oddValue)),
  inner('clientDataJSON', oddValue),
  clientData((random) => ({ type: random.pick(['payment.get', oddText(random)]) })),
  clientData((random) => ({ challenge: random.pick(['', 'AAAA', oddText(random)]) })),
  clientData((random) => ({ origin: random.pick(['http://localhost', oddText(random)]) })),
  clientData((random) => ({ tokenBinding: random.pick(['x', { status: 'x' }]) })),
  bytes('clientDataJSON', cut),
  // Hash of the site, flags, counter.
  flipped(0, 31),
  flipped(32, 32),
  keyData((data) => data.fill((data[32] ?? 0) & 0xfe, 32, 33)),
  flipped(33, 36),
  keyData((data) => data.fill(0, 33, 37)),
  keyData(cut),
  keyData((data, random) => Buffer.concat([data, Buffer.alloc(random.integer(1, 9), 1)])),
];
const ofUse: readonly Change[] = [
  ...common,
  inner('authenticatorData', oddValue),
  inner('signature', oddValue),
  inner('userHandle', () => 5),
  clientData(() => ({ crossOrigin: true, topOrigin: 'https://evil.example' })),
  clientData(() => ({ topOrigin: 'https://evil.example' })),
  bytes('signature', (before, random) => withBit(before, random.integer(0, before.length - 1), random)),
  bytes('signature', cut),
  bytes('signature', () => Buffer.from('3006020100020100', 'hex')),
];
const ofCreation: readonly Change[] = [
  ...common,
  inner('attestationObject', oddValue),
  inner('transports', oddValue),
  // The id of the passkey and its public key: their lengths, and what they are.
  flipped(37, 54),
  flipped(55, 70),
  flipped(71, 200),
  ...['packed', 'fido-u2f', 'tpm', 'apple', 'android-key', 'android-safetynet', 'x'].map((format) =>
    attestation('\x64none', `${String.fromCharCode(0x60 + format.length)}${format}`),
  ),
  attestation('attStmt\xa0', 'attStmt\xa1\x61x\x01'),
  // Another algorithm, and none.
  attestation('\xa5\x01\x02\x03\x26', '\xa5\x01\x02\x03\x20'),
  attestation('\xa5\x01\x02\x03\x26', '\xa5\x01\x02\x04\x26'),
  bytes('attestationObject', cut),
];

/** A person with a passkey, and a browser of hers that can use it. */
interface Owner {
  readonly site: { readonly host: string; readonly origin: string };
  readonly user: number;
  readonly key: SecurityKey;
  browser: Browser;
  rounds: number;
  readonly reached: Set<string>;
}
const owners = new WeakMap<FuzzWorld, Owner>();

const post = (
  world: FuzzWorld,
  { cookie, pageKey }: Browser,
  path: string,
  body: object,
): Promise<Response> =>
  // Browsers have passkeys at localhost, not at an address.
  fetch(`http://localhost:${world.server.server.port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, 'x-spiderpig-page-key': pageKey },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(answerLimit),
  });

async function challengeFrom(world: FuzzWorld, browser: Browser, path: string): Promise<string> {
  const response = await post(world, browser, path, {});
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path} was answered with ${response.status} ${text}`);
  return JSON.parse(text).challenge;
}

async function openOwner(world: FuzzWorld): Promise<Owner> {
  const { server } = world;
  const site = { host: 'localhost', origin: `http://localhost:${server.server.port}` };
  const key = new SecurityKey(site);
  const response = key.create(await challengeFrom(world, world.browser, '/passkeys/begin'));
  const added = await post(world, world.browser, '/passkeys', { name: 'a key', response });
  if (added.status !== 200) throw new Error(`the passkey was refused: ${await added.text()}`);
  const now = Date.now();
  const user = await server.db.write([], (em) => userNamed(em, 'ada', now));
  const link = { user, role: 'deployer', way: 'provider', expiresAt: now + 60_000 } as const;
  const code = await server.db.write([], (em) => insertSignInLink(em, link, now));
  const browser = await server.redeem(code);
  const owner = { site, user: user.id, key, browser, rounds: 0, reached: new Set<string>() };
  owners.set(world, owner);
  return owner;
}

/** What the library says about an answer to a challenge: null if it accepts it, else which of its checks refuses it. */
async function checkOf(
  { site }: Owner,
  {
    answer,
    challenge,
    passkey,
    isNew,
  }: { answer: Answer; challenge: string; passkey: Passkey; isNew: boolean },
): Promise<string | null> {
  const expected = {
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.host,
    requireUserVerification: false,
  };
  try {
    const { verified } = isNew
      ? await verifyRegistrationResponse({
          ...expected,
          response: Object(answer),
          supportedAlgorithmIDs: [-8, -7, -257],
        })
      : await verifyAuthenticationResponse({
          ...expected,
          response: Object(answer),
          credential: {
            id: passkey.credential,
            publicKey: new Uint8Array(ofText(passkey.publicKey)),
            counter: passkey.counter,
          },
        });
    return verified ? null : 'signature';
  } catch (error) {
    // Values in the message are left out.
    return String(error instanceof Error ? error.message : error)
      .replaceAll(/"[^"]*"|[0-9]+|: .*/gs, '…')
      .slice(0, 80);
  }
}

/** Sends one answer, and compares what the server did with what the library says. */
async function sendAnswer(world: FuzzWorld, owner: Owner, random: Random, isNew: boolean) {
  const { db } = world.server;
  const begin = isNew ? '/passkeys/begin' : '/sign-in/passkey/begin';
  const challenge = await challengeFrom(world, isNew ? world.browser : owner.browser, begin);
  const key = isNew ? new SecurityKey(owner.site) : owner.key;
  const answer: Answer = isNew ? key.create(challenge) : key.use(challenge);
  const changes = isNew ? ofCreation : ofUse;
  changes[Math.floor(owner.rounds++ / 2) % changes.length]?.(answer, random);
  const passkey = await db.em().findOneOrFail(Passkey, { user: owner.user }, { orderBy: { id: 'asc' } });
  const check = await checkOf(owner, { answer, challenge, passkey, isNew });
  owner.reached.add(`${isNew ? 'add' : 'use'}: ${check ?? 'accepted'}`);
  const path = isNew ? '/passkeys' : '/sign-in/passkey';
  const response = await post(world, isNew ? world.browser : owner.browser, path, {
    ...(isNew ? { name: 'another' } : {}),
    response: answer,
  });
  const text = await response.text();
  // Each wrong answer counts towards the lock, and each accepted one changes something.
  await db.em().nativeDelete(SecondFactorLock, {});
  await db.em().nativeDelete(Passkey, { user: owner.user, id: { $ne: passkey.id } });
  if (!isNew && response.status === 200)
    owner.browser = {
      cookie: response.headers.get('set-cookie')?.split(';', 1)[0] ?? '',
      pageKey: JSON.parse(text).pageKey,
    };
  const isWrong = response.status === 200 && check !== null;
  const sent = `${path} (${check ?? 'valid'}) ${JSON.stringify(answer)}`;
  return { sent, answer: `${isWrong ? '500 accepted: ' : ''}${response.status} ${text}` };
}

export const passkeyPart: Part = {
  name: 'passkeys of a security key',
  async send(world, random) {
    const owner = owners.get(world) ?? (await openOwner(world));
    const result = await sendAnswer(world, owner, random, owner.rounds % 2 === 0);
    const wasRefused = !result.answer.startsWith('200 ') && result.sent.includes(' (valid) ');
    // What the library accepts, the server accepts, except for certificates and what its own checks find.
    return wasRefused && owner.rounds <= 2
      ? { ...result, answer: `500 an unchanged answer was refused: ${result.answer}` }
      : result;
  },
  reached: (world) => [...(owners.get(world)?.reached ?? [])].sort(),
};
