// Owns the requests and subscriptions of the crash test. Each of them can fail at any time; round.ts retries.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** The timeout of a request, in milliseconds. It is longer than any pause of a server. */
const requestLimit = 6_000;

/** Runs an operation. Returns null if there was no response or an error: then the operation may or may not have been executed. */
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

/** The events of a subscription. Throws when the connection is lost. */
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
  // While the connection is being opened, `dispose` waits for it, and rejects if that fails.
  const end = async (): Promise<void> => {
    try {
      await client.dispose();
    } catch {
      // The connection failed.
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
