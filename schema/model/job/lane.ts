// Owns which lane a job goes to, of those that jobrunners serve. Not what a lane holds up (job.ts).
import { DomainError } from '../error.ts';
import { defaultLane } from './job.ts';

/** A job was wished for in no lane that is known, or in none of several. */
export class UnknownLane extends DomainError {
  /** The lanes that jobrunners serve, by name. */
  readonly lanes: readonly string[];
  constructor(wished: string | null, lanes: readonly string[]) {
    const known =
      lanes.length === 0 ? 'No jobrunner serves any lane yet' : `The lanes are ${lanes.join(', ')}`;
    super(
      wished === null
        ? `Choose a lane: there is more than one, and none is named ${defaultLane}. ${known}.`
        : `No jobrunner serves a lane “${wished.slice(0, 100)}”. ${known}.`,
    );
    this.lanes = lanes;
  }
}

/**
 * The lane a job goes to. Nobody named one: `default`, unless only others are served; then the only one. While nothing is served,
 * `default` waits for who will serve it. Throws {@link UnknownLane}. Pure.
 */
export function laneFor(wished: string | null, lanes: readonly string[]): string {
  const served = lanes.length === 0 ? [defaultLane] : lanes;
  if (wished === null && served.includes(defaultLane)) return defaultLane;
  const lane = wished === null && served.length === 1 ? served[0] : served.find((known) => known === wished);
  if (lane === undefined) throw new UnknownLane(wished, lanes);
  return lane;
}
