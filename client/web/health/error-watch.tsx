// Owns what the page of an ended job says about errors after its end. The buttons to revert are beside it (restart/restart.tsx).
import type { JobDetailFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { Message } from '../parts/message.tsx';
import { Moment } from '../parts/moment.tsx';
import { followLink, trainPath } from '../route.ts';

/** Renders nothing for a job that was not watched. */
export function ErrorWatch({
  job: { errorWatch, kind },
}: {
  job: Pick<JobDetailFragment, 'errorWatch' | 'kind'>;
}) {
  if (errorWatch === null) return null;
  const { state, text, at, until } = errorWatch;
  if (state === 'WATCHING')
    return (
      <p class="hint" role="status">
        {msg('health-watching')} <Moment iso={until} />
      </p>
    );
  return (
    <Message tone={state === 'ROSE' ? 'warning' : 'notice'} inline>
      {text} {at !== null && <Moment iso={at} />}{' '}
      {state === 'ROSE' && kind === 'TRAIN' && (
        <a href={trainPath()} onClick={followLink}>
          {msg('health-watch-train')}
        </a>
      )}
    </Message>
  );
}
