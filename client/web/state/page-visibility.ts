// Owns whether the browser shows the page or hides it (another tab, a minimized window).
import { signal } from '@preact/signals';
import { onChange } from './on-change.ts';

/** Whether the page can be seen. */
export const pageVisible = signal(true);

/** What is needed of the document. */
export interface VisibilitySource {
  readonly visibilityState: string;
  readonly addEventListener: (type: 'visibilitychange', listener: () => void) => void;
}

/** Keeps `pageVisible` up to date for as long as the page lives. */
export function followPageVisibility(page: VisibilitySource): void {
  const update = (): void => {
    pageVisible.value = page.visibilityState !== 'hidden';
  };
  page.addEventListener('visibilitychange', update);
  update();
}

/** Calls `shown` each time the page becomes visible again. Returns how to end that. */
export function onPageShown(shown: () => void): () => void {
  return onChange(pageVisible, (visible) => {
    if (visible) shown();
  });
}

/** Calls `changed(false)` once the page has been hidden for `delay` milliseconds, and `changed(true)` as soon as it is visible again. Returns how to end that. */
export function onLongHidden(delay: number, changed: (visible: boolean) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const unsubscribe = onChange(pageVisible, (visible) => {
    clearTimeout(timer);
    if (visible) changed(true);
    else timer = setTimeout(() => changed(false), delay);
  });
  return () => {
    clearTimeout(timer);
    unsubscribe();
  };
}
