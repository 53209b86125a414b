// Owns how moments and durations are rendered: in the time mode that the user chose, with the exact time as a title.
import { useContext } from 'preact/hooks';
import { useNow } from '../state/clock.ts';
import { serverNow } from '../state/server-clock.ts';
import { duration, exactMoment } from '../state/time.ts';
import { JobStart, momentTime, timeMode } from '../state/time-mode.ts';
import './moment.css';

/** `12:03 UTC`, `13:03`, or `+03:12` inside a `JobStart`. */
export function Moment({ iso }: { iso: string }) {
  const mode = timeMode.value;
  const jobStart = useContext(JobStart);
  return (
    <time class="moment" dateTime={iso} title={exactMoment(iso)}>
      {momentTime(iso, jobStart, mode, serverNow())}
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
