// Owns a real identity provider in the test process: OpenID Connect with PKCE, groups and back-channel logout. People sign in without a password.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { decodeJwt, type JWTPayload, SignJWT } from 'jose';
import Provider, { type Configuration, type InteractionResults } from 'oidc-provider';

/** A person with an account at the provider. */
export interface Person {
  readonly preferred_username?: string;
  readonly groups?: readonly unknown[] | string;
}

/**
 * Normal operation, or one of the failures of a provider. `drips`: begins an answer and never ends it. `floods`: its answer has 100 MB if it is read to
 * the end.
 */
export type Behaviour = 'answers' | 'hangs' | 'hangs up' | 'fails' | 'drips' | 'floods' | 'is a web page';

export interface IdentityProviderOptions {
  /** The public URL of SpiderPig: `http://127.0.0.1:PORT`. */
  readonly publicUrl: string;
  /** The people by `sub`. Tests may change it at any time. */
  readonly people: Map<string, Person>;
  /** Whether the ID token has all claims. Otherwise only userinfo has them, which is the default of the standard. */
  readonly claimsInToken?: boolean;
}

/** A running provider. */
export interface IdentityProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  behaviour: Behaviour;
  /** The path where it fails; null: everywhere. */
  failsAt: string | null;
  /** Replaces the signing key: the new one has another name, and the old one is no longer published. */
  rotateKey(): void;
  /** Changes the claims of the next ID tokens, which are signed again. */
  tamper: ((claims: JWTPayload) => JWTPayload) | null;
  /** The key that signs changed ID tokens. Null: the key of the provider. */
  tamperKey: KeyObject | null;
  /** The paths of all requests. */
  readonly asked: string[];
  /** Signs claims as a logout token (default key: the key of the provider). */
  sign(claims: JWTPayload, options?: { key?: KeyObject; type?: string }): Promise<string>;
  /** The claims of a valid logout token, for tests to change. */
  logoutClaims(more: JWTPayload): JWTPayload;
}

const clientId = 'spiderpig';
const clientSecret = 'a secret that only the tests know';

/** What oidc-provider is configured with: one client, PKCE required, no consent page. */
const configurationOf = ({
  publicUrl,
  people,
  claimsInToken,
  jwk,
}: Required<IdentityProviderOptions> & { readonly jwk: JsonWebKey }): Configuration => ({
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [`${publicUrl}/sign-in/callback`],
      backchannel_logout_uri: `${publicUrl}/sign-in/back-channel-logout`,
      backchannel_logout_session_required: true,
    },
  ],
  // The key type of oidc-provider is narrower than that of Node.
  jwks: { keys: [jwk as { kty: 'RSA'; kid: string }] },
  cookies: { keys: ['a key for the cookies of the tests'] },
  pkce: { required: () => true },
  scopes: ['openid', 'profile', 'groups'],
  claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
  conformIdTokenClaims: !claimsInToken,
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  findAccount: (_context, id) => {
    const person = people.get(id);
    return person && { accountId: id, claims: () => ({ sub: id, ...person }) };
  },
  // No consent page.
  async loadExistingGrant(context) {
    const { client, session, provider: own } = context.oidc;
    if (!client || !session?.accountId) return undefined;
    const known = session.grantIdFor(client.clientId);
    if (known !== undefined) return await own.Grant.find(known);
    const grant = new own.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid profile groups');
    await grant.save();
    return grant;
  },
  // The default implementation refuses loopback addresses.
  fetch: (url, options) =>
    globalThis.fetch(url, {
      method: options?.method ?? 'GET',
      headers: options?.headers ?? {},
      body: options?.body ?? null,
    }),
});

/** The sign-in page of the provider. */
async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      '<!doctype html><title>The organisation</title><form method="post"><label>Your name <input name="login"></label><button>Continue</button><button name="denied" value="yes">Cancel</button></form>',
    );
    return;
  }
  let body = '';
  for await (const piece of request) body += piece;
  const form = new URLSearchParams(body);
  const result: InteractionResults = form.has('denied')
    ? { error: 'access_denied', error_description: 'they did not want to' }
    : { login: { accountId: form.get('login') ?? '' } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

/** Starts a provider on a free port of `localhost`, which is another site than SpiderPig's 127.0.0.1 for a browser. */
export async function openIdentityProvider({
  publicUrl,
  people,
  claimsInToken = false,
}: IdentityProviderOptions): Promise<IdentityProvider> {
  const newKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  let [signingKey, keyId] = [newKey(), 'key-1'];
  const jwk = { ...signingKey.export({ format: 'jwk' }), kid: keyId, alg: 'RS256', use: 'sig' };
  let isRotated = false;
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The address of a listening TCP server is an object.
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;

  const provider = new Provider(issuer, configurationOf({ publicUrl, people, claimsInToken, jwk }));

  const sign: IdentityProvider['sign'] = (claims, { key = signingKey, type = 'logout+jwt' } = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: keyId, typ: type }).sign(key);

  const own: IdentityProvider = {
    issuer,
    clientId,
    clientSecret,
    behaviour: 'answers',
    failsAt: null,
    rotateKey() {
      signingKey = newKey();
      keyId = `key-${crypto.randomUUID()}`;
      isRotated = true;
    },
    tamper: null,
    tamperKey: null,
    asked: [],
    sign,
    logoutClaims: (more) => ({
      iss: issuer,
      aud: clientId,
      iat: Math.floor(Date.now() / 1_000),
      exp: Math.floor(Date.now() / 1_000) + 120,
      jti: crypto.randomUUID(),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      ...more,
    }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  provider.use(async (context, next) => {
    await next();
    if (isRotated && context.path === '/jwks') {
      const { kty, n, e } = signingKey.export({ format: 'jwk' });
      context.body = { keys: [{ kty, n, e, kid: keyId, alg: 'RS256', use: 'sig' }] };
    }
    const isChanged = own.tamper !== null || isRotated;
    if (!isChanged || context.path !== '/token' || typeof context.body !== 'object') return;
    const { id_token: token, ...rest } = Object(context.body);
    // The provider has refused the request.
    if (typeof token !== 'string') return;
    const claims = (own.tamper ?? ((same) => same))(decodeJwt(token));
    context.body = {
      ...rest,
      id_token: await sign(claims, { type: 'JWT', key: own.tamperKey ?? signingKey }),
    };
  });

  const answer = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url?.split('?', 1)[0] ?? '/';
    own.asked.push(path);
    const behaviour = own.failsAt === null || own.failsAt === path ? own.behaviour : 'answers';
    if (behaviour !== 'answers') fail(behaviour, response);
    else if (path.startsWith('/interaction/')) {
      interact(provider, request, response).catch(() => response.destroy());
    } else void answer(request, response);
  });
  return own;
}

/** Answers in the way of a provider that fails. */
function fail(behaviour: Exclude<Behaviour, 'answers'>, response: ServerResponse): void {
  const json = { 'content-type': 'application/json' };
  if (behaviour === 'hangs up') response.destroy();
  else if (behaviour === 'fails') response.writeHead(502).end('Bad gateway');
  else if (behaviour === 'is a web page')
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Maintenance</title>');
  else if (behaviour === 'drips') response.writeHead(200, json).write('{"issuer": "');
  else if (behaviour === 'floods') {
    response.writeHead(200, json);
    const spaces = Buffer.alloc(1_000_000, ' ');
    Readable.from(Array.from({ length: 100 }, () => spaces)).pipe(response);
  }
}

/** A minimal browser: it keeps cookies and follows one redirect at a time. */
export class CookieKeeper {
  readonly #cookies: { host: string; path: string; name: string; value: string }[] = [];
  /** The requested URLs, in order. */
  readonly visited: string[] = [];

  /** The value of a cookie, or null. */
  cookie(name: string | RegExp): string | null {
    const isWanted = (each: string): boolean => (typeof name === 'string' ? each === name : name.test(each));
    return this.#cookies.find((each) => isWanted(each.name))?.value ?? null;
  }

  /** Sends one request without following redirects. */
  async send(url: string, init: RequestInit = {}): Promise<Response> {
    const { hostname, pathname } = new URL(url);
    this.visited.push(url);
    const under = (path: string) =>
      path === '/' || pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
    const cookies = this.#cookies.filter(({ host, path }) => host === hostname && under(path));
    const headers = new Headers(init.headers);
    if (cookies.length > 0) {
      headers.set('cookie', cookies.map(({ name, value }) => `${name}=${value}`).join('; '));
    }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#keep(line, hostname);
    return response;
  }

  #keep(line: string, host: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const attribute = (wanted: string) =>
      attributes.find((each) => each.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const path = attribute('path') ?? '/';
    const at = this.#cookies.findIndex(
      (each) => each.name === name && each.path === path && each.host === host,
    );
    if (at !== -1) this.#cookies.splice(at, 1);
    const gone = attribute('max-age') === '0' || Date.parse(attribute('expires') ?? '') < Date.now();
    if (!gone && value !== '') this.#cookies.push({ host, path, name, value });
  }

  /**
   * Follows redirects from `url` and submits the form of the provider as `login` (null: denies). Stops at the first URL for which `until` is
   * true, without requesting it. Throws if there is no such URL.
   */
  async go(url: string, login: string | null, until: (url: URL) => boolean): Promise<URL> {
    let next = new URL(url);
    let form: string | null = null;
    for (let step = 0; step < 20; step++) {
      if (until(next)) return next;
      const init: RequestInit =
        form === null
          ? {}
          : {
              method: 'POST',
              body: form,
              headers: { 'content-type': 'application/x-www-form-urlencoded' },
            };
      const response = await this.send(next.href, init);
      form = null;
      const location = response.headers.get('location');
      const body = await response.text();
      if (location !== null) next = new URL(location, next);
      else if (response.status === 200 && body.includes('name="login"')) {
        form = login === null ? 'denied=yes' : new URLSearchParams({ login }).toString();
      } else throw new Error(`ended at ${next.href} with ${response.status}: ${body.slice(0, 500)}`);
    }
    throw new Error('too many redirects');
  }
}
