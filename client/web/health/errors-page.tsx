// Owns the page of the error log: the total with its trend, filters, and the table of messages. Owns no search.
import { useQuery, useSubscription } from '@urql/preact';
import { useEffect, useId, useState } from 'preact/hooks';
import type {
  ErrorLogUpdatesSubscription as ErrorLogUpdates,
  ErrorLogUpdatesSubscriptionVariables,
} from '../../generated/graphql.ts';
import { whyItFailed } from '../connection/client.ts';
import { OutsideLink } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';
import { Status } from '../parts/status.tsx';
import { chooseErrorTotal, errorTotalChosen } from '../state/health-choice.ts';
import { useStableCallback } from '../state/stable-callback.ts';
import { ErrorFilter } from './error-filter.tsx';
import { type Filter, filterOf, withFilter } from './error-filter-address.ts';
import { ErrorList } from './error-list.tsx';
import { ErrorSource } from './error-source.tsx';
import { ErrorLogQuery, ErrorLogUpdatesSubscription } from './health.graphql.ts';
import { msg } from './messages.ts';
import { countInWords, rateInWords } from './rate.ts';
import { Sparkline } from './sparkline.tsx';
import './errors-page.css';

export function ErrorsPage() {
  const [filter, setFilter] = useAddressedFilter();
  const [known] = useQuery({ query: ErrorLogQuery });
  const isConfigured = known.data === undefined ? null : known.data.errorLog !== null;
  const variables: ErrorLogUpdatesSubscriptionVariables = { ...filter, text: filter.text.trim() || null };
  const [updates] = useSubscription({
    query: ErrorLogUpdatesSubscription,
    variables,
    pause: isConfigured !== true,
  });
  const log = updates.data?.errorLogUpdates ?? null;
  const error = updates.error ?? known.error;
  return (
    <main class="column errors" id="content" tabIndex={-1}>
      <h1 class="errors__heading">{msg('app-heading-errors')}</h1>
      {isConfigured === false && (
        <Message tone="notice">
          <p>{msg('health-not-configured')}</p>
        </Message>
      )}
      {error !== undefined && <Message tone="error">{msg('health-load-failed', whyItFailed(error))}</Message>}
      {isConfigured !== false && log === null && error === undefined && (
        <p class="hint">{msg('app-loading')}</p>
      )}
      {log !== null && (
        <>
          <Total log={log} />
          <ErrorFilter filter={filter} versions={log.range.versions} onChange={setFilter} />
          <Messages log={log} filter={filter} onChange={setFilter} />
        </>
      )}
      {isConfigured === true && <TotalChoice />}
    </main>
  );
}

/** The filter, which the address of the page has, too: it can be sent to others, and survives a reload. */
function useAddressedFilter(): [Filter, (next: Filter) => void] {
  const [filter, setFilter] = useState(() => filterOf(location.search));
  useEffect(() => {
    const follow = (): void => setFilter(filterOf(location.search));
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);
  const change = useStableCallback((next: Filter): void => {
    history.replaceState(null, '', `${location.pathname}${withFilter(location.search, next)}`);
    setFilter(next);
  });
  return [filter, change];
}

type Log = ErrorLogUpdates['errorLogUpdates'];

function Total({ log: { source, dashboardUrl, range } }: { log: Log }) {
  const { total, verdict, trend } = range;
  return (
    <section class="errors__total" aria-label={msg('health-total')}>
      <p class={`errors__number${source.problem === null ? '' : ' errors__number--old'}`}>
        {total === null
          ? msg('health-total-unknown')
          : msg('health-total-count', total.errors, countInWords(total.errors), rateInWords(total))}
      </p>
      <Sparkline values={trend} />
      <p class={verdict.kind === 'MORE' ? 'errors__verdict--more' : undefined}>
        {verdict.text}
        {verdict.basis !== '' && <span class="hint"> {msg('health-basis', verdict.basis)}</span>}
      </p>
      <p>
        <ErrorSource source={source} />{' '}
        {dashboardUrl !== null && <OutsideLink href={dashboardUrl}>{msg('health-dashboard')}</OutsideLink>}
      </p>
    </section>
  );
}

function Messages({
  log: { range, source },
  filter,
  onChange,
}: {
  log: Log;
  filter: Filter;
  onChange: (filter: Filter) => void;
}) {
  const { messages, messageCount, newMessageCount, otherErrors } = range;
  // Before the first search, and while none has succeeded, an empty list would look like no errors.
  if (source.readAt === null) return null;
  return (
    <>
      <Status class="hint">
        {msg('health-messages-count', messages.length, messageCount, newMessageCount)}
        {otherErrors > 0 && ` ${msg('health-other', countInWords(otherErrors))}`}
      </Status>
      {messages.length === 0 ? (
        <p class="empty">{messageCount === 0 ? msg('health-empty') : msg('health-empty-filter')}</p>
      ) : (
        <ErrorList
          messages={messages}
          label={msg('health-messages')}
          sort={{ by: filter.sort, choose: (sort) => onChange({ ...filter, sort }) }}
        />
      )}
    </>
  );
}

/** Whether the header shows the number of errors, on every page of this browser. */
function TotalChoice() {
  const id = useId();
  return (
    <p class="errors__choice">
      <input
        id={id}
        type="checkbox"
        checked={errorTotalChosen.value}
        onChange={(event) => chooseErrorTotal(event.currentTarget.checked)}
      />
      <label for={id}>{msg('health-total-choice')}</label>
    </p>
  );
}
