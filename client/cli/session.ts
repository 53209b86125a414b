// Owns what a running command works with, and the errors that end it with an exit status.
import type { Client } from '../sdk/client.ts';
import type { Printer } from './printer.ts';

/** What a command works with. */
export interface Session {
  readonly client: Client;
  /** The URL of the server. */
  readonly url: string;
  readonly printer: Printer;
  /** Aborts when the user presses Ctrl-C. */
  readonly signal: AbortSignal;
  /** Sets what Ctrl-C leaves behind, as a sentence for the user; null if nothing is worth mentioning. */
  readonly onInterrupt: (sentence: string | null) => void;
}

/** What `sign-in` and `sign-out` work with. There is no client yet: it needs the token. */
export interface SignIn {
  readonly url: string;
  readonly printer: Printer;
  readonly signal: AbortSignal;
}

/** The server refused a request, or it makes no sense. The message is for the user. */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** The exit status. */
  readonly status: number;
  /** What a program gets, besides the message. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, details: Readonly<Record<string, unknown>> = {}, status = 1) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

/** A member of a result union that is not the success. */
export interface Refusal {
  readonly __typename?: string;
  readonly message?: string;
  readonly code?: string;
}

const findJobs = ' `spiderpig jobs --text CHANGE` lists the jobs of a change.';

/** What the user can do after a refusal, by its type. */
const nextSteps: Readonly<Record<string, string>> = {
  DeploymentsHeld: ' (try again when the hold has ended; an admin can release it)',
  JobNotFound: findJobs,
};

/** The error for a job that does not exist. The user has perhaps given the number of a change. */
export const noSuchJob = (id: string): Refused =>
  new Refused(`There is no job ${id}.${findJobs}`, { job: id });

/** The error for a refusal. A member that a newer server added has perhaps no message. */
export function refusedBy(refusal: Refusal, more = ''): Refused {
  const { __typename: type = 'unknown', message = `The server refused: ${type}`, code } = refusal;
  return new Refused(`${message}${more}${nextSteps[type] ?? ''}`, {
    refusal: type,
    ...(code === undefined ? {} : { code }),
  });
}
