// Owns the log of a job with everything to navigate it: timeline, search, sections, time format. Owns none of these parts.
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { JobDetailFragment } from '../../generated/graphql.ts';
import type { Transport } from '../connection/transport.ts';
import { lineTime, timeMode } from '../parts/time-mode.ts';
import type { LogFeed } from './feed.ts';
import { LogMarkFeed } from './mark-feed.ts';
import { matchHighlighter } from './match-highlight.ts';
import { LogRail, type RailLines } from './rail.tsx';
import { LogSearch } from './search.ts';
import { LogSearchBar } from './search-bar.tsx';
import { sectionsOf } from './section.ts';
import { TimeSwitch } from './time-switch.tsx';
import { timelineOf } from './timeline.ts';
import { TimelineBar } from './timeline-bar.tsx';
import { type LogHandle, LogView } from './view.tsx';
import './job-log.css';

export function JobLog({
  job,
  ended,
  feed,
  transport,
  mayReveal,
  gerritUrl,
}: {
  job: JobDetailFragment;
  ended: boolean;
  feed: LogFeed;
  transport: Transport;
  /** Whether the user may see sensitive lines; null: not known yet. */
  mayReveal: boolean | null;
  /** The Gerrit that change IDs link to; null: they are not linked. */
  gerritUrl: string | null;
}) {
  const [guide] = useState(() => ({
    marks: new LogMarkFeed({ jobId: job.id, transport }),
    search: new LogSearch({ jobId: job.id, transport }),
  }));
  useEffect(
    () => () => {
      guide.marks.close();
      guide.search.close();
    },
    [guide],
  );
  const { marks, complete } = guide.marks.state.value;
  const search = guide.search.state.value;
  const { length } = feed.state.value;
  const mode = timeMode.value;
  const handle = useRef<LogHandle | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const [collapsed, setCollapsed] = useState<ReadonlySet<number>>(new Set());

  const startedAt = job.startedAt === null ? null : Date.parse(job.startedAt);
  const endedAt = job.finishedAt === null ? null : Date.parse(job.finishedAt);
  const sections = useMemo(
    () => sectionsOf(marks, { complete: complete || ended, endedAt }),
    [marks, complete, ended, endedAt],
  );
  const timeline = useMemo(() => timelineOf(job, marks, complete), [job, marks, complete]);
  const highlight = useMemo(() => matchHighlighter(search.query), [search.query]);
  const formatTime = useCallback((at: string) => lineTime(at, startedAt, mode), [startedAt, mode]);
  const rail: readonly RailLines[] = useMemo(
    () => [
      { kind: 'error', numbers: marks.filter(({ kind }) => kind === 'ERROR').map(({ number }) => number) },
      {
        kind: 'question',
        numbers: marks.filter(({ kind }) => kind === 'QUESTION').map(({ number }) => number),
      },
      { kind: 'match', numbers: search.numbers },
    ],
    [marks, search.numbers],
  );
  const jump = (line: number): void => handle.current?.jumpTo(line);
  const toggleSection = (first: number): void =>
    setCollapsed((before) => {
      const after = new Set(before);
      if (!after.delete(first)) after.add(first);
      return after;
    });

  return (
    <LogView
      job={{
        id: job.id,
        startedAt: job.startedAt,
        queued: job.state === 'QUEUED',
        ended,
        behindSince: job.behindSince,
        lineCount: job.logLineCount,
      }}
      feed={feed}
      mayReveal={mayReveal}
      gerritUrl={gerritUrl}
      tools={<TimeSwitch />}
      bar={
        <div class="log-guide">
          {timeline !== null && <TimelineBar timeline={timeline} onJump={jump} />}
          <LogSearchBar
            search={guide.search}
            input={input}
            length={length}
            firstVisibleLine={() => handle.current?.firstVisibleLine() ?? 1}
            onLeave={() => handle.current?.focus()}
          />
        </div>
      }
      rail={<LogRail lines={rail} length={length} onJump={jump} />}
      lineTime={formatTime}
      highlight={highlight}
      currentMatch={search.current}
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
        else if (event.key === 'n' || event.key === 'N')
          guide.search.step(event.key === 'n', handle.current?.firstVisibleLine() ?? 1);
        else return false;
        return true;
      }}
    />
  );
}
