// Owns what all rows of a log have in common. Owns no row (row.tsx).
import type { TextRange } from './highlight.ts';

/** An object that stays the same while nothing in it changes, because each change draws all rows again. */
export interface RowSetting {
  /** The Gerrit that change IDs link to; null if they are not linked. */
  readonly gerritUrl: string | null;
  /** Whether the user may see sensitive lines; null if not known yet. */
  readonly mayReveal: boolean | null;
  /** Formats the time of a line. */
  readonly lineTime: (at: string) => string;
  /** The parts of the visible text to highlight. */
  readonly highlight: ((text: string) => readonly TextRange[]) | null;
  /** Reveals hidden lines, both included; null if they cannot be revealed here. */
  readonly onReveal: ((from: number, to: number) => void) | null;
  /** Collapses or expands the section with this first line. */
  readonly onToggleSection: (first: number) => void;
  /** Selects a line. @param extend whether to select all lines up to it */
  readonly onPick: (line: number, extend: boolean) => void;
}
