// Owns random requests of the device authorization flow and of passkeys: by strangers, and by a browser that is signed in.
import type { Random } from '../crash/random.ts';
import { oddText, oddValue, tampered } from './value.ts';
import { answerLimit, type FuzzWorld, type Part } from './world.ts';

/** What a browser answers to `navigator.credentials`, in base64url where WebAuthn has bytes. */
const credential = (random: Random): object => ({
  id: random.pick(['AAAA', '', '=', oddText(random)]),
  rawId: random.pick(['AAAA', oddText(random)]),
  type: random.pick(['public-key', oddText(random)]),
  clientExtensionResults: {},
  authenticatorAttachment: 'platform',
  response: {
    clientDataJSON: Buffer.from(
      JSON.stringify({
        type: random.pick(['webauthn.create', 'webauthn.get', oddText(random)]),
        challenge: oddText(random),
        origin: random.pick(['http://localhost', oddText(random)]),
      }),
    ).toString('base64url'),
    attestationObject: random.pick(['o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVg', 'gA', oddText(random)]),
    authenticatorData: random.pick(['AAAA', oddText(random)]),
    signature: random.pick(['AAAA', oddText(random)]),
    userHandle: null,
    transports: ['internal'],
  },
});

/** The paths, each with a body of the right form. */
const requests: readonly { readonly path: string; readonly body: (random: Random) => object }[] = [
  {
    path: '/device/code',
    body: (random) => ({
      client: oddText(random),
      host: oddText(random),
      scope: random.pick(['read', 'deploy', 'x']),
    }),
  },
  {
    path: '/device/token',
    body: (random) => ({ device_code: random.pick([oddText(random), 'A'.repeat(43)]) }),
  },
  { path: '/device/request', body: (random) => ({ code: random.pick(['BCDF-GHJK', oddText(random)]) }) },
  {
    path: '/device/decision',
    body: (random) => ({
      code: random.pick(['BCDFGHJK', oddText(random)]),
      allow: random.chance(0.5),
      days: 1,
    }),
  },
  { path: '/passkeys/begin', body: () => ({}) },
  { path: '/passkeys', body: (random) => ({ name: oddText(random), response: credential(random) }) },
  { path: '/sign-in/passkey/begin', body: () => ({}) },
  { path: '/sign-in/passkey', body: (random) => ({ response: credential(random) }) },
];

/** The headers of a browser that is signed in; sometimes those of a stranger, or only a part of them. */
function headersOf({ browser }: FuzzWorld, random: Random): Record<string, string> {
  const cookie = random.chance(0.9) ? browser.cookie : oddText(random).replaceAll(/[^\x20-\x7e]/g, '');
  return {
    'content-type': 'application/json',
    ...(random.chance(0.9) ? { cookie } : {}),
    ...(random.chance(0.9) ? { 'x-spiderpig-page-key': browser.pageKey } : {}),
  };
}

export const signInPart: Part = {
  name: 'device flow and passkeys',
  async send(world, random) {
    const { path, body } = random.pick(requests);
    const json = JSON.stringify(random.chance(0.9) ? tampered(random, body(random)) : oddValue(random)) ?? '';
    const sent = random.chance(0.95) ? json : json.slice(0, random.integer(0, json.length));
    // Browsers have passkeys at localhost, not at an address.
    const response = await fetch(`http://localhost:${world.server.server.port}${path}`, {
      method: 'POST',
      headers: headersOf(world, random),
      body: sent,
      signal: AbortSignal.timeout(answerLimit),
    });
    return { sent: `${path} ${sent}`, answer: `${response.status} ${await response.text()}` };
  },
};
