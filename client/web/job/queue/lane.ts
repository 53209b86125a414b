// Owns what lanes and jobrunners mean for a job: whether lanes are worth naming, and what blocks the job. Owns no wording.
import type { JobState } from '../../../generated/graphql.ts';

/** The lane that is chosen for a new job unless the user chooses another, if a jobrunner serves it. */
export const defaultLane = 'default';

/** The part of `System` that is needed here. */
export interface Lanes {
  readonly lanes: readonly string[];
  readonly runners: readonly {
    readonly host: string;
    readonly lanes: readonly string[];
    readonly online: boolean;
    /** Why its host may not deploy now; null if it may. */
    readonly laneProblem: string | null;
  }[];
}

/** The part of a job that is needed here. */
export interface BlockableJob {
  readonly state: JobState;
  readonly ended: boolean;
  readonly lane: string;
  readonly host: string | null;
  /** Since when its supervisor does not respond, as an ISO 8601 string; null while it does. */
  readonly notRespondingSince: string | null;
}

/** Whether there is more than one lane. With one, lanes are not shown. */
export const hasSeveralLanes = (system: Lanes | null): boolean => (system?.lanes.length ?? 0) > 1;

/**
 * The lane that no jobrunner serves, why its host may not deploy, since when its supervisor does not respond, or the host on which no
 * jobrunner is online; null if nothing blocks the job.
 */
export function blockedBy(
  job: BlockableJob,
  system: Lanes | null,
):
  | { readonly lane: string }
  | { readonly problem: string }
  | { readonly since: string }
  | { readonly host: string }
  | null {
  if (system === null || job.ended) return null;
  const online = system.runners.filter((runner) => runner.online);
  const { lane, host } = job;
  if (job.state === 'QUEUED') {
    const serving = online.filter((runner) => runner.lanes.includes(lane));
    if (serving.some(({ laneProblem }) => laneProblem === null)) return null;
    return serving[0]?.laneProblem == null ? { lane } : { problem: serving[0].laneProblem };
  }
  if (job.notRespondingSince !== null) return { since: job.notRespondingSince };
  return host === null || online.some((runner) => runner.host === host) ? null : { host };
}
