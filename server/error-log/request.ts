// Owns one request to the error log: its time limit, the limit of its response, and why it failed as a text. Not what is requested (search.ts).
import { ExposedSecret, readSecretFile } from '../../schema/process/configuration/secret-file.ts';
import { retryAfterOf } from '../gerrit/request.ts';
import { whyNoResponse } from '../http/no-response.ts';

/** The maximum size of a response, in bytes. One of 500 buckets has about 1 MB. */
const maxResponse = 16_777_216;
/** How long a request may take, in milliseconds. */
const defaultTimeout = 10_000;

/** A search that failed. The message is a clause about the error log: `it did not answer within 10 seconds`. */
export class SearchFailed extends Error {
  /** How long the service asks to wait, in milliseconds; null if it does not say. */
  readonly retryAfter: number | null;
  /** Whether a smaller page may succeed. */
  readonly isTooLarge: boolean;
  constructor(
    why: string,
    {
      retryAfter = null,
      isTooLarge = false,
    }: { readonly retryAfter?: number | null; readonly isTooLarge?: boolean } = {},
  ) {
    super(why);
    this.retryAfter = retryAfter;
    this.isTooLarge = isTooLarge;
  }
}

/** Where and how to send requests. */
export interface SearchAccess {
  /** With a slash at its end. */
  readonly url: string;
  readonly index: string;
  /** A file whose first line that is neither empty nor a comment is `USER:PASSWORD`; null for no sign-in. */
  readonly credentialsFile: string | null;
  readonly timeout?: number;
  readonly fetch?: typeof fetch;
}

/** Sends a search, and returns the decoded response. Throws {@link SearchFailed}. */
export async function requestSearch(
  access: SearchAccess,
  body: object,
  signal: AbortSignal,
): Promise<unknown> {
  const { url, index, timeout = defaultTimeout } = access;
  const authorization = authorizationOf(access.credentialsFile);
  const limit = AbortSignal.timeout(timeout);
  try {
    // An index that is missing is not an error: the pattern may match one per day.
    const address = `${url}${encodeURIComponent(index)}/_search?ignore_unavailable=true`;
    const response = await (access.fetch ?? fetch)(address, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(authorization === null ? {} : { authorization }),
      },
      body: JSON.stringify(body),
      // Only the URL that the operator configured gets the credentials.
      redirect: 'error',
      signal: AbortSignal.any([limit, signal]),
    });
    const text = await readText(response);
    if (response.status !== 200) throw failureOfStatus(response, text);
    return parseJson(text);
  } catch (error) {
    throw error instanceof SearchFailed ? error : new SearchFailed(whyNoResponse(error, timeout).why);
  }
}

function authorizationOf(file: string | null): string | null {
  if (file === null) return null;
  const text = credentialsIn(file);
  const line = text.split('\n').find((each) => each.trim() !== '' && !each.startsWith('#'));
  if (!line?.includes(':')) throw new SearchFailed('the file with its credentials has no line USER:PASSWORD');
  return `Basic ${Buffer.from(line.trim()).toString('base64')}`;
}

/** Throws {@link SearchFailed}. */
function credentialsIn(file: string): string {
  try {
    return readSecretFile(file);
  } catch (error) {
    const why = error instanceof ExposedSecret ? `is not safe: ${error.message}` : 'cannot be read';
    throw new SearchFailed(`the file with its credentials ${why}`);
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.byteLength;
    if (length > maxResponse) throw new SearchFailed('its response is too large', { isTooLarge: true });
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SearchFailed('its response is not JSON');
  }
}

/** The types of errors that a smaller page may avoid, with what they mean. */
const sizeProblems = {
  too_many_buckets_exception: 'it refuses searches with so many groups',
  circuit_breaking_exception: 'it has too little memory for the search',
} as const;

/**
 * What a failure says about the size of the search, as a clause; null if nothing. The type of an error is nested differently in the versions of
 * OpenSearch and Elasticsearch, and in the failures of single shards.
 */
export function sizeProblem(failure: string): string | null {
  const type = /"(too_many_buckets_exception|circuit_breaking_exception)"/.exec(failure)?.[1];
  return type === 'too_many_buckets_exception' || type === 'circuit_breaking_exception'
    ? sizeProblems[type]
    : null;
}

function failureOfStatus({ status, headers }: Response, text: string): SearchFailed {
  const retryAfter = retryAfterOf(headers.get('retry-after'));
  const size = sizeProblem(text);
  if (size !== null) return new SearchFailed(size, { retryAfter, isTooLarge: true });
  if (status === 429) return new SearchFailed('it refuses more requests (status 429)', { retryAfter });
  if (status === 401 || status === 403)
    return new SearchFailed(`it refuses the credentials (status ${status})`);
  return new SearchFailed(`it answered with status ${status}${causeOf(text)}`, { retryAfter });
}

/** The first cause that an error names, in parentheses: what is wrong with the query or a field. Empty if it names none. */
function causeOf(text: string): string {
  const causes = /"root_cause"\s*:\s*\[\s*(\{[^{}]*\})/.exec(text)?.[1];
  let cause: unknown = null;
  try {
    cause = causes === undefined ? null : JSON.parse(causes);
  } catch {
    return '';
  }
  const reason = typeof cause === 'object' && cause !== null && 'reason' in cause ? cause.reason : null;
  return typeof reason === 'string' && reason !== '' ? ` (${reason.slice(0, 150)})` : '';
}
