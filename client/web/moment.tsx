// Owns how a moment stands on the page: UTC to read, local and exact on hover.
import { useNow } from './clock.ts';
import { duration, exactMoment, momentInUtc } from './time.ts';

/** `12:03 UTC`. */
export function Moment({ iso }: { iso: string }) {
  return (
    <time class="moment" dateTime={iso} title={exactMoment(iso)}>
      {momentInUtc(iso, Date.now())}
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
