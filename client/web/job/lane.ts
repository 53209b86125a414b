// Owns what jobrunners, where they are and what they serve, mean for a job. Owns no word of the page and no look of it.
import type { JobState } from '../../generated/graphql.ts';
import { hasEnded } from './job-state.tsx';

/** The lane of a job for which nobody chose one, where it is served. */
export const defaultLane = 'default';

/** What must be known of the system for it. */
export interface Lanes {
  readonly lanes: readonly string[];
  readonly runners: readonly {
    readonly host: string;
    readonly lanes: readonly string[];
    readonly online: boolean;
  }[];
}

/** What must be known of a job for it. */
export interface LaneJob {
  readonly state: JobState;
  readonly lane: string;
  readonly host: string | null;
}

/** Whether it is worth a word in which lane a job is: only where there are several. */
export const hasSeveral = (system: Lanes | null): boolean => (system?.lanes.length ?? 0) > 1;

/** What holds a job up, if something does: it waits in a lane that nobody serves, or no jobrunner of its host is there. */
export function hindrance(
  job: LaneJob,
  system: Lanes | null,
): { readonly lane: string } | { readonly host: string } | null {
  if (system === null || hasEnded(job.state)) return null;
  const online = system.runners.filter((runner) => runner.online);
  const { lane, host } = job;
  if (job.state === 'QUEUED') return online.some((runner) => runner.lanes.includes(lane)) ? null : { lane };
  return host === null || online.some((runner) => runner.host === host) ? null : { host };
}
