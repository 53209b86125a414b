// Owns the states of jobs, and which transitions between them are allowed. Pure. Not the update that makes one (job.ts).

/** Every state a job can be in. See docs/architecture.md for the diagram. */
export const jobStates = [
  'queued',
  'starting',
  'running',
  'waiting',
  'stopping',
  'succeeded',
  'failed',
  'stopped',
  'lost',
  'cancelled',
] as const;
export type JobState = (typeof jobStates)[number];

/** States in which a job occupies its lane: a supervisor runs it or is about to. */
export const activeStates = [
  'starting',
  'running',
  'waiting',
  'stopping',
] as const satisfies readonly JobState[];
/** Final states. */
export const endedStates = [
  'succeeded',
  'failed',
  'stopped',
  'lost',
  'cancelled',
] as const satisfies readonly JobState[];

/** The allowed transitions from each state. A second stop leaves a job *stopping*. */
export const transitions: Readonly<Record<JobState, readonly JobState[]>> = {
  queued: ['starting', 'cancelled'],
  starting: ['running', 'stopping', 'failed', 'lost'],
  running: ['waiting', 'stopping', 'stopped', 'succeeded', 'failed', 'lost'],
  waiting: ['running', 'stopping', 'stopped', 'succeeded', 'failed', 'lost'],
  stopping: ['stopping', 'running', 'stopped', 'succeeded', 'failed', 'lost'],
  succeeded: [],
  failed: [],
  stopped: [],
  lost: [],
  cancelled: [],
};

/** Whether a job in this state has ended. */
export const hasEnded = (state: JobState): boolean => endedStates.some((ended) => ended === state);

/** The active states as a list for SQL. */
export const activeStateList = activeStates.map((state) => `'${state}'`).join(', ');
/** The final states as a list for SQL. */
export const endedStateList = endedStates.map((state) => `'${state}'`).join(', ');
