// Tests when a request to Gerrit is repeated, and what its failures are called.
import { expect, test } from 'vitest';
import { getFromGerrit, retryAfterOf } from './request.ts';

/** A Gerrit that gives these responses one after another; an error is a failed connection. */
function gerrit(...responses: readonly (Response | Error)[]) {
  const waits: number[] = [];
  let sent = 0;
  const get = (): Promise<string> =>
    getFromGerrit('https://gerrit.invalid/', {
      fetch: async () => {
        const response = responses[sent++];
        if (response === undefined) throw new Error('one request too many');
        if (response instanceof Error) throw response;
        return response;
      },
      wait: async (milliseconds) => void waits.push(milliseconds),
    });
  return { get, waits, requests: () => sent };
}
const status = (code: number, headers: Record<string, string> = {}) =>
  new Response('no', { status: code, headers });

test('a request is repeated after a failed connection and after a server error', async () => {
  const { get, waits } = gerrit(new TypeError('fetch failed'), status(502), new Response('here'));
  expect(await get()).toBe('here');
  expect(waits).toHaveLength(2);
  expect(waits[1]).toBeGreaterThanOrEqual(200);
});

test('a request is given up after the third failure', async () => {
  const { get, requests } = gerrit(status(503), status(503), status(503));
  await expect(get()).rejects.toThrow('it answered with status 503');
  expect(requests()).toBe(3);
});

test('a request is repeated when Gerrit says so, unless that takes too long', async () => {
  const soon = gerrit(status(429, { 'retry-after': '2' }), new Response('here'));
  expect(await soon.get()).toBe('here');
  expect(soon.waits).toEqual([2_000]);
  const late = gerrit(status(429, { 'retry-after': '60' }));
  await expect(late.get()).rejects.toThrow('it refuses more requests for 60 seconds (status 429)');
});

test('a request that Gerrit refuses is not repeated', async () => {
  const { get, requests } = gerrit(status(403));
  await expect(get()).rejects.toThrow('it answered with status 403');
  expect(requests()).toBe(1);
});

test('Retry-After is read as seconds or as a date', () => {
  expect(retryAfterOf('7')).toBe(7_000);
  expect(retryAfterOf('Thu, 01 Jan 1970 00:00:09 GMT', 4_000)).toBe(5_000);
  expect(retryAfterOf('soon')).toBeNull();
  expect(retryAfterOf(null)).toBeNull();
});
