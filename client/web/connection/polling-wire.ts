// Owns the way to the server by asking again and again, for where something in between passes nothing on before it is whole. Owns no choice of way.
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

/**
 * How long the server waits for something to tell, in seconds: shorter than what proxies allow (a minute, mostly). The first time, and after an
 * answer that was lost, not so long: it is to be known soon that the way works.
 */
const wait = 10;
const firstWait = 1;
/** How long after that an answer is waited for, in milliseconds. */
const late = 10_000;
/** What has no cursor is asked for each second, and in a hidden page each ten. */
const pace = { seen: 1_000, hidden: 10_000 } as const;

/**
 * Each subscription is a POST that the server ends (`Prefer: wait`), and then the next. `request` is asked anew each time: what goes on from
 * a cursor is asked for at once, and waits at the server; what is the same again is asked for at the page's own pace.
 */
export function pollingWire(options: WireOptions, events: WireEvents): Wire {
  const ending = new AbortController();
  const answered = new Set<object>();
  let seen = true;
  const stopLooking = options.onSight((now) => {
    seen = now;
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
      const asked = request();
      const body = JSON.stringify(asked);
      const began = options.now();
      const seconds = answered.has(self) ? wait : firstWait;
      try {
        const posted = await postSubscription(
          options,
          asked,
          AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000 + late)]),
          { prefer: `wait=${seconds}` },
        );
        if (posted.kind === 'refused') return events.refused();
        // Whole, or it counts for nothing: half an answer is asked for again.
        const text = await posted.response.text();
        if (signal.aborted) return;
        attempt = 0;
        answered.add(self);
        events.connected();
        events.heard();
        if (posted.kind === 'answer') {
          sink.next(decoded(JSON.parse(text)));
          return sink.complete();
        }
        if (tell(new EventStreamReader().push(text), sink, () => signal.aborted)) return;
      } catch (error) {
        if (signal.aborted) return;
        console.debug('answer lost', error);
        answered.delete(self);
        if (answered.size === 0) events.lost(true);
        await pause(backoff(attempt++, options.random), options.onWake, signal);
        continue;
      }
      // Nothing new to ask for: what has no cursor is answered at once, and must not be asked for all the time.
      const rest = (seen ? pace.seen : pace.hidden) - (options.now() - began);
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
      stopLooking();
      ending.abort();
    },
  };
}
