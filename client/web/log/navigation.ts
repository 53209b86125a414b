// Owns how the reader moves in the log: to a line, a mark, a match, the line in the address. Owns no scrolling (viewport.ts) and no key (keyboard.ts).
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useStableCallback } from '../state/stable-callback.ts';
import { type LogPlace, useMarkJump } from './mark/mark-jump.ts';
import type { Section } from './mark/section.ts';
import { msg } from './messages.ts';
import type { LogRows } from './scroll/rows.ts';
import { type LogSideways, useSideways } from './scroll/sideways.ts';
import { type LogViewport, useLogViewport } from './scroll/viewport.ts';

/** What other components can make the log do. */
export interface LogHandle {
  /** Shows a line and expands the sections it is in. */
  jumpTo(line: number): void;
  /** Moves the keyboard focus into the log. */
  focus(): void;
  firstVisibleLine(): number;
}

export interface LogNavigationOptions {
  readonly rows: LogRows;
  /** How many lines the page knows. */
  readonly length: number;
  /** How many lines the log has. */
  readonly total: number;
  /** Whether long lines are wrapped. */
  readonly wrapped: boolean;
  /** The number of characters that a line would be drawn with; 0 if it is not loaded. */
  readonly textLength: (line: number) => number;
  readonly sections: readonly Section[];
  /** First lines of the collapsed sections. */
  readonly collapsed: ReadonlySet<number>;
  /** Collapses or expands the section with this first line. */
  readonly onToggleSection: ((first: number) => void) | undefined;
  /** Places to jump to, ascending. */
  readonly marks: readonly LogPlace[];
  /** The line of the selected match. The log jumps to it when it changes. */
  readonly currentMatch: number | null;
  /** Shows a message; null: removes it. */
  readonly onNotice: (notice: string | null) => void;
}

export interface LogNavigation {
  readonly viewport: LogViewport;
  readonly sideways: LogSideways;
  /** Shows a line and expands the sections it is in. Of the lines that the page knows, the closest one is shown. */
  jumpTo(line: number): void;
  /** Shows a line that the reader has named, with a notice if the log is shorter. */
  goTo(line: number): void;
  /** Shows the next or the previous mark of a kind, if there is one. */
  jumpToMark(kind: 'QUESTION' | 'ERROR', forwards: boolean): void;
  /** Moves the keyboard focus into the log. */
  focus(): void;
}

export function useLogNavigation(options: LogNavigationOptions): LogNavigation {
  const { rows, length, total, wrapped, textLength, sections, collapsed, currentMatch, onNotice } = options;
  const markJump = useMarkJump(options.marks);
  const viewport = useLogViewport({
    ...{ rows, length, total, wrapped, textLength },
    onReaderScroll() {
      markJump.reset();
      sideways.stay();
    },
  });
  const sideways = useSideways(viewport.elements, wrapped);
  const jumpTo = useStableCallback((line: number): void => {
    const target = Math.min(Math.max(1, line), Math.max(1, length));
    for (const { first, last } of sections) {
      if (collapsed.has(first) && target > first && target <= (last ?? target))
        options.onToggleSection?.(first);
    }
    viewport.jumpTo(target);
    sideways.show(target);
  });
  useEffect(() => {
    if (currentMatch !== null) jumpTo(currentMatch);
  }, [currentMatch, jumpTo]);
  return {
    viewport,
    sideways,
    jumpTo,
    goTo(line) {
      onNotice(line > length ? msg('log-past-end', line, length) : null);
      jumpTo(line);
    },
    jumpToMark: (kind, forwards) => markJump.jump(kind, forwards, viewport, jumpTo),
    focus: () => viewport.elements.box.current?.focus({ preventScroll: true }),
  };
}

/**
 * Jumps to the line in the address of the page, once the log is long enough, or is known to be shorter.
 * @param line null if the address has none
 * @param open whether the page knows how long the log is
 */
export function useLinkedLine(
  line: number | null,
  { open, length }: { open: boolean; length: number },
  { viewport, jumpTo }: LogNavigation,
  onNotice: (notice: string) => void,
): void {
  const pending = useRef(line);
  useLayoutEffect(() => {
    const target = pending.current;
    if (target === null || !(length >= target || open)) return;
    pending.current = null;
    if (target > length) {
      onNotice(msg('log-past-end', target, length));
      return;
    }
    jumpTo(target);
    viewport.markRead();
  });
}

/** Fills in the handle while the log is shown. */
export function useLogHandle(
  handle: { current: LogHandle | null } | undefined,
  { viewport, jumpTo }: LogNavigation,
): void {
  const { box } = viewport.elements;
  const firstVisibleLine = useStableCallback(() => viewport.visibleLines().first);
  useEffect(() => {
    if (handle === undefined) return;
    handle.current = { jumpTo, firstVisibleLine, focus: () => box.current?.focus() };
    return () => {
      handle.current = null;
    };
  }, [handle, box, jumpTo, firstVisibleLine]);
}
