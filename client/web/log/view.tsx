// Owns the log box: a window on the whole log, following its end, going to lines, keys. Owns no line (log.ts, log-feed.ts), no row
// (log-row.tsx), no geometry (log-scroller.ts), and neither what is selected (log-selection.tsx) nor what is shown of hidden lines (log-reveal.ts).
import { cdxIconArrowDown, cdxIconArrowUp, cdxIconDownload, cdxIconHelp } from '@wikimedia/codex-icons';
import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { Icon } from '../parts/icon.tsx';
import { Message } from '../parts/message.tsx';
import { offset, secondInUtc } from '../parts/time.ts';
import { rawLogPath } from '../route.ts';
import type { LogFeed } from './feed.ts';
import { LogHelp } from './help.tsx';
import type { TextRange } from './highlight.ts';
import { linesOf } from './line-link.ts';
import { lastHidden, useLogReveal, withoutShown } from './reveal.ts';
import { RevealDialog } from './reveal-dialog.tsx';
import { Row, type RowSetting } from './row.tsx';
import { LogRows } from './rows.ts';
import { LogScroller } from './scroller.ts';
import type { Section } from './section.ts';
import { SelectionBar, useLogSelection } from './selection.tsx';

/** How near to the end, in pixels, counts as being there. */
const nearEnd = 24;
/** Rows drawn beyond those in sight, on each side; fewer while lines come faster than anybody reads. */
const around = 60;
const aroundInRush = 8;
/** Rows in the document at most. */
const mostRows = 300;
/** How often, in milliseconds, a screen reader is told of new lines. */
const toldEvery = 5000;
/** Milliseconds without a scroll event after which scrolling is over. */
const scrollPause = 150;

/** What the view needs to know of its job. */
export interface LoggedJob {
  readonly id: string;
  readonly startedAt: string | null;
  readonly queued: boolean;
  readonly ended: boolean;
  /** Since when recording is behind; null while it is not. */
  readonly behindSince: string | null;
  /** Lines that the server knows of; the feed may be behind. */
  readonly lineCount: number;
}

/** A line by which somebody finds their way, as far as the view goes from one to the next. */
export interface LogPlace {
  readonly number: number;
  readonly kind: string;
}

/** What others can make the view do. */
export interface LogHandle {
  /** Shows a line, unfolding what it is in. */
  jumpTo(line: number): void;
  /** Moves the keyboard into the log. */
  focus(): void;
  /** The first line in sight. */
  seenLine(): number;
}

export interface LogViewProps {
  readonly job: LoggedJob;
  readonly feed: LogFeed;
  /** Whether this person may be shown sensitive lines; null: not known yet. */
  readonly mayReveal: boolean | null;
  /** Where change ids lead; null: nowhere. */
  readonly gerritUrl: string | null;
  /** Further tools, in the header. */
  readonly tools?: ComponentChildren;
  /** A bar below the header: the search. */
  readonly bar?: ComponentChildren;
  /** Beside the scrollbar. */
  readonly rail?: ComponentChildren;
  /** How a time is written; without it relative to the start. */
  readonly lineTime?: (at: string) => string;
  /** Which parts of a line's visible text match what is looked for. Give the same function while nothing changes. */
  readonly highlight?: ((text: string) => readonly TextRange[]) | null;
  /** The match that one is at; the view goes there when it changes. */
  readonly currentMatch?: number | null;
  readonly sections?: readonly Section[];
  /** First lines of the sections that are folded. */
  readonly folded?: ReadonlySet<number>;
  readonly onFold?: (first: number) => void;
  /** Questions (`QUESTION`) and errors (`ERROR`), among others; in order. */
  readonly marks?: readonly LogPlace[];
  /** Filled in by the view. */
  readonly handle?: { current: LogHandle | null };
  /** Further keys, when the view has no use for one; true: it was used. */
  readonly onKey?: (event: KeyboardEvent) => boolean;
  /** Ctrl-F or Cmd-F in the log: whether it is done here. */
  readonly onFind?: () => boolean;
}

const noSections: readonly Section[] = [];
const noFolds: ReadonlySet<number> = new Set();
const noMarks: readonly LogPlace[] = [];
const nothing = (): void => {};

export function LogView(props: LogViewProps) {
  const { job, feed, mayReveal, gerritUrl, lineTime, highlight = null, currentMatch = null } = props;
  const { sections = noSections, folded = noFolds, marks = noMarks, onFold = nothing, handle } = props;
  const { length, complete, open, problem, version } = feed.state.value;
  const box = useRef<HTMLDivElement>(null);
  const sizer = useRef<HTMLDivElement>(null);
  const block = useRef<HTMLDivElement>(null);
  const foot = useRef<HTMLDivElement>(null);
  const goTo = useRef<HTMLInputElement>(null);
  const [scroller] = useState(() => new LogScroller(20));
  const [, draw] = useState(0);
  const redraw = useCallback(() => draw((count) => count + 1), []);

  const [message, setMessage] = useState<string | null>(null);
  const [helping, setHelping] = useState(false);
  const reveal = useLogReveal(job.id, setMessage);
  const { shown } = reveal;
  // The number of the last line when the reader left the end.
  const [leftAt, setLeftAt] = useState(0);
  const [, setFollowing] = useState(true);

  // What is one row: folded sections, runs of hidden lines.
  const hiddenVersion = feed.cache.hidden.version;
  const out = useMemo(
    () => [
      ...sections
        .filter(({ first }) => folded.has(first))
        .map(({ first, last }) => ({ from: first + 1, to: last ?? Number.POSITIVE_INFINITY })),
      ...feed.cache.hidden.all.flatMap((run) => withoutShown(run, shown)),
    ],
    [sections, folded, shown, hiddenVersion, feed],
  );
  const rows = useMemo(() => new LogRows(length, out), [length, out]);
  const sectionAt = useMemo(() => new Map(sections.map((section) => [section.first, section])), [sections]);
  const before = scroller.rows;
  if (before !== rows) scroller.setRows(rows);
  const rush = scroller.following && rows.length - before.length > 40;

  const begun = job.startedAt === null ? null : Date.parse(job.startedAt);
  const foldRef = useRef(onFold);
  foldRef.current = onFold;
  const setting: RowSetting = useMemo(
    () => ({
      gerritUrl,
      mayReveal,
      highlight,
      lineTime: lineTime ?? ((at) => (begun === null ? at.slice(11, 19) : offset(Date.parse(at) - begun))),
      onReveal: reveal.reveal,
      onFold: (first) => foldRef.current(first),
    }),
    [gerritUrl, mayReveal, highlight, lineTime, begun, reveal.reveal],
  );

  const follow = (next: boolean): void => {
    if (next === scroller.following) return;
    if (next) scroller.follow();
    else scroller.following = false;
    setFollowing(next);
    setLeftAt(length);
  };
  const jumpTo = (line: number): void => {
    const target = Math.min(Math.max(1, line), Math.max(1, length));
    for (const { first, last } of sections) {
      if (folded.has(first) && target > first && target <= (last ?? target)) onFold(first);
    }
    if (scroller.following) setLeftAt(length);
    scroller.jump(target);
    setFollowing(false);
    redraw();
  };
  const toTop = (): void => {
    if (scroller.following) setLeftAt(length);
    scroller.toTop();
    setFollowing(false);
    redraw();
  };
  const toEnd = (): void => {
    scroller.follow();
    setFollowing(true);
    redraw();
  };
  const goToLine = (line: number): void => {
    if (line > length) setMessage(msg('log-past-end', line, length));
    else setMessage(null);
    jumpTo(line);
  };
  const goToMark = (kind: string, forwards: boolean): void => {
    const seen = scroller.seen;
    // From the line that a jump puts in the same place.
    const here =
      lastMark.current ?? (forwards ? rows.lineAt(seen.first) - 1 : rows.lineAt(Math.max(0, seen.last)) + 1);
    const places = marks.filter((mark) => mark.kind === kind);
    const place = forwards
      ? places.find(({ number }) => number > here)
      : places.findLast(({ number }) => number < here);
    if (place === undefined) return;
    jumpTo(place.number);
    lastMark.current = place.number;
  };
  // The mark gone to last, until somebody scrolls.
  const lastMark = useRef<number | null>(null);

  const selection = useLogSelection({
    jobId: job.id,
    feed,
    length,
    onAddress: goToLine,
    onMessage: setMessage,
  });
  // A linked line is gone to once the log is long enough to say whether there is one.
  const linked = useRef(linesOf(location.hash));
  if (linked.current !== null && (length >= linked.current.from || open)) {
    const { from } = linked.current;
    linked.current = null;
    if (from <= length) {
      scroller.jump(from);
      // What is there already is not new.
      queueMicrotask(() => setLeftAt(Math.max(length, job.lineCount)));
    } else queueMicrotask(() => setMessage(msg('log-past-end', from, length)));
  }
  const jumpRef = useRef(jumpTo);
  jumpRef.current = jumpTo;
  useEffect(() => {
    if (handle === undefined) return;
    handle.current = {
      jumpTo: (line) => jumpRef.current(line),
      focus: () => box.current?.focus(),
      seenLine: () => scroller.rows.lineAt(scroller.seen.first),
    };
    return () => {
      handle.current = null;
    };
  }, [handle, scroller]);
  useEffect(() => {
    if (currentMatch !== null) jumpRef.current(currentMatch);
  }, [currentMatch]);

  // The rows of this drawing.
  const drawn = scroller.drawn(rush ? aroundInRush : around, mostRows);
  const lines: number[] = [];
  for (let row = drawn.first; row <= drawn.last; row++) lines.push(rows.lineAt(row));
  const from = lines[0] ?? 0;
  const to = lines.at(-1) ?? 0;

  /** Puts the rows where the scroller says. */
  const placeRows = useCallback((): void => {
    if (sizer.current === null || block.current === null) return;
    const first = Number(block.current.dataset['first']);
    sizer.current.style.height = `${scroller.height}px`;
    block.current.style.transform = `translateY(${scroller.placeOf(first)}px)`;
  }, [scroller]);

  /** Scrolls to where the scroller says. */
  const placeBox = useCallback((): void => {
    if (box.current === null) return;
    if (Math.abs(box.current.scrollTop - scroller.native) >= 1) box.current.scrollTop = scroller.native;
  }, [scroller]);

  // Before each painting: what was drawn is measured, and everything put where it belongs.
  useLayoutEffect(() => {
    if (box.current === null || block.current === null) return;
    // In this order: everything is written before anything is read, and again only if that tells something new. So it is laid out once.
    placeRows();
    const { lineHeight } = getComputedStyle(box.current);
    const boxChanged = scroller.setBox(
      box.current.clientHeight,
      foot.current?.offsetHeight ?? 0,
      Number.parseFloat(lineHeight) || 20,
    );
    const heights = [...block.current.children].map((row) => row.getBoundingClientRect().height);
    if (scroller.measured(drawn.first, heights) || boxChanged) placeRows();
    placeBox();
    // The rows turned out lower, or the box higher, than expected: there is room for more.
    const { first, last } = scroller.seen;
    if (last >= first && (first < drawn.first || last > drawn.last)) redraw();
  });

  // Which lines those rows need.
  useEffect(() => {
    if (to > 0) feed.want(Math.max(1, from), to);
  }, [feed, from, to, version]);

  useEffect(() => {
    const scrolled = box.current;
    if (scrolled === null) return;
    let width = scrolled.clientWidth;
    // A question card that comes or goes changes the box's height; another width wraps lines elsewhere.
    const resized = new ResizeObserver(() => {
      if (scrolled.clientWidth !== width) scroller.forget();
      width = scrolled.clientWidth;
      redraw();
    });
    resized.observe(scrolled);
    return () => resized.disconnect();
  }, [scroller, redraw]);

  const settling = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(settling.current), []);
  const onScroll = (): void => {
    if (box.current === null) return;
    const native = box.current.scrollTop;
    // Our own scrolling comes back as an event, too.
    if (Math.abs(native - scroller.native) < 1) return;
    // A box that has grown is pushed up by the browser, to its end: nobody who follows has scrolled then.
    const pushed = box.current.scrollHeight - box.current.clientHeight - native < 1;
    const up = native < scroller.native && !pushed;
    scroller.scrolled(native);
    lastMark.current = null;
    if (up) follow(false);
    else if (scroller.atEnd(nearEnd)) follow(true);
    redraw();
    clearTimeout(settling.current);
    settling.current = setTimeout(() => {
      scroller.settle();
      placeRows();
      placeBox();
    }, scrollPause);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey) return;
    const { target } = event;
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
    if (event.ctrlKey || event.metaKey) {
      // The browser's own search sees only the rows that are drawn. A second time it is the browser's.
      if (event.key.toLowerCase() === 'f' && props.onFind?.() === true) event.preventDefault();
      return;
    }
    if (target instanceof HTMLElement && target.closest('dialog') !== null) return;
    const keys: Readonly<Record<string, () => void>> = {
      f: toEnd,
      End: toEnd,
      Home: toTop,
      g: () => goTo.current?.focus(),
      q: () => goToMark('QUESTION', true),
      Q: () => goToMark('QUESTION', false),
      e: () => goToMark('ERROR', true),
      E: () => goToMark('ERROR', false),
      c: () => void selection.copy('lines'),
      Escape: () => selection.clear(),
      '?': () => setHelping(true),
    };
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (act !== undefined) {
      event.preventDefault();
      act();
    } else if (props.onKey?.(event) === true) event.preventDefault();
  };

  const onClick = (event: MouseEvent): void => {
    const number = event.target instanceof Element ? event.target.closest('a[data-line]') : null;
    if (!(number instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    // The end would run away from under the pointer.
    follow(false);
    selection.pick(Number(number.dataset['line']), event.shiftKey);
    box.current?.focus({ preventScroll: true });
  };

  const selected = selection.range;
  const following = scroller.following;
  const newest = Math.max(length, job.lineCount);
  const missed = following ? 0 : Math.max(0, newest - leftAt);
  const told = useTold(newest, complete);
  const has = (kind: string): boolean => marks.some((mark) => mark.kind === kind);
  return (
    <section class="log" aria-label={msg('log-heading')} onKeyDown={onKeyDown}>
      <header class="log__header">
        <h2 class="log__heading">{msg('log-heading')}</h2>
        <span class="log__count hint">{msg('log-lines', newest)}</span>
        <span class="log__tools">
          {props.tools}
          {has('QUESTION') && (
            <button
              type="button"
              class="log__tool cdx-button cdx-button--size-small cdx-button--weight-quiet"
              onClick={() => goToMark('QUESTION', true)}
            >
              {msg('log-next-question')}
            </button>
          )}
          {has('ERROR') && (
            <button
              type="button"
              class="log__tool cdx-button cdx-button--size-small cdx-button--weight-quiet"
              onClick={() => goToMark('ERROR', true)}
            >
              {msg('log-next-error')}
            </button>
          )}
          <form
            class="log__goto"
            onSubmit={(event) => {
              event.preventDefault();
              const line = Number(goTo.current?.value);
              if (!Number.isInteger(line) || line < 1) return;
              goToLine(line);
              event.currentTarget.reset();
              box.current?.focus({ preventScroll: true });
            }}
          >
            <input
              ref={goTo}
              class="cdx-text-input__input"
              type="text"
              inputMode="numeric"
              pattern="[0-9]*"
              maxLength={9}
              placeholder={msg('log-go-to')}
              aria-label={msg('log-go-to-label')}
              onKeyDown={(event) => {
                if (event.key !== 'Escape') return;
                event.preventDefault();
                box.current?.focus({ preventScroll: true });
              }}
            />
          </form>
          <button
            type="button"
            class="log__tool cdx-button cdx-button--size-small cdx-button--weight-quiet cdx-button--icon-only"
            aria-label={msg('log-to-top')}
            title={msg('log-to-top')}
            onClick={toTop}
          >
            <Icon icon={cdxIconArrowUp} size="x-small" />
          </button>
          {complete ? (
            <button
              type="button"
              class="log__tool cdx-button cdx-button--size-small cdx-button--weight-quiet cdx-button--icon-only"
              aria-label={msg('log-to-end')}
              title={msg('log-to-end')}
              onClick={toEnd}
            >
              <Icon icon={cdxIconArrowDown} size="x-small" />
            </button>
          ) : (
            <button
              type="button"
              class="cdx-button cdx-button--size-small cdx-button--weight-quiet"
              aria-pressed={following}
              onClick={() => (following ? follow(false) : toEnd())}
            >
              <Icon icon={cdxIconArrowDown} size="x-small" />
              {following ? msg('log-following') : msg('log-follow')}
            </button>
          )}
          <button
            type="button"
            class="log__tool cdx-button cdx-button--size-small cdx-button--weight-quiet cdx-button--icon-only"
            aria-label={msg('log-keys-button')}
            title={`${msg('log-keys-button')} (?)`}
            onClick={() => setHelping(true)}
          >
            <Icon icon={cdxIconHelp} size="x-small" />
          </button>
          <a
            class="log__raw cdx-button cdx-button--fake-button cdx-button--fake-button--enabled cdx-button--size-small cdx-button--weight-quiet"
            href={rawLogPath(job.id)}
            aria-label={msg('log-raw-label')}
            download
          >
            <Icon icon={cdxIconDownload} size="x-small" />
            <span class="log__raw-words">{msg('log-raw')}</span>
          </a>
          <a
            class="log__plain"
            href={`${rawLogPath(job.id)}?colours=no`}
            title={msg('log-plain-label')}
            download
          >
            {msg('log-plain')}
          </a>
        </span>
      </header>
      {props.bar}
      {problem !== null && (
        <Message tone="error" inline>
          {msg('log-failed', problem)}
        </Message>
      )}
      {message !== null && (
        <Message tone="warning" onDismiss={() => setMessage(null)}>
          {message}
        </Message>
      )}
      <SelectionBar selection={selection} />
      <div class="log__frame">
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: line numbers are links, the keys are the section's */}
        <div
          ref={box}
          class="log__box"
          role="log"
          aria-live="off"
          aria-label={msg('log-heading')}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
          tabIndex={0}
          style={{ '--log-digits': `${Math.max(4, String(newest).length)}ch` }}
          onWheel={(event) => {
            if (event.deltaY < 0 && event.currentTarget.scrollTop > 0) follow(false);
          }}
          onScroll={onScroll}
          onClick={onClick}
        >
          <div ref={sizer} class="log__sizer">
            <div ref={block} class="log__block" data-first={drawn.first}>
              {lines.map((number) => {
                const line = feed.cache.line(number);
                const run = line?.text === null ? feed.cache.hidden.of(number) : null;
                const section = sectionAt.get(number) ?? null;
                return (
                  <Row
                    key={number}
                    number={number}
                    line={line}
                    textStyle={feed.cache.styleBefore(number)}
                    last={run === null ? number : lastHidden(number, run.to, shown)}
                    shown={shown.get(number)}
                    selected={selected !== null && number >= selected.from && number <= selected.to}
                    current={number === currentMatch}
                    section={section}
                    folded={section !== null && folded.has(number)}
                    setting={setting}
                  />
                );
              })}
            </div>
          </div>
          <div ref={foot} class="log__foot">
            {length === 0 && (
              <p class="log__empty">
                {job.queued
                  ? msg('log-empty-queued')
                  : !open && problem === null
                    ? msg('app-loading')
                    : job.ended
                      ? msg('log-empty-ended')
                      : msg('log-empty')}
              </p>
            )}
            {job.behindSince !== null && (
              <p class="log__end" role="status">
                {msg('log-behind', secondInUtc(Date.parse(job.behindSince)))}
              </p>
            )}
            {complete && length > 0 && <p class="log__end">{msg('log-end')}</p>}
          </div>
        </div>
        {props.rail}
        {!following && !complete && (
          <button
            type="button"
            class="log__new cdx-button cdx-button--action-progressive cdx-button--weight-primary"
            title={msg('log-follow-hint')}
            onClick={toEnd}
          >
            <Icon icon={cdxIconArrowDown} />
            {missed > 0 ? msg('log-new-lines', missed) : msg('log-follow')}
          </button>
        )}
      </div>
      <p class="visually-hidden" role="status">
        {told}
      </p>
      {helping && <LogHelp onClose={() => setHelping(false)} />}
      {reveal.asking && <RevealDialog onAnswer={reveal.answer} />}
    </section>
  );
}

/** What a screen reader is told of new lines: now and then how many, never the lines. */
function useTold(length: number, complete: boolean): string {
  const [told, setTold] = useState('');
  const latest = useRef(length);
  const toldAt = useRef<number | null>(null);
  latest.current = length;
  useEffect(() => {
    if (complete) {
      // Whoever opens the log of a job that has ended need not be told.
      if (toldAt.current !== null) setTold(msg('log-ended', latest.current));
      return;
    }
    toldAt.current ??= latest.current;
    const timer = setInterval(() => {
      const fresh = latest.current - (toldAt.current ?? 0);
      toldAt.current = latest.current;
      if (fresh > 0) setTold(msg('log-progress', fresh, latest.current));
    }, toldEvery);
    return () => clearInterval(timer);
  }, [complete]);
  return told;
}
