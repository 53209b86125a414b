// Owns the table of the history, which narrow screens show as cards. Owns no loading.
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { JobStateChip } from '../job/parts/job-state.tsx';
import { titleInWords } from '../job/parts/job-title.ts';
import { HandedOver } from '../job/people/handover.tsx';
import { ForeignLabel, ForeignName } from '../parts/foreign-text.tsx';
import { Moment, Span } from '../parts/moment.tsx';
import { TableHead } from '../parts/table-head.tsx';
import { followLink, jobPath } from '../route.ts';
import { outcomeGroups } from './history-filter.ts';
import './history-table.css';

/** The jobs in the order given. */
export function HistoryTable({
  jobs,
  withLane,
}: {
  jobs: readonly JobSummaryFragment[];
  /** Whether to show the lane of each job. */
  withLane: boolean;
}) {
  return (
    <table class="history">
      <TableHead
        columns={[
          msg('overview-history-column-job'),
          msg('overview-history-column-state'),
          msg('overview-history-column-title'),
          ...(withLane ? [msg('overview-history-column-lane')] : []),
          msg('overview-history-column-owner'),
          msg('overview-history-column-time'),
          msg('overview-history-column-duration'),
        ]}
      />
      <tbody>
        {jobs.map((job) => (
          <HistoryRow key={job.id} job={job} withLane={withLane} />
        ))}
      </tbody>
    </table>
  );
}

function HistoryRow({ job, withLane }: { job: JobSummaryFragment; withLane: boolean }) {
  return (
    <tr>
      <th scope="row" class="history__job">
        <a href={jobPath(job.id)} onClick={followLink} aria-label={msg('job-open', job.id)}>
          {job.id}
        </a>
      </th>
      <td class="history__state">
        <JobStateChip state={job.state} outcome={job.outcome} />
      </td>
      <td class="history__title">
        <a href={jobPath(job.id)} onClick={followLink} tabIndex={-1}>
          <ForeignLabel>{titleInWords(job)}</ForeignLabel>
        </a>
        <Reason job={job} />
      </td>
      {withLane && (
        <td class="history__lane">
          <ForeignLabel>{job.lane}</ForeignLabel>
        </td>
      )}
      <td class="history__owner">
        <ForeignName>{job.owner.name}</ForeignName>
        <HandedOver job={job} />
      </td>
      <td class="history__time">
        <Moment iso={job.queuedAt} />
      </td>
      <td class="history__duration">
        {job.startedAt === null ? '–' : <Span from={job.startedAt} to={job.finishedAt} />}
      </td>
    </tr>
  );
}

const problems: ReadonlySet<string> = new Set(outcomeGroups.problems);

/** Why a job did not simply succeed, in one line; nothing for other jobs. */
function Reason({ job: { outcome, reason } }: { job: Pick<JobSummaryFragment, 'outcome' | 'reason'> }) {
  if (outcome === null || reason === null || !problems.has(outcome)) return null;
  return (
    <p class="history__reason hint" title={harmlessLabel(reason)}>
      <ForeignLabel>{reason}</ForeignLabel>
    </p>
  );
}
