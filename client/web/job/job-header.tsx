// Owns the head of a job's page: the link back, title, state, kind, owner, times, and the job's action.
import { cdxIconArrowPrevious } from '@wikimedia/codex-icons';
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import type { JobDetailFragment } from '../../generated/graphql.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { Icon } from '../parts/icon.tsx';
import { Span } from '../parts/moment.tsx';
import { followLink, homePath } from '../route.ts';
import { isNarrow } from '../state/narrow.ts';
import { type JobHeadProps, JobMenu } from './job-menu.tsx';
import { JobStateChip } from './parts/job-state.tsx';
import { JobTime } from './parts/job-time.tsx';
import { titleInWords } from './parts/job-title.ts';
import { HandedOver } from './people/handed-over.tsx';
import { JobAction } from './stop/job-action.tsx';
import './job-header.css';

export function JobHeader({ job, stages, mayAct }: JobHeadProps) {
  return (
    <header class="job-page__head">
      <a class="job-page__back" href={homePath()} onClick={followLink}>
        <Icon icon={cdxIconArrowPrevious} size="x-small" />
        <span class="job-page__back-words">{msg('job-overview')}</span>
      </a>
      <div class="job-page__what">
        <h1 class="job-page__title" title={harmlessLabel(job.title)}>
          <span class="job-page__number">{msg('job-heading-number', job.id)}</span>{' '}
          <ForeignLabel>{titleInWords(job)}</ForeignLabel>
        </h1>
        <div class="job-page__about">
          <JobStateChip state={job.state} outcome={job.outcome} />
          <p class="job-page__facts">{isNarrow.value ? <ShortFacts job={job} /> : <Facts job={job} />}</p>
        </div>
      </div>
      <div class="job-page__action">
        {!isNarrow.value && <JobAction job={job} mayAct={mayAct} />}
        <JobMenu job={job} stages={stages} mayAct={mayAct} />
      </div>
    </header>
  );
}

function Facts({ job }: { job: JobDetailFragment }) {
  return (
    <>
      {enumMsg('job-kind', job.kind)} <ForeignLabel>{msg('job-by', job.owner.name)}</ForeignLabel>
      <HandedOver job={job} />
      {msg('app-separator')}
      <JobTime job={job} />
    </>
  );
}

/** What fits beside the state on a phone. The rest is under “Facts”. */
function ShortFacts({ job }: { job: JobDetailFragment }) {
  const { startedAt, finishedAt, owner } = job;
  return (
    <>
      {startedAt === null ? <JobTime job={job} /> : <Span from={startedAt} to={finishedAt} />}
      {msg('app-separator')}
      <ForeignLabel>{msg('job-by', owner.name)}</ForeignLabel>
      <HandedOver job={job} />
    </>
  );
}
