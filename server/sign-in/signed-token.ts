// Owns what every token that the identity provider signs must fulfil: key, algorithm, issuer, audience, age. Not what kind of token it is (provider.ts, logout-token.ts).
import type { JWTPayload } from 'jose';
import { clockDifference } from './provider-clock.ts';
import type { ProviderMetadata } from './provider-metadata.ts';

/** The maximum age of a token, in seconds. */
export const maxAge = 10 * 60;

/** The maximum length of the name of a group, a subject or a session, in UTF-16 units. */
const longestName = 1_000;

/** Whether both databases store a name as it is, and its length is reasonable. Pure. */
export const isStorableName = (name: string): boolean =>
  name.length <= longestName && name.isWellFormed() && !name.includes('\0');

/** What is expected of a token besides its signature. */
interface Expectation {
  readonly clientId: string;
  readonly requiredClaims: string[];
  /** In milliseconds since 1970 UTC. */
  readonly now: number;
}

/**
 * The claims of a token that is signed by the provider for this client, and was issued in the last ten minutes; the clocks may differ in both
 * directions. Rejects with the reason when the token is invalid.
 */
export async function verifiedClaims(
  token: string,
  { client, keys }: ProviderMetadata,
  { clientId, requiredClaims, now }: Expectation,
): Promise<JWTPayload> {
  if (keys === null) throw new Error('the identity provider has no keys');
  const { issuer, id_token_signing_alg_values_supported: algorithms } = client.serverMetadata();
  return await keys.verify(token, {
    issuer,
    audience: clientId,
    // Only asymmetric algorithms: their private keys are known to the provider alone.
    algorithms: (algorithms ?? ['RS256']).filter((name) =>
      /^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA|Ed25519)$/.test(name),
    ),
    clockTolerance: clockDifference,
    maxTokenAge: maxAge,
    requiredClaims,
    currentDate: new Date(now),
  });
}
