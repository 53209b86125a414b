// Owns one request that reads from Gerrit or another service: its time limit, its repetitions, and why it failed as a text. Not what is requested (gerrit.ts).
import { setTimeout as pause } from 'node:timers/promises';
import { counted } from '../../schema/text/counted.ts';
import { whyNoResponse } from '../http/no-response.ts';

/** The maximum size of a response, in bytes. */
const maxResponse = 4_194_304;
/** How often a request is sent at most. */
const maxAttempts = 3;
/** The longest delay before the first repetition, in milliseconds. It doubles each time. */
const firstDelay = 200;
/** The longest `Retry-After`, in milliseconds, that a user is kept waiting for. */
const longestWait = 3_000;

/** How to send a request. */
export interface GerritRequestOptions {
  readonly fetch?: typeof fetch;
  /** The form to send by POST, to a service that reads only so; default: a GET request. */
  readonly body?: URLSearchParams;
  /** How long one attempt may take, in milliseconds; default 5000. */
  readonly timeout?: number;
  /** Ends the request early, for example because nobody waits for it. */
  readonly signal?: AbortSignal;
  /** Waits between attempts; default: a timer. */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** A request that failed. The message is a clause about Gerrit: `it did not answer within 5 seconds`. */
export class GerritRequestFailed extends Error {}

/** A failure after which the same request may succeed. */
class Temporary extends GerritRequestFailed {
  /** Milliseconds that Gerrit asks to wait; null if it does not say. */
  readonly retryAfter: number | null;
  constructor(why: string, retryAfter: number | null = null) {
    super(why);
    this.retryAfter = retryAfter;
  }
}

/**
 * The text of a response with status 200. A request that could not connect, or to which Gerrit answered that it is busy (429, 5xx), is
 * repeated after a growing delay, or after `Retry-After`. One that timed out is not: the user has waited long enough. Throws
 * {@link GerritRequestFailed}.
 */
export async function getFromGerrit(url: string, options: GerritRequestOptions = {}): Promise<string> {
  const { wait = (milliseconds) => pause(milliseconds) } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await getOnce(url, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof Temporary) || attempt === maxAttempts) throw error;
      const delay = error.retryAfter ?? firstDelay * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
      if (delay > longestWait) throw error;
      await wait(delay);
    }
  }
}

async function getOnce(
  url: string,
  { timeout = 5_000, signal, ...options }: GerritRequestOptions,
): Promise<string> {
  const limit = AbortSignal.timeout(timeout);
  try {
    const response = await (options.fetch ?? fetch)(url, {
      headers: { accept: 'application/json' },
      ...(options.body === undefined ? {} : { method: 'POST', body: options.body }),
      // Only the URL that the operator configured is trusted, not the target of a redirect.
      redirect: 'error',
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
    if (response.status === 200) return await readText(response);
    await response.body?.cancel();
    throw failureOfStatus(response);
  } catch (error) {
    throw error instanceof GerritRequestFailed ? error : failureOf(error, timeout);
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.byteLength;
    if (length > maxResponse) throw new GerritRequestFailed('its response is too large');
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

function failureOfStatus({ status, headers }: Response): GerritRequestFailed {
  const retryAfter = retryAfterOf(headers.get('retry-after'));
  if (status === 429) {
    const when = retryAfter === null ? '' : ` for ${counted(Math.ceil(retryAfter / 1000), 'second')}`;
    return new Temporary(`it refuses more requests${when} (status 429)`, retryAfter);
  }
  const why = `it answered with status ${status}`;
  return status >= 500 ? new Temporary(why, retryAfter) : new GerritRequestFailed(why);
}

/** Milliseconds of a `Retry-After` header, which is a number of seconds or a date; null if none, or unreadable. */
export function retryAfterOf(header: string | null, now = Date.now()): number | null {
  if (header === null || header.trim() === '') return null;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

function failureOf(error: unknown, timeout: number): GerritRequestFailed {
  const { why, isTemporary } = whyNoResponse(error, timeout);
  return isTemporary ? new Temporary(why) : new GerritRequestFailed(why);
}
