// Owns turning errors of the OpenID Connect library into a ProviderFailure, and describing them without secrets. Pure.
import { AuthorizationResponseError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { errorCode } from '../../schema/process/error.ts';
import { certificateProblem } from '../../schema/text/certificate.ts';
import { ProviderFailure } from './provider-failure.ts';

/** The problem behind an error of the library. */
export function failureOf(error: unknown): ProviderFailure {
  const known = failureIn(error);
  if (known !== null) return known;
  if (error instanceof AuthorizationResponseError) {
    const problem = error.error === 'access_denied' ? 'denied' : 'refused';
    return new ProviderFailure(problem, `it answered with ${error.error}`, error);
  }
  // For example a wrong client secret: an operator must fix it.
  if (error instanceof ResponseBodyError) {
    return new ProviderFailure('refused', `it answered with ${error.error}`, error);
  }
  if (error instanceof WWWAuthenticateChallengeError) {
    const words = error.cause.map(({ scheme, parameters }) => parameters.error ?? scheme);
    return new ProviderFailure('refused', `it answered with ${words.join(', ')}`, error);
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const serverError = cause instanceof Response && cause.status >= 500;
  if (cause instanceof Response && cause.status !== 200)
    return new ProviderFailure(
      serverError ? 'unavailable' : 'answer',
      `it answered with status ${cause.status}`,
      error,
    );
  // fetch() throws a TypeError whose cause is the network error.
  const noResponse =
    errorCode(error) === 'OAUTH_TIMEOUT' || (error instanceof TypeError && cause instanceof Error);
  const certificate = cause instanceof Error ? certificateProblem(errorCode(cause)) : null;
  if (certificate !== null) return new ProviderFailure('unavailable', certificate, error);
  return noResponse
    ? new ProviderFailure('unavailable', `it did not answer: ${describeError(error)}`, error)
    : new ProviderFailure('answer', `its response is invalid: ${describeError(error)}`, error);
}

/** The failure that reading the answer ended with (provider-answer.ts): the libraries wrap it in their own errors. */
function failureIn(error: unknown): ProviderFailure | null {
  if (error instanceof ProviderFailure) return error;
  return error instanceof Error ? failureIn(error.cause) : null;
}

/** An error for the log: only its messages and those of its causes, because other members can contain secrets. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = errorCode(error);
  const words = error.message === code ? code : `${error.message} (${code})`;
  return error.cause instanceof Error ? `${words}: ${describeError(error.cause)}` : words;
}
