// Owns how a request to SpiderPig can fail, apart from what a result union says; not how a failure is shown.

/** Why a request failed. */
export type FailureKind =
  /** No server, or not this one: worth trying again. */
  | 'unreachable'
  /** The token is missing, wrong, expired or withdrawn. */
  | 'unauthenticated'
  /** The token's rights do not reach that far. */
  | 'forbidden'
  /** The database behind the server is in trouble: worth trying again. The message says whether anything was recorded. */
  | 'database'
  /** The server could not do it; the message holds the id that its log has too. */
  | 'failed';

/** A request that got no result. Its message is fit to be shown. */
export class SpiderPigError extends Error {
  override readonly name = 'SpiderPigError';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** The error of the first of a response's `errors`, whatever is in there. */
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

/** What ended a WebSocket: a close event, a list of GraphQL errors, or an error event. */
export function fromSubscription(thrown: unknown): SpiderPigError {
  if (thrown instanceof SpiderPigError) return thrown;
  if (Array.isArray(thrown)) return fromGraphQLErrors(thrown);
  if (thrown instanceof AggregateError) return fromGraphQLErrors(thrown.errors);
  const code = memberOf(thrown, 'code');
  const reason = memberOf(thrown, 'reason');
  const words = typeof reason === 'string' && reason !== '' ? `: ${reason}` : '';
  if (code === 4401 || code === 4403)
    return new SpiderPigError('unauthenticated', `The server refused the token${words}`, { cause: thrown });
  // Protocol errors are not mended by trying again; a frozen or a slow connection (4408, 4499, 4504) is.
  if (typeof code === 'number' && code >= 4000 && ![4408, 4499, 4504].includes(code))
    return new SpiderPigError('failed', `The server closed the connection with ${code}${words}`, {
      cause: thrown,
    });
  return new SpiderPigError('unreachable', `The connection was lost${words}`, { cause: thrown });
}

/** A member of something unknown; undefined where there is none. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
