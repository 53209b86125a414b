// Owns what every way to the server has in common: requests, results, waits, headers. Owns no connection.
import { backOffDelay } from '../../subscription/back-off.ts';
import type { StreamEvent } from './event-stream.ts';

/** A request as it goes over the wire: its document by its id alone, see trusted-document.ts. */
export interface Request {
  readonly documentId: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What comes back: data, or errors, or both. */
export interface Result {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/** Whether the server no longer knows, or does not know yet, what this page sends: it was built with another version. */
export function isOutdated(errors: Result['errors']): boolean {
  return errors?.some((each) => each.extensions?.['code'] === 'PERSISTED_QUERY_NOT_FOUND') ?? false;
}

/** Who listens to a subscription. `complete` comes once, and only when the server has ended it. */
export interface Sink {
  next(result: Result): void;
  complete(): void;
}

/** The world around the transport; tests bring their own. */
export interface WireOptions {
  /** Where queries are posted and event streams asked for, absolute: `http://host:port/graphql`. */
  readonly url: string;
  /** The page's key, read anew at each connection; null when signed out. */
  readonly pageKey: () => string | null;
  readonly fetch: typeof fetch;
  readonly webSocket: typeof WebSocket;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 to below 1. */
  readonly random: () => number;
  /** Calls back when waiting longer makes no sense: the tab is seen again, the network is back. Returns how to stop that. */
  readonly onWake: (wake: () => void) => () => void;
  /** Calls back at once and at each change with whether the page is seen. Returns how to stop that. */
  readonly onSight: (changed: (seen: boolean) => void) => () => void;
  /** Longest silence, in milliseconds, before a ping is sent, and again before the connection counts as dead. Default 4000. */
  readonly silence?: number;
  /** How long, in milliseconds, a page is hidden before it gives up connections of its own; see transport.ts. Default 10000. */
  readonly drowsy?: number;
  /** How long, in milliseconds, before a better way than the one that is used is tried again. Default 60000. */
  readonly again?: number;
}

/** One way to the server. It retries by itself until closed. */
export interface Wire {
  subscribe(request: () => Request, sink: Sink): () => void;
  check(): void;
  close(): void;
}

/** What a wire tells of itself. */
export interface WireEvents {
  /** Something came from the server. */
  heard(): void;
  connected(): void;
  /** @param wasConnected false when the connection could not be made at all */
  lost(wasConnected: boolean): void;
  /** It is open, and nothing comes over it, not even what the server sends to keep it open. */
  mute(): void;
  /** The server does not know us (any more). */
  refused(): void;
}

/** The delay in milliseconds before attempt `attempt` (from 0) to connect: from 250 to 4000, half of it random. */
export function backoff(attempt: number, random: () => number): number {
  return backOffDelay(attempt, { first: 250, longest: 4000 }, random());
}

/** Waits, but not longer than until somebody wakes us or the signal is aborted. */
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

/** What came of a subscription that was posted: events; or an only answer; or that the server does not know us. */
export type Posted =
  | { readonly kind: 'events' | 'answer'; readonly response: Response }
  | { readonly kind: 'refused' };

/** Posts a subscription, to be answered by a stream of events. Throws where nothing of the server's own came back. */
export async function postSubscription(
  options: WireOptions,
  request: Request,
  signal: AbortSignal,
  headers?: Readonly<Record<string, string>>,
): Promise<Posted> {
  const response = await post(options, request, 'text/event-stream', signal, headers);
  if (response.status === 401) return { kind: 'refused' };
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) return { kind: 'events', response };
  // Something on the way, or a server in trouble, answers in its own words.
  if (!type.includes('json') || response.status >= 500) throw new Error(`HTTP ${response.status}`);
  return { kind: 'answer', response };
}

/** Gives what events say to who listens; true: one of them was the end. `isOver` is asked before each. */
export function tell(events: readonly StreamEvent[], sink: Sink, isOver: () => boolean): boolean {
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

/** Posts a request to where queries go. */
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

/** The headers by which the server knows the page; see also `connection_init`. */
export function pageHeaders(pageKey: string | null): Record<string, string> {
  return { 'x-graphql-client-name': 'web', ...(pageKey === null ? {} : { 'x-spiderpig-page-key': pageKey }) };
}

/** The decoding edge: JSON from our own server, of the shape that the generated types of its document promise. */
export function decoded(value: unknown): Result {
  return typeof value === 'object' && value !== null
    ? (value as Result)
    : { errors: [{ message: String(value) }] };
}
