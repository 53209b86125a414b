// Tests that users take turns when they search in Gerrit.
import { createServer, type ServerResponse } from 'node:http';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { GerritUnavailable } from '../../schema/model/job/change.ts';
import { Gerrit } from './gerrit.ts';

/** Requests that wait, by their query. */
const waiting = new Map<string, ServerResponse>();
const gerrit = createServer((request, response) => {
  waiting.set(new URL(request.url ?? '', 'http://gerrit').searchParams.get('q') ?? '', response);
});
beforeAll(() => new Promise<void>((resolve) => gerrit.listen(0, '127.0.0.1', resolve)));
afterAll(() => gerrit.close());

const { signal } = new AbortController();
const release = (query: string): void => {
  waiting.get(query)?.end(")]}'\n[]");
  waiting.delete(query);
};

test('W3 a user with many searches has one request open, and another user is not delayed', async () => {
  const address = gerrit.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = new Gerrit({ url: `http://127.0.0.1:${address.port}/`, logger: pino({ level: 'silent' }) });
  const numbers = Array.from({ length: 20 }, (_, n) => String(100 + n));
  const many = numbers.map((number) => client.search(number, 10, { userId: 1, signal }));
  const other = client.search('999', 10, { userId: 2, signal });
  await vi.waitFor(() => expect([...waiting.keys()]).toEqual(['change:100', 'change:999']), 20_000);
  release('change:999');
  expect(await other).toMatchObject({ changes: [] });
  for (const number of numbers) {
    await vi.waitFor(() => expect([...waiting.keys()]).toEqual([`change:${number}`]), 20_000);
    release(`change:${number}`);
  }
  expect(await Promise.all(many)).toHaveLength(20);
});

test('a search that its user cancelled gives its turn to the next one, and ends its request', async () => {
  const address = gerrit.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = new Gerrit({ url: `http://127.0.0.1:${address.port}/`, logger: pino({ level: 'silent' }) });
  const cancel = new AbortController();
  const slow = client.search('201', 10, { userId: 1, signal: cancel.signal });
  const next = client.search('202', 10, { userId: 1, signal });
  await vi.waitFor(() => expect([...waiting.keys()]).toEqual(['change:201']), 20_000);
  const closed = new Promise((resolve) => waiting.get('change:201')?.once('close', resolve));
  cancel.abort();
  await expect(slow).rejects.toThrow(GerritUnavailable);
  await closed;
  waiting.delete('change:201');
  await vi.waitFor(() => expect([...waiting.keys()]).toEqual(['change:202']), 20_000);
  release('change:202');
  expect(await next).toMatchObject({ changes: [] });
});

test('a search that a second user waits for continues when the first one cancels it', async () => {
  const address = gerrit.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = new Gerrit({ url: `http://127.0.0.1:${address.port}/`, logger: pino({ level: 'silent' }) });
  const cancel = new AbortController();
  const first = client.search('301', 10, { userId: 1, signal: cancel.signal });
  const second = client.search('301', 10, { userId: 2, signal });
  await vi.waitFor(() => expect([...waiting.keys()]).toEqual(['change:301']), 20_000);
  cancel.abort();
  await expect(first).rejects.toThrow(GerritUnavailable);
  release('change:301');
  expect(await second).toMatchObject({ changes: [], problem: null });
});
