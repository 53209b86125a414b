// Owns the page of the train: where it is, what a promotion or roll-back would move, and starting that. Owns no arithmetic (train-state.ts).
import { useQuery, useSubscription } from '@urql/preact';
import { useEffect, useState } from 'preact/hooks';
import type { TrainStation } from '../../../schema/text/train.ts';
import { whyItFailed } from '../connection/client.ts';
import { JobCard } from '../job/job-card.tsx';
import { everyJob, withFilter } from '../overview/history-filter.ts';
import { HistoryTable } from '../overview/history-table.tsx';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';
import { followLink, homePath, jobPath } from '../route.ts';
import type { System } from '../system.ts';
import { msg } from './messages.ts';
import { StationList } from './station-list.tsx';
import { LastTrainsQuery, TrainUpdatesSubscription } from './train.graphql.ts';
import { TrainFacts } from './train-facts.tsx';
import { TrainMove } from './train-move.tsx';
import { stationOf, type TrainStatus } from './train-state.ts';
import './train-page.css';

/** @param mayAct whether the viewer may start jobs; null while it is not known yet */
export function TrainPage({ system, mayAct }: { system: System | null; mayAct: boolean | null }) {
  const [updates] = useSubscription({ query: TrainUpdatesSubscription });
  const status = updates.data?.trainUpdates ?? null;
  return (
    <main class="column train" id="content" tabIndex={-1}>
      <h1 class="train__heading">{msg('app-heading-train')}</h1>
      {system !== null && !system.hasTrain && (
        <Message tone="notice">
          <p>{msg('train-none')}</p>
        </Message>
      )}
      {status === null && updates.error !== undefined && (
        <Message tone="error">{msg('train-load-failed', whyItFailed(updates.error))}</Message>
      )}
      {(status === null || system === null) && updates.error === undefined && system?.hasTrain !== false && (
        <p class="hint">{msg('app-loading')}</p>
      )}
      {status !== null && system !== null && <Train status={status} system={system} mayAct={mayAct} />}
    </main>
  );
}

function Train({ status, system, mayAct }: { status: TrainStatus; system: System; mayAct: boolean | null }) {
  const [isNext, setIsNext] = useState(false);
  const [target, setTarget] = useState<TrainStation | null>(null);
  const line = isNext && status.next !== null ? status.next : status;
  const running = system.activeJobs.find(({ kind }) => kind === 'TRAIN') ?? null;
  const other = running ?? system.activeJobs[0] ?? system.queuedJobs[0] ?? null;
  const recent = useLastTrains(running?.id ?? null);
  const last = recent[0] ?? null;
  const moving = running === null || last?.id !== running.id ? null : movingOf(last);
  if (line.version === null)
    return (
      <Message tone="error">
        <p>{msg('train-unreadable')}</p>
        <TrainFacts status={status} line={line} />
      </Message>
    );
  return (
    <>
      {running !== null && <JobCard job={running} system={system} mayAct={mayAct} />}
      {running === null && last !== null && <LastProblem job={last} />}
      {status.next !== null && (
        <LineChoice status={status} isNext={isNext} onChoose={setIsNext} onReset={() => setTarget(null)} />
      )}
      {running === null && other !== null && target === null && (
        <Message tone="notice">
          <p>{msg('train-blocked', other.id)}</p>
        </Message>
      )}
      <StationList
        status={status}
        line={line}
        before={moving?.before ?? null}
        at={moving === null ? stationOf(line) : stationOf({ station: moving.from })}
        target={target ?? stationOf(line)}
        locked={other !== null}
        onChoose={setTarget}
      />
      {target !== null && running === null && (
        <TrainMove
          key={`${line.version} ${target}`}
          status={status}
          line={line}
          target={target}
          blockedBy={other}
          mayAct={mayAct}
          onStarted={() => setTarget(null)}
        />
      )}
      <TrainFacts status={status} line={line} />
      {recent.length > 0 && <RecentTrains jobs={recent} />}
    </>
  );
}

type LastTrain = ReturnType<typeof useLastTrains>[number];

/** The newest train jobs; they are read again when another one runs, and when that has ended. */
function useLastTrains(runningId: string | null) {
  const [result, load] = useQuery({ query: LastTrainsQuery });
  useEffect(() => load({ requestPolicy: 'network-only' }), [runningId, load]);
  return result.data?.jobs.nodes ?? [];
}

/** What the groups ran before a job. The files name the new versions before the servers run them. */
const movingOf = ({ parameters }: LastTrain) =>
  parameters !== null && 'before' in parameters ? parameters : null;

/** What the last trains did, and the way to all of them. */
function RecentTrains({ jobs }: { jobs: readonly LastTrain[] }) {
  const heading = msg('train-recent');
  return (
    <section aria-label={heading}>
      <h2 class="section-heading">{heading}</h2>
      <HistoryTable jobs={jobs} withLane={false} />
      <p>
        <a href={`${homePath()}${withFilter('', { ...everyJob, kind: 'train' })}`} onClick={followLink}>
          {msg('train-recent-all')}
        </a>
      </p>
    </section>
  );
}

/** Says that the last train did not arrive: the files may name versions that the servers do not run. */
function LastProblem({ job }: { job: LastTrain }) {
  if (!job.ended || job.outcome === 'DEPLOYED' || job.outcome === 'CANCELLED' || job.outcome === null)
    return null;
  // scap was never started, for example because the wikis had changed meanwhile.
  if (job.startedAt === null) return null;
  return (
    <Message tone="warning">
      <p>
        <a href={jobPath(job.id)} onClick={followLink}>
          {msg('train-last-job', job.id)}
        </a>{' '}
        <ForeignLabel>{job.title}</ForeignLabel>
      </p>
      <p>{msg('train-last-problem')}</p>
    </Message>
  );
}

const toggleClass = (on: boolean): string =>
  `cdx-toggle-button cdx-toggle-button--framed cdx-toggle-button--toggled-${on ? 'on' : 'off'}`;

/** Chooses between last week's train and the one whose branch is cut. */
function LineChoice({
  status,
  isNext,
  onChoose,
  onReset,
}: {
  status: TrainStatus;
  isNext: boolean;
  onChoose: (isNext: boolean) => void;
  onReset: () => void;
}) {
  const choose = (next: boolean) => () => {
    onReset();
    onChoose(next);
  };
  return (
    <div class="train__lines">
      <button type="button" class={toggleClass(!isNext)} aria-pressed={!isNext} onClick={choose(false)}>
        {msg('train-line-current', status.version ?? '')}
      </button>
      <button type="button" class={toggleClass(isNext)} aria-pressed={isNext} onClick={choose(true)}>
        {msg('train-line-next', status.next?.version ?? '')}
      </button>
    </div>
  );
}
