// Owns the OpenID Connect sign-in: the authorization request, and the claims that the provider returns. Not the requests of browsers (provider-sign-in.ts), nothing that is stored.
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration as ClientConfiguration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { Logger } from 'pino';
import { normalizedName, userNamePattern } from '../../schema/model/account/name.ts';
import type { ProviderPerson } from '../../schema/model/account/provider-attempt.ts';
import type { ProviderConfiguration } from '../../schema/process/configuration/configuration.ts';
import { type LogoutToken, LogoutTokens } from './logout-token.ts';
import { failureOf } from './provider-error.ts';
import { ProviderFailure } from './provider-failure.ts';
import { MetadataCache } from './provider-metadata.ts';
import { isStorableName, verifiedClaims } from './signed-token.ts';

/** The claim with the user name, unless another one is configured. */
const defaultUserClaim = 'preferred_username';

/** A claim of the provider; undefined if it sent none of this name. Pure. */
const claimOf = (claims: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(claims, name) ? claims[name] : undefined;

/** The default timeout of a request to the provider, in milliseconds. */
const defaultTimeout = 5_000;
/** How many groups of a user are kept. */
const maxGroups = 1_000;

/** Where to send a browser, and what must be kept until its callback. */
export interface AuthorizationRequest {
  readonly url: URL;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** How to reach the provider. */
export interface ProviderOptions {
  readonly configuration: ProviderConfiguration;
  /** The origin by which browsers call this server. The redirect URI begins with it and the base path. */
  readonly publicUrl: string;
  /** See {@link Configuration.basePath}. */
  readonly basePath: string;
  readonly logger: Logger;
  /** The timeout of a request, in milliseconds; default 5,000. */
  readonly timeout?: number;
  /** Milliseconds since 1970 UTC. */
  readonly now?: () => number;
}

/** The identity provider of the organisation. */
export class Provider {
  readonly #options: ProviderOptions;
  readonly #metadata: MetadataCache;
  readonly #logoutTokens: LogoutTokens;

  /** Throws a ConfigurationError when the client secret cannot be read. */
  constructor(options: ProviderOptions) {
    const { configuration, logger, timeout = defaultTimeout, now = Date.now } = options;
    this.#options = options;
    this.#metadata = new MetadataCache({ configuration, logger, timeout });
    this.#logoutTokens = new LogoutTokens(configuration.clientId, now);
  }

  /** The name for users: the host of the issuer. */
  get name(): string {
    return new URL(this.#options.configuration.issuer).host;
  }

  /** Whether the provider responds. */
  async available(): Promise<boolean> {
    return await this.#metadata.get().then(
      () => true,
      () => false,
    );
  }

  /** Begins a sign-in. Throws {@link ProviderFailure}. */
  async authorizationRequest(): Promise<AuthorizationRequest> {
    const { client } = await this.#metadata.get();
    const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
    const url = buildAuthorizationUrl(client, {
      redirect_uri: this.#callback.href,
      scope: this.#scope(client),
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { url, state, nonce, verifier };
  }

  /**
   * The person that a callback with this query authenticates. Checks `state`, `iss`, `nonce`, the code, and signature, issuer, audience and times
   * of the ID token. Throws {@link ProviderFailure}.
   */
  async authenticate(query: string, expected: Omit<AuthorizationRequest, 'url'>): Promise<ProviderPerson> {
    const metadata = await this.#metadata.get();
    const { client } = metadata;
    try {
      // Never from the Host of the request: the redirect URI must be the registered one.
      const url = new URL(`?${query}`, this.#callback);
      const tokens = await authorizationCodeGrant(client, url, {
        expectedState: expected.state,
        expectedNonce: expected.nonce,
        pkceCodeVerifier: expected.verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new ProviderFailure('answer', 'there is no ID token');
      const { clientId, groupsClaim, userClaim } = this.#options.configuration;
      // The library checks the claims; the signature and the age are checked here, with keys that are read again when the provider changes them.
      const { now = Date.now } = this.#options;
      const expectation = { clientId, requiredClaims: ['iat', 'exp'], now: now() };
      await verifiedClaims(tokens.id_token ?? '', metadata, expectation);
      const complete =
        Object.hasOwn(claims, groupsClaim) &&
        typeof claimOf(claims, userClaim ?? defaultUserClaim) === 'string';
      const needsUserInfo = !complete && client.serverMetadata().userinfo_endpoint !== undefined;
      const info = needsUserInfo ? await fetchUserInfo(client, tokens.access_token, claims.sub) : {};
      return this.#person({ ...info, ...claims }, claims.sub);
    } catch (error) {
      throw failureOf(error);
    }
  }

  get #callback(): URL {
    const { publicUrl, basePath } = this.#options;
    return new URL(`${basePath}/sign-in/callback`, publicUrl);
  }

  /** See {@link LogoutTokens.verify}. */
  async verifyLogoutToken(token: string): Promise<LogoutToken> {
    return await this.#logoutTokens.verify(token, await this.#metadata.get());
  }

  /** Providers reject unknown scopes, so optional scopes are requested only if the provider lists them. */
  #scope(client: ClientConfiguration): string {
    const supported = client.serverMetadata().scopes_supported ?? [];
    const optional = new Set(['groups', this.#options.configuration.groupsClaim]);
    return ['openid', 'profile', ...[...optional].filter((scope) => supported.includes(scope))].join(' ');
  }

  #person(claims: Readonly<Record<string, unknown>>, subject: string): ProviderPerson {
    const { logger, configuration } = this.#options;
    const { groupsClaim, userClaim } = configuration;
    const given = claimOf(claims, userClaim ?? defaultUserClaim);
    // A configured claim that is missing is not replaced: scap would attribute deployments to another account, or to none.
    if (userClaim !== null && typeof given !== 'string')
      throw new ProviderFailure('name', `the claim “${userClaim}” of the user is missing`);
    const name = normalizedName(typeof given === 'string' ? given : subject);
    if (!userNamePattern.test(name)) {
      throw new ProviderFailure('name', `“${name.slice(0, 100)}” is not an allowed user name`);
    }
    const claim = Object.hasOwn(claims, groupsClaim) ? claims[groupsClaim] : undefined;
    if (claim === undefined) {
      logger.warn({ user: name, claim: groupsClaim }, 'the identity provider sent no groups claim');
    }
    const all = groupsOf(claim);
    const groups = all.slice(0, maxGroups);
    if (groups.length < all.length) {
      logger.warn({ user: name, groups: all.length, kept: maxGroups }, 'the user is in too many groups');
    }
    const sid = claims['sid'];
    // A session is found by its name when the provider ends it, and an account by its subject: neither may be stored in another form.
    if (!isStorableName(subject) || (typeof sid === 'string' && !isStorableName(sid)))
      throw new ProviderFailure('answer', 'the subject or the session of the user cannot be stored');
    return {
      name,
      groups,
      session: typeof sid === 'string' ? sid : null,
      issuer: configuration.issuer,
      subject,
    };
  }
}

/** The groups of a claim: a list, or a single group. Values that are not strings or cannot be stored are left out. Pure. */
export function groupsOf(claim: unknown): string[] {
  const values: unknown[] = Array.isArray(claim) ? claim : [claim];
  const groups = values.filter(
    (group): group is string => typeof group === 'string' && group !== '' && isStorableName(group),
  );
  return [...new Set(groups)];
}
