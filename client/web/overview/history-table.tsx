// Owns the table of the history with a head for each day on which jobs ended, which narrow screens show as cards. Owns no loading.
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { JobStateIcon, JobStateWord } from '../job/parts/job-state.tsx';
import { titleInWords } from '../job/parts/job-title.ts';
import { HandedOver } from '../job/people/handed-over.tsx';
import { ForeignLabel, ForeignName } from '../parts/foreign-text.tsx';
import { Moment, Span } from '../parts/moment.tsx';
import { TableHead } from '../parts/table-head.tsx';
import { followLink, jobPath } from '../route.ts';
import { useToday } from '../state/clock.ts';
import { dayInWords, dayOf } from '../state/time.ts';
import { timeMode } from '../state/time-mode.ts';
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
  const isLocal = timeMode.value === 'local';
  const today = useToday(isLocal);
  const columns = [
    msg('overview-history-column-state'),
    msg('overview-history-column-job'),
    msg('overview-history-column-title'),
    msg('overview-history-column-project'),
    ...(withLane ? [msg('overview-history-column-lane')] : []),
    msg('overview-history-column-owner'),
    msg('overview-history-column-time'),
    msg('overview-history-column-duration'),
  ];
  return (
    <table class="history">
      <TableHead columns={columns} />
      {daysOf(jobs, isLocal).map(({ key, day, jobs: ofDay }) => (
        <tbody key={key}>
          <tr class="history__day">
            <th scope="rowgroup" colSpan={columns.length}>
              <time dateTime={day}>{dayInWords(day, today)}</time>
            </th>
          </tr>
          {ofDay.map((job) => (
            <HistoryRow key={job.id} job={job} withLane={withLane} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

interface Day {
  /** Does not depend on the jobs: a new one must not replace the rows of the others, of which one may have the focus. */
  readonly key: string;
  readonly day: string;
  readonly jobs: JobSummaryFragment[];
}

/** The jobs of each day on which they ended, in their order. A day can occur twice, because clocks of the browser can be set back by a day. */
function daysOf(jobs: readonly JobSummaryFragment[], isLocal: boolean): readonly Day[] {
  const days: Day[] = [];
  for (const job of jobs) {
    const day = dayOf(Date.parse(job.finishedAt ?? job.queuedAt), isLocal);
    const last = days.at(-1);
    if (last?.day === day) last.jobs.push(job);
    else {
      const before = days.filter((each) => each.day === day).length;
      days.push({ key: `${day} ${before}`, day, jobs: [job] });
    }
  }
  return days;
}

function HistoryRow({ job, withLane }: { job: JobSummaryFragment; withLane: boolean }) {
  const title = titleInWords(job);
  return (
    <tr class="history__row">
      <td class="history__state">
        <JobStateIcon state={job.state} outcome={job.outcome} />
      </td>
      <th scope="row" class="history__job">
        <a href={jobPath(job.id)} onClick={followLink} aria-label={msg('job-open', job.id)}>
          {job.id}
        </a>
      </th>
      <td class="history__title">
        <div class="history__line">
          <a href={jobPath(job.id)} onClick={followLink} tabIndex={-1} title={harmlessLabel(title)}>
            {job.changes[0] !== undefined && <span class="history__number">{job.changes[0].number}</span>}{' '}
            <ForeignLabel>{title}</ForeignLabel>
          </a>
          {job.outcome !== 'DEPLOYED' && (
            // The icon of the row says it to screen readers.
            <span aria-hidden="true">
              <JobStateWord state={job.state} outcome={job.outcome} />
            </span>
          )}
        </div>
        <Reason job={job} />
      </td>
      <td class="history__project">
        <Origin change={job.changes[0]} />
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
        <Moment iso={job.finishedAt ?? job.queuedAt} dated={false} />
      </td>
      <td class="history__duration">
        {job.startedAt === null ? '–' : <Span from={job.startedAt} to={job.finishedAt} />}
      </td>
    </tr>
  );
}

/** The project of a change without its folders, and who wrote the change. */
function Origin({ change }: { change: JobSummaryFragment['changes'][number] | undefined }) {
  if (change === undefined || change.project === null) return null;
  const name = change.project.slice(change.project.lastIndexOf('/') + 1);
  return (
    <span class="history__origin" title={harmlessLabel(change.project)}>
      <ForeignLabel>{name}</ForeignLabel>
      {change.owner !== null && (
        <>
          {msg('app-separator')}
          <ForeignLabel>{change.owner}</ForeignLabel>
        </>
      )}
    </span>
  );
}

const problems: ReadonlySet<string> = new Set(outcomeGroups.problems);

/** Why a job did not simply succeed, in one line with its error line; nothing for other jobs. */
function Reason({ job: { id, outcome, reason, lastError } }: { job: JobSummaryFragment }) {
  if (outcome === null || !problems.has(outcome) || (reason === null && lastError === null)) return null;
  const pieces = [lastError?.text, reason].flatMap((text) => text ?? []);
  return (
    <p class="history__reason hint" title={harmlessLabel(pieces.join(' '))}>
      {lastError !== null && (
        <a
          class="history__error"
          href={`${jobPath(id)}#L${lastError.number}`}
          onClick={followLink}
          aria-label={msg('overview-history-error', id, harmlessLabel(lastError.text))}
        >
          <ForeignLabel>{lastError.text}</ForeignLabel>
        </a>
      )}{' '}
      {reason !== null && <ForeignLabel>{reason}</ForeignLabel>}
    </p>
  );
}
