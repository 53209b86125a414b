// Owns whether the window is as narrow as a phone, and whether it is too low. The style sheets ask the same: (max-width: 40em), (min-height: 30.01em).
import { type Signal, signal } from '@preact/signals';

export const isNarrow = signal(false);

/** Whether the window is so low that the answers of a question stay in their card: see choice-answer.css. */
export const isLow = signal(false);

/** From now on, `isNarrow` and `isLow` follow the size of the window. */
export function followSize(): void {
  follow('(max-width: 40em)', isNarrow);
  follow('not all and (min-height: 30.01em)', isLow);
}

function follow(query: string, result: Signal<boolean>): void {
  const list = matchMedia(query);
  const apply = (): void => {
    result.value = list.matches;
  };
  list.addEventListener('change', apply);
  apply();
}
