// Owns why the identity provider did not sign somebody in. Apart from provider.ts, so that a server without a provider need not load the protocol's libraries.

/**
 * Why nobody was signed in. `denied`: the person may not, or did not want to · `refused`: the provider has something against our request ·
 * `answer`: it answered with what cannot be believed · `name`: the person's name there is none that a user can have · `unavailable`: it does
 * not answer.
 */
export type ProviderProblem = 'denied' | 'refused' | 'answer' | 'name' | 'unavailable';

/** The provider did not sign somebody in. `message` is for operators; people are told the problem. */
export class ProviderFailure extends Error {
  readonly problem: ProviderProblem;
  constructor(problem: ProviderProblem, message: string, cause?: unknown) {
    super(message, { cause });
    this.problem = problem;
  }
}
