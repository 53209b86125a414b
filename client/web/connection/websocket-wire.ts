// Owns the wire over a WebSocket (graphql-transport-ws): it reconnects, and detects a dead connection by pings.
import { type Client, createClient } from 'graphql-ws';
import {
  backoff,
  decoded,
  pause,
  type Request,
  type Sink,
  type Wire,
  type WireEvents,
  type WireOptions,
} from './wire.ts';

/** A WebSocket that is opened immediately, and again after each loss, until the wire is closed. */
export function webSocketWire(options: WireOptions, events: WireEvents): Wire {
  const ending = new AbortController();
  const heartbeat = new Heartbeat(options.pingAfter ?? 4_000, () => client.terminate());
  const client = openClient(options, events, heartbeat, ending.signal);
  return {
    subscribe: (request, sink) => new Subscription(client, options, request, sink, ending.signal).open(),
    check: () => {
      if (heartbeat.connected) heartbeat.ping();
    },
    close: () => {
      ending.abort();
      heartbeat.stop();
      client.terminate();
      // dispose() waits for a socket that is still connecting; its failure no longer matters.
      Promise.resolve(client.dispose()).catch(() => {});
    },
  };
}

/**
 * Detects a dead connection. A proxy that died without closing leaves the socket open for minutes. So a ping is sent after `pingAfter`, and
 * the socket is closed when nothing arrives for another `pingAfter`.
 */
class Heartbeat {
  socket: WebSocket | null = null;
  connected = false;
  readonly #pingAfter: number;
  readonly #terminate: () => void;
  #watch: ReturnType<typeof setTimeout> | undefined;

  constructor(pingAfter: number, terminate: () => void) {
    this.#pingAfter = pingAfter;
    this.#terminate = terminate;
  }

  /** A socket is being opened. */
  connecting(): void {
    this.#wait(this.#terminate, this.#pingAfter * 2);
  }

  /** Something arrived. */
  received(): void {
    if (this.connected) this.#wait(() => this.ping(), this.#pingAfter);
  }

  ping(): void {
    if (this.socket?.readyState === 1) this.socket.send('{"type":"ping"}');
    this.#wait(this.#terminate, this.#pingAfter);
  }

  /** The socket is closed. */
  stop(): void {
    clearTimeout(this.#watch);
    this.socket = null;
    this.connected = false;
  }

  #wait(then: () => void, milliseconds: number): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(then, milliseconds);
  }
}

function openClient(
  options: WireOptions,
  events: WireEvents,
  heartbeat: Heartbeat,
  ending: AbortSignal,
): Client {
  return createClient({
    url: options.url.replace(/^http/, 'ws'),
    webSocketImpl: options.webSocket,
    lazy: false,
    // graphql-ws does not retry after some close codes, such as a server error while connecting. `Subscription` does.
    onNonLazyError: () => {},
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => !ending.aborted,
    retryWait: async (attempt) => {
      await pause(backoff(attempt, options.random), options.onWake, ending);
      // After `close` graphql-ws would open one more socket, so this promise never resolves.
      if (ending.aborted) await new Promise<never>(() => {});
    },
    connectionParams: () => ({ pageKey: options.pageKey() }),
    on: {
      connecting: () => heartbeat.connecting(),
      opened: (opened) => {
        if (opened instanceof options.webSocket) heartbeat.socket = opened;
      },
      connected: () => {
        heartbeat.connected = true;
        events.connected();
        heartbeat.received();
      },
      message: () => {
        events.received();
        heartbeat.received();
      },
      closed: (event) => {
        const was = heartbeat.connected;
        heartbeat.stop();
        if (ending.aborted) return;
        if (closeCode(event) === 4403 || closeCode(event) === 4401) events.unauthorized();
        else events.lost(was);
      },
    },
  });
}

/** One subscription, which is sent again after each loss. */
class Subscription {
  readonly #client: Client;
  readonly #options: WireOptions;
  readonly #request: () => Request;
  readonly #sink: Sink;
  readonly #ending: AbortSignal;
  #stopped = false;
  #stop = (): void => {};

  constructor(client: Client, options: WireOptions, request: () => Request, sink: Sink, ending: AbortSignal) {
    this.#client = client;
    this.#options = options;
    this.#request = request;
    this.#sink = sink;
    this.#ending = ending;
  }

  /** Sends the subscription. Returns a function that ends it. */
  open(): () => void {
    this.#send();
    return () => {
      this.#stopped = true;
      this.#stop();
    };
  }

  get #isOver(): boolean {
    return this.#stopped || this.#ending.aborted;
  }

  #send(): void {
    const request = this.#request;
    const payload = {
      // graphql-ws requires a query.
      query: '',
      // Getters, because each reconnection must send the request as it is then (its cursor).
      get documentId() {
        return request().documentId;
      },
      get variables() {
        return { ...request().variables };
      },
    };
    this.#stop = this.#client.subscribe(payload, {
      next: (result) => this.#sink.next(decoded(result)),
      error: (error) => {
        if (this.#isOver) return;
        if (Array.isArray(error)) {
          this.#sink.next(decoded({ errors: error }));
          this.#sink.complete();
        } else void this.#resend();
      },
      complete: () => {
        if (!this.#isOver) this.#sink.complete();
      },
    });
  }

  /** graphql-ws gives up after some close codes; the page retries after all of them. */
  async #resend(): Promise<void> {
    await pause(backoff(3, this.#options.random), this.#options.onWake, this.#ending);
    if (!this.#isOver) this.#send();
  }
}

function closeCode(event: unknown): number | null {
  return typeof event === 'object' && event !== null && 'code' in event && typeof event.code === 'number'
    ? event.code
    : null;
}
