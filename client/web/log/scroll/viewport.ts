// Owns which rows of the log are in the document, and scrolling: following the end, jumping to a line, keeping the reader's place. Owns no geometry
// (scroller.ts) and no markup (line-list.tsx).
import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { nextTask } from '../../state/next-task.ts';
import type { LogRows } from './rows.ts';
import { type DrawnRows, LogScroller } from './scroller.ts';

/** How close to the end, in pixels, is treated as being at the end. */
const nearEnd = 24;
/**
 * Rows drawn above and below the visible ones. Fewer until the reader scrolls away from the end: each row in the document costs time whenever something
 * else on the page changes. Fewest while lines arrive faster than anyone can read.
 */
const overscan = 60;
const restingOverscan = 16;
const floodOverscan = 8;
/** New rows in one update from which on it is a flood. */
const floodRows = 40;
/** The largest number of rows in the document. */
const maxRows = 300;
/** Milliseconds without a scroll event after which scrolling has ended. */
const scrollPause = 150;
/** How long a browser animates scrolling by a key, in milliseconds, with some to spare. */
const scrollAnimation = 400;
/** Row height in pixels before it is measured. */
const initialRowHeight = 20;

/** The elements whose sizes and positions the viewport reads and writes. */
export interface ViewportElements {
  /** The scrolling element. */
  readonly box: RefObject<HTMLDivElement | null>;
  /** As high as all rows together. */
  readonly sizer: RefObject<HTMLDivElement | null>;
  /** Holds the drawn rows, at their position inside of the sizer. */
  readonly block: RefObject<HTMLDivElement | null>;
  /** Stands after the last row. */
  readonly foot: RefObject<HTMLDivElement | null>;
}

export interface LogViewport {
  readonly elements: ViewportElements;
  /** The rows to draw. */
  readonly drawn: DrawnRows;
  /** Whether the end stays in view while lines arrive. */
  readonly following: boolean;
  /** How many lines arrived since the reader left the end. */
  readonly unread: number;
  /** The first and the last visible line. */
  visibleLines(): { readonly first: number; readonly last: number };
  follow(): void;
  unfollow(): void;
  /** Puts a line in the upper third of the box. */
  jumpTo(line: number): void;
  jumpToStart(): void;
  /** Sets `unread` to 0 although the end is not in view. */
  markRead(): void;
  onScroll(): void;
  onWheel(event: WheelEvent): void;
  /** The reader presses a key, a mouse button or a finger in the log: from now on it is they who scroll. */
  onInput(): void;
}

export interface LogViewportOptions {
  readonly rows: LogRows;
  /** How many lines the page knows. */
  readonly length: number;
  /** How many lines the log has. The page may know fewer. */
  readonly total: number;
  /** Whether long lines are wrapped. */
  readonly wrapped: boolean;
  /** The number of characters that a line would be drawn with; 0 if it is not loaded. */
  readonly textLength: (line: number) => number;
  /** Called when the reader scrolls. */
  readonly onReaderScroll: () => void;
}

/** The viewport of one log. */
export function useLogViewport({
  rows,
  length,
  total,
  wrapped,
  textLength,
  onReaderScroll,
}: LogViewportOptions): LogViewport {
  const elements = useViewportElements();
  const [scroller] = useState(() => new LogScroller(initialRowHeight));
  const [, setDraws] = useState(0);
  const redraw = useCallback(() => setDraws((count) => count + 1), []);

  const previousLength = scroller.rows.length;
  if (scroller.rows !== rows) scroller.setRows(rows);
  const wasWrapped = useRef(wrapped);
  if (wasWrapped.current !== wrapped) scroller.rewrap();
  wasWrapped.current = wrapped;
  const flood = scroller.following && rows.length - previousLength > floodRows;
  /** Whether the reader has scrolled since they left the end. */
  const scrolls = useRef(false);
  if (scroller.following) scrolls.current = false;
  const isFirst = useFirstTask(redraw);
  const resting = isFirst ? 0 : flood ? floodOverscan : restingOverscan;
  const around = scrolls.current && !flood ? overscan : resting;
  let drawn = scroller.drawn(around, maxRows);
  // Each estimate is made once, so this ends.
  while (wrapped && scroller.estimate(drawn, textLength)) drawn = scroller.drawn(around, maxRows);

  const placement = usePlacement(elements, scroller, drawn, redraw);
  const onScrollEnd = useScrollEnd(() => {
    scroller.settle();
    placement.place();
  });

  const { leave, hasJustFollowed, followEnd, ...end } = useEnd(scroller, { length, total }, redraw);
  const onScroll = (): void => {
    const box = elements.box.current;
    if (box === null) return;
    const top = box.scrollTop;
    // The viewport's own scrolling causes events, too.
    if (Math.abs(top - scroller.native) < 1) return;
    // A box that has grown is pushed to its end by the browser, which is not the reader scrolling up.
    const pushed = box.scrollHeight - box.clientHeight - top < 1;
    const up = top < scroller.native && !pushed;
    if (up && hasJustFollowed()) {
      placement.place();
      return;
    }
    scroller.scrolled(top);
    scrolls.current = true;
    onReaderScroll();
    if (up) end.unfollow();
    else if (!scroller.following && scroller.atEnd(nearEnd)) followEnd();
    redraw();
    onScrollEnd();
  };
  return {
    elements,
    drawn,
    ...end,
    visibleLines() {
      const { first, last } = scroller.seen;
      return { first: scroller.rows.lineAt(first), last: scroller.rows.lineAt(Math.max(0, last)) };
    },
    jumpTo: (line) => leave(() => scroller.jump(line)),
    jumpToStart: () => leave(() => scroller.toTop()),
    onWheel(event) {
      end.onInput();
      // With Shift, or mostly sideways, it is not the reader scrolling up.
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      // Before the scroll event: lines that arrive in between must not pull the reader back to the end.
      if (event.deltaY < 0 && (elements.box.current?.scrollTop ?? 0) > 0) end.unfollow();
    },
    onScroll,
  };
}

/** Whether the log has just appeared: at first only what is visible is drawn. @param redraw is called when the rest can be */
function useFirstTask(redraw: () => void): boolean {
  const isFirst = useRef(true);
  useEffect(() => {
    void nextTask().then(() => {
      isFirst.current = false;
      redraw();
    });
  }, [redraw]);
  return isFirst.current;
}

/** Whether the reader follows the end of the log, and how many lines arrived since they left it. */
function useEnd(
  scroller: LogScroller,
  { length, total }: { length: number; total: number },
  redraw: () => void,
): Pick<LogViewport, 'following' | 'unread' | 'follow' | 'unfollow' | 'markRead' | 'onInput'> & {
  /** Moves the reader away from the end. */
  leave(move: () => void): void;
  /** The reader has scrolled to the end. */
  followEnd(): void;
  /** Whether the reader asked to follow so recently that the browser may still animate the scrolling before it. */
  hasJustFollowed(): boolean;
} {
  const [readTo, setReadTo] = useState(0);
  const followedAt = useRef(Number.NEGATIVE_INFINITY);
  const leave = (move: () => void): void => {
    if (scroller.following) setReadTo(length);
    move();
    redraw();
  };
  const followEnd = (): void => {
    scroller.follow();
    redraw();
  };
  return {
    following: scroller.following,
    unread: scroller.following ? 0 : Math.max(0, total - readTo),
    leave,
    hasJustFollowed: () => performance.now() - followedAt.current < scrollAnimation,
    followEnd,
    follow() {
      followedAt.current = performance.now();
      followEnd();
    },
    onInput() {
      followedAt.current = Number.NEGATIVE_INFINITY;
    },
    unfollow() {
      if (!scroller.following) return;
      leave(() => {
        scroller.following = false;
      });
    },
    markRead: () => setReadTo(total),
  };
}

function useViewportElements(): ViewportElements {
  const box = useRef<HTMLDivElement>(null);
  const sizer = useRef<HTMLDivElement>(null);
  const block = useRef<HTMLDivElement>(null);
  const foot = useRef<HTMLDivElement>(null);
  const [elements] = useState({ box, sizer, block, foot });
  return elements;
}

/** Puts rows and scrollbar where the scroller wants them: before each paint, and on demand. */
function usePlacement(
  { box, sizer, block, foot }: ViewportElements,
  scroller: LogScroller,
  drawn: DrawnRows,
  redraw: () => void,
): { place(): void } {
  const placeRows = (): void => {
    if (sizer.current === null || block.current === null) return;
    const first = Number(block.current.dataset['first']);
    sizer.current.style.height = `${scroller.height}px`;
    block.current.style.transform = `translateY(${scroller.placeOf(first)}px)`;
  };
  const placeScrollbar = (): void => {
    if (box.current === null) return;
    if (Math.abs(box.current.scrollTop - scroller.native) >= 1) box.current.scrollTop = scroller.native;
  };
  useLayoutEffect(() => {
    if (box.current === null || block.current === null) return;
    // On paper, and on a phone behind another tab, the log is not displayed: its rows have no heights, and no number of them fills the box.
    if (box.current.clientHeight === 0) return;
    // All writes come before the first read, so that the browser computes the layout only once, unless the measurements change something.
    placeRows();
    const { lineHeight } = getComputedStyle(box.current);
    const boxChanged = scroller.setBox(
      box.current.clientHeight,
      foot.current?.offsetHeight ?? 0,
      Number.parseFloat(lineHeight) || initialRowHeight,
    );
    const heights = [...block.current.children].map((row) => row.getBoundingClientRect().height);
    if (scroller.measured(drawn.first, heights) || boxChanged) placeRows();
    placeScrollbar();
    // Rows that are lower than expected, or a higher box, leave room for more.
    const { first, last } = scroller.seen;
    if (last >= first && (first < drawn.first || last > drawn.last)) redraw();
  });
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let width = element.clientWidth;
    const observer = new ResizeObserver(() => {
      // A different width wraps lines differently.
      if (element.clientWidth !== width) scroller.forget();
      width = element.clientWidth;
      redraw();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box, scroller, redraw]);
  return {
    place() {
      placeRows();
      placeScrollbar();
    },
  };
}

/** Returns a function to call at each scroll event; `onEnd` is called once no more events follow. */
function useScrollEnd(onEnd: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(onEnd);
  latest.current = onEnd;
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(), scrollPause);
  };
}
