// Owns the wire over server-sent events, for networks where a proxy breaks WebSockets.
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

/** Each subscription is one POST, answered by a stream of `next` events (graphql-sse, distinct connections mode). */
export function eventStreamWire(options: WireOptions, events: WireEvents): Wire {
  // The server sends a comment immediately, and then every 12 seconds.
  const firstTimeout = options.pingAfter ?? 4_000;
  const laterTimeout = 30_000;
  const ending = new AbortController();
  const open = new Set<object>();

  const follow = async (request: () => Request, sink: Sink, stopped: AbortSignal): Promise<void> => {
    const signal = AbortSignal.any([ending.signal, stopped]);
    for (let attempt = 0; !signal.aborted; attempt++) {
      const timedOut = new AbortController();
      let watch: ReturnType<typeof setTimeout> | undefined;
      const expect = (within: number): void => {
        clearTimeout(watch);
        watch = setTimeout(() => {
          timedOut.abort();
          events.silent();
        }, within);
      };
      const stream = {};
      let wasOpen = false;
      try {
        expect(firstTimeout);
        const posted = await postSubscription(options, request(), AbortSignal.any([signal, timedOut.signal]));
        if (posted.kind === 'unauthorized') return events.unauthorized();
        const { response } = posted;
        if (posted.kind === 'answer' || response.body === null) {
          sink.next(decoded(await response.json()));
          return sink.complete();
        }
        const reader = new EventStreamReader();
        const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
          // The response header is no proof that events get through: a proxy may buffer the body.
          open.add(stream);
          events.connected();
          events.received();
          attempt = 0;
          expect(laterTimeout);
          if (deliver(reader.push(piece.value), sink, () => signal.aborted)) return;
        }
      } catch (error) {
        // Every failure is handled alike: the header shows it, and the stream is opened again.
        if (!signal.aborted) console.debug('event stream lost', error);
      } finally {
        clearTimeout(watch);
        wasOpen = open.delete(stream);
        timedOut.abort();
      }
      if (signal.aborted) return;
      if (open.size === 0) events.lost(wasOpen);
      await pause(backoff(attempt, options.random), options.onWake, signal);
    }
  };

  return {
    subscribe: (request, sink) => {
      const stopping = new AbortController();
      void follow(request, sink, stopping.signal);
      return () => stopping.abort();
    },
    check: () => {},
    close: () => ending.abort(),
  };
}
