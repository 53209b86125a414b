// Owns how a request to SpiderPig can fail, apart from the members of result unions. Not how a failure is shown.
import { certificateProblem } from '../../schema/text/certificate.ts';
import { type FailureKind, kindOfCode } from '../core/failure.ts';

/** Details of a failure. */
export interface FailureDetails extends ErrorOptions {
  /** `extensions.code` of the server's error; null if none exists. */
  readonly code?: string | null;
  /** `extensions.recorded`, see `SpiderPigError.recorded`. */
  readonly recorded?: boolean | null | undefined;
  /** All `extensions` of the server's error. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Why a request has no result. The message can be shown to users. */
export class SpiderPigError extends Error {
  override readonly name = 'SpiderPigError';
  /** `unreachable`, `unauthenticated`, `forbidden`, `invalid`, `database` or `failed`. */
  readonly kind: FailureKind;
  /** The server's error code, for example `DATABASE_FULL`; null if the server sent none. Codes may be added. */
  readonly code: string | null;
  /** Whether the request had an effect; null if that is unknown. Undefined for requests that have no effect, such as queries. */
  readonly recorded: boolean | null | undefined;
  /** Further details from the server, for example the `id` of the error in its log. */
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    kind: FailureKind,
    message: string,
    { code = null, recorded, extensions = {}, ...options }: FailureDetails = {},
  ) {
    super(message, options);
    this.kind = kind;
    this.code = code;
    this.recorded = recorded;
    this.extensions = extensions;
  }
}

/** The error for the first of a response's `errors`, of any shape. */
export function fromGraphQLErrors(errors: readonly unknown[]): SpiderPigError {
  const first = errors[0];
  const message = memberOf(first, 'message');
  const extensions = memberOf(first, 'extensions');
  const code = memberOf(extensions, 'code');
  const recorded = memberOf(extensions, 'recorded');
  return new SpiderPigError(
    kindOfCode(code),
    typeof message === 'string' ? message : 'The server answered with an error',
    {
      code: typeof code === 'string' ? code : null,
      recorded: typeof recorded === 'boolean' || recorded === null ? recorded : undefined,
      extensions: typeof extensions === 'object' && extensions !== null ? { ...extensions } : {},
    },
  );
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

/** Why `fetch` got no response, as an addition to "X cannot be reached"; empty where nothing listens, or nothing more is known, as in browsers. */
export function reasonOf(thrown: unknown): string {
  const cause = memberOf(thrown, 'cause');
  const code = String(memberOf(cause, 'code') ?? '');
  if (/redirect/.test(String(memberOf(cause, 'message')))) return ': it redirects, which is not followed';
  const certificate = certificateProblem(code);
  if (certificate !== null) return `: ${certificate}`;
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return ': it does not use TLS';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return ': its host was not found';
  if (code === 'EACCES') return ': you may not connect to it';
  return '';
}

/**
 * Whether `fetch` failed before the server could handle the request: without a connection, in the negotiation of TLS, or by a redirect. A browser does not
 * say so.
 */
export function wasNotHandled(thrown: unknown): boolean {
  const cause = memberOf(thrown, 'cause');
  const code = String(memberOf(cause, 'code') ?? '');
  return (
    /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENOENT|EACCES|ERR_SSL_\w+)$/.test(code) ||
    certificateProblem(code) !== null ||
    /redirect/.test(String(memberOf(cause, 'message')))
  );
}

/** A member of an unknown value; undefined where it has none. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
