// Owns the announcement of new lines to screen readers: every few seconds their number, never their text.
import { useEffect, useRef, useState } from 'preact/hooks';
import { msg } from './messages.ts';

/** Milliseconds between two announcements. */
const interval = 5000;

/** The text for a live region. @param total how many lines the log has */
export function useAnnouncement(total: number, complete: boolean): string {
  const [announcement, setAnnouncement] = useState('');
  const latestTotal = useRef(total);
  const announcedTotal = useRef<number | null>(null);
  latestTotal.current = total;
  useEffect(() => {
    if (complete) {
      // Silent if the log was already complete when the page was opened.
      if (announcedTotal.current !== null) setAnnouncement(msg('log-ended', latestTotal.current));
      return;
    }
    announcedTotal.current ??= latestTotal.current;
    const timer = setInterval(() => {
      const added = latestTotal.current - (announcedTotal.current ?? 0);
      announcedTotal.current = latestTotal.current;
      if (added > 0) setAnnouncement(msg('log-progress', added, latestTotal.current));
    }, interval);
    return () => clearInterval(timer);
  }, [complete]);
  return announcement;
}
