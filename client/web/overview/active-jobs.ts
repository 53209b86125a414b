// Owns which jobs the overview shows as running and which as queued, from what the server said of the system and of single jobs.
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { blockedBy, type Lanes } from '../job/queue/lane.ts';
import type { History } from './history.ts';

/** Jobs that have not ended. */
export interface UnendedJobs {
  readonly running: readonly JobSummaryFragment[];
  /** In the order of the queue. */
  readonly queued: readonly JobSummaryFragment[];
}

/** The active and queued jobs as the server says them. */
interface KnownJobs {
  readonly activeJobs: readonly JobSummaryFragment[];
  readonly queuedJobs: readonly JobSummaryFragment[];
}

/** The jobs of the history that have not ended, until the server says which are active; null if it is not loaded. */
export function jobsOfHistory(history: History | null): KnownJobs | null {
  if (history === null) return null;
  const unended = history.jobs.filter(({ ended }) => !ended);
  const isQueued = ({ state }: JobSummaryFragment): boolean => state === 'QUEUED';
  return {
    activeJobs: unended.filter((job) => !isQueued(job)),
    // The newest job is the first of the history, and the last of the queue.
    queuedJobs: unended.filter(isQueued).reverse(),
  };
}

/**
 * The jobs of `system` in their newest state.
 * @param latest the newest state of single jobs, by number. It can be newer than `system`, so a job of the queue may have started.
 */
export function unendedJobs(
  system: KnownJobs | null,
  latest: ReadonlyMap<string, JobSummaryFragment>,
): UnendedJobs {
  if (system === null) return { running: [], queued: [] };
  const newest = (job: JobSummaryFragment): JobSummaryFragment => latest.get(job.id) ?? job;
  const active = system.activeJobs.map(newest).filter(({ ended }) => !ended);
  const waiting = system.queuedJobs.map(newest);
  const started = waiting.filter(
    ({ id, state, ended }) => state !== 'QUEUED' && !ended && !active.some((job) => job.id === id),
  );
  return { running: [...active, ...started], queued: waiting.filter(({ state }) => state === 'QUEUED') };
}

/**
 * The jobs of the history that the overview lists as such. The end of a long queue is not shown above the history; it belongs to it only as the result of a
 * search.
 */
export function pastJobs(
  history: readonly JobSummaryFragment[],
  shownAbove: readonly JobSummaryFragment[],
  isSearch: boolean,
): JobSummaryFragment[] {
  const above = new Set(shownAbove.map(({ id }) => id));
  return history.filter(({ id, state }) => !above.has(id) && (isSearch || state !== 'QUEUED'));
}

/** The first queued job of each lane that no online jobrunner serves. */
export function firstBlockedOfLanes(
  queued: readonly JobSummaryFragment[],
  system: Lanes | null,
): JobSummaryFragment[] {
  return queued.filter(
    (job, index) =>
      blockedBy(job, system) !== null && queued.findIndex(({ lane }) => lane === job.lane) === index,
  );
}
