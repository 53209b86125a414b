// Owns how the crash test speaks to the servers: one request, one subscription, each of which may be cut off at any moment. What then follows is round.ts.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** How long an answer is waited for, in milliseconds. A server that is paused goes on sooner. */
const requestLimit = 6_000;

/** Runs an operation. Null: no answer came, or the server could not say; what was asked for may or may not have happened. */
export async function request<Data>(
  url: string,
  token: string,
  query: string,
  variables: Record<string, unknown>,
): Promise<Data | null> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(requestLimit),
    });
    const { data = null, errors } = JSON.parse(await response.text());
    return errors ? null : data; // the decoding edge: a wrong shape fails where it is read
  } catch {
    return null;
  }
}

/** The events of a subscription, until it ends or the loop is left. Throws when it is cut off. */
export async function* subscribe<Data>(
  url: string,
  token: string,
  query: string,
  variables: Record<string, unknown>,
  signal: AbortSignal,
): AsyncGenerator<Data, void> {
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  // A connection that is still being made cannot be closed: it is waited for, and may fail.
  const end = async (): Promise<void> => {
    try {
      await client.dispose();
    } catch {
      // It has failed.
    }
  };
  signal.addEventListener('abort', end);
  try {
    for await (const { data, errors } of client.iterate({ query, variables })) {
      if (errors || !data) throw new Error(`the subscription failed: ${JSON.stringify(errors)}`);
      yield data as Data; // as above
    }
  } finally {
    signal.removeEventListener('abort', end);
    await end();
  }
}
