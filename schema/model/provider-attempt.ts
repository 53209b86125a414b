// Owns attempts to sign in at the organisation's identity provider, from leaving for it to coming back. Not the protocol (server/provider.ts).
import { defineEntity, p } from '@mikro-orm/core';
import { text, time } from './column.ts';

const ProviderAttemptSchema = defineEntity({
  name: 'ProviderAttempt',
  tableName: 'provider_attempt',
  properties: {
    id: p.integer().primary(),
    /** SHA-256 of `state`, hexadecimal. */
    stateHash: text().unique(),
    /** SHA-256 of the cookie of the browser that left, hexadecimal: another one cannot come back. */
    browserHash: text(),
    nonce: text(),
    /** PKCE's verifier. */
    verifier: text(),
    /** Where the person wanted to go: a path of ours. */
    next: text(),
    createdAt: time(),
    expiresAt: time().index(),
    redeemedAt: time().nullable(),
  },
});
/** Somebody who left for the identity provider. */
export class ProviderAttempt extends ProviderAttemptSchema.class {}
ProviderAttemptSchema.setClass(ProviderAttempt);
