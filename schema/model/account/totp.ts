// Owns time-based one-time passwords (RFC 6238) of authenticators. Pure. Not whose secret it is (authenticator.ts).
import { Secret, TOTP } from 'otpauth';

/** What an authenticator calls us. */
const issuer = 'SpiderPig';

/** The longest code that is looked at, in UTF-16 units, blanks included. */
const maxCodeLength = 64;

/** As people copy and type it: blanks and dashes do not count, nor does the case. */
export const normalizedCode = (code: string): string =>
  code.slice(0, maxCodeLength).replaceAll(/[\s-]/g, '').toUpperCase();

/** What RFC 6238 leaves open, as every authenticator has it: SHA-1, six digits, thirty seconds. */
export function totpOf(secret: string, label: string): TOTP {
  return new TOTP({
    issuer,
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: 30,
    secret: Secret.fromBase32(secret),
  });
}

/** The time step that a code of an authenticator is of, at most one away from now; null: it is none. Compared in constant time. */
export function stepOf(secret: string, code: string, now: number): number | null {
  if (!/^[0-9]{6}$/.test(code)) return null;
  const totp = totpOf(secret, '');
  const delta = totp.validate({ token: code, timestamp: now, window: 1 });
  return delta === null ? null : totp.counter({ timestamp: now }) + delta;
}
