// Owns the log box: rows, following the end, earlier lines. Owns no line: see log.ts and log-feed.ts.
import {
  type Icon as CodexIcon,
  cdxIconArrowDown,
  cdxIconDownload,
  cdxIconEyeClosed,
  cdxIconHelpNoticeFilled,
  cdxIconInfoFilled,
  cdxIconPower,
  cdxIconSpeechBubble,
  cdxIconStop,
} from '@wikimedia/codex-icons';
import { memo } from 'preact/compat';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LogLineKind } from '../generated/graphql.ts';
import type { Colour, Look, Span } from './ansi.ts';
import { useCell } from './cell.ts';
import { Linked, OutsideLink } from './foreign-text.tsx';
import { Icon } from './icon.tsx';
import type { LogBlock, LogRow } from './log.ts';
import type { LogFeed } from './log-feed.ts';
import { Message } from './message.tsx';
import { rawLogPath } from './route.ts';
import { text } from './text.ts';
import { offset, secondInUtc } from './time.ts';

/** Characters of one line that are drawn; of a longer one the page says how much it left out. */
const longestLine = 10_000;
/** How near to the end, in pixels, counts as being there. */
const nearEnd = 24;

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

export function LogView({ job, feed }: { job: LoggedJob; feed: LogFeed }) {
  const { window, open, loadingEarlier, held, problem } = useCell(feed.state);
  const box = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  // The number of the last line when the reader left the end.
  const [leftAt, setLeftAt] = useState(0);
  // Where the first block stood when earlier lines were asked for.
  const anchor = useRef<{ block: HTMLElement; top: number } | null>(null);
  // Where we scrolled to ourselves. Only from there upwards is it the reader who scrolls: the box also changes its height,
  // when a question comes, between our scrolling and the event that tells of it.
  const stuckAt = useRef(0);
  const stick = (scroller: HTMLElement): void => {
    scroller.scrollTop = scroller.scrollHeight;
    stuckAt.current = scroller.scrollTop;
  };

  const follow = (next: boolean): void => {
    if (next === following) return;
    setFollowing(next);
    setLeftAt(window.last);
    feed.follow(next);
  };

  // Before the frame is painted: either the end stays in sight, or, after earlier lines came, the line that was read.
  useLayoutEffect(() => {
    const scroller = box.current;
    if (scroller === null) return;
    if (following) {
      stick(scroller);
    } else if (anchor.current !== null) {
      const { block, top } = anchor.current;
      scroller.scrollTop += block.offsetTop - top;
      anchor.current = { block, top: block.offsetTop };
    }
  }, [window, following]);

  useEffect(() => {
    const scroller = box.current;
    if (scroller === null || !following) return;
    // A question card that comes or goes changes the box's height; the end stays in sight all the same.
    const resized = new ResizeObserver(() => stick(scroller));
    resized.observe(scroller);
    return () => resized.disconnect();
  }, [following]);

  const loadEarlier = (): void => {
    const block = box.current?.querySelector('.log__block');
    if (!(block instanceof HTMLElement)) return;
    follow(false);
    anchor.current = { block, top: block.offsetTop };
    void feed.loadEarlier().finally(() => {
      anchor.current = null;
    });
  };

  const atEnd = (): boolean => {
    const scroller = box.current;
    return scroller === null || scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < nearEnd;
  };

  const newest = Math.max(window.last, job.lineCount);
  const missed = following ? 0 : Math.max(0, newest - leftAt);
  const begun = job.startedAt === null ? null : Date.parse(job.startedAt);
  return (
    <section class="log" aria-label={text.log.heading}>
      <header class="log__header">
        <h2 class="log__heading">{text.log.heading}</h2>
        <span class="hint">{text.log.lines(newest)}</span>
        <span class="log__tools">
          {!window.complete && (
            <button
              type="button"
              class="cdx-button cdx-button--size-small cdx-button--weight-quiet"
              aria-pressed={following}
              onClick={() => follow(!following)}
            >
              <Icon icon={cdxIconArrowDown} size="x-small" />
              {following ? text.log.following : text.log.follow}
            </button>
          )}
          <a
            class="log__raw cdx-button cdx-button--fake-button cdx-button--fake-button--enabled cdx-button--size-small cdx-button--weight-quiet"
            href={rawLogPath(job.id)}
            aria-label={text.log.rawLabel}
            download
          >
            <Icon icon={cdxIconDownload} size="x-small" />
            {text.log.raw}
          </a>
        </span>
      </header>
      {problem !== null && (
        <Message tone="error" inline>
          {text.log.failed(problem)}
        </Message>
      )}
      <div
        ref={box}
        class="log__box"
        role="log"
        aria-live="off"
        aria-label={text.log.heading}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        onWheel={(event) => {
          if (event.deltaY < 0 && event.currentTarget.scrollTop > 0) follow(false);
        }}
        onScroll={(event) => {
          if (atEnd()) follow(true);
          else if (event.currentTarget.scrollTop < stuckAt.current - 1) follow(false);
        }}
        onKeyDown={(event) => {
          if (event.key === 'End') follow(true);
          else if (event.currentTarget.scrollTop > 0 && ['Home', 'PageUp', 'ArrowUp'].includes(event.key))
            follow(false);
        }}
      >
        {window.first > 1 && window.blocks.length > 0 && (
          <p class="log__earlier">
            <button
              type="button"
              class="cdx-button cdx-button--size-small"
              disabled={loadingEarlier}
              onClick={loadEarlier}
            >
              {loadingEarlier ? text.log.loadingEarlier : text.log.earlier}
            </button>
          </p>
        )}
        {window.blocks.map((block) => (
          <Block key={block.key} block={block} begun={begun} />
        ))}
        {window.blocks.length === 0 && (
          <p class="log__empty">
            {job.queued
              ? text.log.emptyQueued
              : !open && problem === null
                ? text.loading
                : job.ended
                  ? text.log.emptyEnded
                  : text.log.empty}
          </p>
        )}
        {job.behindSince !== null && (
          <p class="log__end" role="status">
            {text.log.behind(secondInUtc(Date.parse(job.behindSince)))}
          </p>
        )}
        {held && <p class="log__end">{text.log.held}</p>}
        {window.complete && window.blocks.length > 0 && <p class="log__end">{text.log.end}</p>}
      </div>
      {!following && !window.complete && (
        <button
          type="button"
          class="log__new cdx-button cdx-button--action-progressive cdx-button--weight-primary"
          title={text.log.followHint}
          onClick={() => follow(true)}
        >
          <Icon icon={cdxIconArrowDown} />
          {missed > 0 ? text.log.newLines(missed) : text.log.follow}
        </button>
      )}
    </section>
  );
}

const Block = memo(function Block({ block, begun }: { block: LogBlock; begun: number | null }) {
  return (
    <div class="log__block">
      {block.rows.map((row) => (
        <Row key={row.number} row={row} begun={begun} />
      ))}
    </div>
  );
});

const icons: Readonly<Partial<Record<LogLineKind, CodexIcon>>> = {
  QUESTION: cdxIconHelpNoticeFilled,
  ANSWER: cdxIconSpeechBubble,
  STOP: cdxIconStop,
  STATUS: cdxIconInfoFilled,
  EXIT: cdxIconPower,
};

const Row = memo(function Row({ row, begun }: { row: LogRow; begun: number | null }) {
  const time = (
    <time class="log__time" dateTime={row.at} title={row.at}>
      {begun === null ? row.at.slice(11, 19) : offset(Date.parse(row.at) - begun)}
    </time>
  );
  if (row.type === 'hidden') {
    return (
      <div class="log__row log__row--hidden">
        <span class="log__number">{row.number}</span>
        {time}
        <span class="log__text">
          <Icon icon={cdxIconEyeClosed} size="x-small" />
          {text.log.hidden(row.last - row.number + 1)}
        </span>
      </div>
    );
  }
  const own = row.kind !== 'OUTPUT';
  return (
    <div class={own ? `log__row log__row--own log__row--${row.kind.toLowerCase()}` : 'log__row'}>
      <span class="log__number">{row.number}</span>
      {time}
      <span
        class="log__text"
        dir="ltr"
        title={row.kind === 'QUESTION' ? row.spans.map((span) => span.text).join('') : undefined}
      >
        {own && (
          <span class="log__label">
            <Icon icon={icons[row.kind] ?? cdxIconInfoFilled} size="x-small" />
            {text.log.row(row.kind)}
          </span>
        )}
        {row.sensitive && <span class="log__sensitive">{text.log.sensitive}</span>}
        <Spans spans={row.spans} />
      </span>
    </div>
  );
});

function Spans({ spans }: { spans: readonly Span[] }) {
  const length = spans.reduce((sum, span) => sum + span.text.length, 0);
  if (length <= longestLine) return <>{spans.map(spanOnPage)}</>;
  const shown: Span[] = [];
  let left = longestLine;
  for (const span of spans) {
    shown.push({ ...span, text: span.text.slice(0, left) });
    left -= span.text.length;
    if (left <= 0) break;
  }
  return (
    <>
      {shown.map(spanOnPage)}
      <em class="log__clipped">{text.log.clipped(length - longestLine)}</em>
    </>
  );
}

function spanOnPage(span: Span, index: number) {
  const content =
    span.link === null ? (
      <Linked text={span.text} />
    ) : (
      <OutsideLink href={span.link}>{span.text}</OutsideLink>
    );
  const classes = classesOf(span.look);
  if (classes === '') return content;
  return (
    <span key={index} class={classes} style={coloursOf(span.look)}>
      {content}
    </span>
  );
}

/** Named colours and attributes are classes, so that the style sheet can make them readable in light and dark. */
function classesOf(look: Look): string {
  const { foreground, background } = look;
  return [
    foreground === null ? '' : typeof foreground === 'number' ? `fg-${foreground}` : 'fg-rgb',
    background === null ? '' : typeof background === 'number' ? `bg-${background}` : 'bg-rgb',
    look.bold ? 'ansi-bold' : '',
    look.dim ? 'ansi-dim' : '',
    look.italic ? 'ansi-italic' : '',
    look.underline ? 'ansi-underline' : '',
    look.inverse ? 'ansi-inverse' : '',
  ]
    .filter((name) => name !== '')
    .join(' ');
}

function coloursOf({ foreground, background }: Look): Record<string, string> {
  return {
    ...(foreground !== null && typeof foreground !== 'number' ? { '--ansi-rgb': rgb(foreground) } : {}),
    ...(background !== null && typeof background !== 'number' ? { '--ansi-bg': rgb(background) } : {}),
  };
}

function rgb(colour: Exclude<Colour, number>): string {
  return `rgb(${colour.join(' ')})`;
}
