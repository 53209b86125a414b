// Owns how the terminal client reaches a server: at its URL, or through a Unix socket of this host. Not what is sent (client/sdk).
import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ClientOptions } from '../sdk/client.ts';
import type { Transport } from '../sdk/options.ts';
import { socketPattern } from './server-name.ts';

/** The options with which the client reaches the server of this name, see server-name.ts. */
export async function transportOf(name: string): Promise<Pick<ClientOptions, 'url' | 'transport'>> {
  const [, path, base = ''] = socketPattern.exec(name) ?? [];
  if (path === undefined) return { url: name, ...plainTransportOf(name) };
  // Loaded here: only a Unix socket needs it, which the WebSocket of Node cannot use.
  const { WebSocket } = await import('ws');
  class LocalWebSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(`ws+unix:${path}:${new URL(url).pathname}`, protocols, { headers: { host: 'localhost' } });
    }
  }
  return {
    // The server accepts this name from clients on the same host.
    url: `http://localhost${base}`,
    transport: {
      name,
      webSocket: LocalWebSocket,
      fetch: (url, init) => send({ socketPath: path, path: url.pathname }, init, { host: 'localhost' }),
    },
  };
}

/** For a URL without TLS, requests without the `fetch` of Node: loading that takes longer than the rest of most commands. */
function plainTransportOf(name: string): Pick<ClientOptions, 'transport'> {
  const url = URL.parse(name);
  if (url?.protocol !== 'http:') return {};
  return {
    transport: {
      name: url.origin,
      fetch: ({ hostname, port, pathname }, init) =>
        // The brackets of an IPv6 address belong to the URL only.
        send({ host: hostname.replace(/^\[(.*)\]$/, '$1'), port, path: pathname }, init),
    },
  };
}

/** Sends a request. Like `fetch`, it rejects with a TypeError whose cause has the code of the system, and follows no redirect. */
async function send(
  place: Pick<RequestOptions, 'host' | 'port' | 'path' | 'socketPath'>,
  { method, headers, body, signal }: Parameters<Transport['fetch']>[1],
  moreHeaders: Record<string, string> = {},
): ReturnType<Transport['fetch']> {
  const sent = request({ ...place, method, headers: { ...headers, ...moreHeaders }, signal });
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve);
      sent.once('error', reject);
      sent.end(body);
    });
    const status = response.statusCode ?? 0;
    if (status >= 300 && status < 400) throw new Error('redirects are not followed');
    const received = await text(response);
    return { status, text: async () => received };
  } catch (cause) {
    throw new TypeError('the request failed', { cause });
  }
}
