// @vitest-environment happy-dom
import { render, screen } from '@testing-library/preact';
import { expect, test, vi } from 'vitest';
import { lazyPage, lazyPart } from './lazy-page.tsx';

const Greeting = ({ name }: { name: string }) => <p>Hello {name}</p>;

test('a page is loaded when it is first shown, and only once', async () => {
  const load = vi.fn(async () => Greeting);
  const Page = lazyPage(load);
  expect(load).not.toHaveBeenCalled();
  const first = render(<Page name="Ada" />);
  expect(await screen.findByText('Hello Ada')).toBeTruthy();
  first.unmount();
  render(<Page name="Grace" />);
  expect(screen.getByText('Hello Grace')).toBeTruthy();
  expect(load).toHaveBeenCalledTimes(1);
});

test('a page that was loaded before is shown immediately', async () => {
  const load = vi.fn(async () => Greeting);
  const Page = lazyPage(load);
  Page.preload();
  await load.mock.results[0]?.value;
  await Promise.resolve();
  render(<Page name="Lin" />);
  expect(screen.getByText('Hello Lin')).toBeTruthy();
  expect(load).toHaveBeenCalledTimes(1);
});

test('code that may be needed soon is loaded once the browser is idle, unless that was given up', () => {
  const idle: (() => void)[] = [];
  vi.stubGlobal('requestIdleCallback', (work: () => void) => idle.push(work));
  vi.stubGlobal('cancelIdleCallback', (request: number) => idle.splice(request - 1, 1));
  try {
    const load = vi.fn(async () => Greeting);
    const Page = lazyPage(load);
    const giveUp = Page.preloadLater();
    giveUp();
    expect(idle).toEqual([]);
    Page.preloadLater();
    expect(load).not.toHaveBeenCalled();
    for (const work of idle) work();
    expect(load).toHaveBeenCalledTimes(1);
  } finally {
    vi.unstubAllGlobals();
  }
});

test('a browser that does not say when it is idle loads such code after half a second, unless that was given up', () => {
  vi.useFakeTimers();
  vi.stubGlobal('requestIdleCallback', undefined);
  try {
    const load = vi.fn(async () => Greeting);
    const Page = lazyPage(load);
    Page.preloadLater()();
    vi.advanceTimersByTime(10_000);
    expect(load).not.toHaveBeenCalled();
    Page.preloadLater();
    vi.advanceTimersByTime(499);
    expect(load).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(load).toHaveBeenCalledTimes(1);
  } finally {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  }
});

test('a part whose code does not arrive says so in its place, and the rest of the page stays', async () => {
  const Part = lazyPart<object>(() => Promise.reject(new Error('404')));
  render(
    <>
      <h1>Job 7</h1>
      <Part />
    </>,
  );
  expect((await screen.findByRole('alert')).textContent).toContain('could not be loaded');
  expect(screen.getByRole('heading', { name: 'Job 7' })).toBeTruthy();
});
