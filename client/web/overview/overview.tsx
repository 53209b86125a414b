// Owns the overview: the start form, the running jobs, the queue, the history. Owns no job.
import type { ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { JobCard } from '../job/job-card.tsx';
import { defaultLane, hasSeveralLanes } from '../job/queue/lane.ts';
import { Later } from '../parts/later.tsx';
import { Section } from '../parts/section.tsx';
import { route } from '../route.ts';
import { useStableCallback } from '../state/stable-callback.ts';
import type { System } from '../system.ts';
import { unendedJobs } from './active-jobs.ts';
import type { History } from './history.ts';
import { useHistoryFeed } from './history-feed.ts';
import { filterOf, type HistoryFilter, withFilter } from './history-filter.ts';
import { HistorySection } from './history-section.tsx';
import { IdleLine } from './idle-line.tsx';
import { QueueSection } from './queue-section.tsx';
import { recentJobs } from './recent-jobs.ts';
import { EmptyHistory, SampleChanges } from './sample-changes.tsx';
import { useStartDraft } from './start-draft.ts';
import { StartForm } from './start-form.tsx';

/** @param prefill changes named in the address, which replace those in the form */
export function Overview({
  system,
  mayAct,
  viewer,
  isAdmin,
  retention,
  prefill,
  connections,
}: {
  system: System | null;
  /** Whether the viewer may act on jobs; null while it is not known yet. */
  mayAct: boolean | null;
  /** The name of the user; null while it is not known yet. */
  viewer: string | null;
  /** Whether the user may move jobs of others in the queue. */
  isAdmin: boolean;
  /** How long jobs are kept, as text; null: permanently, or not known yet. */
  retention: string | null;
  prefill: readonly string[];
  /** The number of connections so far. */
  connections: ReadonlySignal<number>;
}) {
  const [draft, changeDraft] = useStartDraft(prefill);
  const [filter, setFilter] = useFilterInAddress();
  const feed = useHistoryFeed(connections, filter);
  const { running, queued } = unendedJobs(system, feed.latest);
  const shownAbove = new Set([...running, ...queued].map(({ id }) => id));
  const ended = feed.history?.jobs.filter(({ id }) => !shownAbove.has(id)) ?? [];

  const { lanes, lane } = lanesOf(system, draft.lane);
  const isInLane = (job: JobSummaryFragment): boolean => lanes.length === 0 || job.lane === lane;
  const lastInLane = queued.findLast(isInLane) ?? running.findLast(isInLane);

  const samples = system?.sampleChanges ?? [];
  const addSample = (number: string): void =>
    changeDraft((current) => ({ ...current, changes: [...current.changes, number] }));

  const form = useRef<HTMLDivElement>(null);
  const isAbove = useIsAbove(running.length > 0, form);
  const active = running.map((job) => <JobCard key={job.id} job={job} system={system} mayAct={mayAct} />);

  // Running jobs stand above the form: shown before them, it would move down when they arrive.
  const isLoading = system === null && feed.problem === null;
  // One element from the start: the focus and a screen reader are in it while the jobs load, and stay there.
  return (
    <main class="column" id="content" tabIndex={-1}>
      <h1 class="visually-hidden">{msg('job-overview')}</h1>
      {isLoading ? (
        <p class="hint">{msg('app-loading')}</p>
      ) : (
        <>
          <Section heading={msg('overview-now')}>
            {isAbove && active}
            {running.length === 0 && <Idle isKnown={system !== null} history={feed.unfiltered} />}
            {!isAbove && <p class="idle-line">{msg('overview-now-below')}</p>}
          </Section>
          <div key="start" ref={form}>
            <Later>
              <StartForm
                draft={draft}
                onDraft={changeDraft}
                lanes={lanes}
                lane={lane}
                busyJob={lastInLane?.id ?? null}
                isQueueCut={system !== null && system.queuedCount > system.queuedJobs.length}
                gerritUrl={system?.gerritUrl || null}
                mayStart={mayAct}
              />
            </Later>
          </div>
          {!isAbove && <Section heading={msg('overview-running')}>{active}</Section>}
          {queued.length > 0 && (
            <QueueSection jobs={queued} system={system} viewer={viewer} isAdmin={isAdmin} mayAct={mayAct} />
          )}
          <Later>
            <HistorySection
              feed={feed}
              filter={filter}
              viewer={viewer}
              onFilter={setFilter}
              jobs={ended}
              withLane={lanes.length > 0}
              retention={retention}
              whenEmpty={<EmptyHistory samples={samples} chosen={draft.changes} onAdd={addSample} />}
            />
          </Later>
          {ended.length > 0 && samples.length > 0 && (
            <Section heading={msg('overview-start-samples')}>
              <SampleChanges samples={samples} chosen={draft.changes} onAdd={addSample} />
            </Section>
          )}
        </>
      )}
    </main>
  );
}

/** The lanes to choose from, none if there is no choice, and the one of a new job. @param chosen what the user chose, if they did */
function lanesOf(
  system: System | null,
  chosen: string | null,
): { readonly lanes: readonly string[]; readonly lane: string | null } {
  const lanes = system !== null && hasSeveralLanes(system) ? system.lanes : [];
  const lane = lanes.find((each) => each === chosen) ?? lanes.find((each) => each === defaultLane) ?? null;
  return { lanes, lane };
}

/** What the page shows while no job runs. @param isKnown whether it is known that no job runs */
function Idle({ isKnown, history }: { isKnown: boolean; history: History | null }) {
  if (!isKnown) return <p class="idle-line hint">{msg('app-loading')}</p>;
  return <IdleLine recent={history && recentJobs(history.jobs, history.next === null)} />;
}

/**
 * Whether the running jobs stand above the form, because one of them may wait for an answer. A job that begins while the form is in use stays
 * below it, so that the field does not move away.
 */
function useIsAbove(isActive: boolean, form: RefObject<HTMLElement | null>): boolean {
  const isAbove = useRef<boolean | null>(null);
  if (!isActive) isAbove.current = null;
  else isAbove.current ??= !form.current?.contains(document.activeElement);
  return isAbove.current ?? true;
}

/** The filter of the history, which the address of the page names, so that it can be sent to other people. */
function useFilterInAddress(): [HistoryFilter, (filter: HistoryFilter) => void] {
  const [filter, setFilter] = useState(() => filterOf(location.search));
  const place = route.value;
  useEffect(() => {
    const next = filterOf(location.search);
    // The same object as long as nothing changes: another one would load the history again.
    setFilter((known) => (withFilter('', known) === withFilter('', next) ? known : next));
  }, [place]);
  const change = useStableCallback((next: HistoryFilter): void => {
    history.replaceState(null, '', `${location.pathname}${withFilter(location.search, next)}`);
    setFilter(next);
  });
  return [filter, change];
}
