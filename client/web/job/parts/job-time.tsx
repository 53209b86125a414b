// Owns when a job was started or queued, and how long it took, as one piece of a line.
import type { JobSummaryFragment } from '../../../generated/graphql.ts';
import { msg } from '../../i18n/msg.ts';
import { Moment, Span } from '../../parts/moment.tsx';

/** When a job was started, and how long it has run; when it was queued, while it has not been started. */
export function JobTime({
  job: { queuedAt, startedAt, finishedAt },
}: {
  job: Pick<JobSummaryFragment, 'queuedAt' | 'startedAt' | 'finishedAt'>;
}) {
  return (
    <>
      <Moment iso={startedAt ?? queuedAt} />
      {startedAt !== null && (
        <>
          {msg('app-separator')}
          <Span from={startedAt} to={finishedAt} />
        </>
      )}
    </>
  );
}
