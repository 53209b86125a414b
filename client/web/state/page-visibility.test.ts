// Tests when the visibility of the page changes, and who is called then.
import { afterEach, expect, test, vi } from 'vitest';
import { followPageVisibility, onLongHidden, onPageShown, pageVisible } from './page-visibility.ts';

afterEach(() => {
  pageVisible.value = true;
  vi.useRealTimers();
});

test('pageVisible follows the document', () => {
  let update = (): void => {};
  const page = {
    visibilityState: 'hidden',
    addEventListener: (_: 'visibilitychange', listener: () => void) => {
      update = listener;
    },
  };
  followPageVisibility(page);
  expect(pageVisible.value).toBe(false);
  page.visibilityState = 'visible';
  update();
  expect(pageVisible.value).toBe(true);
});

test('onPageShown calls only when a hidden page becomes visible', () => {
  const shown = vi.fn();
  const stop = onPageShown(shown);
  pageVisible.value = false;
  expect(shown).toHaveBeenCalledTimes(0);
  pageVisible.value = true;
  expect(shown).toHaveBeenCalledTimes(1);
  stop();
  pageVisible.value = false;
  pageVisible.value = true;
  expect(shown).toHaveBeenCalledTimes(1);
});

test('onLongHidden ignores a page that is hidden for less than the delay', () => {
  vi.useFakeTimers();
  const changes: boolean[] = [];
  const stop = onLongHidden(10_000, (visible) => changes.push(visible));
  pageVisible.value = false;
  vi.advanceTimersByTime(9_999);
  expect(changes).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(changes).toEqual([false]);
  pageVisible.value = true;
  expect(changes).toEqual([false, true]);
  pageVisible.value = false;
  stop();
  vi.advanceTimersByTime(20_000);
  expect(changes).toEqual([false, true]);
});
