// Owns the wire over server-sent events, for networks where a proxy breaks WebSockets.
import { EventStreamReader } from './event-stream.ts';
import { type Polled, pauseBefore, poll, shortWait } from './poll.ts';
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

/** A subscription while it is open. */
interface Followed {
  readonly request: () => Request;
  readonly sink: Sink;
  readonly background: boolean;
  readonly signal: AbortSignal;
}

/**
 * Each subscription is one POST, answered by a stream of `next` events (graphql-sse, distinct connections mode). One without a slot is
 * polled until there is one.
 */
export function eventStreamWire(options: WireOptions, events: WireEvents): Wire {
  // The server sends a comment immediately, and then every 12 seconds.
  const firstTimeout = options.pingAfter ?? 4_000;
  const laterTimeout = 30_000;
  const ending = new AbortController();
  const open = new Set<object>();
  let visible = true;
  const stopWatchingVisibility = options.onVisibility((now) => {
    visible = now;
  });

  /** Reads a stream until it ends. Throws when it is lost. */
  const read = async (
    { request, sink, signal }: Followed,
    stream: object,
    onPiece: () => void,
  ): Promise<Polled> => {
    const timedOut = new AbortController();
    let watch: ReturnType<typeof setTimeout> | undefined;
    const expect = (within: number): void => {
      clearTimeout(watch);
      watch = setTimeout(() => {
        timedOut.abort();
        events.silent();
      }, within);
    };
    try {
      expect(firstTimeout);
      const posted = await postSubscription(options, request(), AbortSignal.any([signal, timedOut.signal]));
      if (posted.kind === 'unauthorized') return 'unauthorized';
      const { response } = posted;
      if (posted.kind === 'answer' || response.body === null) {
        sink.next(decoded(await response.json()));
        sink.complete();
        return 'over';
      }
      const reader = new EventStreamReader();
      const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
        // The response header is no proof that events get through: a proxy may buffer the body.
        open.add(stream);
        onPiece();
        expect(laterTimeout);
        if (deliver(reader.push(piece.value), sink, () => signal.aborted)) return 'over';
      }
      return 'continues';
    } finally {
      clearTimeout(watch);
      timedOut.abort();
    }
  };

  /** Asks once, and waits until it is time to ask again. */
  const pollOnce = async (followed: Followed, seconds: number, onAnswer: () => void): Promise<Polled> => {
    const last = { request: followed.request(), began: options.now() };
    const polled = await poll(options, last.request, { ...followed, seconds, onAnswer });
    if (polled === 'unauthorized' || polled === 'over') return polled;
    const rest = pauseBefore(followed.request(), last, { time: options.now(), visible });
    if (rest > 0) await pause(rest, options.onWake, followed.signal);
    return polled;
  };

  const follow = async (followed: Followed): Promise<void> => {
    const { background, signal } = followed;
    let attempt = 0;
    let empty = 0;
    const stream = {};
    const onPiece = (): void => {
      attempt = 0;
      events.connected();
      events.received();
    };
    while (!signal.aborted) {
      const release = await options.takeSlot(background);
      let wasOpen = false;
      try {
        const polled = await (release === null
          ? pollOnce(followed, shortWait(empty), onPiece)
          : read(followed, stream, onPiece));
        if (polled === 'unauthorized') return events.unauthorized();
        if (polled === 'over') return;
        empty = polled === 'empty' ? empty + 1 : 0;
        if (release === null) continue;
      } catch (error) {
        // Every failure is handled alike: the header shows it, and the request is sent again.
        if (!signal.aborted) console.debug('event stream lost', error);
      } finally {
        release?.();
        wasOpen = open.delete(stream);
      }
      if (signal.aborted) return;
      if (open.size === 0) events.lost(wasOpen);
      await pause(backoff(attempt++, options.random), options.onWake, signal);
    }
  };

  return {
    subscribe: (request, sink, background) => {
      const stopping = new AbortController();
      const signal = AbortSignal.any([ending.signal, stopping.signal]);
      void follow({ request, sink, background, signal });
      return () => stopping.abort();
    },
    check: () => {},
    close: () => {
      stopWatchingVisibility();
      ending.abort();
    },
  };
}
