// Owns which mark comes next when the reader jumps from mark to mark. Owns no scrolling (viewport.ts).
import { useRef } from 'preact/hooks';
import type { LogViewport } from '../scroll/viewport.ts';

/** A line to jump to. */
export interface LogPlace {
  readonly number: number;
  readonly kind: string;
}

/**
 * The next or the previous place of a kind; undefined for no such place.
 * @param places ascending
 * @param from a line; the place on it is skipped
 */
function placeAfter(
  places: readonly LogPlace[],
  kind: string,
  forwards: boolean,
  from: number,
): LogPlace | undefined {
  const ofKind = places.filter((place) => place.kind === kind);
  return forwards
    ? ofKind.find(({ number }) => number > from)
    : ofKind.findLast(({ number }) => number < from);
}

/** Jumps from mark to mark. After a jump it continues from that mark until the reader scrolls, otherwise from the visible lines. */
export function useMarkJump(marks: readonly LogPlace[]): {
  jump(kind: string, forwards: boolean, viewport: LogViewport, jumpTo: (line: number) => void): void;
  reset(): void;
} {
  const last = useRef<number | null>(null);
  return {
    jump(kind, forwards, viewport, jumpTo) {
      const visible = viewport.visibleLines();
      const from = last.current ?? (forwards ? visible.first - 1 : visible.last + 1);
      const place = placeAfter(marks, kind, forwards, from);
      if (place === undefined) return;
      jumpTo(place.number);
      last.current = place.number;
    },
    reset() {
      last.current = null;
    },
  };
}
