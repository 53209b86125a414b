// Owns the card of a job that runs or waits in the queue, as the overview shows it.
import { useState } from 'preact/hooks';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import type { System } from '../header/header.tsx';
import { enumMsg, msg } from '../i18n/msg.ts';
import { ForeignLabel, ForeignText } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';
import { Moment, Span } from '../parts/moment.tsx';
import { followLink, jobPath } from '../route.ts';
import { JobAction } from './job-action.tsx';
import { JobStateChip } from './job-state.tsx';
import { hasSeveral, hindrance, type LaneJob } from './lane.ts';
import { JobProgress } from './progress.tsx';
import { type AnswerNotice, Question } from './question.tsx';

/** A job with its status, its progress and its question. */
export function JobCard({
  job,
  system,
  mayAct,
}: {
  job: JobSummaryFragment;
  system: System | null;
  mayAct: boolean | null;
}) {
  const [notice, setNotice] = useState<AnswerNotice | null>(null);
  const { id, pendingInteraction } = job;
  return (
    <article class="job-card cdx-card" aria-label={msg('job-heading', id, job.title)}>
      <div class="job-card__line">
        <JobStateChip state={job.state} />
        <JobTitle job={job} />
        <div class="job-card__action">
          <JobAction job={job} mayAct={mayAct} />
        </div>
      </div>
      <p class="job-card__facts">
        {enumMsg('job-kind', job.kind)}
        {msg('app-separator')}
        <ForeignLabel>{msg('job-by', job.owner.name)}</ForeignLabel>
        <JobLane job={job} system={system} />
        {msg('app-separator')}
        <Moment iso={job.startedAt ?? job.queuedAt} />
        {job.startedAt !== null && (
          <>
            {msg('app-separator')}
            <Span from={job.startedAt} to={job.finishedAt} />
          </>
        )}
      </p>
      <JobHindrance job={job} system={system} />
      <JobProgress job={job} />
      {notice !== null && (
        <Message tone={notice.tone} onDismiss={() => setNotice(null)}>
          {notice.message}
        </Message>
      )}
      {pendingInteraction !== null && (
        <Question
          key={pendingInteraction.id}
          jobId={id}
          interaction={pendingInteraction}
          mayAnswer={mayAct}
          onNotice={setNotice}
        />
      )}
    </article>
  );
}

/** Which lane a job is in, where there are several. */
function JobLane({ job, system }: { job: JobSummaryFragment; system: System | null }) {
  if (!hasSeveral(system)) return null;
  return (
    <>
      {msg('app-separator')}
      <ForeignLabel>{msg('job-in-lane', job.lane)}</ForeignLabel>
    </>
  );
}

/** That nobody serves the job's lane, or that its host does not answer. */
export function JobHindrance({ job, system }: { job: LaneJob; system: System | null }) {
  const found = hindrance(job, system);
  if (found === null) return null;
  const words = 'lane' in found ? msg('job-unserved-lane', found.lane) : msg('job-silent-host', found.host);
  return (
    <Message tone="warning">
      <ForeignText>{words}</ForeignText>
    </Message>
  );
}

/** `Job 12: Fix thumbnails`, leading to the job's page. */
export function JobTitle({ job }: { job: Pick<JobSummaryFragment, 'id' | 'title'> }) {
  return (
    <a class="job-title" href={jobPath(job.id)} onClick={followLink}>
      <span class="job-title__id">{msg('job-heading-number', job.id)}</span>{' '}
      <ForeignLabel>{job.title}</ForeignLabel>
    </a>
  );
}

/** A job in the queue: one line. */
export function QueuedJob({
  job,
  system,
  place,
  mayAct,
}: {
  job: JobSummaryFragment;
  system: System | null;
  place: number;
  mayAct: boolean | null;
}) {
  return (
    <li class="queued-job">
      <span class="queued-job__place">{msg('job-queue-position', place)}</span>
      <JobStateChip state={job.state} />
      <JobTitle job={job} />
      <span class="queued-job__facts">
        <ForeignLabel>{msg('job-by', job.owner.name)}</ForeignLabel>
        <JobLane job={job} system={system} />
        {msg('app-separator')}
        <Moment iso={job.queuedAt} />
      </span>
      <span class="queued-job__action">
        <JobAction job={job} mayAct={mayAct} />
      </span>
    </li>
  );
}
