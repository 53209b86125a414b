// Owns the section of the history: its filter, its table, and what it says while there is nothing to show. Owns no loading (history-feed.ts).
import type { ComponentChildren } from 'preact';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { Message } from '../parts/message.tsx';
import { Section } from '../parts/section.tsx';
import type { HistoryFeed } from './history-feed.ts';
import { everyJob, type HistoryFilter, isFiltered } from './history-filter.ts';
import { HistorySearch } from './history-search.tsx';
import { HistoryTable } from './history-table.tsx';
import { UnendedMatches } from './unended-matches.tsx';

export function HistorySection({
  feed: { history, latest, problem, loadMore, reload },
  filter,
  viewer,
  onFilter,
  jobs,
  withLane,
  retention,
  whenEmpty,
}: {
  feed: HistoryFeed;
  filter: HistoryFilter;
  viewer: string | null;
  onFilter: (filter: HistoryFilter) => void;
  /** The jobs of the history that have ended. */
  jobs: readonly JobSummaryFragment[];
  withLane: boolean;
  retention: string | null;
  whenEmpty: ComponentChildren;
}) {
  const isComplete = history !== null && history.next === null;
  const total = history?.total ?? 0;
  return (
    <Section
      heading={msg('overview-history')}
      beside={
        <span class="hint" role="status">
          {total > 0 && msg('parts-list-count', jobs.length, total)}
        </span>
      }
    >
      {(jobs.length > 0 || isFiltered(filter)) && (
        <HistorySearch filter={filter} viewer={viewer} onFilter={onFilter} />
      )}
      <UnendedMatches filter={filter} latest={latest} />
      {problem !== null && (
        <Message tone="error">
          <p>{msg('overview-history-failed', problem)}</p>
          <button type="button" class="cdx-button" onClick={reload}>
            {msg('parts-list-again')}
          </button>
        </Message>
      )}
      {history === null && problem === null && <p class="hint">{msg('app-loading')}</p>}
      {isComplete && jobs.length === 0 && !isFiltered(filter) && whenEmpty}
      {isComplete && jobs.length === 0 && isFiltered(filter) && (
        <p class="empty">
          {msg('overview-history-no-match')}{' '}
          <button type="button" class="cdx-button" onClick={() => onFilter(everyJob)}>
            {msg('overview-history-show-all')}
          </button>
        </p>
      )}
      {jobs.length > 0 && <HistoryTable jobs={jobs} withLane={withLane} />}
      {history !== null && !isComplete && (
        <p class="history-more">
          <button type="button" class="cdx-button" onClick={loadMore}>
            {msg('overview-history-more')}
          </button>
        </p>
      )}
      {isComplete && jobs.length > 0 && retention !== null && <p class="hint">{retention}</p>}
    </Section>
  );
}
