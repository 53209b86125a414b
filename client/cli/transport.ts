// Owns how the terminal client reaches a server: at its URL, or through a Unix socket of this host. Not what is sent (client/sdk).
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ClientOptions } from '../sdk/client.ts';

/** `unix:/run/spiderpig/web.sock`, or with a base path behind a colon: `unix:/run/spiderpig/web.sock:/spiderpig`. */
const socketPattern = /^unix:(\/[^\s:?#]+)(?::(\/[^\s:?#]*))?$/;

/** Whether a text names a server: by an http or https URL, or by the path of a Unix socket. Pure. */
export const isServerName = (name: string): boolean =>
  socketPattern.test(name) || (/^https?:\/\/[^\s]+$/.test(name) && URL.canParse(name));

/** Whether the server has an address that a browser can open. Pure. */
export const hasPages = (name: string): boolean => !socketPattern.test(name);

/** The options with which the client reaches the server of this name, see {@link isServerName}. */
export async function transportOf(name: string): Promise<Pick<ClientOptions, 'url' | 'transport'>> {
  const [, path, base = ''] = socketPattern.exec(name) ?? [];
  if (path === undefined) return { url: name };
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
      fetch: (url, init) => fetchLocally(path, url, init),
    },
  };
}

/** `fetch` through a Unix socket. Like `fetch`, it rejects with a TypeError whose cause has the code of the system. */
async function fetchLocally(
  socketPath: string,
  { pathname: path }: URL,
  {
    method,
    headers,
    body,
    signal,
  }: { method: string; headers: Record<string, string>; body: string; signal: AbortSignal },
): Promise<Response> {
  const sent = request({ socketPath, path, method, headers: { ...headers, host: 'localhost' }, signal });
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve);
      sent.once('error', reject);
      sent.end(body);
    });
    const status = response.statusCode ?? 0;
    if (status >= 300 && status < 400) throw new Error('redirects are not followed');
    return new Response(await text(response), { status });
  } catch (cause) {
    throw new TypeError('the request failed', { cause });
  }
}
