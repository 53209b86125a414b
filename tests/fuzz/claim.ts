// Owns random claims of the identity provider: ID tokens, logout tokens and callbacks.
import type { Random } from '../crash/random.ts';
import { CookieKeeper } from '../support/sign-in/identity-provider.ts';
import { oddText, oddValue, tampered } from './value.ts';
import { answerLimit, type FuzzWorld, type Part } from './world.ts';

const claims = [
  'preferred_username',
  'groups',
  'sid',
  'iat',
  'exp',
  'nbf',
  'aud',
  'iss',
  'nonce',
  'azp',
  'sub',
  'acr',
];

/** Signs in with an ID token in which some claims are odd. Returns where the browser is sent. */
async function signIn({ server, idp, people }: FuzzWorld, random: Random): Promise<[string, string]> {
  const changed = Object.fromEntries(
    Array.from({ length: random.integer(0, 3) }, () => [random.pick(claims), oddValue(random)]),
  );
  const login = `sub-${random.integer(1, 1_000)}`;
  people.set(login, { preferred_username: random.chance(0.5) ? login : oddText(random), groups: ['staff'] });
  const browser = new CookieKeeper();
  const back = await browser.go(
    `${server.url}/sign-in/provider`,
    login,
    ({ pathname }) => pathname === '/sign-in/callback',
  );
  idp.tamper = (right) => JSON.parse(JSON.stringify({ ...right, ...changed }));
  if (random.chance(0.3))
    back.searchParams.set(random.pick(['code', 'state', 'iss', 'error']), oddText(random));
  try {
    const response = await browser.send(back.href, { signal: AbortSignal.timeout(answerLimit) });
    return [JSON.stringify(changed), `${response.status} ${response.headers.get('location')}`];
  } finally {
    idp.tamper = null;
  }
}

/** Sends a logout token in which some claims are odd. */
async function signOut({ server, idp }: FuzzWorld, random: Random): Promise<[string, string]> {
  const claimed = Object(tampered(random, idp.logoutClaims({ sub: `sub-${random.integer(1, 1_000)}` })));
  const token = random.chance(0.9) ? await idp.sign({ ...claimed }) : oddText(random);
  const response = await fetch(`${server.url}/sign-in/back-channel-logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: token }),
    signal: AbortSignal.timeout(answerLimit),
  });
  return [JSON.stringify(claimed), `${response.status} ${await response.text()}`];
}

export const claimPart: Part = {
  name: 'OIDC claims',
  async send(world, random) {
    const [sent, answer] = await (random.chance(0.6) ? signIn : signOut)(world, random);
    return { sent, answer };
  },
};
