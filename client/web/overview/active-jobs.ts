// Owns which jobs the overview shows as running and which as queued, from what the server said of the system and of single jobs.
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { blockedBy, type Lanes } from '../job/queue/lane.ts';

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
