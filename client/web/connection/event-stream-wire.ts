// Owns the way to the server over event streams, for where something in between breaks WebSockets. Owns no choice of way.
import { EventStreamReader } from './event-stream.ts';
import {
  backoff,
  decoded,
  pause,
  postSubscription,
  type Request,
  type Sink,
  tell,
  type Wire,
  type WireEvents,
  type WireOptions,
} from './wire.ts';

/** Each subscription is a POST of its own, answered by a stream of `next` events (graphql-sse, distinct connections). */
export function eventStreamWire(options: WireOptions, events: WireEvents): Wire {
  // The server sends a comment at once, and then every 12 seconds.
  const firstSilence = options.silence ?? 4_000;
  const longestSilence = 30_000;
  const ending = new AbortController();
  const open = new Set<object>();

  const follow = async (request: () => Request, sink: Sink, stopped: AbortSignal): Promise<void> => {
    const signal = AbortSignal.any([ending.signal, stopped]);
    for (let attempt = 0; !signal.aborted; attempt++) {
      const silent = new AbortController();
      let watch: ReturnType<typeof setTimeout> | undefined;
      const expect = (within: number): void => {
        clearTimeout(watch);
        watch = setTimeout(() => {
          silent.abort();
          events.mute();
        }, within);
      };
      const stream = {};
      let was = false;
      try {
        expect(firstSilence);
        const posted = await postSubscription(options, request(), AbortSignal.any([signal, silent.signal]));
        if (posted.kind === 'refused') return events.refused();
        const { response } = posted;
        if (posted.kind === 'answer' || response.body === null) {
          sink.next(decoded(await response.json()));
          return sink.complete();
        }
        const reader = new EventStreamReader();
        const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
          // Not the header is proof that it gets through: a proxy may hold back all that follows.
          open.add(stream);
          events.connected();
          events.heard();
          attempt = 0;
          expect(longestSilence);
          if (tell(reader.push(piece.value), sink, () => signal.aborted)) return;
        }
      } catch (error) {
        // Whatever went wrong, the answer is the same: say so in the header, and try again.
        if (!signal.aborted) console.debug('event stream lost', error);
      } finally {
        clearTimeout(watch);
        was = open.delete(stream);
        silent.abort();
      }
      if (signal.aborted) return;
      if (open.size === 0) events.lost(was);
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
