// Owns the line that says that nothing is running, and how the last deployments went. Owns no counting (recent-jobs.ts).
import { enumMsg, msg } from '../i18n/msg.ts';
import { richMsg } from '../i18n/rich-msg.tsx';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';
import { Age } from '../parts/moment.tsx';
import { followLink, homePath, jobPath } from '../route.ts';
import { everyJob, outcomeGroups, withFilter } from './history-filter.ts';
import type { RecentJobs } from './recent-jobs.ts';
import './idle-line.css';

/** From how many jobs in a row the line counts them. */
const notable = 3;

/** @param recent null if no deployment is known */
export function IdleLine({ recent }: { recent: RecentJobs | null }) {
  if (recent === null) return <p class="idle-line">{msg('overview-idle')}</p>;
  const { last, wentWell, inARow, mayBeMore } = recent;
  const isRow = inARow >= notable;
  return (
    <>
      <p class="idle-line">
        {msg('overview-idle')}{' '}
        {richMsg(
          'overview-idle-last',
          <a href={jobPath(last.id)} onClick={followLink}>
            {msg('job-name', last.id)}
          </a>,
          <Age iso={last.finishedAt ?? last.queuedAt} />,
          wentWell || last.outcome === null
            ? msg('overview-idle-fine')
            : enumMsg('job-outcome', last.outcome),
        )}
        {wentWell &&
          isRow &&
          ` ${mayBeMore ? msg('overview-idle-good-at-least', inARow) : msg('overview-idle-good', inARow)}`}
      </p>
      {!wentWell && isRow && <BadRow recent={recent} />}
    </>
  );
}

/** The warning that deployments in a row did not go well, for the same reason if they have the same error line. */
function BadRow({ recent: { last, inARow, sameError } }: { recent: RecentJobs }) {
  const isSame = sameError >= notable;
  const filter = isSame ? { ...everyJob, like: last.id } : { ...everyJob, outcomes: outcomeGroups.problems };
  return (
    <Message tone="warning" inline>
      <p>
        {isSame
          ? richMsg(
              'overview-idle-same-error',
              sameError,
              <ForeignLabel>{last.lastError?.text ?? ''}</ForeignLabel>,
            )
          : msg('overview-idle-bad', inARow)}{' '}
        <a href={`${homePath()}${withFilter('', filter)}`} onClick={followLink}>
          {msg('overview-idle-bad-link')}
        </a>
      </p>
    </Message>
  );
}
