// Owns the address fragments of lines: `#L340`, `#L340-L352`. Pure. Owns no browser history.
import type { LineRange } from '../scroll/rows.ts';

/** The lines in a fragment, in order; null if it names no lines. */
export function linesOf(hash: string): LineRange | null {
  const match = /^#L([1-9][0-9]{0,8})(?:-L?([1-9][0-9]{0,8}))?$/.exec(hash);
  if (match === null) return null;
  const one = Number(match[1]);
  const other = match[2] === undefined ? one : Number(match[2]);
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

/** The fragment for these lines. */
export function hashOf({ from, to }: LineRange): string {
  return from === to ? `#L${from}` : `#L${from}-L${to}`;
}
