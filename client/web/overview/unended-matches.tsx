// Owns the jobs that a search of the history finds although they have not ended: behind a long queue nothing else on the overview shows them. Owns no filter.
import { useQuery } from '@urql/preact';
import { useMemo } from 'preact/hooks';
import type { JobState, JobSummaryFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { UnendedJobsQuery } from '../job/job.graphql.ts';
import { JobStateWord } from '../job/parts/job-state.tsx';
import { followLink, jobPath } from '../route.ts';
import { type HistoryFilter, jobFilterOf } from './history-filter.ts';
import './history-search.css';

const unended: JobState[] = ['QUEUED', 'STARTING', 'RUNNING', 'WAITING', 'STOPPING'];

/** Renders nothing without a text, and if there are none. @param latest the newest state of jobs, by number */
export function UnendedMatches({
  filter,
  latest,
}: {
  filter: HistoryFilter;
  latest: ReadonlyMap<string, JobSummaryFragment>;
}) {
  const isSearch = filter.text.trim() !== '';
  const variables = useMemo(() => ({ filter: { ...jobFilterOf(filter), states: unended } }), [filter]);
  const [{ data, fetching }] = useQuery({ query: UnendedJobsQuery, variables, pause: !isSearch });
  if (!isSearch || fetching || data === undefined) return null;
  const { nodes, totalCount } = data.jobs;
  const jobs = nodes.map((job) => latest.get(job.id) ?? job).filter(({ ended }) => !ended);
  if (jobs.length === 0) return null;
  return (
    <p class="history-unended">
      {msg('overview-history-unended')}{' '}
      {jobs.map(({ id, state, outcome }) => (
        <span key={id}>
          <a href={jobPath(id)} onClick={followLink}>
            {msg('job-name', id)}
          </a>{' '}
          <JobStateWord state={state} outcome={outcome} />{' '}
        </span>
      ))}
      {totalCount > nodes.length && msg('overview-queued-more', totalCount - nodes.length)}
    </p>
  );
}
