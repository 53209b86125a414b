// Owns how a moment stands on the page: as the viewer chose to read times (time-mode.ts), local and exact on hover.
import { useContext } from 'preact/hooks';
import { useNow } from './clock.ts';
import { duration, exactMoment } from './time.ts';
import { Beginning, momentTime, timeMode } from './time-mode.ts';

/** `12:03 UTC`, `13:03`; within a `Beginning` also `+03:12`. */
export function Moment({ iso }: { iso: string }) {
  const mode = timeMode.value;
  const begun = useContext(Beginning);
  return (
    <time class="moment" dateTime={iso} title={exactMoment(iso)}>
      {momentTime(iso, begun, mode, Date.now())}
    </time>
  );
}

/** How long from one moment to another; without the other one, until now, and running. */
export function Span({ from, to }: { from: string; to: string | null }) {
  return <span class="span">{useSpan(from, to)}</span>;
}

/** The same as words. */
export function useSpan(from: string, to: string | null): string {
  const now = useNow(to === null);
  return duration((to === null ? now : Date.parse(to)) - Date.parse(from));
}
