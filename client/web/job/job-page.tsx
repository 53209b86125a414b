// Owns a job's page: it loads the job, follows it, and puts the parts of the page in their places. Owns no log line.
import type { Signal } from '@preact/signals';
import { type CombinedError, useQuery, useSubscription } from '@urql/preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { JobDetailFragment, JobUpdatesSubscription as JobUpdates } from '../../generated/graphql.ts';
import { type SubscriptionContext, whyItFailed } from '../connection/client.ts';
import type { Transport } from '../connection/transport.ts';
import { msg } from '../i18n/msg.ts';
import { JobLog } from '../log/job-log.tsx';
import type { LogBatch } from '../log/line/line.ts';
import { TimelineButton } from '../log/timeline/timeline-button.tsx';
import { Later } from '../parts/later.tsx';
import { lazyPart } from '../parts/lazy-page.tsx';
import { Message } from '../parts/message.tsx';
import { NotFound } from '../parts/not-found.tsx';
import { healthOpen } from '../state/health-choice.ts';
import { isNarrow } from '../state/narrow.ts';
import { JobStart } from '../state/time-mode.ts';
import type { System } from '../system.ts';
import { ChangeList } from './change-list.tsx';
import { JobEnding } from './ending/job-ending.tsx';
import { firstOfJob, JobQuery, JobUpdatesSubscription } from './job.graphql.ts';
import { JobDetails } from './job-details.tsx';
import { JobHeader } from './job-header.tsx';
import { JobTabs, panelOf, useJobTab } from './job-tabs.tsx';
import { useLogFeed, useMarkFeed } from './log-feed.ts';
import { JobProgress } from './parts/progress.tsx';
import { NotificationOffer } from './people/notification-offer.tsx';
import { LastDeparture, OtherWatchers, useOtherWatchers, WatcherSentence } from './people/watchers.tsx';
import { AnswerList } from './question/answer-list.tsx';
import { OpenQuestion } from './question/open-question.tsx';
import { errorsBefore } from './question/question-error.ts';
import { BlockedNotice, QueuedNotice } from './queue/job-blocked.tsx';
import { hasSeveralLanes } from './queue/lane.ts';
import { ReplayPlace } from './replay/replay-place.tsx';
import { stagesOf } from './stage/stage.ts';
import { StageList, stepInWords } from './stage/stage-list.tsx';
import { RemainingProcesses } from './stop/remaining.tsx';
import { StopList } from './stop/stop-list.tsx';
import './job-page.css';

const JobHealth = lazyPart(async () => (await import('../health/job-health.tsx')).JobHealth);

/** The server ends the updates of a job with its end, which it records when no process of the job is waited for any more. */
const untilItsEnd: SubscriptionContext<JobUpdates> = { isLast: ({ jobUpdates }) => jobUpdates.ended };

/** The page of job `id`. Give it `key={id}`: its state belongs to one job. */
export function JobPage({
  id,
  system,
  viewer,
  mayAct,
  transport,
  retention,
  shown,
}: {
  id: string;
  system: System | null;
  /** The name of the user; null while it is not known yet. */
  viewer: string | null;
  /** Whether the viewer may act on jobs; null while it is not known yet. */
  mayAct: boolean | null;
  transport: Transport;
  /** How long jobs are kept, as text; null: permanently, or not known yet. */
  retention: string | null;
  /** Is set to the job of the page, for the title of the tab. */
  shown: Signal<JobDetailFragment | null>;
}) {
  const [result, load] = useQuery({ query: JobQuery, variables: firstOfJob(id) });
  const exists = result.data?.job != null;
  const [updates] = useSubscription({
    query: JobUpdatesSubscription,
    variables: { id },
    pause: !exists,
    context: untilItsEnd,
  });
  const others = useOtherWatchers(id, viewer, exists);
  const connection = transport.connections.value;
  const job = updates.data?.jobUpdates ?? result.data?.job ?? null;

  useEffect(() => {
    shown.value = job;
    return () => {
      shown.value = null;
    };
  }, [job, shown]);

  // If the first request failed because the server was away, a new connection is the time to repeat it.
  useEffect(() => {
    if (result.error !== undefined && !result.fetching) load();
  }, [connection]);

  if (result.data?.job === null) return <NotFound words={msg('job-not-found', id)} why={retention} />;
  // One element from the start: the focus and a screen reader are in it while the job loads, and stay there.
  return (
    <main class="job-page" id="content" tabIndex={-1}>
      {job === null ? (
        <Loading id={id} error={result.error} />
      ) : (
        <OtherWatchers.Provider value={others.names}>
          <LastDeparture.Provider value={others.departure}>
            <Job
              job={job}
              end={result.data?.job?.log}
              system={system}
              viewer={viewer}
              mayAct={mayAct}
              transport={transport}
            />
          </LastDeparture.Provider>
        </OtherWatchers.Provider>
      )}
    </main>
  );
}

/** What the page shows until the job has arrived, or why it did not. */
function Loading({ id, error }: { id: string; error: CombinedError | undefined }) {
  return (
    <>
      <h1 class="job-page__title">{msg('job-heading-name', id)}</h1>
      {error === undefined ? (
        <p class="hint">{msg('app-loading')}</p>
      ) : (
        <Message tone="error">{msg('job-load-failed', whyItFailed(error))}</Message>
      )}
    </>
  );
}

function Job({
  job,
  end,
  system,
  viewer,
  mayAct,
  transport,
}: {
  job: JobDetailFragment;
  /** The last lines of its log when the page was opened. */
  end: LogBatch | undefined;
  system: System | null;
  viewer: string | null;
  mayAct: boolean | null;
  transport: Transport;
}) {
  const feed = useLogFeed(job.id, job.logLineCount, end, transport);
  const markFeed = useMarkFeed(job.id, transport);
  const { marks } = markFeed.state.value;
  const { ended, outcome, finishedAt, pendingInteraction } = job;
  const stages = useMemo(() => stagesOf(marks, { outcome, finishedAt }), [marks, outcome, finishedAt]);
  const errors = pendingInteraction === null ? [] : errorsBefore(pendingInteraction, job.interactions, marks);
  const [tab, setTab] = useJobTab();
  const gerritUrl = system?.gerritUrl ?? null;
  return (
    <>
      <JobHeader job={job} stages={stages} mayAct={mayAct} />
      <div class="job-page__notices">
        <BlockedNotice job={job} system={system} />
        <OpenQuestion
          jobId={job.id}
          interaction={pendingInteraction}
          interactions={job.interactions}
          step={stepInWords(stages)}
          changes={job.changes.map(({ number }) => number)}
          errors={errors}
          hasFooter
          mayAnswer={mayAct}
        />
        <Later>
          {job.state === 'QUEUED' && <QueuedNotice job={job} system={system} />}
          <HealthPlace job={job} />
          <div class="job-page__steps">
            <StageList stages={stages} usual={job.stages} timeLeft={job.timeLeft} />
            {!isNarrow.value && <TimelineButton job={job} />}
          </div>
          {pendingInteraction === null && <WatcherSentence />}
          <RemainingProcesses remaining={job.remaining} />
          {ended ? (
            <JobEnding job={job} stages={stages} marks={marks} mayAct={mayAct} />
          ) : (
            <JobProgress job={job} />
          )}
          {pendingInteraction === null && <NotificationOffer job={job} viewer={viewer} />}
          <ReplayPlace job={job} stages={stages} marks={marks} gerritUrl={gerritUrl} />
        </Later>
      </div>
      <Later>
        <JobTabs chosen={tab} changeCount={job.changes.length} onChoose={setTab} />
        <div {...panelOf('log', tab)} class="job-page__log">
          {feed !== null && (
            <JobLog {...{ job, ended, feed, markFeed, transport, gerritUrl }} mayReveal={mayAct} />
          )}
        </div>
      </Later>
      <Later>
        <aside class="job-page__aside scrolls">
          <div {...panelOf('changes', tab)} class="job-page__changes">
            {job.changes.length > 0 && <ChangeList changes={job.changes} gerritUrl={gerritUrl} />}
          </div>
          <div {...panelOf('facts', tab)} class="job-page__more">
            <JobStart value={job.startedAt === null ? null : Date.parse(job.startedAt)}>
              <AnswerList job={job} />
              <StopList stops={job.stops} />
            </JobStart>
            <JobDetails job={job} withLane={hasSeveralLanes(system)} viewer={viewer} mayAct={mayAct} />
          </div>
        </aside>
      </Later>
    </>
  );
}

/** The panel of errors, with its height before its code is loaded. Once shown it stays, also when the watch has ended: nothing below it moves. */
function HealthPlace({ job: { id, health } }: { job: JobDetailFragment }) {
  const wasShown = useRef(false);
  wasShown.current ||= health !== null;
  if (!wasShown.current) return null;
  return (
    <div class={`health-place${healthOpen.value ? ' health-place--open' : ''}`}>
      <JobHealth jobId={id} />
    </div>
  );
}
