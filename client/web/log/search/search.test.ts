// Tests a search of a log: requests to the server, retries, stepping through matches.
import { afterEach, expect, test, vi } from 'vitest';
import type { Transport } from '../../connection/transport.ts';
import type { Request, Sink } from '../../connection/wire.ts';
import { msg } from '../messages.ts';
import { LogSearch } from './search.ts';
import { maxPatternLength, type SearchQuery } from './search-query.ts';

const queryOf = (pattern: string, more: Partial<SearchQuery> = {}): SearchQuery => ({
  pattern,
  regex: false,
  caseSensitive: false,
  ...more,
});

/** A transport whose server is the test. */
class TestTransport {
  readonly open: { request: () => Request; sink: Sink }[] = [];

  subscribe: Transport['subscribe'] = (request, sink) => {
    const subscription = { request, sink };
    this.open.push(subscription);
    request();
    return () => {
      this.open.splice(this.open.indexOf(subscription), 1);
    };
  };

  send(lineNumbers: number[], count: number, cursor: number, complete = false): void {
    this.open[0]?.sink.next({ data: { jobLogSearch: { lineNumbers, count, cursor, complete } } });
  }
}

afterEach(() => void vi.useRealTimers());

async function startSearch(query: SearchQuery): Promise<{ transport: TestTransport; search: LogSearch }> {
  const transport = new TestTransport();
  const search = new LogSearch({ jobId: '7', transport });
  search.search(query);
  await vi.waitUntil(() => transport.open.length === 1);
  return { transport, search };
}

test('fast typing starts one search, and a new pattern cancels the previous search', async () => {
  const transport = new TestTransport();
  const search = new LogSearch({ jobId: '7', transport });
  for (const pattern of ['s', 'sy', 'sync']) search.search(queryOf(pattern));
  await vi.waitUntil(() => transport.open.length === 1);
  expect(transport.open[0]?.request().variables).toEqual({ jobId: '7', search: queryOf('sync') });
  search.search(queryOf('other'));
  expect(transport.open).toEqual([]);
  search.search(null);
  expect(search.state.value).toMatchObject({ query: null, searching: false });
  search.close();
});

test('the search collects matches, and steps through them with wrap-around', async () => {
  const { transport, search } = await startSearch(queryOf('sync'));
  transport.send([3, 9], 2, 100);
  expect(search.state.value).toMatchObject({ count: 2, numbers: [3, 9], searching: true });
  transport.send([120], 3, 200, true);
  expect(search.state.value).toMatchObject({ count: 3, numbers: [3, 9, 120], searching: false });
  const visited = [true, true, true, true, false].map((forwards) => {
    search.step(forwards, 5);
    return search.state.value.current;
  });
  expect(visited).toEqual([9, 120, 3, 9, 3]);
  search.close();
});

test('the search keeps previous matches after a reconnection until the search has caught up', async () => {
  const { transport, search } = await startSearch(queryOf('sync'));
  transport.send([3, 9], 2, 100);
  transport.open[0]?.request();
  transport.send([3], 1, 50);
  expect(search.state.value).toMatchObject({ count: 2, numbers: [3, 9], searchedTo: 100 });
  transport.send([9], 2, 100);
  transport.send([150], 3, 160);
  expect(search.state.value).toMatchObject({ count: 3, numbers: [3, 9, 150] });
  search.close();
});

test('the search shows an invalid pattern immediately, and a refusal of the server with its message', async () => {
  const transport = new TestTransport();
  const search = new LogSearch({ jobId: '7', transport });
  search.search(queryOf('(', { regex: true }));
  expect(search.state.value.problem).toBe(msg('log-search-no-regex'));
  search.search(queryOf('x'.repeat(maxPatternLength + 1)));
  expect(search.state.value.problem).toBe(msg('log-search-too-long', maxPatternLength));
  expect(transport.open).toEqual([]);
  search.search(queryOf('(a+)+b', { regex: true }));
  await vi.waitUntil(() => transport.open.length === 1);
  transport.open[0]?.sink.next({ errors: [{ message: 'It takes too long.' }] });
  expect(search.state.value).toMatchObject({ problem: 'It takes too long.', searching: false });
  expect(transport.open).toEqual([]);
});

test('the search is retried while the database is unavailable, and says so', async () => {
  vi.useFakeTimers();
  const { transport, search } = await startSearch(queryOf('sync'));
  transport.send([3, 9], 2, 100);
  const databaseError = {
    message: 'The database is unavailable.',
    extensions: { code: 'DATABASE_UNAVAILABLE' },
  };
  for (let times = 0; times < 3; times++) {
    const { sink } = transport.open[0] ?? {};
    sink?.next({ errors: [databaseError] });
    sink?.complete();
    expect(search.state.value).toMatchObject({ waiting: true, searching: true, problem: null, count: 2 });
    expect(transport.open).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(transport.open).toHaveLength(1);
  }
  // The search starts over. Previous matches stay until it has caught up.
  transport.send([3], 1, 50);
  expect(search.state.value).toMatchObject({ waiting: false, count: 2, numbers: [3, 9] });
  transport.send([9, 120], 3, 200, true);
  expect(search.state.value).toMatchObject({ count: 3, numbers: [3, 9, 120], searching: false });
  transport.open[0]?.sink.next({ errors: [databaseError] });
  search.search(queryOf('other'));
  expect(search.state.value).toMatchObject({ waiting: false, count: 0 });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(transport.open.map(({ request }) => request().variables['search'])).toEqual([queryOf('other')]);
  search.close();
});
