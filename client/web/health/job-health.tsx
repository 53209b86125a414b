// Owns the panel of errors during a job: the verdict in one line, and below it the numbers behind it. It is for reading: nothing here answers a question.
import { useSubscription } from '@urql/preact';
import type { JobHealthUpdatesSubscription as JobHealthUpdates } from '../../generated/graphql.ts';
import { whyItFailed } from '../connection/client.ts';
import { ForeignLabel, OutsideLink } from '../parts/foreign-text.tsx';
import { healthOpen, keepHealthOpen } from '../state/health-choice.ts';
import { ErrorList } from './error-list.tsx';
import { ErrorSource } from './error-source.tsx';
import { JobHealthUpdatesSubscription } from './health.graphql.ts';
import { enumMsg, msg } from './messages.ts';
import { rateInWords } from './rate.ts';
import { Sparkline } from './sparkline.tsx';
import { whileWatched } from './subscription-context.ts';
import './job-health.css';

type Health = JobHealthUpdates['jobHealthUpdates'];
type Verdict = Health['verdict'];

/** Only the user opens and closes the numbers: nothing on the page moves by itself. */
export function JobHealth({ jobId }: { jobId: string }) {
  const [{ data, error }] = useSubscription({
    query: JobHealthUpdatesSubscription,
    variables: { jobId },
    context: whileWatched,
  });
  const health = data?.jobHealthUpdates ?? null;
  return (
    <details
      class="health"
      open={healthOpen.value}
      onToggle={(event) => keepHealthOpen(event.currentTarget.open)}
    >
      <summary class="health__summary">
        <span class="health__heading">{msg('health-heading')}</span>
        {health === null ? (
          <span class="hint">
            {error === undefined ? msg('app-loading') : msg('health-load-failed', whyItFailed(error))}
          </span>
        ) : (
          <Summary health={health} />
        )}
      </summary>
      <section class="health__body scrolls" aria-label={msg('health-numbers')}>
        {health !== null && <Numbers health={health} />}
      </section>
    </details>
  );
}

function Summary({ health: { verdict, before, now, source } }: { health: Health }) {
  return (
    <>
      <VerdictInWords verdict={verdict} />
      <span class="health__rates">{msg('health-rates', rateInWords(before), rateInWords(now))}</span>
      <ErrorSource source={source} />
    </>
  );
}

/** The verdict with the numbers that it rests on as its title. */
function VerdictInWords({ verdict: { kind, text, basis } }: { verdict: Verdict }) {
  return (
    <span
      class={`health__verdict${kind === 'MORE' ? ' health__verdict--more' : ''}`}
      title={basis || undefined}
    >
      {text}
    </span>
  );
}

function Numbers({ health }: { health: Health }) {
  const { verdict, before, since, now, stages, targets, trend, messages, dashboardUrl } = health;
  return (
    <>
      <p>
        {verdict.basis !== '' && <>{verdict.basis}. </>}
        {msg('health-note')}{' '}
        {dashboardUrl !== null && <OutsideLink href={dashboardUrl}>{msg('health-dashboard')}</OutsideLink>}
      </p>
      <Sparkline values={trend} />
      <table class="health__table">
        <caption class="visually-hidden">{msg('health-rates-caption')}</caption>
        <thead>
          <tr>
            {(['health-where', 'health-before', 'health-since', 'health-now', 'health-verdict'] as const).map(
              (key) => (
                <th key={key} scope="col">
                  {msg(key)}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          <Row name={msg('health-everywhere')} before={before} since={since} now={now} verdict={verdict} />
          {targets.map((each) => (
            <Row key={each.target} name={enumMsg('health-target', each.target)} {...each} />
          ))}
          {stages.map((each) => (
            <Row
              key={each.name}
              name={msg('health-stage', enumMsg('job-stage', each.name))}
              before={before}
              since={each.rate}
              verdict={each.verdict}
            />
          ))}
        </tbody>
      </table>
      {messages.length > 0 && <ErrorList messages={messages} label={msg('health-messages')} sort={null} />}
      {messages.length === 0 && (
        <p class="hint">{msg(since === null ? 'health-messages-unknown' : 'health-no-messages')}</p>
      )}
    </>
  );
}

type Rate = Parameters<typeof rateInWords>[0];

/** @param now missing for a stage: it has one rate */
function Row({
  name,
  before,
  since,
  now,
  verdict,
}: {
  name: string;
  before: Rate;
  since: Rate;
  now?: Rate;
  verdict: Verdict;
}) {
  return (
    <tr>
      <th scope="row">
        <ForeignLabel>{name}</ForeignLabel>
      </th>
      <td>{rateInWords(before)}</td>
      <td>{rateInWords(since)}</td>
      <td>{now === undefined ? msg('health-none') : rateInWords(now)}</td>
      <td>
        <VerdictInWords verdict={verdict} />
      </td>
    </tr>
  );
}
