// Owns whether the log has its timeline, as the user chose for all jobs in this browser. Owns no markup.
import { signal } from '@preact/signals';
import { readStored, storeValue } from '../../state/browser-storage.ts';

const storageKey = 'spiderpig.timeline';

export const timelineOpen = signal(readStored(storageKey) === 'open');

/** Shows or hides the timeline, and stores that. */
export function toggleTimeline(): void {
  timelineOpen.value = !timelineOpen.value;
  storeValue(storageKey, timelineOpen.value ? 'open' : 'closed');
}

/** The id of the element that contains the timeline. */
export const timelineId = 'timeline';
