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

/** Milliseconds that a new stream may be silent by default, and one that has worked. The server sends a comment immediately, and then every 12 seconds. */
const firstTimeout = 4_000;
const laterTimeout = 30_000;

/**
 * Each subscription is one POST, answered by a stream of `next` events (graphql-sse, distinct connections mode). One without a slot is
 * polled until there is one.
 */
export function eventStreamWire(options: WireOptions, events: WireEvents): Wire {
  const ending = new AbortController();
  const streams = new EventStreams(options, events);
  const stopWatchingVisibility = options.onVisibility((now) => {
    streams.visible = now;
  });
  return {
    subscribe: (request, sink, background) => {
      const stopping = new AbortController();
      const signal = AbortSignal.any([ending.signal, stopping.signal]);
      void streams.follow({ request, sink, background, signal });
      return () => stopping.abort();
    },
    check: () => {},
    close: () => {
      stopWatchingVisibility();
      ending.abort();
    },
  };
}

class EventStreams {
  /** Whether the page is visible. */
  visible = true;
  readonly #options: WireOptions;
  readonly #events: WireEvents;
  /** The streams through which events arrive. */
  readonly #open = new Set<object>();

  constructor(options: WireOptions, events: WireEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** Sends requests until the server ends the subscription or the signal is aborted. */
  async follow(followed: Followed): Promise<void> {
    const { background, signal } = followed;
    let attempt = 0;
    let empty = 0;
    const stream = {};
    const onPiece = (): void => {
      attempt = 0;
      this.#events.connected();
      this.#events.received();
    };
    while (!signal.aborted) {
      const release = await this.#options.takeSlot(background);
      let wasOpen = false;
      try {
        const polled = await (release === null
          ? this.#poll(followed, shortWait(empty), onPiece)
          : this.#read(followed, stream, onPiece));
        if (polled === 'unauthorized') return this.#events.unauthorized();
        if (polled === 'over') return;
        empty = polled === 'empty' ? empty + 1 : 0;
        if (release === null) continue;
      } catch (error) {
        // Every failure is handled alike: the header shows it, and the request is sent again.
        if (!signal.aborted) console.debug('event stream lost', error);
      } finally {
        release?.();
        wasOpen = this.#open.delete(stream);
      }
      if (signal.aborted) return;
      if (this.#open.size === 0) this.#events.lost(wasOpen);
      await pause(backoff(attempt++, this.#options.random), this.#options.onWake, signal);
    }
  }

  /** Asks once, and waits until it is time to ask again. */
  async #poll(followed: Followed, seconds: number, onAnswer: () => void): Promise<Polled> {
    const { now, onWake } = this.#options;
    const last = { request: followed.request(), began: now() };
    const polled = await poll(this.#options, last.request, { ...followed, seconds, onAnswer });
    if (polled === 'unauthorized' || polled === 'over') return polled;
    const rest = pauseBefore(followed.request(), last, { time: now(), visible: this.visible });
    if (rest > 0) await pause(rest, onWake, followed.signal);
    return polled;
  }

  /** Reads a stream until it ends. Throws when it is lost. */
  async #read({ request, sink, signal }: Followed, stream: object, onPiece: () => void): Promise<Polled> {
    const idle = new IdleTimeout(this.#events);
    try {
      idle.expect(this.#options.pingAfter ?? firstTimeout);
      const either = AbortSignal.any([signal, idle.signal]);
      const posted = await postSubscription(this.#options, request(), either);
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
        // The response header does not prove that events get through: a proxy may buffer the body.
        this.#open.add(stream);
        onPiece();
        idle.expect(laterTimeout);
        if (deliver(reader.push(piece.value), sink, () => signal.aborted)) return 'over';
      }
      return 'continues';
    } finally {
      idle.end();
    }
  }
}

/** Aborts a stream on which nothing arrives. */
class IdleTimeout {
  readonly #events: WireEvents;
  readonly #timedOut = new AbortController();
  #watch: ReturnType<typeof setTimeout> | undefined;

  constructor(events: WireEvents) {
    this.#events = events;
  }

  get signal(): AbortSignal {
    return this.#timedOut.signal;
  }

  /** Aborts unless it is called again within this many milliseconds. */
  expect(within: number): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      this.#timedOut.abort();
      this.#events.silent();
    }, within);
  }

  /** Aborts the stream without a report. */
  end(): void {
    clearTimeout(this.#watch);
    this.#timedOut.abort();
  }
}
