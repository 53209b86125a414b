// Owns how moments and durations are rendered: in the time mode that the user chose, with the exact time as a title.
import { useContext } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { useNow } from '../state/clock.ts';
import { serverNow } from '../state/server-clock.ts';
import { duration, exactMoment, roughSpan } from '../state/time.ts';
import { JobStart, momentTime, timeMode } from '../state/time-mode.ts';
import './moment.css';

/**
 * `12:03 UTC`, `13:03`, or `+03:12` inside a `JobStart`.
 * @param dated whether a moment of another day has its date; without it, the day is said elsewhere
 */
export function Moment({ iso, dated = true }: { iso: string; dated?: boolean }) {
  const mode = timeMode.value;
  const jobStart = useContext(JobStart);
  return (
    <time class="moment" dateTime={iso} title={exactMoment(iso)}>
      {momentTime(iso, jobStart, mode, dated ? serverNow() : Date.parse(iso))}
    </time>
  );
}

/** `4 min ago`, with the exact time as a title; updated while the page is open. */
export function Age({ iso }: { iso: string }) {
  const now = useNow();
  return (
    <time class="moment" dateTime={iso} title={exactMoment(iso)}>
      {msg('app-moment-ago', roughSpan(now - Date.parse(iso)))}
    </time>
  );
}

/** The time between two moments. @param to null: now, updated each second */
export function Span({ from, to }: { from: string; to: string | null }) {
  return <span class="span">{useSpan(from, to)}</span>;
}

/** The same as text. */
export function useSpan(from: string, to: string | null): string {
  const now = useNow(to === null);
  return duration((to === null ? now : Date.parse(to)) - Date.parse(from));
}
