// Owns OpenID Connect: what is asked of the organisation's identity provider and what is believed of its answers. Not the requests of browsers (provider-sign-in.ts), nothing that is stored.
import { readFileSync, statSync } from 'node:fs';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  type Configuration as ClientConfiguration,
  ClientSecretBasic,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  clockTolerance,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import type { Logger } from 'pino';
import type { ProviderPerson } from '../../schema/model/account/provider-attempt.ts';
import { userNamePattern } from '../../schema/model/account/user.ts';
import type { ProviderConfiguration } from '../../schema/process/configuration.ts';
import { ConfigurationError, errorCode } from '../../schema/process/error.ts';
import { ProviderFailure } from './provider-failure.ts';

/** How far the provider's clock may be off, in seconds. */
const clockDifference = 60;
/** How old a logout token may be, in seconds. */
const logoutTokenAge = 10 * 60;
/** How long what the provider says of itself counts, and that it could not be asked, in milliseconds. */
const metadataLifetime = 60_000;
const failureLifetime = 3_000;
/** How long one answer of the provider may take, in milliseconds, unless it is told otherwise. */
const defaultTimeout = 5_000;
/** How many groups of a person are kept, and how long each may be, in UTF-16 units. */
const mostGroups = 1_000;
const longestGroup = 1_000;
/** How many logout tokens are remembered, so that none counts twice. */
const mostLogoutTokens = 10_000;

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** A browser that leaves: where to, and what is kept until it is back. */
export interface Departure {
  readonly url: URL;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** A logout token that is believed. */
export interface ProviderGoodbye {
  readonly session: string | null;
  readonly subject: string | null;
  /** What began after this moment is not meant, in milliseconds since 1970: when it was made, as far as the provider's clock may be off. */
  readonly before: number;
  /** Call it when the token has done its work: it does not count again. */
  readonly spend: () => void;
}

/** Where the provider is, and the world around it. */
export interface ProviderOptions {
  readonly configuration: ProviderConfiguration;
  readonly logger: Logger;
  /** How long one answer of it may take, in milliseconds; default 5,000. */
  readonly timeout?: number;
  readonly now?: () => number;
}

/** What the provider says of itself. */
interface Found {
  readonly client: ClientConfiguration;
  readonly keys: ReturnType<typeof createRemoteJWKSet> | null;
}

/** The organisation's identity provider. It is asked for the first time when somebody wants it. */
export class Provider {
  readonly #options: ProviderOptions;
  readonly #secret: string | null;
  readonly #now: () => number;
  #latest: { readonly at: number; failed: boolean; readonly found: Promise<Found> } | null = null;
  /** Logout tokens that have done their work, and until when they would count, in milliseconds since 1970. */
  readonly #spent = new Map<string, number>();

  /** Throws {@link ConfigurationError} when the client's secret cannot be read. */
  constructor(options: ProviderOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#secret = clientSecret(options.configuration.clientSecretFile, options.logger);
  }

  /** What people know it by: the host of its issuer. */
  get name(): string {
    return new URL(this.#options.configuration.issuer).host;
  }

  /** Whether it can be asked. Takes as long as asking does. */
  async available(): Promise<boolean> {
    return await this.#find().then(
      () => true,
      () => false,
    );
  }

  /** Where a browser goes to sign in. Throws {@link ProviderFailure}. */
  async departure(): Promise<Departure> {
    const { client } = await this.#find();
    const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
    const url = buildAuthorizationUrl(client, {
      redirect_uri: `${this.#options.configuration.publicUrl}/sign-in/callback`,
      scope: this.#scope(client),
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { url, state, nonce, verifier };
  }

  /**
   * Who came back with this query, as the provider says when it is asked for it. Checks `state`, `iss`, `nonce`, the code, the token's
   * signature, issuer, audience and times. Throws {@link ProviderFailure}.
   */
  async arrival(query: string, kept: Omit<Departure, 'url'>): Promise<ProviderPerson> {
    const { client } = await this.#find();
    try {
      // Never from the request's own Host: the redirect URI is what was registered.
      const url = new URL(`/sign-in/callback?${query}`, this.#options.configuration.publicUrl);
      const tokens = await authorizationCodeGrant(client, url, {
        expectedState: kept.state,
        expectedNonce: kept.nonce,
        pkceCodeVerifier: kept.verifier,
        idTokenExpected: true,
      });
      const token = tokens.claims();
      if (token === undefined) throw new ProviderFailure('answer', 'there is no ID token');
      const { groupsClaim } = this.#options.configuration;
      const enough = Object.hasOwn(token, groupsClaim) && typeof token['preferred_username'] === 'string';
      const asks = !enough && client.serverMetadata().userinfo_endpoint !== undefined;
      const info = asks ? await fetchUserInfo(client, tokens.access_token, token.sub) : {};
      return this.#person({ ...info, ...token }, token.sub);
    } catch (error) {
      throw failureOf(error);
    }
  }

  /** Reads a logout token (OpenID Connect Back-Channel Logout 1.0, 2.4 to 2.6). Rejects when it is not to be believed. */
  async goodbye(token: string): Promise<ProviderGoodbye> {
    const { client, keys } = await this.#find();
    if (keys === null) throw new Error('the identity provider names no keys');
    const { issuer, id_token_signing_alg_values_supported: named } = client.serverMetadata();
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: this.#options.configuration.clientId,
      // Only with keys that nobody but the provider has.
      algorithms: (named ?? ['RS256']).filter((name) =>
        /^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA|Ed25519)$/.test(name),
      ),
      clockTolerance: clockDifference,
      maxTokenAge: logoutTokenAge,
      requiredClaims: ['iat', 'jti', 'events'],
      currentDate: new Date(this.#now()),
    });
    const { events, sid, sub, jti = '', iat = 0 } = payload;
    const said = typeof events === 'object' && events !== null ? Reflect.get(events, logoutEvent) : undefined;
    if (typeof said !== 'object' || said === null) throw new Error('it is no logout token');
    // So that no ID token can pass for one.
    if (Object.hasOwn(payload, 'nonce')) throw new Error('it has a nonce');
    const session = typeof sid === 'string' ? sid : null;
    const subject = typeof sub === 'string' ? sub : null;
    if (session === null && subject === null) throw new Error('it names neither a session nor a person');
    if (jti === '' || this.#spent.has(jti)) throw new Error('it was used already');
    return { session, subject, before: (iat + clockDifference) * 1_000, spend: () => this.#spend(jti) };
  }

  #spend(id: string): void {
    const now = this.#now();
    for (const [each, until] of this.#spent) {
      if (until > now && this.#spent.size < mostLogoutTokens) break;
      this.#spent.delete(each);
    }
    this.#spent.set(id, now + (logoutTokenAge + 2 * clockDifference) * 1_000);
  }

  /** Throws {@link ProviderFailure} `unavailable`; a failure counts for three seconds, so that nobody waits for the same again and again. */
  #find(): Promise<Found> {
    const now = performance.now();
    const latest = this.#latest;
    if (latest && now - latest.at < (latest.failed ? failureLifetime : metadataLifetime)) return latest.found;
    const found = this.#discover();
    const next = { at: now, failed: false, found };
    this.#latest = next;
    found.catch(() => {
      next.failed = true;
    });
    return found;
  }

  async #discover(): Promise<Found> {
    const { configuration, logger, timeout = defaultTimeout } = this.#options;
    const issuer = new URL(configuration.issuer);
    try {
      const client = await discovery(
        issuer,
        configuration.clientId,
        { [clockTolerance]: clockDifference },
        clientAuthentication(this.#secret),
        {
          timeout: timeout / 1_000,
          // The configuration lets http pass for this very machine only.
          execute: [
            enableNonRepudiationChecks,
            ...(issuer.protocol === 'http:' ? [allowInsecureRequests] : []),
          ],
        },
      );
      const { jwks_uri } = client.serverMetadata();
      const keys =
        jwks_uri === undefined
          ? null
          : createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: timeout, cooldownDuration: 10_000 });
      return { client, keys };
    } catch (error) {
      // Not the error itself: those of the protocol carry what was answered, which may be secret.
      const why = reasonOf(error);
      logger.warn({ why, issuer: configuration.issuer }, 'the identity provider could not be asked');
      throw new ProviderFailure('unavailable', `its metadata could not be read: ${why}`, error);
    }
  }

  /** Providers refuse scopes that they do not have: beyond what OpenID Connect itself has, only those are asked for that are named. */
  #scope(client: ClientConfiguration): string {
    const named = client.serverMetadata().scopes_supported ?? [];
    const wanted = new Set(['groups', this.#options.configuration.groupsClaim]);
    return ['openid', 'profile', ...[...wanted].filter((scope) => named.includes(scope))].join(' ');
  }

  #person(claims: Readonly<Record<string, unknown>>, subject: string): ProviderPerson {
    const { logger, configuration } = this.#options;
    const { groupsClaim } = configuration;
    const preferred = claims['preferred_username'];
    const name = typeof preferred === 'string' ? preferred : subject;
    if (!userNamePattern.test(name)) {
      throw new ProviderFailure('name', `“${name.slice(0, 100)}” is not a name that a user can have`);
    }
    const told = Object.hasOwn(claims, groupsClaim) ? claims[groupsClaim] : undefined;
    if (told === undefined) {
      logger.warn({ user: name, claim: groupsClaim }, 'the identity provider says nothing of groups');
    }
    const all = groupsOf(told);
    const groups = all.slice(0, mostGroups);
    if (groups.length < all.length) {
      logger.warn({ user: name, groups: all.length, kept: mostGroups }, 'somebody is in too many groups');
    }
    const sid = claims['sid'];
    return { name, groups, session: typeof sid === 'string' ? sid : null, subject };
  }
}

/** The groups of a claim: a list, or a single one; what is no text or cannot be stored is left out. Pure. */
export function groupsOf(claim: unknown): string[] {
  const told: unknown[] = Array.isArray(claim) ? claim : [claim];
  const groups = told.filter(
    (group): group is string =>
      typeof group === 'string' &&
      group !== '' &&
      group.length <= longestGroup &&
      group.isWellFormed() &&
      !group.includes('\0'),
  );
  return [...new Set(groups)];
}

/** As the provider wants it: by header where it takes that, which is the default of OpenID Connect, else in the form. Pure. */
function clientAuthentication(secret: string | null): ClientAuth {
  if (secret === null) return None();
  const [header, form] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (server, ...rest) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (ways.includes('client_secret_basic') ? header : form)(server, ...rest);
  };
}

/** Reads the client's secret; blanks around it do not count. */
function clientSecret(file: string | null, logger: Logger): string | null {
  if (file === null) return null;
  const name = '--oidc-client-secret-file (SPIDERPIG_OIDC_CLIENT_SECRET_FILE)';
  try {
    const secret = readFileSync(file, 'utf8').trim();
    if (secret === '') throw new ConfigurationError(`${name}: ${file} is empty`);
    const mode = statSync(file).mode & 0o777;
    if ((mode & 0o077) !== 0) {
      logger.warn({ file, mode: mode.toString(8) }, 'others may read the secret of the client: chmod 600 it');
    }
    return secret;
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(`${name}: ${file} cannot be read (${errorCode(error)})`);
  }
}

/** Which problem an error of the protocol is. Pure. */
function failureOf(error: unknown): ProviderFailure {
  if (error instanceof ProviderFailure) return error;
  if (error instanceof AuthorizationResponseError) {
    const problem = error.error === 'access_denied' ? 'denied' : 'refused';
    return new ProviderFailure(problem, `it answered with ${error.error}`, error);
  }
  // Our secret is wrong, say; an operator must look.
  if (error instanceof ResponseBodyError) {
    return new ProviderFailure('refused', `it answered with ${error.error}`, error);
  }
  if (error instanceof WWWAuthenticateChallengeError) {
    const words = error.cause.map(({ scheme, parameters }) => parameters.error ?? scheme);
    return new ProviderFailure('refused', `it answered with ${words.join(', ')}`, error);
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const broken = cause instanceof Response && cause.status >= 500;
  // fetch() throws a TypeError whose cause is the trouble of the network.
  const silent =
    errorCode(error) === 'OAUTH_TIMEOUT' || (error instanceof TypeError && cause instanceof Error);
  return broken || silent
    ? new ProviderFailure('unavailable', `it did not answer: ${reasonOf(error)}`, error)
    : new ProviderFailure('answer', `its answer cannot be believed: ${reasonOf(error)}`, error);
}

/** What is said of an error in the log: its messages and those of its causes, and nothing else of it. Pure. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = errorCode(error);
  const words = error.message === code ? code : `${error.message} (${code})`;
  return error.cause instanceof Error ? `${words}: ${reasonOf(error.cause)}` : words;
}
