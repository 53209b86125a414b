// Owns time-based one-time passwords (RFC 6238) of authenticators. Pure. Not whose secret it is (authenticator.ts).
import { Secret, TOTP } from 'otpauth';

/** The name that authenticators show for this account. */
const issuer = 'SpiderPig';

/** The maximum length of a submitted code, in UTF-16 units, including spaces. */
const maxCodeLength = 64;

/** A code as compared: without spaces and dashes, in upper case. Pure. */
export const normalizedCode = (code: string): string =>
  code.slice(0, maxCodeLength).replaceAll(/[\s-]/g, '').toUpperCase();

/** The parameters that RFC 6238 leaves open, as all authenticators implement them: SHA-1, six digits, thirty seconds. */
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

/** The time step of a code, at most one away from the current one; null if the code is wrong. Compared in constant time. */
export function stepOf(secret: string, code: string, now: number): number | null {
  if (!/^[0-9]{6}$/.test(code)) return null;
  const totp = totpOf(secret, '');
  const delta = totp.validate({ token: code, timestamp: now, window: 1 });
  return delta === null ? null : totp.counter({ timestamp: now }) + delta;
}
