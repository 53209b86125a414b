// Owns how far a stored time may be ahead of the clock: a wrong clock that was corrected leaves times that would not come for days or years. Pure. Not which rows are too old (job/removal.ts).

/** How much the clocks of two servers may differ, with a large margin, in milliseconds. */
const largestDifference = 3_600_000;

/** The latest time that a right clock can have written, if what it wrote is at most `ahead` milliseconds in the future. */
export const latestPlausible = (now: number, ahead = 0): number => now + ahead + largestDifference;
