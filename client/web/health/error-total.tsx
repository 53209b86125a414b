// Owns the number of errors in the header. Not whether it is wanted (state/health-choice.ts).
import { useSubscription } from '@urql/preact';
import { errorsPath, followLink } from '../route.ts';
import { ErrorTotalSubscription } from './health.graphql.ts';
import { msg } from './messages.ts';
import { countInWords } from './rate.ts';
import './error-total.css';

export function ErrorTotal() {
  const [{ data }] = useSubscription({ query: ErrorTotalSubscription });
  const log = data?.errorLogUpdates ?? null;
  const total = log?.range.total ?? null;
  const isOld = log !== null && log.source.problem !== null;
  return (
    <a class={`error-total${isOld ? ' error-total--old' : ''}`} href={errorsPath()} onClick={followLink}>
      {total === null ? msg('health-header-unknown') : msg('health-header', countInWords(total.errors))}
      {isOld && <span class="visually-hidden"> {msg('health-header-old')}</span>}
    </a>
  );
}
