// Owns how a replay moves through the time of a job. Pure. Owns no timer (replay.tsx).

/** How many times as fast as the job a replay can run. */
export const speeds = [1, 2, 5, 10, 30, 60] as const;
export type Speed = (typeof speeds)[number];

/** A time without lines is skipped if it is longer than this, in milliseconds of the job. */
const maxWait = 3_000;
/** How long before the next line a skip ends, in milliseconds of the job. */
const lead = 500;

/** A step of the playback. Times are milliseconds since the start of the job. */
export interface Step {
  readonly position: number;
  /** How much time of the viewer has passed. */
  readonly elapsed: number;
  readonly speed: Speed;
  readonly duration: number;
  /** When the next line follows, or the job ends; null if not known (yet). */
  readonly next: number | null;
  readonly skipsWaits: boolean;
}

/** The position after a step. */
export function positionAfter({ position, elapsed, speed, duration, next, skipsWaits }: Step): number {
  const moved = Math.min(duration, position + elapsed * speed);
  if (!skipsWaits || next === null || next - moved <= maxWait) return moved;
  return Math.min(duration, next - lead);
}

/** The next speed in a direction; the last one stays. */
export function speedBeside(speed: Speed, step: 1 | -1): Speed {
  return speeds[speeds.indexOf(speed) + step] ?? speed;
}
