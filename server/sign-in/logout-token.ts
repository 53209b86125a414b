// Owns verifying logout tokens of the identity provider, each of which is accepted once. Not ending the sessions (back-channel-logout.ts).
import { clockDifference } from './provider-clock.ts';
import type { ProviderMetadata } from './provider-metadata.ts';
import { isStorableName, maxAge, verifiedClaims } from './signed-token.ts';

/** How many used logout tokens are remembered. */
const maxRemembered = 10_000;

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** A verified logout token. It names a session, a subject, or both. */
export interface LogoutToken {
  readonly session: string | null;
  readonly subject: string | null;
  /** Sessions that began later are not affected. In milliseconds since 1970: when the token was issued, plus the allowed clock difference. */
  readonly before: number;
  /** Call it after the sessions ended: the token is not accepted again. */
  readonly markUsed: () => void;
}

/** Verifies logout tokens (OpenID Connect Back-Channel Logout 1.0, 2.4 to 2.6). */
export class LogoutTokens {
  readonly #clientId: string;
  readonly #now: () => number;
  /** The ids of used tokens, and when they expire, in milliseconds since 1970. */
  readonly #used = new Map<string, number>();

  constructor(clientId: string, now: () => number) {
    this.#clientId = clientId;
    this.#now = now;
  }

  /** Rejects with the reason when the token is invalid. */
  async verify(token: string, metadata: ProviderMetadata): Promise<LogoutToken> {
    const payload = await verifiedClaims(token, metadata, {
      clientId: this.#clientId,
      requiredClaims: ['iat', 'jti', 'events'],
      now: this.#now(),
    });
    const { events, sid, sub, jti = '', iat = 0 } = payload;
    const event =
      typeof events === 'object' && events !== null ? Reflect.get(events, logoutEvent) : undefined;
    if (typeof event !== 'object' || event === null) throw new Error('it is not a logout token');
    // An ID token has a nonce and must not be accepted as a logout token.
    if (Object.hasOwn(payload, 'nonce')) throw new Error('it has a nonce');
    const session = typeof sid === 'string' ? sid : null;
    const subject = typeof sub === 'string' ? sub : null;
    if (session === null && subject === null) throw new Error('it names neither a session nor a subject');
    if (![session ?? '', subject ?? ''].every(isStorableName))
      throw new Error('it names a session or a subject that cannot be stored');
    if (jti === '' || this.#used.has(jti)) throw new Error('it was used before');
    const before = (iat + clockDifference) * 1_000;
    return { session, subject, before, markUsed: () => this.#markUsed(jti) };
  }

  #markUsed(id: string): void {
    const now = this.#now();
    for (const [each, expiresAt] of this.#used) {
      if (expiresAt > now && this.#used.size < maxRemembered) break;
      this.#used.delete(each);
    }
    this.#used.set(id, now + (maxAge + 2 * clockDifference) * 1_000);
  }
}
