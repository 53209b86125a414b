// Owns scrolling sideways while long lines are not wrapped: the width of the log, and which part of a line is in view after a jump. Owns no scrolling up and
// down (viewport.ts).
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ViewportElements } from './viewport.ts';

/** Pixels between the end of the longest line and the edge of the box: the padding of a row. */
const rowPadding = 12;

export interface LogSideways {
  /** After a jump to a line: shows its selected match, or its beginning, once the line is drawn. */
  show(line: number): void;
  /** The reader scrolls: the line of the last jump is no longer waited for. */
  stay(): void;
  /** Shows the beginnings of the lines, or the end of the longest visible line. */
  toEdge(edge: 'start' | 'end'): void;
}

/** Must be called after `useLogViewport`, whose placement of the rows it measures. */
export function useSideways(elements: ViewportElements, wrapped: boolean): LogSideways {
  const awaited = useRef<number | null>(null);
  useKeptWidth(elements, wrapped);
  useLayoutEffect(() => {
    const { box, block } = elements;
    if (awaited.current === null || box.current === null) return;
    const link = block.current?.querySelector(`a[data-line="${awaited.current}"]`);
    const row = link?.closest('.log__row:not(.log__row--absent)');
    if (!row) return;
    awaited.current = null;
    if (!wrapped) showPart(box.current, row);
  });
  return {
    show(line) {
      awaited.current = line;
    },
    stay() {
      awaited.current = null;
    },
    toEdge(edge) {
      const box = elements.box.current;
      if (box === null) return;
      if (edge === 'start') box.scrollLeft = 0;
      else box.scrollLeft += endOfLines(box, elements.block.current?.children ?? []) - rightEdge(box);
    },
  };
}

/** Keeps the log as wide as the longest line so far. Otherwise the scrollbar would jump whenever such a line leaves the document. */
function useKeptWidth({ box, block, foot }: ViewportElements, wrapped: boolean): void {
  const kept = useRef({ width: 0, boxWidth: 0 });
  useLayoutEffect(() => {
    if (box.current === null || block.current === null) return;
    const boxWidth = box.current.clientWidth;
    if (wrapped || boxWidth !== kept.current.boxWidth) {
      kept.current = { width: 0, boxWidth };
      box.current.style.removeProperty('--log-width');
    }
    if (wrapped) return;
    const width = Math.ceil(
      Math.max(block.current.getBoundingClientRect().width, foot.current?.getBoundingClientRect().width ?? 0),
    );
    if (width <= kept.current.width) return;
    kept.current.width = width;
    box.current.style.setProperty('--log-width', `${width}px`);
  });
}

/** Scrolls to the match of a row if it is not in view; without a match, to the beginning of the line. */
function showPart(box: HTMLElement, row: Element): void {
  const match = row.matches('.log__row--current') ? row.querySelector('mark') : null;
  if (match === null) {
    box.scrollLeft = 0;
    return;
  }
  const start = row.querySelector('.log__gutter')?.getBoundingClientRect().right ?? 0;
  const { left, right } = match.getBoundingClientRect();
  if (left >= start && right <= rightEdge(box)) return;
  // As far to the left as the match allows, so that its beginning has something before it.
  const visible = rightEdge(box) - start;
  const fromStart = box.scrollLeft + left - start;
  const fits = box.scrollLeft + right - start <= visible;
  box.scrollLeft = fits ? 0 : fromStart - visible / 3;
}

const rightEdge = (box: HTMLElement): number => box.getBoundingClientRect().left + box.clientWidth;

/** Where the longest of the visible rows ends, in the window. */
function endOfLines(box: HTMLElement, rows: Iterable<Element>): number {
  const { top, bottom } = box.getBoundingClientRect();
  let end = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const place = row.getBoundingClientRect();
    if (place.bottom <= top || place.top >= bottom) continue;
    end = Math.max(end, row.lastElementChild?.getBoundingClientRect().right ?? end);
  }
  return end === Number.NEGATIVE_INFINITY ? rightEdge(box) : end + rowPadding;
}
