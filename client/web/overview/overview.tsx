// Owns the overview: start form, running and queued jobs, history. Owns no job of its own: all come from the server.
import type { Signal } from '@preact/signals';
import { useClient, useSubscription } from '@urql/preact';
import { useCallback, useContext, useEffect, useState } from 'preact/hooks';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { whyItFailed } from '../connection/client.ts';
import type { System } from '../header/header.tsx';
import { msg } from '../i18n/msg.ts';
import { AnyJobUpdatesSubscription, JobsQuery } from '../job/job.graphql.ts';
import { JobCard, JobHindrance, QueuedJob } from '../job/job-card.tsx';
import { hasEnded } from '../job/job-state.tsx';
import { defaultLane, hasSeveral, hindrance } from '../job/lane.ts';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { harmlessLabel } from '../parts/harmless.ts';
import { Held } from '../parts/hold.tsx';
import { Message } from '../parts/message.tsx';
import { firstPage, type History, withPage, withUpdate } from './history.ts';
import { HistoryTable } from './history-table.tsx';
import { type StartDraft, StartForm } from './start-form.tsx';

const pageSize = 20;
// Kept while the page lives: a look at a job must not cost what was typed.
let keptDraft: StartDraft = { changes: [], revert: false, lane: null };

/** @param prefill changes named in the address, which replace what was in the form */
export function Overview({
  system,
  mayAct,
  retention,
  prefill,
  connections,
}: {
  system: System | null;
  mayAct: boolean | null;
  /** How long jobs are kept, in words; null: for ever, or not known yet. */
  retention: string | null;
  prefill: readonly string[];
  connections: Signal<number>;
}) {
  const [draft, setDraft] = useState<StartDraft>(() => {
    if (prefill.length > 0) keptDraft = { ...keptDraft, changes: prefill };
    return keptDraft;
  });
  const held = useContext(Held);
  const { history, latest, problem, loadMore, reload } = useHistory(connections);
  const change = (next: (draft: StartDraft) => StartDraft): void => {
    keptDraft = next(keptDraft);
    setDraft(keptDraft);
  };
  const add = (number: string): void => change((now) => ({ ...now, changes: [...now.changes, number] }));

  const now = (job: JobSummaryFragment): JobSummaryFragment => latest.get(job.id) ?? job;
  const active = (system?.activeJobs ?? []).map(now).filter((job) => !hasEnded(job.state));
  const queued = (system?.queuedJobs ?? []).map(now).filter((job) => job.state === 'QUEUED');
  // Jobs that have started since the last word about the system stand in both lists for a moment.
  const started = (system?.queuedJobs ?? [])
    .map(now)
    .filter((job) => job.state !== 'QUEUED' && !hasEnded(job.state));
  const running = [...active, ...started.filter((job) => !active.some((each) => each.id === job.id))];
  const lanes = hasSeveral(system) ? (system?.lanes ?? []) : [];
  const lane =
    lanes.find((each) => each === draft.lane) ?? lanes.find((each) => each === defaultLane) ?? null;
  const inLane = (job: JobSummaryFragment): boolean => lanes.length === 0 || job.lane === lane;
  const lastInLine = queued.findLast(inLane) ?? running.findLast(inLane);
  const unserved = queued.filter(
    (job, index) =>
      hindrance(job, system) !== null && queued.findIndex((each) => each.lane === job.lane) === index,
  );
  const shownAbove = new Set([...running, ...queued].map((job) => job.id));
  const past = history?.jobs.filter((job) => !shownAbove.has(job.id)) ?? [];

  return (
    <main class="overview" id="content" tabIndex={-1}>
      <h1 class="visually-hidden">{msg('job-overview')}</h1>
      <StartForm
        draft={draft}
        onDraft={change}
        lanes={lanes}
        lane={lane}
        busyJob={lastInLine?.id ?? null}
        mayStart={mayAct}
      />
      {running.length > 0 && (
        <section aria-label={msg('overview-running')}>
          <h2 class="section-heading">{msg('overview-running')}</h2>
          {running.map((job) => (
            <JobCard key={job.id} job={job} system={system} mayAct={mayAct} />
          ))}
        </section>
      )}
      {queued.length > 0 && (
        <section aria-label={msg('overview-queued')}>
          <h2 class="section-heading">{msg('overview-queued')}</h2>
          {held !== null && (
            <Message tone="warning" inline>
              {msg('overview-queue-held')}
            </Message>
          )}
          {unserved.map((job) => (
            <JobHindrance key={job.lane} job={job} system={system} />
          ))}
          <ol class="queue">
            {queued.map((job, index) => (
              <QueuedJob key={job.id} job={job} system={system} place={index + 1} mayAct={mayAct} />
            ))}
          </ol>
        </section>
      )}
      <section aria-label={msg('overview-history')}>
        <h2 class="section-heading">{msg('overview-history')}</h2>
        {problem !== null && (
          <Message tone="error">
            <p>{msg('overview-history-failed', problem)}</p>
            <button type="button" class="cdx-button" onClick={reload}>
              {msg('parts-list-again')}
            </button>
          </Message>
        )}
        {history === null && problem === null && <p class="hint">{msg('app-loading')}</p>}
        {history !== null && past.length === 0 && history.next === null && (
          <EmptyHistory system={system} chosen={draft.changes} onAdd={add} />
        )}
        {past.length > 0 && <HistoryTable jobs={past} withLane={lanes.length > 0} />}
        {history !== null && history.next !== null && (
          <p class="overview__more">
            <button type="button" class="cdx-button" onClick={loadMore}>
              {msg('overview-history-more')}
            </button>
            <span class="hint">{msg('parts-list-count', history.jobs.length, history.total)}</span>
          </p>
        )}
        {past.length > 0 && history?.next === null && retention !== null && <p class="hint">{retention}</p>}
      </section>
      {past.length > 0 && (system?.sampleChanges.length ?? 0) > 0 && (
        <section aria-label={msg('overview-history-empty-simulated')}>
          <h2 class="section-heading">{msg('overview-start-samples')}</h2>
          <SampleChanges system={system} chosen={draft.changes} onAdd={add} />
        </section>
      )}
    </main>
  );
}

/** The history: pages when asked for, each job fresh as updates come; all anew when updates may have been missed. */
function useHistory(connections: Signal<number>) {
  const client = useClient();
  const connection = connections.value;
  const [history, setHistory] = useState<History | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [latest, setLatest] = useState<ReadonlyMap<string, JobSummaryFragment>>(new Map());
  const [attempts, setAttempts] = useState(0);

  useSubscription({ query: AnyJobUpdatesSubscription }, (_: null | undefined, { jobUpdates }) => {
    setLatest((known) => new Map(known).set(jobUpdates.id, jobUpdates));
    setHistory((known) => (known === null ? null : withUpdate(known, jobUpdates)));
    return null;
  });

  // Each connection and each press of "try again" loads anew
  useEffect(() => {
    let current = true;
    void client.query(JobsQuery, { first: pageSize, after: null }).then(({ data, error }) => {
      if (!current) return;
      const page = data?.jobs;
      setProblem(page === undefined ? whyItFailed(error) : null);
      if (page === undefined) return;
      setLatest(new Map());
      setHistory(firstPage(page));
    });
    return () => {
      current = false;
    };
  }, [client, connection, attempts]);

  const next = history?.next ?? null;
  const loadMore = useCallback(async () => {
    if (next === null) return;
    const { data, error } = await client.query(JobsQuery, { first: pageSize, after: next });
    const page = data?.jobs;
    setProblem(page === undefined ? whyItFailed(error) : null);
    if (page !== undefined) setHistory((known) => (known === null ? null : withPage(known, page)));
  }, [client, next]);

  return {
    history,
    latest,
    problem,
    loadMore: () => void loadMore(),
    reload: () => setAttempts((count) => count + 1),
  };
}

function EmptyHistory({
  system,
  chosen,
  onAdd,
}: {
  system: System | null;
  chosen: readonly string[];
  onAdd: (number: string) => void;
}) {
  return (
    <div class="empty">
      <h3>{msg('overview-history-empty-heading')}</h3>
      {(system?.sampleChanges.length ?? 0) > 0 ? (
        <>
          <p>{msg('overview-history-empty-simulated')}</p>
          <SampleChanges system={system} chosen={chosen} onAdd={onAdd} />
        </>
      ) : (
        <p>{msg('overview-history-empty')}</p>
      )}
    </div>
  );
}

function SampleChanges({
  system,
  chosen,
  onAdd,
}: {
  system: System | null;
  chosen: readonly string[];
  onAdd: (number: string) => void;
}) {
  return (
    <ul class="samples">
      {(system?.sampleChanges ?? []).map((change) => (
        <li key={change.number}>
          <button
            type="button"
            class="cdx-button cdx-button--size-small samples__add"
            disabled={chosen.includes(change.number)}
            aria-label={msg('overview-history-sample-add', change.number)}
            onClick={() => onAdd(change.number)}
          >
            {change.number}
          </button>
          <span class="samples__subject">
            <ForeignLabel>{change.subject ?? ''}</ForeignLabel>
          </span>
          <span class="samples__project">{harmlessLabel(change.project ?? '')}</span>
        </li>
      ))}
    </ul>
  );
}
