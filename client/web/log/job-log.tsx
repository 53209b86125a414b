// Owns the log of a job with everything to navigate it: timeline, search, sections, time format. Owns none of these parts.
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { JobDetailFragment } from '../../generated/graphql.ts';
import type { Transport } from '../connection/transport.ts';
import { lineTime, timeMode } from '../state/time-mode.ts';
import type { LogFeed } from './feed.ts';
import type { Mark } from './mark/mark.ts';
import type { LogMarkFeed } from './mark/mark-feed.ts';
import { type Section, sectionsOf } from './mark/section.ts';
import type { LogHandle } from './navigation.ts';
import { LogRail, type RailLines } from './scroll/rail.tsx';
import { matchHighlighter } from './search/match-highlight.ts';
import { LogSearch } from './search/search.ts';
import { LogSearchBar } from './search/search-bar.tsx';
import { TimelinePlace } from './timeline/timeline-place.tsx';
import { type LoggedJob, LogView } from './view.tsx';

export interface JobLogProps {
  readonly job: JobDetailFragment;
  readonly ended: boolean;
  readonly feed: LogFeed;
  readonly markFeed: LogMarkFeed;
  readonly transport: Transport;
  /** Whether the user may see sensitive lines; null if not known yet. */
  readonly mayReveal: boolean | null;
  /** The Gerrit that change IDs link to; null if they are not linked. */
  readonly gerritUrl: string | null;
}

export function JobLog({ job, ended, feed, markFeed, transport, mayReveal, gerritUrl }: JobLogProps) {
  const search = useSearch(job.id, transport);
  const { marks, complete } = markFeed.state.value;
  const { query, numbers: matches, current } = search.state.value;
  const { length } = feed.state.value;
  const handle = useRef<LogHandle | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const [collapsed, toggleSection] = useCollapsedSections();
  const sections = useSections(job, ended, marks, complete);
  const highlight = useMemo(() => matchHighlighter(query), [query]);
  const rail = useMemo(() => railLines(marks, matches), [marks, matches]);
  const jump = (line: number): void => handle.current?.jumpTo(line);
  const firstVisibleLine = (): number => handle.current?.firstVisibleLine() ?? 1;
  const onLeave = (): void => handle.current?.focus();
  return (
    <LogView
      job={loggedJob(job, ended)}
      feed={feed}
      mayReveal={mayReveal}
      gerritUrl={gerritUrl}
      bar={<TimelinePlace job={job} marks={marks} complete={complete} onJump={jump} />}
      search={<LogSearchBar {...{ search, input, length, firstVisibleLine, onLeave }} />}
      rail={<LogRail lines={rail} length={length} onJump={jump} />}
      lineTime={useLineTime(job)}
      highlight={highlight}
      currentMatch={current}
      sections={sections}
      collapsed={collapsed}
      onToggleSection={toggleSection}
      marks={marks}
      handle={handle}
      onFind={() => {
        input.current?.focus();
        input.current?.select();
        return true;
      }}
      onKey={(event) => {
        if (event.key === '/') input.current?.focus();
        else if (event.key === 'n' || event.key === 'N') search.step(event.key === 'n', firstVisibleLine());
        else return false;
        return true;
      }}
    />
  );
}

const loggedJob = (job: JobDetailFragment, ended: boolean): LoggedJob => ({
  id: job.id,
  startedAt: job.startedAt,
  queued: job.state === 'QUEUED',
  ended,
  behindSince: job.behindSince,
  lineCount: job.logLineCount,
});

const timeOf = (time: string | null): number | null => (time === null ? null : Date.parse(time));

function useSections(
  { finishedAt }: JobDetailFragment,
  ended: boolean,
  marks: readonly Mark[],
  complete: boolean,
): readonly Section[] {
  const endedAt = timeOf(finishedAt);
  return useMemo(
    () => sectionsOf(marks, { complete: complete || ended, endedAt }),
    [marks, complete, ended, endedAt],
  );
}

/** Formats the time of a line, as the reader has chosen for the whole page. */
function useLineTime(job: JobDetailFragment): (at: string) => string {
  const mode = timeMode.value;
  const startedAt = timeOf(job.startedAt);
  return useCallback((at: string) => lineTime(at, startedAt, mode), [startedAt, mode]);
}

/** The search of one job's log, closed with the component. */
function useSearch(jobId: string, transport: Transport): LogSearch {
  const [search] = useState(() => new LogSearch({ jobId, transport }));
  useEffect(() => () => search.close(), [search]);
  return search;
}

/** The first lines of the collapsed sections, and a function that collapses or expands one. */
function useCollapsedSections(): [ReadonlySet<number>, (first: number) => void] {
  const [collapsed, setCollapsed] = useState<ReadonlySet<number>>(new Set());
  const toggle = (first: number): void =>
    setCollapsed((before) => {
      const after = new Set(before);
      if (!after.delete(first)) after.add(first);
      return after;
    });
  return [collapsed, toggle];
}

function railLines(marks: readonly Mark[], matches: readonly number[]): readonly RailLines[] {
  const ofKind = (kind: Mark['kind']): number[] =>
    marks.filter((mark) => mark.kind === kind).map(({ number }) => number);
  return [
    { kind: 'error', numbers: ofKind('ERROR') },
    { kind: 'question', numbers: ofKind('QUESTION') },
    { kind: 'match', numbers: matches },
  ];
}
