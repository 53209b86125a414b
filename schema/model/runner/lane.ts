// Owns choosing the lane of a new job among those that jobrunners serve. Not when a lane is free (claim.ts).
import { DomainError } from '../error.ts';

/** The lane of a job when nobody names one. At most one job is active per lane. */
export const defaultLane = 'default';

/** The lane is served by no jobrunner, or none was named although there are several. */
export class UnknownLane extends DomainError {
  /** The lanes that jobrunners serve, sorted by name. */
  readonly lanes: readonly string[];
  constructor(requested: string | null, lanes: readonly string[]) {
    const several = `The ${lanes.length === 1 ? 'only lane is' : 'lanes are'} ${lanes.join(', ')}`;
    const known = lanes.length === 0 ? 'No jobrunner has registered yet' : several;
    super(
      requested === null
        ? `Choose a lane: there are several, and none is called ${defaultLane}. ${known}.`
        : `No jobrunner serves the lane “${requested.slice(0, 100)}”. ${known}.`,
    );
    this.lanes = lanes;
  }
}

/**
 * The lane of a new job. If none is requested: `default`, or the only served lane if `default` is not served. While no lane is served,
 * `default`. Throws {@link UnknownLane}. Pure.
 */
export function laneFor(requested: string | null, lanes: readonly string[]): string {
  const served = lanes.length === 0 ? [defaultLane] : lanes;
  if (requested === null && served.includes(defaultLane)) return defaultLane;
  const lane =
    requested === null && served.length === 1 ? served[0] : served.find((known) => known === requested);
  if (lane === undefined) throw new UnknownLane(requested, lanes);
  return lane;
}
