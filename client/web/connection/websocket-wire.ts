// Owns the wire over a WebSocket (graphql-transport-ws): it reconnects, and detects a dead connection by pings.
import { createClient } from 'graphql-ws';
import { backoff, decoded, pause, type Wire, type WireEvents, type WireOptions } from './wire.ts';

/** A WebSocket that is opened immediately, and again after each loss, until the wire is closed. */
export function webSocketWire(options: WireOptions, events: WireEvents): Wire {
  const { pingAfter = 4000 } = options;
  const ending = new AbortController();
  let socket: WebSocket | null = null;
  let watch: ReturnType<typeof setTimeout> | undefined;
  let connected = false;

  // A proxy that died without closing leaves the socket open for minutes. So a ping is sent after `pingAfter`, and the
  // socket is closed when nothing arrives for another `pingAfter`.
  const expect = (): void => {
    clearTimeout(watch);
    watch = setTimeout(ping, pingAfter);
  };
  const ping = (): void => {
    clearTimeout(watch);
    if (socket?.readyState === 1) socket.send('{"type":"ping"}');
    watch = setTimeout(() => client.terminate(), pingAfter);
  };

  const client = createClient({
    url: options.url.replace(/^http/, 'ws'),
    webSocketImpl: options.webSocket,
    lazy: false,
    // graphql-ws does not retry after some close codes, such as a server error while connecting. `resubscribe` does.
    onNonLazyError: () => {},
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => !ending.signal.aborted,
    retryWait: async (attempt) => {
      await pause(backoff(attempt, options.random), options.onWake, ending.signal);
      // After `close` graphql-ws would open one more socket, so this promise never resolves.
      if (ending.signal.aborted) await new Promise<never>(() => {});
    },
    connectionParams: () => ({ pageKey: options.pageKey() }),
    on: {
      connecting: () => {
        clearTimeout(watch);
        watch = setTimeout(() => client.terminate(), pingAfter * 2);
      },
      opened: (opened) => {
        if (opened instanceof options.webSocket) socket = opened;
      },
      connected: () => {
        connected = true;
        events.connected();
        expect();
      },
      message: () => {
        events.received();
        if (connected) expect();
      },
      closed: (event) => {
        clearTimeout(watch);
        socket = null;
        if (ending.signal.aborted) return;
        const was = connected;
        connected = false;
        if (closeCode(event) === 4403 || closeCode(event) === 4401) events.unauthorized();
        else events.lost(was);
      },
    },
  });

  return {
    subscribe: (request, sink) => {
      let stopped = false;
      let stop = (): void => {};
      const send = (): void => {
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
        stop = client.subscribe(payload, {
          next: (result) => sink.next(decoded(result)),
          error: (error) => {
            if (stopped || ending.signal.aborted) return;
            if (Array.isArray(error)) {
              sink.next(decoded({ errors: error }));
              sink.complete();
            } else {
              void resubscribe();
            }
          },
          complete: () => {
            if (!stopped && !ending.signal.aborted) sink.complete();
          },
        });
      };
      // graphql-ws gives up after some close codes; the page retries after all of them.
      const resubscribe = async (): Promise<void> => {
        await pause(backoff(3, options.random), options.onWake, ending.signal);
        if (!stopped && !ending.signal.aborted) send();
      };
      send();
      return () => {
        stopped = true;
        stop();
      };
    },
    check: () => {
      if (connected) ping();
    },
    close: () => {
      ending.abort();
      clearTimeout(watch);
      client.terminate();
      // dispose() waits for a socket that is still connecting; its failure no longer matters.
      Promise.resolve(client.dispose()).catch(() => {});
    },
  };
}

function closeCode(event: unknown): number | null {
  return typeof event === 'object' && event !== null && 'code' in event && typeof event.code === 'number'
    ? event.code
    : null;
}
