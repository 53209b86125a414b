// Owns whether long lines of logs are wrapped, as the user chose for all jobs in this browser. Owns no markup and no scrolling (sideways.ts).
import { signal } from '@preact/signals';
import { readStored, storeValue } from '../../state/browser-storage.ts';

const storageKey = 'spiderpig.wrapping';

/** Whether long lines are wrapped. Otherwise the log scrolls sideways. */
export const wrapping = signal(readStored(storageKey) !== 'off');

/** Wraps long lines or not, and stores that. */
export function toggleWrapping(): void {
  wrapping.value = !wrapping.value;
  storeValue(storageKey, wrapping.value ? 'on' : 'off');
}
