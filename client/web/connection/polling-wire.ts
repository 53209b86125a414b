// Owns the wire that polls (long polling), for networks where a proxy buffers a response until it is complete.
import { pauseBefore, poll, shortWait } from './poll.ts';
import {
  backoff,
  pause,
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

/**
 * Each subscription is a series of POSTs that the server ends (`Prefer: wait`). `request` is called for each: one with a
 * new cursor is sent immediately and waits at the server, if there is a slot for it; one that did not change is sent at an interval.
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
    signal: AbortSignal,
    { self, background }: { readonly self: object; readonly background: boolean },
  ): Promise<void> => {
    let attempt = 0;
    let empty = 0;
    const onAnswer = (): void => {
      attempt = 0;
      answered.add(self);
      events.connected();
      events.received();
    };
    while (!signal.aborted) {
      const current = request();
      const began = options.now();
      const release = await options.takeSlot(background);
      const seconds = release === null ? shortWait(empty) : answered.has(self) ? wait : firstWait;
      try {
        const polled = await poll(options, current, { sink, signal, seconds, onAnswer });
        if (polled === 'unauthorized') events.unauthorized();
        if (polled === 'unauthorized' || polled === 'over') return;
        empty = polled === 'empty' ? empty + 1 : 0;
      } catch (error) {
        if (signal.aborted) return;
        console.debug('answer lost', error);
        answered.delete(self);
        if (answered.size === 0) events.lost(true);
        await pause(backoff(attempt++, options.random), options.onWake, signal);
        continue;
      } finally {
        release?.();
      }
      const now = { time: options.now(), visible };
      const rest = pauseBefore(request(), { request: current, began }, now);
      if (rest > 0) await pause(rest, options.onWake, signal);
    }
  };

  return {
    subscribe: (request, sink, background) => {
      const stopping = new AbortController();
      const signal = AbortSignal.any([ending.signal, stopping.signal]);
      const self = {};
      void follow(request, sink, signal, { self, background }).finally(() => answered.delete(self));
      return () => stopping.abort();
    },
    check: () => {},
    close: () => {
      stopWatchingVisibility();
      ending.abort();
    },
  };
}
