// Owns host codes: single-use codes that `spiderpig otp` prints on the deployment host, as a second factor. Not checking one (second-factor-check.ts).
import { randomInt } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import { DomainError } from '../../error.ts';
import { text, time } from '../../store/column.ts';
import type { Database } from '../../store/database.ts';
import { hostSource, recordAudit } from '../audit.ts';
import { hashSecret } from '../secret.ts';
import { User, userNamed } from '../user.ts';
import { lockFactor } from './second-factor.ts';

/** How long a host code is valid, in milliseconds. */
export const hostCodeLifetime = 120_000;
/** How many characters a host code has. */
const hostCodeLength = 8;
/** Without vowels, so that no code is a word, and without characters that are easily confused. */
const hostCodeAlphabet = '23456789BCDFGHJKMNPQRSTVWXZ';

const HostCodeSchema = defineEntity({
  name: 'HostCode',
  tableName: 'host_code',
  properties: {
    id: p.integer().primary(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade').index(),
    /** SHA-256 of the code, hexadecimal. The code expires before it could be guessed from the hash. */
    codeHash: text(),
    createdAt: time(),
    expiresAt: time(),
    usedAt: time().nullable(),
  },
});
/** A single-use code that `spiderpig otp` printed on the deployment host. */
export class HostCode extends HostCodeSchema.class {}
HostCodeSchema.setClass(HostCode);

/** A banned user gets no code. */
export class UserBanned extends DomainError {
  constructor(name: string) {
    super(`The account of ${name} is suspended, so no code can be created. An admin can lift this.`);
  }
}

/**
 * Creates a single-use code for a user, valid for {@link hostCodeLifetime}; an earlier one becomes invalid. `by`: who asked for it on the
 * deployment host. One transaction. Throws {@link UserBanned}.
 */
export async function createHostCode(
  db: Database,
  userName: string,
  by = userName,
  now = Date.now(),
): Promise<string> {
  const code = Array.from(
    { length: hostCodeLength },
    () => hostCodeAlphabet[randomInt(hostCodeAlphabet.length)],
  ).join('');
  await db.write([], async (em) => {
    const user = await userNamed(em, userName, now);
    if (user.bannedAt !== null) throw new UserBanned(user.name);
    // Concurrent calls are serialised, so that only the last code is valid.
    await lockFactor(db, em, user.id);
    await em.nativeDelete(HostCode, { user: user.id });
    await em.insert(HostCode, {
      user: user.id,
      codeHash: hashSecret(code),
      createdAt: now,
      expiresAt: now + hostCodeLifetime,
    });
    await recordAudit(em, {
      at: now,
      user,
      action: 'second factor changed',
      detail: by === userName ? 'a code was printed' : `a code was printed for ${by}`,
      through: hostSource,
    });
  });
  return code;
}
