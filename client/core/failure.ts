// Owns the kinds of failed requests, and which kind an error code of the server has: the same for the page, the terminal and the package. Owns no wording.

/** Why a request failed. */
export type FailureKind =
  /** The server cannot be reached, or its reply was lost. A retry can help. */
  | 'unreachable'
  /** The token or the session is missing, wrong, expired or revoked. */
  | 'unauthenticated'
  /** The token or the role has no permission for this. */
  | 'forbidden'
  /** An argument is invalid: see the message. */
  | 'invalid'
  /** The server's database is unavailable. A retry can help; `recorded` says whether anything was recorded. */
  | 'database'
  /** An error of the server, or a request that it does not understand. */
  | 'failed';

/** The kind of an error with this `extensions.code`, of any type. Pure. */
export function kindOfCode(code: unknown): Exclude<FailureKind, 'unreachable'> {
  if (code === 'UNAUTHENTICATED') return 'unauthenticated';
  if (code === 'FORBIDDEN') return 'forbidden';
  if (code === 'BAD_USER_INPUT' || code === 'NOT_FOUND') return 'invalid';
  return String(code).startsWith('DATABASE_') ? 'database' : 'failed';
}
