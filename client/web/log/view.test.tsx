// @vitest-environment happy-dom
// Tests the log as a whole with a real feed whose server is the test. happy-dom computes no layout, so the test gives each row a height.
import { signal } from '@preact/signals';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { userEvent } from '@testing-library/user-event';
import { createClient, fetchExchange } from '@urql/core';
import { Provider } from '@urql/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Sink } from '../connection/wire.ts';
import { timeMode } from '../state/time-mode.ts';
import { LogFeed } from './feed.ts';
import type { LogLine } from './line/line.ts';
import { wrapping } from './scroll/wrapping.ts';
import { LogView, type LogViewProps } from './view.tsx';

const rowHeight = 20;
const boxHeight = 200;

beforeEach(() => {
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(0, 0, 800, rowHeight));
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(boxHeight);
  vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockReturnValue(100 * rowHeight);
});
afterEach(() => {
  cleanup();
  wrapping.value = true;
  localStorage.clear();
  history.replaceState(null, '', '/');
});

const line = (number: number, text: string | null = `line ${number}`): LogLine => ({
  number,
  at: '2026-11-24T12:00:00.000Z',
  kind: 'OUTPUT',
  text,
  sensitive: text === null,
  continues: false,
});
const lines = (from: number, to: number): LogLine[] =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index));

/** @param respond the data that the server returns to a query or mutation */
async function renderLog({
  initial,
  props = {},
  respond = {},
}: {
  initial: readonly LogLine[];
  props?: Partial<LogViewProps>;
  respond?: object;
}) {
  const sinks: Sink[] = [];
  const client = createClient({
    url: 'http://localhost/graphql',
    preferGetMethod: false,
    exchanges: [fetchExchange],
    fetch: async () =>
      new Response(JSON.stringify({ data: respond }), { headers: { 'content-type': 'application/json' } }),
  });
  const feed = new LogFeed({
    jobId: '7',
    length: initial.length,
    end: { lines: initial, cursor: initial.length, partial: null, complete: false },
    client,
    transport: {
      connections: signal(1),
      subscribe: (_request, sink) => {
        sinks.push(sink);
        return () => {};
      },
    },
    nextFrame: (draw) => draw(),
  });
  const job = {
    id: '7',
    startedAt: '2026-11-24T12:00:00.000Z',
    queued: false,
    ended: false,
    behindSince: null,
    lineCount: initial.length,
  };
  render(
    <Provider value={client}>
      <LogView job={job} feed={feed} mayReveal gerritUrl={null} {...props} />
    </Provider>,
  );
  await act(() => {});
  return {
    box: screen.getByRole('log'),
    send: (added: readonly LogLine[], complete = false, partial: string | null = null) => {
      const printed = partial === null ? null : { at: '2026-11-24T12:00:05.000Z', text: partial };
      const jobLog = { lines: added, partial: printed, cursor: 0, complete };
      return act(() => sinks[0]?.next({ data: { jobLog } }));
    },
    fail: (message: string) => act(() => sinks[0]?.next({ errors: [{ message }] })),
    close: () => feed.close(),
  };
}

const menuButton = (): HTMLElement => screen.getByRole('button', { name: 'More tools for the log' });
const number = (name: string): HTMLElement => screen.getByRole('link', { name });

test('the log shows its last lines and follows new ones until it is complete', async () => {
  const { box, send, close } = await renderLog({ initial: lines(1, 3) });
  expect(box.textContent).toContain('line 3');
  expect(screen.getByText('3 lines')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Follow' })).toBeNull();
  await send(lines(4, 5));
  expect(box.textContent).toContain('line 5');
  await send([line(6)], true);
  expect(screen.getByText('End of the log')).toBeTruthy();
  close();
});

test('a link to a line leads to it each time, and moves the focus into the log', async () => {
  const user = userEvent.setup();
  const { box, close } = await renderLog({
    initial: lines(1, 100),
    props: { search: <a href="#L2">Line 2</a> },
  });
  for (let time = 0; time < 2; time++) {
    fireEvent.keyDown(box, { key: 'End' });
    expect(screen.queryByRole('link', { name: '2' })).toBeNull();
    await user.click(screen.getByRole('link', { name: 'Line 2' }));
    expect(number('2').closest('.log__row')?.className).toContain('log__row--selected');
    await vi.waitFor(() => expect(document.activeElement).toBe(box));
    box.blur();
  }
  close();
});

test('the log shows what is being printed as its last row, until its newline comes', async () => {
  const { box, send, close } = await renderLog({ initial: lines(1, 3) });
  await send([], false, '10 % copied');
  expect(box.textContent).toContain('10 % copied');
  await send([], false, '10 % copied\r20 % copied');
  expect(box.textContent).toContain('20 % copied');
  await send([line(4, '10 % copied\r20 % copied\rdone       ')]);
  expect(box.textContent).toContain('done');
  await send([], false, 'the end');
  await send([line(5, 'the end')], true);
  expect(box.textContent?.split('the end')).toHaveLength(2);
  close();
});

test('an empty log says why it is empty', async () => {
  const { close } = await renderLog({ initial: [] });
  expect(screen.getByText('No lines yet. They appear here as scap prints them.')).toBeTruthy();
  close();
});

test('the tools appear with the first line', async () => {
  const { send, close } = await renderLog({ initial: [], props: { bar: <input aria-label="Search" /> } });
  expect(screen.queryAllByRole('button')).toEqual([]);
  expect(screen.queryByLabelText('Search')).toBeNull();
  await send([line(1)]);
  expect(menuButton()).toBeTruthy();
  expect(screen.getByLabelText('Search')).toBeTruthy();
  close();
});

test('a reader who scrolls up sees how many lines are new, and returns to the end', async () => {
  const { box, send, close } = await renderLog({ initial: lines(1, 100) });
  expect(screen.queryByRole('button', { name: 'Follow' })).toBeNull();
  await act(() => {
    box.scrollTop = 600;
    fireEvent.scroll(box);
  });
  expect(screen.getByRole('button', { name: 'Follow' })).toBeTruthy();
  await send(lines(101, 102));
  await act(() => void fireEvent.click(screen.getByRole('button', { name: '2 new lines – follow' })));
  expect(screen.queryByRole('button', { name: /[Ff]ollow/ })).toBeNull();
  expect(box.textContent).toContain('line 102');
  close();
});

test('the log follows although an earlier scroll is still animated, until the reader scrolls again', async () => {
  const { box, close } = await renderLog({ initial: lines(1, 100) });
  const scrollUp = () =>
    act(() => {
      box.scrollTop = 600;
      fireEvent.scroll(box);
    });
  await scrollUp();
  await act(() => void fireEvent.keyDown(box, { key: 'f' }));
  await scrollUp();
  expect(screen.queryByRole('button', { name: 'Follow' })).toBeNull();
  await act(() => void fireEvent.keyDown(box, { key: 'PageUp' }));
  await scrollUp();
  expect(screen.getByRole('button', { name: 'Follow' })).toBeTruthy();
  close();
});

test('clicking line numbers selects a range, which Escape clears', async () => {
  const { box, close } = await renderLog({ initial: lines(1, 9) });
  await act(() => void fireEvent.click(number('3')));
  expect(screen.getByText('1 line selected')).toBeTruthy();
  expect(location.hash).toBe('#L3');
  await act(() => void fireEvent.click(number('6'), { shiftKey: true }));
  expect(screen.getByText('4 lines selected')).toBeTruthy();
  expect(location.hash).toBe('#L3-L6');
  await act(() => void fireEvent.keyDown(box, { key: 'Escape' }));
  expect(screen.queryByText('4 lines selected')).toBeNull();
  expect(location.hash).toBe('');
  close();
});

test('sensitive lines are revealed after a confirmation', async () => {
  const { close } = await renderLog({
    initial: [line(1), line(2, null), line(3, null), line(4)],
    respond: {
      revealLines: {
        __typename: 'RevealLinesSuccess',
        lines: [
          { number: 2, text: 'secret two' },
          { number: 3, text: 'secret three' },
        ],
      },
    },
  });
  expect(screen.getByText('2 sensitive lines hidden')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Show sensitive lines 2 to 3' }));
  fireEvent.click(await screen.findByRole('button', { name: 'Show and record' }));
  expect(await screen.findByText(/secret two/)).toBeTruthy();
  expect(screen.getByText(/secret three/)).toBeTruthy();
  close();
});

test('a collapsed section is one row', async () => {
  const section = {
    first: 2,
    last: 5,
    title: 'Merging',
    from: 0,
    to: 1000,
    level: 0,
    kind: 'phase',
  } as const;
  const { box, close } = await renderLog({
    initial: lines(1, 7),
    props: { sections: [section], collapsed: new Set([2]) },
  });
  expect(screen.getByText('3 lines collapsed')).toBeTruthy();
  expect(box.textContent).not.toContain('line 4');
  expect(box.textContent).toContain('line 6');
  close();
});

test('the key g opens the field for a line number, and going past the end says how long the log is', async () => {
  const { box, close } = await renderLog({ initial: lines(1, 9) });
  await act(() => void fireEvent.keyDown(box, { key: 'g' }));
  const field = await screen.findByRole('textbox', { name: 'Line number to go to' });
  expect(document.activeElement).toBe(field);
  await userEvent.type(field, '40{Enter}');
  expect(await screen.findByText('Line 40 does not exist (yet). The log has 9 lines.')).toBeTruthy();
  expect(screen.queryByRole('textbox')).toBeNull();
  expect(document.activeElement).toBe(box);
  close();
});

test('the key g in an empty log opens nothing when the first line comes', async () => {
  const { send, close } = await renderLog({ initial: [] });
  await act(() => void fireEvent.keyDown(screen.getByRole('region', { name: 'Log' }), { key: 'g' }));
  await send([line(1)]);
  expect(menuButton().getAttribute('aria-expanded')).toBe('false');
  close();
});

test('the menu of the log has the time format, both ends, the link, the downloads and the keys', async () => {
  const { box, close } = await renderLog({ initial: lines(1, 100) });
  const user = userEvent.setup();
  const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  await user.click(menuButton());
  await user.click(await screen.findByRole('button', { name: 'UTC' }));
  expect(timeMode.value).toBe('utc');
  expect(screen.getByRole('link', { name: 'Download without colours' }).getAttribute('href')).toBe(
    '/jobs/7/log.txt?colours=no',
  );
  await user.click(screen.getByRole('button', { name: 'Go to the first line' }));
  expect(document.activeElement).toBe(box);
  expect(screen.getByRole('button', { name: 'Follow' })).toBeTruthy();
  // The link leads to what is visible, here to the first line.
  await user.click(menuButton());
  await user.click(await screen.findByRole('button', { name: 'Copy link to this place in the log' }));
  expect(copied).toHaveBeenLastCalledWith(`${location.origin}/#L1`);
  await user.click(screen.getByRole('button', { name: 'Go to the last line' }));
  expect(screen.queryByRole('button', { name: 'Follow' })).toBeNull();
  await user.click(menuButton());
  await user.click(await screen.findByRole('button', { name: 'Keyboard shortcuts' }));
  expect(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' })).toBeTruthy();
  close();
});

test('the key w and the menu switch the wrapping of long lines, which the browser remembers', async () => {
  const { box, close } = await renderLog({ initial: lines(1, 9) });
  const user = userEvent.setup();
  expect(box.classList).not.toContain('unwrapped-lines');
  await act(() => void fireEvent.keyDown(box, { key: 'w' }));
  expect(box.classList).toContain('unwrapped-lines');
  expect(localStorage.getItem('spiderpig.wrapping')).toBe('off');
  await user.click(menuButton());
  await user.click(await screen.findByRole('button', { name: 'Wrap long lines', pressed: false }));
  expect(box.classList).not.toContain('unwrapped-lines');
  expect(localStorage.getItem('spiderpig.wrapping')).toBe('on');
  expect(document.activeElement).toBe(box);
  close();
});

test('the key w in an empty log switches nothing', async () => {
  const { close } = await renderLog({ initial: [] });
  await act(() => void fireEvent.keyDown(screen.getByRole('region', { name: 'Log' }), { key: 'w' }));
  expect(wrapping.value).toBe(true);
  close();
});

test('Shift with Home goes to the first line while lines are wrapped, otherwise to the start of the lines', async () => {
  const { box, close } = await renderLog({ initial: lines(1, 100) });
  await act(() => void fireEvent.keyDown(box, { key: 'w' }));
  box.scrollLeft = 300;
  await act(() => void fireEvent.keyDown(box, { key: 'Home', shiftKey: true }));
  expect(box.scrollLeft).toBe(0);
  expect(screen.queryByRole('button', { name: 'Follow' })).toBeNull();
  await act(() => void fireEvent.keyDown(box, { key: 'w' }));
  await act(() => void fireEvent.keyDown(box, { key: 'Home', shiftKey: true }));
  expect(screen.getByRole('button', { name: 'Follow' })).toBeTruthy();
  close();
});

test('a sideways turn of the wheel does not leave the end of the log', async () => {
  const { box, close } = await renderLog({ initial: lines(1, 100) });
  await act(() => {
    fireEvent(box, new WheelEvent('wheel', { deltaX: -40, deltaY: -3 }));
    fireEvent(box, Object.assign(new WheelEvent('wheel', { deltaY: -40 }), { shiftKey: true }));
  });
  expect(screen.queryByRole('button', { name: 'Follow' })).toBeNull();
  await act(() => void fireEvent(box, new WheelEvent('wheel', { deltaX: -3, deltaY: -40 })));
  expect(screen.getByRole('button', { name: 'Follow' })).toBeTruthy();
  close();
});

test('the column of times is as wide as the longest time, also after the reader has scrolled away from it', async () => {
  const late = { ...line(100), at: '2026-11-24T13:00:00.000Z' };
  const { box, send, close } = await renderLog({ initial: lines(1, 99) });
  expect(box.style.getPropertyValue('--log-time')).toBe('7ch');
  await send([late]);
  expect(box.textContent).toContain('+1:00:00');
  expect(box.style.getPropertyValue('--log-time')).toBe('8ch');
  await act(() => void fireEvent.keyDown(box, { key: 'Home' }));
  expect(box.textContent).not.toContain('+1:00:00');
  expect(box.style.getPropertyValue('--log-time')).toBe('8ch');
  close();
});

test('the question mark opens the list of keyboard shortcuts', async () => {
  const { box, close } = await renderLog({ initial: lines(1, 9) });
  await act(() => void fireEvent.keyDown(box, { key: '?' }));
  expect(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' })).toBeTruthy();
  close();
});

test('the log shows an error of its subscription until lines arrive again', async () => {
  const { fail, send, close } = await renderLog({ initial: lines(1, 2) });
  await fail('The database is busy.');
  expect(screen.getByRole('alert').textContent).toBe('The log could not be loaded: The database is busy.');
  await send([line(3)]);
  expect(screen.queryByRole('alert')).toBeNull();
  close();
});
