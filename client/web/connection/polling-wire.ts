// Owns the wire that polls (long polling), for networks where a proxy buffers a response until it is complete.
import { EventStreamReader } from './event-stream.ts';
import {
  backoff,
  decoded,
  deliver,
  pause,
  postSubscription,
  type Request,
  type Sink,
  type Wire,
  type WireEvents,
  type WireOptions,
} from './wire.ts';

/**
 * How long the server holds a request open, in seconds. It is shorter than the timeout of proxies, mostly a minute. The
 * first request, and one after a failure, are short, so that the page soon knows whether polling works.
 */
const wait = 10;
const firstWait = 1;
/** How long after that the page waits for the answer, in milliseconds. */
const graceTime = 10_000;
/** Milliseconds between requests without a cursor. */
const interval = { visible: 1_000, hidden: 10_000 } as const;

/**
 * Each subscription is a series of POSTs that the server ends (`Prefer: wait`). `request` is called for each: one with a
 * new cursor is sent immediately and waits at the server; one that did not change is sent at `interval`.
 */
export function pollingWire(options: WireOptions, events: WireEvents): Wire {
  const ending = new AbortController();
  const answered = new Set<object>();
  let visible = true;
  const stopWatchingVisibility = options.onVisibility((now) => {
    visible = now;
  });

  const follow = async (
    request: () => Request,
    sink: Sink,
    stopped: AbortSignal,
    self: object,
  ): Promise<void> => {
    const signal = AbortSignal.any([ending.signal, stopped]);
    let attempt = 0;
    while (!signal.aborted) {
      const current = request();
      const body = JSON.stringify(current);
      const began = options.now();
      const seconds = answered.has(self) ? wait : firstWait;
      try {
        const posted = await postSubscription(
          options,
          current,
          AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000 + graceTime)]),
          { prefer: `wait=${seconds}` },
        );
        if (posted.kind === 'unauthorized') return events.unauthorized();
        // An answer that is cut off throws here, and the request is sent again.
        const text = await posted.response.text();
        if (signal.aborted) return;
        attempt = 0;
        answered.add(self);
        events.connected();
        events.received();
        if (posted.kind === 'answer') {
          sink.next(decoded(JSON.parse(text)));
          return sink.complete();
        }
        if (deliver(new EventStreamReader().push(text), sink, () => signal.aborted)) return;
      } catch (error) {
        if (signal.aborted) return;
        console.debug('answer lost', error);
        answered.delete(self);
        if (answered.size === 0) events.lost(true);
        await pause(backoff(attempt++, options.random), options.onWake, signal);
        continue;
      }
      // A request without a cursor is answered immediately, so it must not be repeated without a pause.
      const rest = (visible ? interval.visible : interval.hidden) - (options.now() - began);
      if (rest > 0 && JSON.stringify(request()) === body) await pause(rest, options.onWake, signal);
    }
  };

  return {
    subscribe: (request, sink) => {
      const stopping = new AbortController();
      const self = {};
      void follow(request, sink, stopping.signal, self).finally(() => answered.delete(self));
      return () => stopping.abort();
    },
    check: () => {},
    close: () => {
      stopWatchingVisibility();
      ending.abort();
    },
  };
}
