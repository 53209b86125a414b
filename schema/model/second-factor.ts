// Owns the second factor: codes that the deployment host prints, codes of an authenticator, and the lock after wrong ones. Not sessions (session.ts).
import { defineEntity, p } from '@mikro-orm/core';
import { text, time } from './column.ts';
import { User } from './user.ts';

const HostCodeSchema = defineEntity({
  name: 'HostCode',
  tableName: 'host_code',
  properties: {
    id: p.integer().primary(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade').index(),
    /** SHA-256 of the code, hexadecimal. It lives too short to be guessed from it. */
    codeHash: text(),
    createdAt: time(),
    expiresAt: time(),
    usedAt: time().nullable(),
  },
});
/** A single-use code that `spiderpig otp` printed on the deployment host. */
export class HostCode extends HostCodeSchema.class {}
HostCodeSchema.setClass(HostCode);

const SecondFactorSchema = defineEntity({
  name: 'SecondFactor',
  tableName: 'second_factor',
  properties: {
    id: p.integer().primary(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade').unique(),
    /** The authenticator's shared secret, base32; null: there is none. */
    totpSecret: text().nullable(),
    /** When the first code of it was shown; null: it was offered, and does not count yet. */
    totpConfirmedAt: time().nullable(),
    /** The time step of the last code that was accepted: none counts twice. */
    totpStep: p.integer().nullable(),
    /** Wrong codes since the last right one or lock. */
    failures: p.integer().default(0),
    /** Until when no code is judged; null or past: codes are judged. */
    lockedUntil: time().nullable(),
  },
});
/** What somebody can show besides signing in, and how often they failed to. */
export class SecondFactor extends SecondFactorSchema.class {}
SecondFactorSchema.setClass(SecondFactor);
