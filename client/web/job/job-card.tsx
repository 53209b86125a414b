// Owns how the overview shows a job that has not ended: the card of an active job, the line of a queued one.
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { Moment } from '../parts/moment.tsx';
import { followLink, jobPath } from '../route.ts';
import type { System } from '../system.ts';
import { JobStateChip } from './parts/job-state.tsx';
import { JobTime } from './parts/job-time.tsx';
import { titleInWords } from './parts/job-title.ts';
import { JobProgress } from './parts/progress.tsx';
import { HandedOver } from './people/handed-over.tsx';
import { OpenQuestion } from './question/open-question.tsx';
import { BlockedNotice } from './queue/job-blocked.tsx';
import { hasSeveralLanes } from './queue/lane.ts';
import { QueueMove, type QueueMoves } from './queue/queue-move.tsx';
import { ExpectedStart } from './stage/time-left.tsx';
import { JobAction } from './stop/job-action.tsx';
import './job-card.css';

/** An active job with its status, its progress and its question. */
export function JobCard({
  job,
  system,
  mayAct,
}: {
  job: JobSummaryFragment;
  system: System | null;
  mayAct: boolean | null;
}) {
  return (
    <article class="job-card cdx-card" aria-label={msg('job-heading', job.id, job.title)}>
      <div class="job-card__line">
        <JobStateChip state={job.state} outcome={job.outcome} />
        <JobTitle job={job} />
        <div class="job-card__action">
          <JobAction job={job} mayAct={mayAct} />
        </div>
      </div>
      <p class="job-card__facts">
        {enumMsg('job-kind', job.kind)}
        {msg('app-separator')}
        <ForeignLabel>{msg('job-by', job.owner.name)}</ForeignLabel>
        <HandedOver job={job} />
        <JobLane job={job} system={system} />
        {msg('app-separator')}
        <JobTime job={job} />
      </p>
      <BlockedNotice job={job} system={system} />
      <JobProgress job={job} />
      <OpenQuestion
        jobId={job.id}
        interaction={job.pendingInteraction}
        changes={job.changes.map(({ number }) => number)}
        mayAnswer={mayAct}
      />
    </article>
  );
}

/** The lane of a job, if there are several. */
function JobLane({ job, system }: { job: JobSummaryFragment; system: System | null }) {
  if (!hasSeveralLanes(system)) return null;
  return (
    <>
      {msg('app-separator')}
      <ForeignLabel>{msg('job-in-lane', job.lane)}</ForeignLabel>
    </>
  );
}

/** `Job 12: Fix thumbnails`, as a link to the job's page. */
function JobTitle({ job }: { job: Pick<JobSummaryFragment, 'id' | 'title'> }) {
  return (
    <a class="job-title" href={jobPath(job.id)} title={harmlessLabel(job.title)} onClick={followLink}>
      <span class="job-title__id">{msg('job-heading-number', job.id)}</span>{' '}
      <ForeignLabel>{titleInWords(job)}</ForeignLabel>
    </a>
  );
}

/** A queued job. @param position its place in the queue, from 1 */
export function QueuedJob({
  job,
  system,
  position,
  moves,
  mayAct,
}: {
  job: JobSummaryFragment;
  system: System | null;
  position: number;
  /** Where the viewer may move it; null: nowhere. */
  moves: QueueMoves | null;
  mayAct: boolean | null;
}) {
  return (
    <li class="queued-job">
      <span class="queued-job__position">{msg('job-queue-position', position)}</span>
      <JobStateChip state={job.state} outcome={job.outcome} />
      <JobTitle job={job} />
      <span class="queued-job__facts">
        <ForeignLabel>{msg('job-by', job.owner.name)}</ForeignLabel>
        <HandedOver job={job} />
        <JobLane job={job} system={system} />
        {msg('app-separator')}
        <Moment iso={job.queuedAt} />
        {job.expectedStartAt !== null && msg('app-separator')}
        <ExpectedStart at={job.expectedStartAt} />
      </span>
      <span class="queued-job__action">
        {moves !== null && <QueueMove jobId={job.id} moves={moves} />}
        <JobAction job={job} mayAct={mayAct} quiet />
      </span>
    </li>
  );
}
