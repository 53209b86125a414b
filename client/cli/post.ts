// Owns a request of the terminal client that is not GraphQL: JSON to a path of the server.
import { reasonOf, SpiderPigError } from '../sdk/error.ts';
import { serverNameOf } from '../sdk/options.ts';
import { transportOf } from './transport.ts';

/** The timeout of a request, in milliseconds. */
const limit = 30_000;

/** What is sent, besides the path. */
interface Posted {
  readonly body: object;
  readonly token?: string;
  readonly signal: AbortSignal;
}

/**
 * Sends JSON to a path below the URL of the server, which is without a slash at the beginning. `answer` is null if it is not JSON. Rejects with a
 * SpiderPigError when the server is not reached.
 */
export async function post(
  server: string,
  path: string,
  { body, token, signal }: Posted,
): Promise<{ readonly status: number; readonly answer: unknown }> {
  const place = await transportOf(server);
  const target = new URL(path, place.url.endsWith('/') ? place.url : `${place.url}/`);
  try {
    const response = await (place.transport?.fetch ?? fetch)(target, {
      method: 'POST',
      // A redirect would send the token to another server.
      redirect: 'error',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(limit)]),
    });
    return { status: response.status, answer: parsed(await response.text()) };
  } catch (cause) {
    signal.throwIfAborted();
    throw new SpiderPigError('unreachable', `${serverNameOf(place)} cannot be reached${reasonOf(cause)}`, {
      cause,
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
