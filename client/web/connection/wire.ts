// Owns what all wires share: requests, results, delays, headers. Owns no connection.
import { backOffDelay } from '../../subscription/back-off.ts';
import type { StreamEvent } from './event-stream.ts';
import type { TakeSlot } from './stream-slot.ts';

/** A request as it is sent: the document is named by its id only, see trusted-document.ts. */
export interface Request {
  readonly documentId: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A response: data, errors, or both. */
export interface Result {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/** Whether the server does not know the document, because the page was built from another version. */
export function isOutdated(errors: Result['errors']): boolean {
  return errors?.some((each) => each.extensions?.['code'] === 'PERSISTED_QUERY_NOT_FOUND') ?? false;
}

/** Callbacks of a subscription. `complete` is called once, and only when the server ended the subscription. */
export interface Sink {
  next(result: Result): void;
  complete(): void;
}

/** The environment of the transport; tests pass their own. */
export interface WireOptions {
  /** The absolute URL for queries and event streams: `http://host:port/graphql`. */
  readonly url: string;
  /** The page key, read at each connection; null when signed out. */
  readonly pageKey: () => string | null;
  readonly fetch: typeof fetch;
  readonly webSocket: typeof WebSocket;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A random number from 0 to below 1. */
  readonly random: () => number;
  /** Calls back when a retry should not wait longer: the tab became visible, or the network is back. Returns a function that stops this. */
  readonly onWake: (wake: () => void) => () => void;
  /** Calls back immediately and at each change with whether the page is visible. Returns a function that stops this. */
  readonly onVisibility: (changed: (seen: boolean) => void) => () => void;
  /** Takes the right to keep a request open. */
  readonly takeSlot: TakeSlot;
  /**
   * Milliseconds without a message after which a ping is sent. After the same time without an answer the connection is
   * closed. Default 4000.
   */
  readonly pingAfter?: number;
  /** Milliseconds that a page is hidden before it stops its foreground subscriptions; see transport.ts. Default 10000. */
  readonly hiddenGrace?: number;
  /** Milliseconds between attempts to upgrade to a better wire. Default 60000. */
  readonly upgradeInterval?: number;
}

/** One kind of connection to the server. It reconnects until it is closed. */
export interface Wire {
  /**
   * Returns a function that ends the subscription.
   * @param background whether it continues while the page is hidden
   */
  subscribe(request: () => Request, sink: Sink, background: boolean): () => void;
  /** Checks whether the connection still works, for example after the computer was asleep. */
  check(): void;
  close(): void;
}

export interface WireEvents {
  /** A message from the server arrived. */
  received(): void;
  connected(): void;
  /** @param wasConnected false when the connection could not be established */
  lost(wasConnected: boolean): void;
  /** The connection is open, but nothing arrives, not even the server's keep-alive comments. */
  silent(): void;
  /** The server does not accept the session. */
  unauthorized(): void;
}

/** The delay in milliseconds before attempt `attempt` (from 0) to connect: from 250 to 4000, half of it random. */
export function backoff(attempt: number, random: () => number): number {
  return backOffDelay(attempt, { first: 250, longest: 4000 }, random());
}

/** Waits, but ends early on a wake-up or when the signal is aborted. */
export function pause(
  milliseconds: number,
  onWake: WireOptions['onWake'],
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      stopWaking();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    const stopWaking = onWake(end);
    signal.addEventListener('abort', end);
  });
}

/** The result of a posted subscription: a stream of events, one answer, or a session that the server does not accept. */
export type Posted =
  | { readonly kind: 'events' | 'answer'; readonly response: Response }
  | { readonly kind: 'unauthorized' };

/** Posts a subscription; the answer is a stream of events. Throws when the answer is not from the GraphQL server. */
export async function postSubscription(
  options: WireOptions,
  request: Request,
  signal: AbortSignal,
  headers?: Readonly<Record<string, string>>,
): Promise<Posted> {
  const response = await post(options, request, 'text/event-stream', signal, headers);
  if (response.status === 401) return { kind: 'unauthorized' };
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) return { kind: 'events', response };
  // A proxy, or a failing server, answers with its own page.
  if (!type.includes('json') || response.status >= 500) throw new Error(`HTTP ${response.status}`);
  return { kind: 'answer', response };
}

/**
 * Passes events to the sink.
 * @param isOver checked before each event
 * @returns whether the subscription is over
 */
export function deliver(events: readonly StreamEvent[], sink: Sink, isOver: () => boolean): boolean {
  for (const event of events) {
    if (isOver()) return true;
    if (event.event === 'next') sink.next(decoded(JSON.parse(event.data)));
    else if (event.event === 'complete') {
      sink.complete();
      return true;
    }
  }
  return false;
}

/** Posts a request to the GraphQL endpoint. */
export function post(
  options: WireOptions,
  request: Request,
  accept: string,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return options.fetch(options.url, {
    method: 'POST',
    signal,
    headers: { 'content-type': 'application/json', accept, ...headers, ...pageHeaders(options.pageKey()) },
    body: JSON.stringify(request),
  });
}

/** The headers that authenticate the page; a WebSocket sends the same in `connection_init`. */
export function pageHeaders(pageKey: string | null): Record<string, string> {
  return { 'x-graphql-client-name': 'web', ...(pageKey === null ? {} : { 'x-spiderpig-page-key': pageKey }) };
}

/** Decodes JSON from our own server, which has the shape of the generated types of the document. */
export function decoded(value: unknown): Result {
  return typeof value === 'object' && value !== null
    ? (value as Result)
    : { errors: [{ message: String(value) }] };
}
