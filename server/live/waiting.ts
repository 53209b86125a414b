// Owns event streams that are asked to end soon (`Prefer: wait=N`), for clients behind proxies that pass nothing on before it is whole. Not streams that stay open.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import type { FetchAPI, Plugin } from 'graphql-yoga';
import type { OperationOrigin } from '../graphql/graphql.ts';
import { shown } from '../trouble.ts';
import { sharedText } from './sharing.ts';

/** The longest wait there is, in seconds. */
export const longestWait = 60;
/** How long nothing must come, after something did, for the answer to be sent; and how long it goes on at most when more and more comes. Milliseconds. */
const quiet = 20;
const longestGathering = 500;
/** How many UTF-16 units of text end an answer: a log of any size comes in pieces. */
const mostText = 2_097_152;

/** A client that wants an answer that ends. */
export interface Wait {
  /** Seconds until there is an answer, also without an event: 0 to 60. */
  readonly seconds: number;
  /** Aborted when the client is gone, or the server goes: then there is an answer at once. */
  readonly over: AbortSignal;
}

/** The seconds of `Prefer: wait=N` (RFC 7240), at most 60; null without, and where N is no whole number: such a preference is ignored. Pure. */
export function waitOf(prefer: string | readonly string[] | undefined): number | null {
  for (const preference of (typeof prefer === 'string' ? prefer : (prefer?.join(',') ?? '')).split(',')) {
    const seconds = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;|$)/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(longestWait, Number(seconds));
  }
  return null;
}

/** What comes of a subscription until a quiet moment, or until the wait is over, as the text of an event stream. Ends the subscription. */
export async function gathered<Result>(
  results: AsyncIterable<Result>,
  textOf: (result: Result) => string,
  { seconds, over }: Wait,
): Promise<string> {
  const iterator = results[Symbol.asyncIterator]();
  const stop = new AbortController();
  const pause = (milliseconds: number): Promise<'over'> =>
    sleep(milliseconds, 'over' as const, { signal: stop.signal }).catch(() => 'over' as const);
  const left = new Promise<'over'>((resolve) => {
    if (over.aborted) resolve('over');
    else
      over.addEventListener('abort', () => resolve('over'), {
        once: true,
        signal: stop.signal,
      });
  });
  let end = Promise.race([pause(seconds * 1_000), left]);
  // A comment: an answer without a body could be taken for none.
  let text = ':\n\n';
  try {
    for (let first = true; text.length < mostText; ) {
      const next = iterator.next();
      // What comes while nobody waits any more is no failure of ours.
      next.catch(() => {});
      const came = await Promise.race(first ? [next, end] : [next, end, pause(quiet)]);
      if (came === 'over') break;
      if (came.done) {
        text += 'event: complete\ndata:\n\n';
        break;
      }
      text += `event: next\ndata: ${textOf(came.value)}\n\n`;
      if (first) end = Promise.race([pause(longestGathering), left]);
      first = false;
    }
  } finally {
    stop.abort();
    await iterator.return?.();
  }
  return text;
}

/** A result as text: the one that is written once for all, where it is. */
const written = ({ errors, ...others }: ExecutionResult): string =>
  sharedText(others) ?? JSON.stringify(errors ? { ...others, errors: errors.map(shown) } : others);

/** Answers those who want to wait only so long. */
export const waiting: Plugin<object, OperationOrigin> = {
  onResultProcess({ result, serverContext, setResultProcessor }) {
    const { wait } = serverContext;
    if (wait === undefined || !(Symbol.asyncIterator in result)) return;
    setResultProcessor(async (_result, fetchAPI: FetchAPI) => {
      const text = await gathered(result, written, wait);
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
