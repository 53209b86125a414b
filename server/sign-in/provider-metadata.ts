// Owns discovery: the metadata and keys of the identity provider, cached for a while, and how this client authenticates there. Not the sign-in (provider.ts).
import {
  allowInsecureRequests,
  type ClientAuth,
  type Configuration as ClientConfiguration,
  ClientSecretBasic,
  ClientSecretPost,
  clockTolerance,
  customFetch,
  discovery,
  None,
} from 'openid-client';
import type { Logger } from 'pino';
import type { ProviderConfiguration } from '../../schema/process/configuration/configuration.ts';
import { ExposedSecret, readSecretFile } from '../../schema/process/configuration/secret-file.ts';
import { ConfigurationError, errorCode } from '../../schema/process/error.ts';
import { fetchAnswer } from './provider-answer.ts';
import { clockDifference } from './provider-clock.ts';
import { failureOf } from './provider-error.ts';
import { ProviderFailure } from './provider-failure.ts';
import { SigningKeys } from './signing-keys.ts';

/** How long metadata is cached, in milliseconds. */
const metadataLifetime = 60_000;
/** How long a failed discovery is cached, in milliseconds: otherwise every request would wait for the timeout. */
const failureLifetime = 3_000;

/** The metadata of the provider, as the client library holds it. */
export interface ProviderMetadata {
  readonly client: ClientConfiguration;
  /** Null if the provider names no `jwks_uri`. */
  readonly keys: SigningKeys | null;
}

/** How to ask the provider for its metadata. */
export interface MetadataOptions {
  readonly configuration: ProviderConfiguration;
  readonly logger: Logger;
  /** The timeout of a request, in milliseconds. */
  readonly timeout: number;
}

/** The metadata of the provider. It is fetched when it is needed for the first time. */
export class MetadataCache {
  readonly #options: MetadataOptions;
  readonly #secret: string | null;
  #latest: { readonly at: number; failed: boolean; readonly metadata: Promise<ProviderMetadata> } | null =
    null;

  /** Throws {@link ConfigurationError} when the client secret cannot be read. */
  constructor(options: MetadataOptions) {
    this.#options = options;
    this.#secret = clientSecret(options.configuration.clientSecretFile);
  }

  /** Rejects with {@link ProviderFailure}: the metadata cannot be read. */
  get(): Promise<ProviderMetadata> {
    const now = performance.now();
    const latest = this.#latest;
    if (latest && now - latest.at < (latest.failed ? failureLifetime : metadataLifetime))
      return latest.metadata;
    const metadata = this.#discover();
    const next = { at: now, failed: false, metadata };
    this.#latest = next;
    metadata.catch(() => {
      next.failed = true;
    });
    return metadata;
  }

  async #discover(): Promise<ProviderMetadata> {
    const { configuration, logger, timeout } = this.#options;
    const issuer = new URL(configuration.issuer);
    try {
      const client = await discovery(
        issuer,
        configuration.clientId,
        { [clockTolerance]: clockDifference },
        clientAuthentication(this.#secret),
        {
          timeout: timeout / 1_000,
          // The configuration allows http only for this host.
          execute: issuer.protocol === 'http:' ? [allowInsecureRequests] : [],
          [customFetch]: fetchAnswer,
        },
      );
      const { jwks_uri } = client.serverMetadata();
      const keys = jwks_uri === undefined ? null : new SigningKeys(new URL(jwks_uri), timeout);
      return { client, keys };
    } catch (error) {
      // Not the error itself: errors of the library contain the response, which can be secret.
      const { problem, message: why } = failureOf(error);
      logger.warn(
        { why, issuer: configuration.issuer },
        'could not read the metadata of the identity provider',
      );
      const isUnreadable = problem === 'slow' || problem === 'large' || problem === 'web-page';
      throw new ProviderFailure(
        isUnreadable ? problem : 'unavailable',
        `its metadata could not be read: ${why}`,
        error,
      );
    }
  }
}

/** Sends the client secret in a header if the provider accepts that (the default of OpenID Connect), otherwise in the form. Pure. */
function clientAuthentication(secret: string | null): ClientAuth {
  if (secret === null) return None();
  const [header, form] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (methods.includes('client_secret_basic') ? header : form)(server, ...rest);
  };
}

/** Reads the client secret, without surrounding whitespace. Throws {@link ConfigurationError}. */
function clientSecret(file: string | null): string | null {
  if (file === null) return null;
  const name = '--oidc-client-secret-file (SPIDERPIG_OIDC_CLIENT_SECRET_FILE)';
  try {
    const secret = readSecretFile(file).trim();
    if (secret === '') throw new ConfigurationError(`${name}: ${file} is empty`);
    return secret;
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    if (error instanceof ExposedSecret)
      throw new ConfigurationError(`${name}: ${file} is not safe: ${error.message}`);
    throw new ConfigurationError(`${name}: ${file} cannot be read (${errorCode(error)})`);
  }
}
