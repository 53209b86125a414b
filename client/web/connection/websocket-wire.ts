// Owns the way to the server over a WebSocket (graphql-transport-ws): it retries, and notices a silent one. Owns no choice of way.
import { createClient } from 'graphql-ws';
import { backoff, decoded, pause, type Wire, type WireEvents, type WireOptions } from './wire.ts';

/** A WebSocket that is opened at once and again after each loss, until closed. */
export function webSocketWire(options: WireOptions, events: WireEvents): Wire {
  const { silence = 4000 } = options;
  const ending = new AbortController();
  let socket: WebSocket | null = null;
  let watch: ReturnType<typeof setTimeout> | undefined;
  let connected = false;

  // A proxy that died silently leaves the socket open for minutes: after `silence` we ask, after `silence` more we give up.
  const expect = (): void => {
    clearTimeout(watch);
    watch = setTimeout(ask, silence);
  };
  const ask = (): void => {
    clearTimeout(watch);
    if (socket?.readyState === 1) socket.send('{"type":"ping"}');
    watch = setTimeout(() => client.terminate(), silence);
  };

  const client = createClient({
    url: options.url.replace(/^http/, 'ws'),
    webSocketImpl: options.webSocket,
    lazy: false,
    // A code that it deems fatal (a server error while connecting, say) is for us a reason to try again: see `revive`.
    onNonLazyError: () => {},
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => !ending.signal.aborted,
    retryWait: async (attempt) => {
      await pause(backoff(attempt, options.random), options.onWake, ending.signal);
      // Closed meanwhile: graphql-ws would open one more socket now, so this wait has no end.
      if (ending.signal.aborted) await new Promise<never>(() => {});
    },
    connectionParams: () => ({ pageKey: options.pageKey() }),
    on: {
      connecting: () => {
        clearTimeout(watch);
        watch = setTimeout(() => client.terminate(), silence * 2);
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
        events.heard();
        if (connected) expect();
      },
      closed: (event) => {
        clearTimeout(watch);
        socket = null;
        if (ending.signal.aborted) return;
        const was = connected;
        connected = false;
        if (closeCode(event) === 4403 || closeCode(event) === 4401) events.refused();
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
          // graphql-ws knows no other name for a document, and asks for one.
          query: '',
          // Read when the message is written, so each reconnection sends what is true then.
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
              void revive();
            }
          },
          complete: () => {
            if (!stopped && !ending.signal.aborted) sink.complete();
          },
        });
      };
      // graphql-ws gives up on some close codes; the page never does.
      const revive = async (): Promise<void> => {
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
      if (connected) ask();
    },
    close: () => {
      ending.abort();
      clearTimeout(watch);
      client.terminate();
      // It waits for the socket that was under way, whose end is no news any more.
      Promise.resolve(client.dispose()).catch(() => {});
    },
  };
}

function closeCode(event: unknown): number | null {
  return typeof event === 'object' && event !== null && 'code' in event && typeof event.code === 'number'
    ? event.code
    : null;
}
