// Owns one request of polling: its answer is an event stream that the server ends soon. Not when the next one follows (the wires).
import { EventStreamReader } from './event-stream.ts';
import { decoded, deliver, postSubscription, type Request, type Sink, type WireOptions } from './wire.ts';

/** How long after the end of its wait the page waits for an answer, in milliseconds. */
const graceTime = 10_000;
/** Milliseconds between requests without a cursor. */
const interval = { visible: 1_000, hidden: 10_000 } as const;

/** What an answer means for its subscription; `empty`: it continues, but nothing was new. */
export type Polled = 'unauthorized' | 'over' | 'continues' | 'empty';

/**
 * The wait in seconds of a request without a slot: the server answers with what it has. A slow server may need more time than that, so
 * that some requests wait a second.
 * @param empty how many answers in a row were empty
 */
export const shortWait = (empty: number): number => (empty % 5 === 4 ? 1 : 0);

/**
 * Sends a request and passes its events to the sink. Throws when the answer is lost or cut off: the request is to be sent again.
 * @param seconds how long the server may hold the request; 0: it answers with what it has
 * @param onAnswer called when the answer is complete, before its events are delivered
 */
export async function poll(
  options: WireOptions,
  request: Request,
  {
    sink,
    signal,
    seconds,
    onAnswer,
  }: {
    readonly sink: Sink;
    readonly signal: AbortSignal;
    readonly seconds: number;
    readonly onAnswer: () => void;
  },
): Promise<Polled> {
  const posted = await postSubscription(
    options,
    request,
    AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000 + graceTime)]),
    { prefer: `wait=${seconds}` },
  );
  if (posted.kind === 'unauthorized') return 'unauthorized';
  const text = await posted.response.text();
  if (signal.aborted) return 'over';
  onAnswer();
  if (posted.kind === 'answer') {
    sink.next(decoded(JSON.parse(text)));
    sink.complete();
    return 'over';
  }
  const events = new EventStreamReader().push(text);
  if (deliver(events, sink, () => signal.aborted)) return 'over';
  return events.length === 0 ? 'empty' : 'continues';
}

/**
 * How many milliseconds to wait before the next request. One with a new cursor is sent immediately; one that did not change would be answered
 * immediately with the same, so it must not be repeated without a pause.
 */
export function pauseBefore(
  next: Request,
  last: { readonly request: Request; readonly began: number },
  now: { readonly time: number; readonly visible: boolean },
): number {
  if (JSON.stringify(next) !== JSON.stringify(last.request)) return 0;
  return Math.max(0, (now.visible ? interval.visible : interval.hidden) - (now.time - last.began));
}
