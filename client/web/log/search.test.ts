// Tests a search of a log: what is asked of the server, what stays over a new connection, going from match to match, what is marked.
import { afterEach, expect, test, vi } from 'vitest';
import type { Transport } from '../connection/transport.ts';
import type { Request, Sink } from '../connection/wire.ts';
import { msg } from '../i18n/msg.ts';
import { highlighter, LogSearch, maxPatternLength, type SearchQuery } from './search.ts';

const queryOf = (pattern: string, more: Partial<SearchQuery> = {}): SearchQuery => ({
  pattern,
  regex: false,
  caseSensitive: false,
  ...more,
});

/** A transport that does what the test says. */
class Line {
  readonly open: { request: () => Request; sink: Sink }[] = [];

  subscribe: Transport['subscribe'] = (request, sink) => {
    const subscription = { request, sink };
    this.open.push(subscription);
    request();
    return () => {
      this.open.splice(this.open.indexOf(subscription), 1);
    };
  };

  say(lineNumbers: number[], count: number, cursor: number, complete = false): void {
    this.open[0]?.sink.next({ data: { jobLogSearch: { lineNumbers, count, cursor, complete } } });
  }
}

afterEach(() => void vi.useRealTimers());

async function begun(query: SearchQuery): Promise<{ line: Line; search: LogSearch }> {
  const line = new Line();
  const search = new LogSearch({ jobId: '7', transport: line });
  search.search(query);
  await vi.waitUntil(() => line.open.length === 1);
  return { line, search };
}

test('what is typed quickly is one search, and a new pattern ends the one before', async () => {
  const line = new Line();
  const search = new LogSearch({ jobId: '7', transport: line });
  for (const pattern of ['s', 'sy', 'sync']) search.search(queryOf(pattern));
  await vi.waitUntil(() => line.open.length === 1);
  expect(line.open[0]?.request().variables).toEqual({ jobId: '7', search: queryOf('sync') });
  search.search(queryOf('other'));
  expect(line.open).toEqual([]);
  search.search(null);
  expect(search.state.value).toMatchObject({ query: null, searching: false });
  search.close();
});

test('matches gather, and one goes through them and over the end', async () => {
  const { line, search } = await begun(queryOf('sync'));
  line.say([3, 9], 2, 100);
  expect(search.state.value).toMatchObject({ count: 2, numbers: [3, 9], searching: true });
  line.say([120], 3, 200, true);
  expect(search.state.value).toMatchObject({ count: 3, numbers: [3, 9, 120], searching: false });
  const visited = [true, true, true, true, false].map((forwards) => {
    search.step(forwards, 5);
    return search.state.value.current;
  });
  expect(visited).toEqual([9, 120, 3, 9, 3]);
  search.close();
});

test('after a new connection nothing comes twice, and what was found stays until it is found again', async () => {
  const { line, search } = await begun(queryOf('sync'));
  line.say([3, 9], 2, 100);
  line.open[0]?.request();
  line.say([3], 1, 50);
  expect(search.state.value).toMatchObject({ count: 2, numbers: [3, 9], searchedTo: 100 });
  line.say([9], 2, 100);
  line.say([150], 3, 160);
  expect(search.state.value).toMatchObject({ count: 3, numbers: [3, 9, 150] });
  search.close();
});

test('what is no pattern is said at once, and what the server refuses in its words', async () => {
  const line = new Line();
  const search = new LogSearch({ jobId: '7', transport: line });
  search.search(queryOf('(', { regex: true }));
  expect(search.state.value.problem).toBe(msg('log-search-no-regex'));
  search.search(queryOf('x'.repeat(maxPatternLength + 1)));
  expect(search.state.value.problem).toBe(msg('log-search-too-long', maxPatternLength));
  expect(line.open).toEqual([]);
  search.search(queryOf('(a+)+b', { regex: true }));
  await vi.waitUntil(() => line.open.length === 1);
  line.open[0]?.sink.next({ errors: [{ message: 'It takes too long.' }] });
  expect(search.state.value).toMatchObject({ problem: 'It takes too long.', searching: false });
  expect(line.open).toEqual([]);
});

test('while the database does not answer that is said, and the search is made again by itself', async () => {
  vi.useFakeTimers();
  const { line, search } = await begun(queryOf('sync'));
  line.say([3, 9], 2, 100);
  const trouble = { message: 'It does not answer.', extensions: { code: 'DATABASE_UNAVAILABLE' } };
  for (let times = 0; times < 3; times++) {
    const { sink } = line.open[0] ?? {};
    sink?.next({ errors: [trouble] });
    sink?.complete();
    expect(search.state.value).toMatchObject({ waiting: true, searching: true, problem: null, count: 2 });
    expect(line.open).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(line.open).toHaveLength(1);
  }
  // It begins anew: what was found stays until it is found again.
  line.say([3], 1, 50);
  expect(search.state.value).toMatchObject({ waiting: false, count: 2, numbers: [3, 9] });
  line.say([9, 120], 3, 200, true);
  expect(search.state.value).toMatchObject({ count: 3, numbers: [3, 9, 120], searching: false });
  line.open[0]?.sink.next({ errors: [trouble] });
  search.search(queryOf('other'));
  expect(search.state.value).toMatchObject({ waiting: false, count: 0 });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(line.open.map(({ request }) => request().variables['search'])).toEqual([queryOf('other')]);
  search.close();
});

test('matches are marked as they are searched for', () => {
  const marks = (query: SearchQuery, line: string) =>
    highlighter(query)?.(line).map(({ from, to }) => line.slice(from, to));
  expect(marks(queryOf('a.b'), 'a.b axb A.B')).toEqual(['a.b', 'A.B']);
  expect(marks(queryOf('a.b', { caseSensitive: true }), 'a.b A.B')).toEqual(['a.b']);
  expect(marks(queryOf('[0-9]+', { regex: true }), 'in 12 of 300')).toEqual(['12', '300']);
  expect(marks(queryOf('x*', { regex: true }), 'aaa')).toEqual([]);
});

test('no pattern keeps a page from drawing', () => {
  for (const pattern of ['(a+)+$', '(a|a)*b', '(a)\\1', 'a?'.repeat(28) + 'a'.repeat(28), '('])
    expect(highlighter(queryOf(pattern, { regex: true })), pattern).toBeNull();
  // Three repetitions of the same: in a long line they take a second for each row.
  expect(highlighter(queryOf('a*a*a*b', { regex: true }))?.('a'.repeat(1_000))).toEqual([]);
  expect(highlighter(queryOf('a'))?.('a'.repeat(10_001))).toEqual([]);
  expect(highlighter(queryOf('a'))?.('a'.repeat(1_000))).toHaveLength(200);
  expect(highlighter(null)).toBeNull();
});
