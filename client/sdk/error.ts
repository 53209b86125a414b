// Owns how a request to SpiderPig can fail, apart from the members of result unions. Not how a failure is shown.

/** Why a request failed. */
export type FailureKind =
  /** The server cannot be reached. A retry can help. */
  | 'unreachable'
  /** The token is missing, wrong, expired or revoked. */
  | 'unauthenticated'
  /** The token has no permission for this. */
  | 'forbidden'
  /** The server's database is unavailable. A retry can help; the message says whether anything was recorded. */
  | 'database'
  /** An internal error of the server; the message contains the id under which the server logged it. */
  | 'failed';

/** A request without a result. The message can be shown to users. */
export class SpiderPigError extends Error {
  override readonly name = 'SpiderPigError';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** The error for the first of a response's `errors`, of any shape. */
export function fromGraphQLErrors(errors: readonly unknown[]): SpiderPigError {
  const first = errors[0];
  const message = memberOf(first, 'message');
  const code = memberOf(memberOf(first, 'extensions'), 'code');
  return new SpiderPigError(
    kindOf(code),
    typeof message === 'string' ? message : 'The server answered with an error',
  );
}

function kindOf(code: unknown): FailureKind {
  if (code === 'UNAUTHENTICATED') return 'unauthenticated';
  if (code === 'FORBIDDEN') return 'forbidden';
  return String(code).startsWith('DATABASE_') ? 'database' : 'failed';
}

/** The error for what ended a subscription: a close event, a list of GraphQL errors, or an error event. */
export function fromSubscription(thrown: unknown): SpiderPigError {
  if (thrown instanceof SpiderPigError) return thrown;
  if (Array.isArray(thrown)) return fromGraphQLErrors(thrown);
  if (thrown instanceof AggregateError) return fromGraphQLErrors(thrown.errors);
  const code = memberOf(thrown, 'code');
  const reason = memberOf(thrown, 'reason');
  const suffix = typeof reason === 'string' && reason !== '' ? `: ${reason}` : '';
  if (code === 4401 || code === 4403)
    return new SpiderPigError('unauthenticated', `The server refused the token${suffix}`, { cause: thrown });
  // A retry does not help with protocol errors, but it does with a frozen or slow connection (4408, 4499, 4504).
  if (typeof code === 'number' && code >= 4000 && ![4408, 4499, 4504].includes(code))
    return new SpiderPigError('failed', `The server closed the connection with ${code}${suffix}`, {
      cause: thrown,
    });
  return new SpiderPigError('unreachable', `The connection was lost${suffix}`, { cause: thrown });
}

/** A member of an unknown value; undefined where it has none. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
