// Owns the call after each change of a signal, for code outside of components. Components read `signal.value`.
import type { ReadonlySignal } from '@preact/signals';

/**
 * Calls `changed` after each change, but not for the value at the start as `signal.subscribe` does.
 * @returns stops the calls
 */
export function onChange<Value>(signal: ReadonlySignal<Value>, changed: (value: Value) => void): () => void {
  let first = true;
  return signal.subscribe((value) => {
    if (!first) changed(value);
    first = false;
  });
}
