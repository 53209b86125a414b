// @vitest-environment happy-dom
// Tests the search bar with a real search whose server is the test.
import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { createRef } from 'preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Request, Result, Sink } from '../../connection/wire.ts';
import { LogSearch } from './search.ts';
import { LogSearchBar } from './search-bar.tsx';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function renderBar() {
  const open: { request: () => Request; sink: Sink }[] = [];
  const search = new LogSearch({
    jobId: '7',
    transport: {
      subscribe: (request, sink) => {
        request();
        const subscription = { request, sink };
        open.push(subscription);
        return () => void open.splice(open.indexOf(subscription), 1);
      },
    },
  });
  const onLeave = vi.fn();
  render(
    <LogSearchBar
      search={search}
      input={createRef<HTMLInputElement>()}
      length={200}
      firstVisibleLine={() => 5}
      onLeave={onLeave}
    />,
  );
  const field = screen.getByRole('textbox', { name: 'Search the log' });
  return {
    field,
    search,
    onLeave,
    open,
    /** Types a pattern and waits until its search starts. */
    type: (value: string) =>
      act(() => {
        fireEvent.input(field, { target: { value } });
        vi.advanceTimersByTime(1000);
      }),
    send: (result: Result) => act(() => open[0]?.sink.next(result)),
    press: (key: string, more = {}) => act(() => void fireEvent.keyDown(field, { key, ...more })),
  };
}

const matches = (lineNumbers: number[], cursor: number, complete = true): Result => ({
  data: { jobLogSearch: { lineNumbers, count: lineNumbers.length, cursor, complete } },
});
const status = (): string => screen.getByRole('status').textContent ?? '';

test('the search bar shows progress, then the number of matches', async () => {
  const { type, send } = renderBar();
  expect(status()).toBe('');
  await type('sync');
  await send(matches([3], 100, false));
  expect(status()).toBe('1 match (50 % searched)');
  await send(matches([3, 9], 200));
  expect(status()).toBe('2 matches');
});

test('Enter and Shift Enter in the search bar step through the matches', async () => {
  const { type, send, press } = renderBar();
  await type('sync');
  expect(screen.getByRole('button', { name: 'Next match' }).hasAttribute('disabled')).toBe(true);
  await send(matches([3, 9, 120], 200));
  await press('Enter');
  expect(status()).toBe('2 of 3');
  await press('Enter');
  expect(status()).toBe('3 of 3');
  await press('Enter', { shiftKey: true });
  expect(status()).toBe('2 of 3');
  fireEvent.click(screen.getByRole('button', { name: 'Next match' }));
  expect(await screen.findByText('3 of 3')).toBeTruthy();
});

test('the search bar says that there are no matches', async () => {
  const { type, send } = renderBar();
  await type('sync');
  await send(matches([], 200));
  expect(status()).toBe('No matches');
});

test('the search bar reports an invalid regular expression without a request', async () => {
  const { type, field, open } = renderBar();
  fireEvent.click(screen.getByRole('button', { name: 'Regular expression' }));
  await type('(');
  expect(status()).toBe('Invalid regular expression.');
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(open).toEqual([]);
});

test('the search bar passes its options to the search', async () => {
  const { type, open } = renderBar();
  fireEvent.click(screen.getByRole('button', { name: 'Match case' }));
  await type('sync');
  expect(open[0]?.request().variables['search']).toEqual({
    pattern: 'sync',
    regex: false,
    caseSensitive: true,
  });
});

test('Escape clears the search bar, and leaves it when it is empty', async () => {
  const { type, press, onLeave, search } = renderBar();
  await type('sync');
  await press('Escape');
  expect(search.state.value.query).toBeNull();
  expect(onLeave).not.toHaveBeenCalled();
  await press('Escape');
  expect(onLeave).toHaveBeenCalledOnce();
});
