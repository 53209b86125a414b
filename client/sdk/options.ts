// Owns the options of the client and the endpoint that follows from them.

/** A replacement for the network connection to `url`, for example a Unix socket. */
export interface Transport {
  /** The name of the server in messages, instead of its URL. */
  readonly name: string;
  /** Sends a request. Rejects like the `fetch` of the platform. */
  readonly fetch: (
    url: URL,
    init: {
      readonly method: string;
      readonly headers: Record<string, string>;
      readonly body: string;
      readonly signal: AbortSignal;
      readonly redirect: 'error';
    },
  ) => Promise<Pick<Response, 'status' | 'text'>>;
  /** A class like the `WebSocket` of the platform, which is the default. */
  readonly webSocket?: unknown;
}

/** How to reach a server. */
export interface ClientOptions {
  /** The URL of the server without `/graphql`, such as `http://127.0.0.1:8888`. */
  readonly url: string;
  /** What sends the requests; by default the `fetch` and the `WebSocket` of the platform. */
  readonly transport?: Transport | undefined;
  /** The API token. */
  readonly token: string;
  /** The name of the calling program, for the server's usage metrics. */
  readonly clientName: string;
  /** The version of the calling program. */
  readonly clientVersion?: string | undefined;
  /** The timeout of a request in milliseconds; default 30,000. Subscriptions have no timeout. */
  readonly timeout?: number;
  /** How long the client repeats a request whose reply was lost, in milliseconds; default 60,000. */
  readonly repeatFor?: number;
  /** The longest delay before the first retry of a lost subscription or request, in milliseconds; default 250. It doubles with each retry, up to ten seconds. */
  readonly retryDelay?: number;
  /** Called with `lost` when a subscription loses its connection, and with `live` when all subscriptions are connected again. */
  readonly onConnection?: (state: 'live' | 'lost') => void;
}

/** The GraphQL endpoint. Throws a TypeError for an invalid URL. */
export function endpointOf(url: string): URL {
  const endpoint = new URL('graphql', withSlash(url));
  if (endpoint.protocol !== 'http:' && endpoint.protocol !== 'https:')
    throw new TypeError(`The URL of SpiderPig must begin with http:// or https://, not ${endpoint.protocol}`);
  return endpoint;
}

/** The server in messages. Throws a TypeError for an invalid URL. */
export const serverNameOf = ({ url, transport }: Pick<ClientOptions, 'url' | 'transport'>): string =>
  transport?.name ?? endpointOf(url).origin;

/** The URL of the page of a job. */
export const jobUrl = (url: string, job: string): string => new URL(`jobs/${job}`, withSlash(url)).href;

const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);
