// Owns making secrets and the hashes under which they are stored.
import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, base64url, 43 characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** SHA-256, hexadecimal. Enough for secrets of 256 random bits: there is nothing to guess that a slow hash would protect. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');
