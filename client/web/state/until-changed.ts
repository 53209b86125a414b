// Owns the time between the response to a request and the change that it caused: both arrive in their own way, the change often later. Owns no request.
import { useEffect, useState } from 'preact/hooks';

/** A change that has not arrived after so many milliseconds is no longer waited for. */
const maxWait = 5_000;

/**
 * Whether a change of `value` is awaited, and a function that begins to wait for it. Meanwhile a button must not offer again what was
 * just done.
 */
export function useUntilChanged(value: unknown): [boolean, () => void] {
  const [before, setBefore] = useState<{ readonly value: unknown } | null>(null);
  const isWaiting = before !== null && Object.is(before.value, value);
  useEffect(() => {
    if (before === null) return;
    if (!isWaiting) {
      setBefore(null);
      return;
    }
    const timer = setTimeout(() => setBefore(null), maxWait);
    return () => clearTimeout(timer);
  }, [before, isWaiting]);
  return [isWaiting, () => setBefore({ value })];
}
