// Owns callbacks that keep their identity between renders, for effects and memoized components.
import { useCallback, useRef } from 'preact/hooks';

/** A function that never changes and calls the `callback` of the latest render. Not to be called while rendering. */
export function useStableCallback<Arguments extends readonly unknown[], Result>(
  callback: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  const latest = useRef(callback);
  latest.current = callback;
  return useCallback((...args) => latest.current(...args), []);
}
