// Owns when the user asks for lines of the log: by a link on the page, or by editing its address. Owns no fragment (line-link.ts) and no selection.
import { useEffect } from 'preact/hooks';
import { useStableCallback } from '../../state/stable-callback.ts';
import type { LineRange } from '../scroll/rows.ts';
import { linesOf } from './line-link.ts';

/**
 * @param onAddress called with the lines in the address of the page when it changes; null if it names none
 * @param onLink called with the lines of a link that the user follows. A link to the lines that the address has already does not change it.
 */
export function useFollowedLines(
  onAddress: (lines: LineRange | null) => void,
  onLink: (lines: LineRange) => void,
): void {
  const addressed = useStableCallback(() => onAddress(linesOf(location.hash)));
  const clicked = useStableCallback((event: MouseEvent): void => {
    // With these keys a link opens elsewhere.
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.pathname !== location.pathname) return;
    const lines = linesOf(link.hash);
    if (lines !== null) onLink(lines);
  });
  useEffect(() => {
    document.addEventListener('click', clicked);
    addEventListener('hashchange', addressed);
    return () => {
      document.removeEventListener('click', clicked);
      removeEventListener('hashchange', addressed);
    };
  }, [clicked, addressed]);
}
