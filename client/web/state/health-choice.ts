// Owns what a user chose to see of production errors, on all pages of this browser. Not the errors (health/).
import { signal } from '@preact/signals';
import { readStored, storeValue } from './browser-storage.ts';

const totalKey = 'spiderpig.error-total';
const openKey = 'spiderpig.health-open';

/** Whether the header shows the number of errors. */
export const errorTotalChosen = signal(readStored(totalKey) === 'on');

/** Whether the page of a job shows the numbers behind the comparison of errors. */
export const healthOpen = signal(readStored(openKey) === 'on');

/** Stores whether the header shows the number of errors. */
export function chooseErrorTotal(chosen: boolean): void {
  errorTotalChosen.value = chosen;
  storeValue(totalKey, chosen ? 'on' : 'off');
}

/** Stores whether the page of a job shows the numbers. */
export function keepHealthOpen(open: boolean): void {
  if (open === healthOpen.value) return;
  healthOpen.value = open;
  storeValue(openKey, open ? 'on' : 'off');
}
