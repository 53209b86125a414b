// Owns queries and mutations over HTTP: their timeout, and that they are repeated when the reply was lost. Not subscriptions (socket.ts).
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { BackOff } from '../subscription/back-off.ts';
import { delay } from '../subscription/resume.ts';
import { fromGraphQLErrors, reasonOf, SpiderPigError, wasNotHandled } from './error.ts';
import { type ClientOptions, endpointOf, serverNameOf } from './options.ts';

/** A response of the server; its members are not validated. */
interface Result<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly unknown[];
}

/** Sends an operation once. */
export async function send<Data, Variables>(
  options: ClientOptions,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const body = JSON.stringify({ query: print(document), variables });
  const { status, result } = await post<Data>(options, body, signal);
  if (result?.errors !== undefined && result.errors.length > 0) throw fromGraphQLErrors(result.errors);
  if (status === 401) throw new SpiderPigError('unauthenticated', 'The server refused the token');
  if (result?.data) return result.data;
  const server = serverNameOf(options);
  // A proxy answers so while the server behind it restarts.
  if (status === 502 || status === 503 || status === 504)
    throw new SpiderPigError('unreachable', `${server} answered with status ${status}`);
  throw new SpiderPigError(
    'failed',
    `${server} answered with status ${status} and no GraphQL result; is it a SpiderPig server?`,
  );
}

async function post<Data>(
  options: ClientOptions,
  body: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly status: number; readonly result: Result<Data> | null }> {
  const { url, transport, token, clientName, clientVersion, timeout: limit = 30_000 } = options;
  const timeout = AbortSignal.timeout(limit);
  try {
    const response = await (transport?.fetch ?? fetch)(endpointOf(url), {
      method: 'POST',
      // A redirect would send the token to another server.
      redirect: 'error',
      headers: {
        accept: 'application/graphql-response+json, application/json',
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'x-graphql-client-name': clientName,
        ...(clientVersion === undefined ? {} : { 'x-graphql-client-version': clientVersion }),
      },
      body,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return { status: response.status, result: parseResult(await response.text()) };
  } catch (error) {
    signal?.throwIfAborted();
    const why = timeout.aborted ? 'does not answer' : `cannot be reached${reasonOf(error)}`;
    throw new SpiderPigError('unreachable', `${serverNameOf(options)} ${why}`, {
      cause: error,
      recorded: wasNotHandled(error) ? false : null,
    });
  }
}

/** A JSON object of unknown members; null if the text is something else. The server validated the document against the schema, from which Data follows. */
function parseResult<Data>(text: string): Result<Data> | null {
  try {
    const result: Result<Data> | null = JSON.parse(text);
    return typeof result === 'object' ? result : null;
  } catch {
    return null;
  }
}

/**
 * Calls `attempt` until a reply arrives, at most for `repeatFor` milliseconds. A server that was never reached is not tried again: the caller
 * should learn that immediately. `attempt` must be idempotent; its argument says whether an earlier attempt may have had an effect.
 */
export async function untilReply<Result>(
  { retryDelay = 250, repeatFor = 60_000 }: ClientOptions,
  attempt: (mayHaveHadEffect: boolean) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const backOff = new BackOff({ first: retryDelay, longest: Math.max(retryDelay, 10_000) });
  const end = performance.now() + repeatFor;
  for (let mayHaveHadEffect = false; ; ) {
    try {
      return await attempt(mayHaveHadEffect);
    } catch (error) {
      const isLost = error instanceof SpiderPigError && isWorthRepeating(error, mayHaveHadEffect);
      const wait = backOff.next();
      if (!isLost || performance.now() + wait > end) throw error;
      mayHaveHadEffect ||= error.recorded !== false;
      await delay(wait, signal);
    }
  }
}

function isWorthRepeating({ kind, recorded }: SpiderPigError, mayHaveHadEffect: boolean): boolean {
  if (kind === 'database') return true;
  return kind === 'unreachable' && (mayHaveHadEffect || recorded !== false);
}
