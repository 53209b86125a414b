// Owns the loading of the history: pages on request, updates of single jobs as they come. Owns no rule of order: see history.ts.
import type { ReadonlySignal } from '@preact/signals';
import { useClient, useSubscription } from '@urql/preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { whyItFailed } from '../connection/client.ts';
import {
  AnyJobUpdatesSubscription,
  firstJobs,
  JobCountQuery,
  JobsQuery,
  pageSize,
} from '../job/job.graphql.ts';
import { firstPage, type History, withFirstPage, withPage, withTotal, withUpdate } from './history.ts';
import { type HistoryFilter, isFiltered, jobFilterOf, matches } from './history-filter.ts';

/** How long ends of jobs are collected before the server is asked which of them belong to the history, in milliseconds. */
const collectTime = 500;

export interface HistoryFeed {
  /** Null until the first page is loaded. While the page of a new filter is loaded, that of the previous one stays. */
  readonly history: History | null;
  /** The newest jobs of all; null if none were loaded without a filter. */
  readonly unfiltered: History | null;
  /** The newest state of each job that has changed since the first page was loaded, by number. */
  readonly latest: ReadonlyMap<string, JobSummaryFragment>;
  /** Why the last request failed, or null. */
  readonly problem: string | null;
  readonly loadMore: () => void;
  readonly reload: () => void;
}

/**
 * Loads the first page now, and again after each new connection, because updates may have been missed before it.
 * @param connections the number of connections so far
 * @param filter which jobs to load; the same object as long as it does not change
 */
export function useHistoryFeed(connections: ReadonlySignal<number>, filter: HistoryFilter): HistoryFeed {
  const client = useClient();
  const [history, setHistory] = useState<History | null>(null);
  const [unfiltered, setUnfiltered] = useState<History | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [latest, setLatest] = useState<ReadonlyMap<string, JobSummaryFragment>>(new Map());
  const [reloads, setReloads] = useState(0);
  /** Changes when the history is loaded from its beginning: what was asked for before has no place in it. */
  const generation = useRef(0);
  /** Runs while ends of jobs are collected. */
  const collecting = useRef<ReturnType<typeof setTimeout> | null>(null);
  /** The filter of `history`: that of the argument may still be loading. */
  const loaded = useRef<HistoryFilter | null>(null);

  useSubscription({ query: AnyJobUpdatesSubscription }, (_: null | undefined, { jobUpdates }) => {
    setLatest((known) => new Map(known).set(jobUpdates.id, jobUpdates));
    setUnfiltered((known) => (known === null ? null : withUpdate(known, jobUpdates)));
    const isKnown = history?.jobs.some(({ id }) => id === jobUpdates.id) === true;
    const belongs = isKnown || matches(jobUpdates, filter);
    if (belongs === true) setHistory((known) => known && withUpdate(known, jobUpdates));
    // Only the server knows: the first page is loaded again.
    if (belongs === null && jobUpdates.ended)
      collecting.current ??= setTimeout(() => {
        collecting.current = null;
        setReloads((count) => count + 1);
      }, collectTime);
    return null;
  });
  useEffect(() => () => clearTimeout(collecting.current ?? undefined), []);

  useEffect(() => {
    const own = ++generation.current;
    const load = async (): Promise<void> => {
      const conditions = isFiltered(filter) ? jobFilterOf(filter) : null;
      const { data, error } = await client.query(JobsQuery, firstJobs(conditions));
      if (own !== generation.current) return;
      const page = data?.jobs;
      setProblem(page === undefined ? whyItFailed(error) : null);
      if (page === undefined) return;
      setLatest(new Map());
      const isAgain = loaded.current === filter;
      loaded.current = filter;
      setHistory((known) => (known !== null && isAgain ? withFirstPage(known, page) : firstPage(page)));
      if (!isFiltered(filter)) setUnfiltered(firstPage(page));
      const counted = await client.query(JobCountQuery, { filter: conditions });
      const total = counted.data?.jobs.totalCount;
      if (own === generation.current && total !== undefined)
        setHistory((known) => known && withTotal(known, total));
    };
    void load();
    return () => {
      generation.current++;
    };
  }, [client, connections.value, reloads, filter]);

  const next = history?.next ?? null;
  const loadMore = useCallback(async () => {
    if (next === null) return;
    const own = generation.current;
    const { data, error } = await client.query(JobsQuery, {
      first: pageSize,
      after: next,
      filter: jobFilterOf(filter),
    });
    if (own !== generation.current) return;
    const page = data?.jobs;
    setProblem(page === undefined ? whyItFailed(error) : null);
    // Another first page may have arrived, which this one does not follow.
    if (page !== undefined) setHistory((known) => (known?.next === next ? withPage(known, page) : known));
  }, [client, next, filter]);

  return {
    history,
    unfiltered,
    latest,
    problem,
    loadMore: () => void loadMore(),
    reload: () => setReloads((count) => count + 1),
  };
}
