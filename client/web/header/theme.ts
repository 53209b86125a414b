// Owns light and dark: the choice, where it is kept, and how it reaches the style sheet. Owns no colour.
import { signal } from '@preact/signals';
import { onChange } from '../parts/on-change.ts';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storageKey = 'spiderpig.theme';

/** What the viewer chose; `auto` follows the system. True from `followTheme` on. */
export const theme = signal<Theme>('auto');

/** Reads the kept choice, and keeps the document in the chosen theme. */
export function followTheme(): void {
  theme.value = themes.find((name) => name === localStorage.getItem(storageKey)) ?? 'auto';
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const effective = theme.value === 'auto' ? (dark.matches ? 'dark' : 'light') : theme.value;
    document.documentElement.dataset['theme'] = effective;
  };
  onChange(theme, () => {
    localStorage.setItem(storageKey, theme.value);
    apply();
  });
  dark.addEventListener('change', apply);
  apply();
}
