// Owns the signing keys of the identity provider, and when they are asked for again. Not what a token must say (logout-token.ts, provider.ts).
import { setTimeout as wait } from 'node:timers/promises';
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { fetchAnswer } from './provider-answer.ts';

/** The minimum time between two requests for the keys, in milliseconds. A token that needs newer keys waits for the next request. */
const pauseBetweenRequests = 2_000;

/** The keys with which the provider signs tokens. */
export class SigningKeys {
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  /** When the keys were last asked for because of an unknown key, as `performance.now()`. */
  #askedAt = Number.NEGATIVE_INFINITY;
  /** When the keys may be asked for again; null if no token waits for it. */
  #turn: Promise<void> | null = null;

  /** `timeout`: of a request, in milliseconds. */
  constructor(url: URL, timeout: number) {
    this.#keys = createRemoteJWKSet(url, {
      timeoutDuration: timeout,
      // The library would refuse a token during its cool-down, instead of waiting.
      cooldownDuration: Number.POSITIVE_INFINITY,
      [customFetch]: fetchAnswer,
    });
  }

  /**
   * The claims of a token with a valid signature. If its key is unknown or does not fit, the provider may have changed its keys: they are read again,
   * at most once every two seconds however many tokens ask for it.
   */
  async verify(token: string, options: JWTVerifyOptions): Promise<JWTPayload> {
    try {
      return (await jwtVerify(token, this.#keys, options)).payload;
    } catch (error) {
      if (!isUnknownKey(error)) throw error;
      this.#turn ??= this.#nextTurn();
      await this.#turn;
      // Those that waited for the same turn share one request: see the library.
      await this.#keys.reload();
      return (await jwtVerify(token, this.#keys, options)).payload;
    }
  }

  /** Waits until the keys may be asked for again. */
  async #nextTurn(): Promise<void> {
    const remaining = this.#askedAt + pauseBetweenRequests - performance.now();
    await wait(Math.max(0, remaining), undefined, { ref: false });
    this.#askedAt = performance.now();
    this.#turn = null;
  }
}

/** Pure. */
const isUnknownKey = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;
