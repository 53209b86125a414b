// Owns the version of the rules between jobrunner, server and supervisor, and which versions this code supports. Not the supervisor (jobrunner/supervisor/supervisor.ts).

/**
 * The version of the rules that supervisors of this code follow, stored in a job when its supervisor takes it. Incremented when a
 * supervisor handles rows of others (answers, stops, the job's end) differently. 1: answers and stops are rows; only its supervisor and a
 * jobrunner of its host end a job. 2: another process may end a job too; its supervisor then kills scap immediately.
 * 3: an answer after a stop ends the stop.
 */
export const currentSupervision = 3;
/** Since this version an answer to a question that was asked after a stop makes the job *running* again. */
export const endsStopByAnswer = 3;
/** The oldest supported version. */
const oldestKnownSupervision = 1;

/**
 * Whether this code fully supports jobs of this version; null: version 1, stored before versions existed. A job of another version is left
 * to its supervisor: when that is gone the job is lost, and nothing else is done.
 */
export const isKnownSupervision = (supervision: number | null): boolean => {
  const rules = supervision ?? 1;
  return rules >= oldestKnownSupervision && rules <= currentSupervision;
};
