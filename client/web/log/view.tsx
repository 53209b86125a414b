// Owns the composition of the log: toolbar, lines, selection, revealed lines, keys. Owns no line (feed.ts), no moving (navigation.ts), no row (row.tsx).
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { lazyPart } from '../parts/lazy-page.tsx';
import { Message } from '../parts/message.tsx';
import { useStableCallback } from '../state/stable-callback.ts';
import { offset } from '../state/time.ts';
import { useAnnouncement } from './announcement.ts';
import type { LogFeed } from './feed.ts';
import { type FootJob, LogFoot } from './foot.tsx';
import { handleLogKey } from './keyboard.ts';
import type { TextRange } from './line/highlight.ts';
import { hashOf } from './line/line-link.ts';
import { maxLineLength } from './line/line-text.tsx';
import { PartialRow } from './line/partial-row.tsx';
import type { RowSetting } from './line/row-setting.ts';
import { LineList } from './line-list.tsx';
import type { LogPlace } from './mark/mark-jump.ts';
import type { Section } from './mark/section.ts';
import { msg } from './messages.ts';
import {
  type LogHandle,
  type LogNavigation,
  useLinkedLine,
  useLogHandle,
  useLogNavigation,
} from './navigation.ts';
import { type LogReveal, useLogReveal, withoutRevealed } from './reveal.ts';
import { RevealDialog } from './reveal-dialog.tsx';
import { FollowButton } from './scroll/follow-button.tsx';
import { type LineRange, LogRows } from './scroll/rows.ts';
import type { LogViewport } from './scroll/viewport.ts';
import { toggleWrapping, wrapping } from './scroll/wrapping.ts';
import { type LogSelection, SelectionBar, useLogSelection } from './selection.tsx';
import { EmptyLogHeader, LogToolbar, preloadLogMenu } from './toolbar/toolbar.tsx';
import './view.css';

const LogHelp = lazyPart(async () => (await import('./toolbar/help.tsx')).LogHelp);

/** What the log shows about its job. */
export interface LoggedJob extends FootJob {
  readonly id: string;
  /** An ISO 8601 string; null before the job starts. */
  readonly startedAt: string | null;
  /** How many lines the server has. The feed may have fewer. */
  readonly lineCount: number;
}

export interface LogViewProps {
  readonly job: LoggedJob;
  readonly feed: LogFeed;
  /** Whether the user may see sensitive lines; null if not known yet. */
  readonly mayReveal: boolean | null;
  /** The Gerrit that change IDs link to; null if they are not linked. */
  readonly gerritUrl: string | null;
  /** The search, in the toolbar. */
  readonly search?: ComponentChildren;
  /** What stands between the toolbar and the lines: the timeline. */
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

/** What the parts of the log share. */
interface Log {
  /** How many lines the log has. */
  readonly total: number;
  readonly marks: readonly LogPlace[];
  readonly rows: LogRows;
  readonly reveal: LogReveal;
  readonly navigation: LogNavigation;
  readonly selection: LogSelection;
  readonly setting: RowSetting;
  /** A message for the reader; null if none. */
  readonly notice: string | null;
  readonly dismissNotice: () => void;
}

function useLog(props: LogViewProps): Log {
  const { job, feed, marks = noMarks, sections = noSections, collapsed = noLines } = props;
  const { currentMatch = null, onToggleSection } = props;
  const { length, open, version } = feed.state.value;
  const total = Math.max(length, job.lineCount);
  const [notice, setNotice] = useState<string | null>(null);

  const reveal = useLogReveal(job.id, setNotice);
  const rows = useRows(feed, sections, collapsed, reveal.revealed);
  const navigation = useLogNavigation({
    ...{ rows, length, total, marks, sections, collapsed, onToggleSection, currentMatch },
    wrapped: wrapping.value,
    textLength: (line) => Math.min(maxLineLength, feed.cache.line(line)?.text?.length ?? 0),
    onNotice: setNotice,
  });
  const { goTo: onAddress, viewport } = navigation;
  const selection = useLogSelection({
    ...{ jobId: job.id, feed, length, onAddress },
    // The keys are those of the log from now on, and the page scrolls to it.
    onFollow: () => viewport.elements.box.current?.focus(),
    onMessage: setNotice,
  });
  useLinkedLine(selection.linkedLine, { open, length }, navigation, setNotice);
  useLogHandle(props.handle, navigation);
  const setting = useRowSetting(props, reveal, (line, extend) => {
    // Otherwise arriving lines would move the selected ones away from the pointer.
    viewport.unfollow();
    selection.pick(line, extend);
    navigation.focus();
  });
  useWantedLines(feed, viewport, rows, version);
  const dismissNotice = (): void => setNotice(null);
  return { total, marks, rows, reveal, navigation, selection, setting, notice, dismissNotice };
}

export function LogView(props: LogViewProps) {
  const log = useLog(props);
  const { navigation, selection, reveal } = log;
  const { complete } = props.feed.state.value;
  const [goToLineRequest, setGoToLineRequest] = useState(0);
  const [helpOpen, setHelpOpen] = useState(false);
  const announcement = useAnnouncement(log.total, complete);
  // While the server still has it, and before a key asks for it.
  useEffect(preloadLogMenu, []);
  const showHelp = (): void => setHelpOpen(true);
  // Over a log without lines, no tool can do anything.
  const isEmpty = log.total === 0 && props.feed.state.value.partial === null;
  const onKeyDown = (event: KeyboardEvent): void =>
    handleLogKey(event, {
      follow: navigation.viewport.follow,
      jumpToStart: navigation.viewport.jumpToStart,
      goToLine: () => {
        // Otherwise the menu would open, and take the focus, when the first line comes.
        if (!isEmpty) setGoToLineRequest((count) => count + 1);
      },
      toggleWrapping: () => {
        if (!isEmpty) toggleWrapping();
      },
      toEdge: wrapping.value ? null : navigation.sideways.toEdge,
      jumpToMark: navigation.jumpToMark,
      copySelection: selection.range === null ? null : () => void selection.copy('lines'),
      clearSelection: selection.clear,
      showHelp,
      find: () => props.onFind?.() ?? false,
      other: (pressed) => props.onKey?.(pressed) ?? false,
    });
  return (
    <section class={isEmpty ? 'log log--empty' : 'log'} aria-label={msg('log-heading')} onKeyDown={onKeyDown}>
      <Tools {...{ log, props, isEmpty, goToLineRequest }} onHelp={showHelp} />
      {!isEmpty && props.bar}
      <Notices log={log} problem={props.feed.state.value.problem} />
      <SelectionBar selection={selection} />
      <Frame log={log} props={props} />
      <p class="visually-hidden" role="status">
        {announcement}
      </p>
      {helpOpen && <LogHelp onClose={() => setHelpOpen(false)} />}
      {reveal.asking && <RevealDialog onAnswer={reveal.answer} />}
    </section>
  );
}

function Tools({
  log: { total, marks, navigation, selection },
  props: { job, search },
  isEmpty,
  goToLineRequest,
  onHelp,
}: {
  log: Log;
  props: LogViewProps;
  isEmpty: boolean;
  goToLineRequest: number;
  onHelp: () => void;
}) {
  const { viewport, jumpToMark, goTo, focus } = navigation;
  if (isEmpty) return <EmptyLogHeader />;
  return (
    <LogToolbar
      total={total}
      questionCount={countOf(marks, 'QUESTION')}
      errorCount={countOf(marks, 'ERROR')}
      search={search}
      onNextQuestion={() => jumpToMark('QUESTION', true)}
      onNextError={() => jumpToMark('ERROR', true)}
      menu={{
        jobId: job.id,
        goToLineRequest,
        onGoToLine: goTo,
        onStart: viewport.jumpToStart,
        onEnd: viewport.follow,
        address: () => addressOfPlace(selection.range, viewport),
        onHelp,
        onLeave: focus,
      }}
    />
  );
}

/** The address of the selected lines, or of the first visible line; of the page alone while it shows the end. */
function addressOfPlace(selected: LineRange | null, viewport: LogViewport): string {
  const { first } = viewport.visibleLines();
  const range = selected ?? (viewport.following ? null : { from: first, to: first });
  return location.origin + location.pathname + (range === null ? '' : hashOf(range));
}

const countOf = (marks: readonly LogPlace[], kind: LogPlace['kind']): number =>
  marks.filter((mark) => mark.kind === kind).length;

/** Why lines are missing, and the message for the reader. */
function Notices({ log: { notice, dismissNotice }, problem }: { log: Log; problem: string | null }) {
  return (
    <>
      {problem !== null && (
        <Message tone="error" inline>
          {msg('log-failed', problem)}
        </Message>
      )}
      {notice !== null && (
        <Message tone="warning" onDismiss={dismissNotice}>
          {notice}
        </Message>
      )}
    </>
  );
}

/** The lines, with what stands beside and over them. */
function Frame({ log, props }: { log: Log; props: LogViewProps }) {
  const { job, feed, sections = noSections, collapsed = noLines, currentMatch = null } = props;
  const { viewport } = log.navigation;
  const state = feed.state.value;
  const sectionAt = useMemo(() => new Map(sections.map((section) => [section.first, section])), [sections]);
  const { setting } = log;
  return (
    // Lines of a log and their times run from left to right in every language.
    <div class="log__frame" dir="ltr">
      <LineList
        viewport={viewport}
        wrapped={wrapping.value}
        rows={log.rows}
        cache={feed.cache}
        total={log.total}
        sections={sectionAt}
        collapsed={collapsed}
        revealed={log.reveal.revealed}
        selected={log.selection.range}
        currentMatch={currentMatch}
        setting={setting}
      >
        <PartialRow
          partial={state.partial}
          textStyle={feed.cache.styleBefore(state.length + 1)}
          setting={setting}
        />
        <LogFoot job={job} feed={state} />
      </LineList>
      {props.rail}
      {!viewport.following && !state.complete && (
        <FollowButton unread={viewport.unread} onFollow={viewport.follow} />
      )}
    </div>
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
