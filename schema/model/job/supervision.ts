// Owns which rules between jobrunner, server and supervisor a job is run under, by number, and which of them this code takes over. Not the supervisor (jobrunner/supervisor.ts).

/**
 * The rules that supervisors of this version keep, written into a job when its supervisor takes it. Raised when what a supervisor does with
 * the rows of others (answers, stops, the job's end) changes:
 * 1. answers and stops are orders; only its supervisor and a jobrunner of its host end a job.
 * 2. a job that somebody else has ended is an order too: the supervisor kills scap at once.
 */
export const currentSupervision = 2;
/** The oldest rules whose jobs this version looks after. */
const oldestKnownSupervision = 1;

/**
 * Whether this version looks after such a job entirely; null: rules 1, from before they had a number. A job under other rules is left
 * to its supervisor: it is lost once that is gone, and nothing else is done about it.
 */
export const isKnownSupervision = (supervision: number | null): boolean => {
  const rules = supervision ?? 1;
  return rules >= oldestKnownSupervision && rules <= currentSupervision;
};
