// Owns where the focus is when another page is opened. Not which page that is (route.ts).
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Route } from './route.ts';

/** Whether there was a page whose beginning has the focus now. */
function focusPage(): boolean {
  const content = document.getElementById('content');
  content?.focus({ preventScroll: true });
  return content !== null;
}

/**
 * Moves the focus to the beginning of a page when another page is opened, but not when the first one is loaded. It moves before the page is
 * painted, even if its code arrives later: otherwise it would be taken from what the user has focused meanwhile, and a key press would be lost.
 */
export function useFocusOnNewPage(place: Route): void {
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    if (focusPage()) return;
    const before = document.activeElement;
    const observer = new MutationObserver(() => {
      const now = document.activeElement;
      // The user has focused something else meanwhile, which must not lose it.
      if ((now !== before && now !== document.body) || focusPage()) observer.disconnect();
    });
    observer.observe(document.body, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [place]);
}
