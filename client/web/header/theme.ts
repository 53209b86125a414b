// Owns the theme: the choice, its storage, and the attribute that the style sheets read.
import { signal } from '@preact/signals';
import { readStored, storeValue } from '../state/browser-storage.ts';
import { onChange } from '../state/on-change.ts';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storageKey = 'spiderpig.theme';

/** The chosen theme; `auto` follows the system. Valid after `followTheme` was called. */
export const theme = signal<Theme>('auto');

/** Reads the stored choice, and applies each change to the document. */
export function followTheme(): void {
  theme.value = themes.find((name) => name === readStored(storageKey)) ?? 'auto';
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const effective = theme.value === 'auto' ? (dark.matches ? 'dark' : 'light') : theme.value;
    document.documentElement.dataset['theme'] = effective;
  };
  onChange(theme, () => {
    storeValue(storageKey, theme.value);
    apply();
  });
  dark.addEventListener('change', apply);
  apply();
}
