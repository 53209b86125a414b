// Owns the reasons why a sign-in at the identity provider failed. Separate from provider.ts, so that a server without a provider does not load the OpenID Connect libraries.

/**
 * - `denied`: the user has no access, or cancelled.
 * - `refused`: the provider rejected our request.
 * - `answer`: the response of the provider is invalid.
 * - `slow`, `large`, `web-page`: the response cannot be read: it takes too long, is too large, or is HTML.
 * - `name`: the user name is not allowed here.
 * - `unavailable`: the provider does not respond.
 */
export type ProviderProblem =
  | 'denied'
  | 'refused'
  | 'answer'
  | 'slow'
  | 'large'
  | 'web-page'
  | 'name'
  | 'unavailable';

/** A sign-in at the provider failed. `message` is for the log; users see a text for `problem`. */
export class ProviderFailure extends Error {
  readonly problem: ProviderProblem;
  constructor(problem: ProviderProblem, message: string, cause?: unknown) {
    super(message, { cause });
    this.problem = problem;
  }
}
