// Owns a job's page: what it is, what it asks, how far it is, its log, what was answered. Owns no log line and no request but its own.
import type { Signal } from '@preact/signals';
import { useClient, useQuery, useSubscription } from '@urql/preact';
import { cdxIconArrowPrevious } from '@wikimedia/codex-icons';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { JobDetailFragment } from '../../generated/graphql.ts';
import { whyItFailed } from '../connection/client.ts';
import type { Transport } from '../connection/transport.ts';
import type { System } from '../header/header.tsx';
import { enumMsg, msg } from '../i18n/msg.ts';
import { safeAddress } from '../log/ansi.ts';
import { firstLines, LogFeed } from '../log/feed.ts';
import { pacedFrames } from '../log/frame.ts';
import { JobLog } from '../log/job-log.tsx';
import type { LogBatch } from '../log/line.ts';
import { ForeignLabel, ForeignText, OutsideLink } from '../parts/foreign-text.tsx';
import { harmlessLabel } from '../parts/harmless.ts';
import { Held } from '../parts/hold.tsx';
import { Icon } from '../parts/icon.tsx';
import { Message } from '../parts/message.tsx';
import { Moment, Span } from '../parts/moment.tsx';
import { NotFound } from '../parts/not-found.tsx';
import { onLongHidden } from '../parts/page-visibility.ts';
import { Beginning } from '../parts/time-mode.ts';
import { followLink, jobPath } from '../route.ts';
import { answerInWords, splitPrompt } from './interaction.ts';
import { JobQuery, JobUpdatesSubscription } from './job.graphql.ts';
import { JobAction } from './job-action.tsx';
import { JobHindrance } from './job-card.tsx';
import { hasEnded, JobStateChip } from './job-state.tsx';
import { hasSeveral } from './lane.ts';
import { JobProgress } from './progress.tsx';
import { type AnswerNotice, Question } from './question.tsx';

/** The page of job `id`. Give it `key={id}`: another job is another page. */
export function JobPage({
  id,
  system,
  mayAct,
  transport,
  retention,
  shown,
}: {
  id: string;
  system: System | null;
  mayAct: boolean | null;
  transport: Transport;
  /** How long jobs are kept, in words; null: for ever, or not known yet. */
  retention: string | null;
  /** Told which job is on the page, for the title of the tab. */
  shown: Signal<JobDetailFragment | null>;
}) {
  const [asked, askAgain] = useQuery({ query: JobQuery, variables: { id, lines: firstLines } });
  const exists = asked.data?.job != null;
  const [updates] = useSubscription({ query: JobUpdatesSubscription, variables: { id }, pause: !exists });
  const connection = transport.connections.value;
  const job = updates.data?.jobUpdates ?? asked.data?.job ?? null;

  useEffect(() => {
    shown.value = job;
    return () => {
      shown.value = null;
    };
  }, [job, shown]);

  // While the server was away the first question went unanswered; it is asked again once it is back.
  // Only a new connection is a reason to ask again
  useEffect(() => {
    if (asked.error !== undefined && !asked.fetching) askAgain();
  }, [connection]);

  if (asked.data?.job === null) return <NotFound words={msg('job-not-found', id)} why={retention} />;
  if (job === null) {
    return (
      <main class="job-page" id="content" tabIndex={-1}>
        {asked.error === undefined ? (
          <p class="hint">{msg('app-loading')}</p>
        ) : (
          <Message tone="error">{msg('job-load-failed', whyItFailed(asked.error))}</Message>
        )}
      </main>
    );
  }
  return <Job job={job} end={asked.data?.job?.log} system={system} mayAct={mayAct} transport={transport} />;
}

/** Why a queued job is not started yet. */
function QueuedHint() {
  const held = useContext(Held);
  return held === null ? (
    <Message tone="notice">{msg('job-queued-hint')}</Message>
  ) : (
    <Message tone="warning">
      <ForeignLabel>{msg('job-queued-held', held)}</ForeignLabel>
    </Message>
  );
}

function Job({
  job,
  end,
  system,
  mayAct,
  transport,
}: {
  job: JobDetailFragment;
  /** The end of its log when the page was opened. */
  end: LogBatch | undefined;
  system: System | null;
  mayAct: boolean | null;
  transport: Transport;
}) {
  const [notice, setNotice] = useState<AnswerNotice | null>(null);
  const feed = useLogFeed(job.id, job.logLineCount, end, transport);
  const { id, pendingInteraction } = job;
  const ended = hasEnded(job.state);
  return (
    <main class="job-page" id="content" tabIndex={-1}>
      <header class="job-page__head">
        <a class="job-page__back" href="/" onClick={followLink}>
          <Icon icon={cdxIconArrowPrevious} size="x-small" />
          {msg('job-overview')}
        </a>
        <div class="job-page__what">
          <h1 class="job-page__title">
            <span class="job-page__number">{msg('job-heading-number', id)}</span>{' '}
            <ForeignLabel>{job.title}</ForeignLabel>
          </h1>
          <div class="job-page__about">
            <JobStateChip state={job.state} />
            <p class="job-page__facts">
              {enumMsg('job-kind', job.kind)} <ForeignLabel>{msg('job-by', job.owner.name)}</ForeignLabel>
              {msg('app-separator')}
              <Moment iso={job.startedAt ?? job.queuedAt} />
              {job.startedAt !== null && (
                <>
                  {msg('app-separator')}
                  <Span from={job.startedAt} to={job.finishedAt} />
                </>
              )}
            </p>
          </div>
        </div>
        <div class="job-page__action">
          <JobAction job={job} mayAct={mayAct} />
        </div>
      </header>

      <div class="job-page__asks">
        {notice !== null && (
          <Message tone={notice.tone} onDismiss={() => setNotice(null)}>
            {notice.message}
          </Message>
        )}
        <JobHindrance job={job} system={system} />
        {pendingInteraction !== null && (
          <Question
            key={pendingInteraction.id}
            jobId={id}
            interaction={pendingInteraction}
            mayAnswer={mayAct}
            onNotice={setNotice}
          />
        )}
        {job.state === 'QUEUED' && <QueuedHint />}
        {ended ? <Ending job={job} /> : <JobProgress job={job} />}
      </div>

      {feed !== null && (
        <JobLog
          job={job}
          ended={ended}
          feed={feed}
          transport={transport}
          mayReveal={mayAct}
          gerritUrl={system?.gerritUrl ?? null}
        />
      )}

      <aside class="job-page__aside scrolls">
        <Changes changes={job.changes} />
        <Beginning value={job.startedAt === null ? null : Date.parse(job.startedAt)}>
          <Answers job={job} />
          <Stops stops={job.stops} />
        </Beginning>
        <Details job={job} withLane={hasSeveral(system)} />
      </aside>
    </main>
  );
}

function useLogFeed(
  jobId: string,
  length: number,
  end: LogBatch | undefined,
  transport: Transport,
): LogFeed | null {
  const client = useClient();
  // What it was when the page was opened; the feed learns the rest itself.
  const known = useRef({ length, end });
  const [feed, setFeed] = useState<LogFeed | null>(null);
  useEffect(() => {
    const opened = new LogFeed({
      jobId,
      ...known.current,
      client,
      transport,
      onSight: (changed) => onLongHidden(hiddenDelay, changed),
      nextFrame: pacedFrames({
        requestFrame: (callback) => requestAnimationFrame(callback),
        wait: (callback, milliseconds) => setTimeout(callback, milliseconds),
        now: () => performance.now(),
      }),
    });
    setFeed(opened);
    return () => opened.close();
  }, [jobId, client, transport]);
  return feed;
}

/** How long, in milliseconds, the page is hidden before its log is no longer read. */
const hiddenDelay = 10_000;

/** Why it ended as it did. */
function Ending({ job }: { job: JobDetailFragment }) {
  if (job.reason === null && (job.exitStatus ?? 0) === 0 && job.exitSignal === null) return null;
  const tone =
    job.state === 'SUCCEEDED'
      ? 'success'
      : job.state === 'FAILED' || job.state === 'LOST'
        ? 'error'
        : 'warning';
  const exit =
    job.exitSignal !== null
      ? msg('job-exit-signal', job.exitSignal)
      : job.exitStatus !== null && job.exitStatus !== 0
        ? msg('job-exit-status', job.exitStatus)
        : null;
  return (
    <Message tone={tone} inline={tone === 'success'}>
      {job.reason !== null && <ForeignText>{job.reason}</ForeignText>}
      {exit !== null && <span class="hint">{job.reason === null ? exit : ` (${exit})`}</span>}
    </Message>
  );
}

function Details({ job, withLane }: { job: JobDetailFragment; withLane: boolean }) {
  return (
    <section class="panel" aria-label={msg('job-details')}>
      <h2 class="panel__heading">{msg('job-details')}</h2>
      <dl class="facts">
        <dt>{msg('job-owner')}</dt>
        <dd>
          <ForeignLabel>{job.owner.name}</ForeignLabel>
        </dd>
        {withLane && (
          <>
            <dt>{msg('job-lane')}</dt>
            <dd>
              <ForeignLabel>{job.lane}</ForeignLabel>
            </dd>
          </>
        )}
        {withLane && job.host !== null && (
          <>
            <dt>{msg('job-host')}</dt>
            <dd>
              <ForeignLabel>{job.host}</ForeignLabel>
            </dd>
          </>
        )}
        <dt>{msg('job-queued-at')}</dt>
        <dd>
          <Moment iso={job.queuedAt} />
        </dd>
        {job.startedAt !== null && (
          <>
            <dt>{msg('job-started-at')}</dt>
            <dd>
              <Moment iso={job.startedAt} />
            </dd>
          </>
        )}
        {job.finishedAt !== null && (
          <>
            <dt>{msg('job-finished-at')}</dt>
            <dd>
              <Moment iso={job.finishedAt} />
            </dd>
          </>
        )}
        {job.startedAt !== null && (
          <>
            <dt>{job.finishedAt === null ? msg('job-running') : msg('job-took')}</dt>
            <dd>
              <Span from={job.startedAt} to={job.finishedAt} />
            </dd>
          </>
        )}
        {job.exitStatus !== null && (
          <>
            <dt>{msg('job-exit')}</dt>
            <dd>{job.exitStatus}</dd>
          </>
        )}
        {job.exitSignal !== null && (
          <>
            <dt>{msg('job-signal')}</dt>
            <dd>{job.exitSignal}</dd>
          </>
        )}
        {job.retryOf !== null && (
          <>
            <dt>{msg('job-retry-of')}</dt>
            <dd>
              <a href={jobPath(job.retryOf)} onClick={followLink}>
                {msg('job-name', job.retryOf)}
              </a>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Changes({ changes }: { changes: JobDetailFragment['changes'] }) {
  return (
    <section class="panel" aria-label={msg('job-changes-heading')}>
      <h2 class="panel__heading">{msg('job-changes-heading')}</h2>
      <ul class="changes">
        {changes.map((change) => (
          <li key={change.number} class="change">
            <ChangeLink change={change} />
            {change.subject !== null && (
              <span class="change__subject">
                <ForeignLabel>{change.subject}</ForeignLabel>
              </span>
            )}
            <span class="change__facts">
              <ForeignLabel>
                {[change.project, change.branch, change.owner]
                  .filter((each) => each !== null)
                  .join(msg('app-separator'))}
              </ForeignLabel>
            </span>
            {!change.verified && <span class="change__facts">{msg('job-changes-unverified')}</span>}
            {change.commitMessage !== null && (
              <details class="change__message">
                <summary>{msg('job-changes-message')}</summary>
                <pre>
                  <ForeignText>{change.commitMessage}</ForeignText>
                </pre>
              </details>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function ChangeLink({ change }: { change: { number: string; url: string | null } }) {
  const address = change.url === null ? null : safeAddress(change.url);
  if (address === null) return <span class="change__number">{change.number}</span>;
  return (
    <span class="change__number">
      <OutsideLink href={address}>{change.number}</OutsideLink>
    </span>
  );
}

function Answers({ job }: { job: JobDetailFragment }) {
  // The pending one has its card.
  const shown = job.interactions.filter(({ id }) => id !== job.pendingInteraction?.id);
  if (shown.length === 0) return null;
  return (
    <section class="panel" aria-label={msg('job-question-answers-heading')}>
      <h2 class="panel__heading">{msg('job-question-answers-heading')}</h2>
      <ol class="answers">
        {shown.map((interaction) => (
          <li key={interaction.id} class="answer">
            <span class="answer__question" title={harmlessLabel(interaction.prompt)}>
              <ForeignLabel>{splitPrompt(interaction.prompt).question}</ForeignLabel>
            </span>
            <span class="answer__answer">
              {interaction.answer === null ? (
                <em>{hasEnded(job.state) ? msg('job-question-unanswered') : msg('job-question-open')}</em>
              ) : (
                <>
                  <strong>{answerInWords(interaction, interaction.answer)}</strong>{' '}
                  <ForeignLabel>
                    {msg('job-by', interaction.answeredBy?.name ?? msg('job-question-somebody'))}
                  </ForeignLabel>
                </>
              )}
            </span>
            <span class="answer__when">
              {msg('job-question-asked')} <Moment iso={interaction.askedAt} />
              {interaction.answeredAt !== null && (
                <>
                  {msg('app-separator')}
                  {msg('job-question-answered-after')}{' '}
                  <Span from={interaction.askedAt} to={interaction.answeredAt} />
                </>
              )}
              {interaction.delivery !== null && interaction.delivery !== 'DELIVERED' && (
                <>
                  {msg('app-separator')}
                  {enumMsg('job-question-delivery', interaction.delivery)}
                </>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Stops({ stops }: { stops: JobDetailFragment['stops'] }) {
  if (stops.length === 0) return null;
  return (
    <section class="panel" aria-label={msg('job-stop-list-heading')}>
      <h2 class="panel__heading">{msg('job-stop-list-heading')}</h2>
      <ul class="answers">
        {stops.map((stop) => (
          <li key={stop.id} class="answer">
            <ForeignLabel>
              {msg('job-stop-requested', stop.requestedBy.name, enumMsg('job-stop-mode', stop.mode))}
            </ForeignLabel>
            <span class="answer__when">
              <Moment iso={stop.requestedAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
