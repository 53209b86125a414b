// Owns event streams that end soon (`Prefer: wait=N`, long polling), for clients behind proxies that buffer whole responses. Not streams that stay open.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import type { FetchAPI, Plugin } from 'graphql-yoga';
import { shown } from '../database-problem.ts';
import type { OperationOrigin, Wait } from '../graphql/operation.ts';
import { serializedOf } from './sharing.ts';

/** The maximum wait, in seconds. */
export const maxWait = 60;
/** `wait=0` returns what is there already: reading it takes up to this long, in milliseconds. */
const minWait = 200;
/** After the first event, the response is sent when no event arrives for this long, in milliseconds. */
const quietPeriod = 20;
/** After the first event, the response is sent after this long at the latest, in milliseconds. */
const maxCollection = 500;
/** The response is sent once it has this many UTF-16 units, so that a long log is sent in parts. */
const maxText = 2_097_152;

/** The seconds of `Prefer: wait=N` (RFC 7240), at most 60; null without it, or if N is not a whole number. Pure. */
export function waitOf(prefer: string | readonly string[] | undefined): number | null {
  for (const preference of (typeof prefer === 'string' ? prefer : (prefer?.join(',') ?? '')).split(',')) {
    const seconds = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;|$)/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(maxWait, Number(seconds));
  }
  return null;
}

/** Collects the events of a subscription until none arrives for a moment, or the wait is over, as the text of an event stream. Ends the subscription. */
export async function collectEvents<Result>(
  results: AsyncIterable<Result>,
  textOf: (result: Result) => string,
  { seconds, signal }: Wait,
): Promise<string> {
  const iterator = results[Symbol.asyncIterator]();
  const stop = new AbortController();
  const timeout = (milliseconds: number): Promise<'over'> =>
    sleep(milliseconds, 'over' as const, { signal: stop.signal }).catch(() => 'over' as const);
  const aborted = new Promise<'over'>((resolve) => {
    if (signal.aborted) resolve('over');
    else
      signal.addEventListener('abort', () => resolve('over'), {
        once: true,
        signal: stop.signal,
      });
  });
  let end = Promise.race([timeout(Math.max(minWait, seconds * 1_000)), aborted]);
  // An SSE comment, because some proxies treat an empty body as an error.
  let text = ':\n\n';
  try {
    for (let first = true; text.length < maxText; ) {
      const next = iterator.next();
      // An error after the wait is over must not become an unhandled rejection.
      next.catch(() => {});
      const result = await Promise.race(first ? [next, end] : [next, end, timeout(quietPeriod)]);
      if (result === 'over') break;
      if (result.done) {
        text += 'event: complete\ndata:\n\n';
        break;
      }
      text += `event: next\ndata: ${textOf(result.value)}\n\n`;
      if (first) end = Promise.race([timeout(maxCollection), aborted]);
      first = false;
    }
  } finally {
    stop.abort();
    await iterator.return?.();
  }
  return text;
}

/** A result as JSON; shared results are serialized only once. */
const serialized = ({ errors, ...others }: ExecutionResult): string =>
  serializedOf(others)?.stringify() ??
  JSON.stringify(errors ? { ...others, errors: errors.map(shown) } : others);

/** Answers operations with a {@link Wait}. */
export const waiting: Plugin<object, OperationOrigin> = {
  onResultProcess({ result, resultProcessor, serverContext, setResultProcessor }) {
    const { wait } = serverContext;
    if (wait === undefined || resultProcessor === undefined || !(Symbol.asyncIterator in result)) return;
    setResultProcessor(async (_result, fetchAPI: FetchAPI) => {
      const text = await collectEvents(result, serialized, wait);
      return new fetchAPI.Response(text, {
        headers: {
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
          'preference-applied': `wait=${wait.seconds}`,
        },
      });
    }, 'text/event-stream');
  },
};
