// @vitest-environment happy-dom
// Tests how long a change is awaited after a request.
import { act, cleanup, renderHook } from '@testing-library/preact';
import { afterEach, expect, test, vi } from 'vitest';
import { useUntilChanged } from './until-changed.ts';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test('a change is awaited from the request until the value changes', () => {
  const { result, rerender } = renderHook(({ value }) => useUntilChanged(value), {
    initialProps: { value: 'RUNNING' },
  });
  expect(result.current[0]).toBe(false);
  act(() => result.current[1]());
  expect(result.current[0]).toBe(true);
  rerender({ value: 'STOPPING' });
  expect(result.current[0]).toBe(false);
  // Not again when the value returns.
  rerender({ value: 'RUNNING' });
  expect(result.current[0]).toBe(false);
});

test('a change that does not come is awaited for some seconds only', () => {
  vi.useFakeTimers();
  const { result } = renderHook(() => useUntilChanged('RUNNING'));
  act(() => result.current[1]());
  act(() => void vi.advanceTimersByTime(10_000));
  expect(result.current[0]).toBe(false);
});
