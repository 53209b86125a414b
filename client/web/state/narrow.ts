// Owns whether the window is as narrow as a phone. The style sheets ask the same: (max-width: 40em).
import { signal } from '@preact/signals';

export const isNarrow = signal(false);

/** From now on, `isNarrow` follows the width of the window. */
export function followWidth(): void {
  const narrow = matchMedia('(max-width: 40em)');
  const apply = (): void => {
    isNarrow.value = narrow.matches;
  };
  narrow.addEventListener('change', apply);
  apply();
}
