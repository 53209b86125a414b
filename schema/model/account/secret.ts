// Owns making secrets and the hashes under which they are stored.
import { createHash, randomBytes } from 'node:crypto';

/** A new secret: 256 random bits as base64url, 43 characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** The SHA-256 of a secret, hexadecimal. A slow hash is unnecessary, because 256 random bits cannot be guessed. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');
