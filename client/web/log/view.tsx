// Owns the composition of the log: toolbar, lines, selection, revealed lines, keys. Owns no line (feed.ts), no scrolling (viewport.ts), no row (row.tsx).
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { Message } from '../parts/message.tsx';
import { useStableCallback } from '../parts/stable-callback.ts';
import { offset } from '../parts/time.ts';
import { useAnnouncement } from './announcement.ts';
import type { LogFeed } from './feed.ts';
import { type FootJob, LogFoot } from './foot.tsx';
import { handleLogKey } from './keyboard.ts';
import type { TextRange } from './line/highlight.ts';
import { PartialRow } from './line/partial-row.tsx';
import type { RowSetting } from './line/row-setting.ts';
import { LineList } from './line-list.tsx';
import { type LogPlace, useMarkJump } from './mark/mark-jump.ts';
import type { Section } from './mark/section.ts';
import { type LogReveal, useLogReveal, withoutRevealed } from './reveal.ts';
import { RevealDialog } from './reveal-dialog.tsx';
import { FollowButton } from './scroll/follow-button.tsx';
import { type LineRange, LogRows } from './scroll/rows.ts';
import { type LogViewport, useLogViewport } from './scroll/viewport.ts';
import { SelectionBar, useLogSelection } from './selection.tsx';
import { GoToLine } from './toolbar/go-to-line.tsx';
import { LogHelp } from './toolbar/help.tsx';
import { LogToolbar } from './toolbar/toolbar.tsx';
import './view.css';

/** What the log shows about its job. */
export interface LoggedJob extends FootJob {
  readonly id: string;
  /** An ISO 8601 string; null before the job starts. */
  readonly startedAt: string | null;
  /** How many lines the server has. The feed may have fewer. */
  readonly lineCount: number;
}

/** What other components can tell the log to do. */
export interface LogHandle {
  /** Shows a line and expands the sections it is in. */
  jumpTo(line: number): void;
  /** Moves the keyboard focus into the log. */
  focus(): void;
  /** The first visible line. */
  firstVisibleLine(): number;
}

export interface LogViewProps {
  readonly job: LoggedJob;
  readonly feed: LogFeed;
  /** Whether the user may see sensitive lines; null: not known yet. */
  readonly mayReveal: boolean | null;
  /** The Gerrit that change IDs link to; null: they are not linked. */
  readonly gerritUrl: string | null;
  /** Further tools for the toolbar. */
  readonly tools?: ComponentChildren;
  /** What stands between the toolbar and the lines: the search bar. */
  readonly bar?: ComponentChildren;
  /** What stands beside the scrollbar. */
  readonly rail?: ComponentChildren;
  /** Formats the time of a line. Default: the time since the start of the job. */
  readonly lineTime?: ((at: string) => string) | undefined;
  /** The parts of a line's visible text to highlight. Rows are drawn again when the function changes. */
  readonly highlight?: ((text: string) => readonly TextRange[]) | null;
  /** The line of the selected match. The log jumps to it when it changes. */
  readonly currentMatch?: number | null;
  readonly sections?: readonly Section[];
  /** First lines of the collapsed sections. */
  readonly collapsed?: ReadonlySet<number>;
  /** Collapses or expands the section with this first line. */
  readonly onToggleSection?: (first: number) => void;
  /** Places to jump to by key, ascending: of kind `QUESTION` and `ERROR`; others are ignored. */
  readonly marks?: readonly LogPlace[];
  /** Filled in by the log. */
  readonly handle?: { current: LogHandle | null };
  /** Called for keys that the log does not use. Returns whether the key was handled. */
  readonly onKey?: (event: KeyboardEvent) => boolean;
  /** Called for Ctrl-F and Cmd-F in the log. Returns whether it was handled. */
  readonly onFind?: () => boolean;
}

const noSections: readonly Section[] = [];
const noLines: ReadonlySet<number> = new Set();
const noMarks: readonly LogPlace[] = [];

export function LogView(props: LogViewProps) {
  const {
    job,
    feed,
    sections = noSections,
    collapsed = noLines,
    marks = noMarks,
    currentMatch = null,
  } = props;
  const state = feed.state.value;
  const { length, complete, problem } = state;
  const total = Math.max(length, job.lineCount);
  const goToLine = useRef<HTMLInputElement>(null);
  const [notice, setNotice] = useState<string | null>(null);
  const [helpOpen, setHelpOpen] = useState(false);

  const reveal = useLogReveal(job.id, setNotice);
  const rows = useRows(feed, sections, collapsed, reveal.revealed);
  const sectionAt = useMemo(() => new Map(sections.map((section) => [section.first, section])), [sections]);
  const markJump = useMarkJump(marks);
  const viewport = useLogViewport({ rows, length, total, onReaderScroll: markJump.reset });

  const focus = (): void => viewport.elements.box.current?.focus({ preventScroll: true });
  const jumpTo = useStableCallback((line: number): void => {
    const target = Math.min(Math.max(1, line), Math.max(1, length));
    for (const { first, last } of sections) {
      if (collapsed.has(first) && target > first && target <= (last ?? target))
        props.onToggleSection?.(first);
    }
    viewport.jumpTo(target);
  });
  const jumpToExisting = (line: number): void => {
    setNotice(line > length ? msg('log-past-end', line, length) : null);
    jumpTo(line);
  };
  const jumpToMark = (kind: string, forwards: boolean): void =>
    markJump.jump(kind, forwards, viewport, jumpTo);
  const selection = useLogSelection({
    jobId: job.id,
    feed,
    length,
    onAddress: jumpToExisting,
    onMessage: setNotice,
  });
  useLinkedLine(selection.linkedLine, state.open, length, (line) => {
    if (line > length) {
      setNotice(msg('log-past-end', line, length));
      return;
    }
    jumpTo(line);
    viewport.markRead();
  });
  useLogHandle(props.handle, viewport, jumpTo);
  useEffect(() => {
    if (currentMatch !== null) jumpTo(currentMatch);
  }, [currentMatch, jumpTo]);
  const setting = useRowSetting(props, reveal, (line, extend) => {
    // Otherwise arriving lines would move the selected ones away from the pointer.
    viewport.unfollow();
    selection.pick(line, extend);
    focus();
  });
  useWantedLines(feed, viewport, rows, state.version);
  const announcement = useAnnouncement(total, complete);

  return (
    <section
      class="log"
      aria-label={msg('log-heading')}
      onKeyDown={(event) =>
        handleLogKey(event, {
          follow: viewport.follow,
          jumpToStart: viewport.jumpToStart,
          goToLine: () => goToLine.current?.focus(),
          jumpToMark,
          copySelection: () => void selection.copy('lines'),
          clearSelection: selection.clear,
          showHelp: () => setHelpOpen(true),
          find: () => props.onFind?.() ?? false,
          other: (pressed) => props.onKey?.(pressed) ?? false,
        })
      }
    >
      <LogToolbar
        jobId={job.id}
        total={total}
        complete={complete}
        following={viewport.following}
        hasQuestion={marks.some(({ kind }) => kind === 'QUESTION')}
        hasError={marks.some(({ kind }) => kind === 'ERROR')}
        tools={props.tools}
        goToLine={<GoToLine input={goToLine} onGo={jumpToExisting} onLeave={focus} />}
        onNextQuestion={() => jumpToMark('QUESTION', true)}
        onNextError={() => jumpToMark('ERROR', true)}
        onStart={viewport.jumpToStart}
        onFollow={viewport.follow}
        onUnfollow={viewport.unfollow}
        onHelp={() => setHelpOpen(true)}
      />
      {props.bar}
      {problem !== null && (
        <Message tone="error" inline>
          {msg('log-failed', problem)}
        </Message>
      )}
      {notice !== null && (
        <Message tone="warning" onDismiss={() => setNotice(null)}>
          {notice}
        </Message>
      )}
      <SelectionBar selection={selection} />
      <div class="log__frame">
        <LineList
          viewport={viewport}
          rows={rows}
          cache={feed.cache}
          total={total}
          sections={sectionAt}
          collapsed={collapsed}
          revealed={reveal.revealed}
          selected={selection.range}
          currentMatch={currentMatch}
          setting={setting}
        >
          <PartialRow
            partial={state.partial}
            textStyle={feed.cache.styleBefore(length + 1)}
            setting={setting}
          />
          <LogFoot job={job} feed={state} />
        </LineList>
        {props.rail}
        {!viewport.following && !complete && (
          <FollowButton unread={viewport.unread} onFollow={viewport.follow} />
        )}
      </div>
      <p class="visually-hidden" role="status">
        {announcement}
      </p>
      {helpOpen && <LogHelp onClose={() => setHelpOpen(false)} />}
      {reveal.asking && <RevealDialog onAnswer={reveal.answer} />}
    </section>
  );
}

/** The rows of the log: a collapsed section is one row, and so is a range of hidden lines. */
function useRows(
  feed: LogFeed,
  sections: readonly Section[],
  collapsed: ReadonlySet<number>,
  revealed: ReadonlyMap<number, string>,
): LogRows {
  const { length } = feed.state.value;
  const hiddenVersion = feed.cache.hidden.version;
  const withoutRow: readonly LineRange[] = useMemo(
    () => [
      ...sections
        .filter(({ first }) => collapsed.has(first))
        .map(({ first, last }) => ({ from: first + 1, to: last ?? Number.POSITIVE_INFINITY })),
      ...feed.cache.hidden.all.flatMap((range) => withoutRevealed(range, revealed)),
    ],
    [sections, collapsed, revealed, hiddenVersion, feed],
  );
  return useMemo(() => new LogRows(length, withoutRow), [length, withoutRow]);
}

/** What all rows are drawn with. It changes as rarely as possible, because each change draws all rows again. */
function useRowSetting(
  { job, gerritUrl, mayReveal, highlight = null, lineTime, onToggleSection }: LogViewProps,
  { reveal }: LogReveal,
  onPick: RowSetting['onPick'],
): RowSetting {
  const startedAt = job.startedAt === null ? null : Date.parse(job.startedAt);
  const pick = useStableCallback(onPick);
  const toggle = useStableCallback((first: number) => onToggleSection?.(first));
  return useMemo(
    () => ({
      gerritUrl,
      mayReveal,
      highlight,
      lineTime:
        lineTime ?? ((at) => (startedAt === null ? at.slice(11, 19) : offset(Date.parse(at) - startedAt))),
      onReveal: reveal,
      onToggleSection: toggle,
      onPick: pick,
    }),
    [gerritUrl, mayReveal, highlight, lineTime, startedAt, reveal, toggle, pick],
  );
}

/** Requests the lines of the drawn rows. @param version of the cache: lines may have been evicted or have arrived */
function useWantedLines(feed: LogFeed, viewport: LogViewport, rows: LogRows, version: number): void {
  const { first, last } = viewport.drawn;
  const [from, to] = last < first ? [0, 0] : [rows.lineAt(first), rows.lineAt(last)];
  useEffect(() => {
    if (to > 0) feed.want(Math.max(1, from), to);
  }, [feed, from, to, version]);
}

/** Jumps to the line in the address of the page, once the log is long enough, or is known to be shorter. */
function useLinkedLine(
  line: number | null,
  open: boolean,
  length: number,
  jump: (line: number) => void,
): void {
  const pending = useRef(line);
  useLayoutEffect(() => {
    if (pending.current === null || !(length >= pending.current || open)) return;
    const target = pending.current;
    pending.current = null;
    jump(target);
  });
}

function useLogHandle(
  handle: LogViewProps['handle'],
  viewport: LogViewport,
  jumpTo: (line: number) => void,
): void {
  const { box }: { box: RefObject<HTMLDivElement | null> } = viewport.elements;
  const firstVisibleLine = useStableCallback(() => viewport.visibleLines().first);
  useEffect(() => {
    if (handle === undefined) return;
    handle.current = { jumpTo, firstVisibleLine, focus: () => box.current?.focus() };
    return () => {
      handle.current = null;
    };
  }, [handle, box, jumpTo, firstVisibleLine]);
}
