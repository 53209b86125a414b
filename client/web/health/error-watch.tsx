// Owns what the page of an ended job says about errors after its end. The buttons to revert are beside it (restart/restart.tsx).
import { useSubscription } from '@urql/preact';
import type { JobDetailFragment } from '../../generated/graphql.ts';
import { Message } from '../parts/message.tsx';
import { Moment } from '../parts/moment.tsx';
import { Status } from '../parts/status.tsx';
import { followLink, trainPath } from '../route.ts';
import { ErrorWatchUpdatesSubscription } from './health.graphql.ts';
import { msg } from './messages.ts';
import { whileWatched } from './subscription-context.ts';

/** Renders nothing for a job that was not watched. The result appears by itself. */
export function ErrorWatch({
  job: { id, errorWatch, kind },
}: {
  job: Pick<JobDetailFragment, 'id' | 'errorWatch' | 'kind'>;
}) {
  const [{ data }] = useSubscription({
    query: ErrorWatchUpdatesSubscription,
    variables: { jobId: id },
    pause: errorWatch?.state !== 'WATCHING',
    context: whileWatched,
  });
  const watch = data?.jobHealthUpdates.watch ?? errorWatch;
  if (watch === null) return null;
  const { state, text, at, until } = watch;
  if (state === 'WATCHING')
    return (
      <Status class="hint">
        {msg('health-watching')} <Moment iso={until} />
      </Status>
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
