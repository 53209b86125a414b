// Owns what resolvers can ask of the world: one interface for each noun, implemented by server/. Owns no implementation.
import type { Change } from '../model/change.ts';
import type { CleanUp, Retention } from '../model/clean-up.ts';
import type { DatabaseHealth } from '../model/health.ts';
import type { Interaction } from '../model/interaction.ts';
import type { Job, JobState, JobWish } from '../model/job.ts';
import type { LogBatch, LogLine } from '../model/log.ts';
import type { LogMarkBatch } from '../model/log-mark.ts';
import type { LogSearch, LogSearchBatch } from '../model/log-search.ts';
import type { RunnerNow } from '../model/presence.ts';
import type { Stop, StopMode } from '../model/stop.ts';
import type { Role, User } from '../model/user.ts';

/** Who asks. The role is that of this moment: it is looked up for each operation, never kept in a socket. */
export interface Viewer {
  readonly user: User;
  readonly role: Role;
}

/** Which jobs of the history are wanted. Members that are absent let everything through. */
export interface JobFilter {
  readonly states?: readonly JobState[];
  /** The owner's whole name. */
  readonly owner?: string;
  /** Part of the title in any case, or a whole change number. */
  readonly text?: string;
}

/** A page of the history, newest first. */
export interface JobPage {
  readonly jobs: readonly Job[];
  readonly hasNextPage: boolean;
  /** How many the filter lets through in all; counted only when asked. */
  count(): Promise<number>;
}

/** Jobs. Numbers that are not of a job give `null`, and those of jobs that are being removed; changes throw the domain errors of schema/model. */
export interface Jobs {
  /** Loads asked for in the same turn become one query. */
  load(id: number): Promise<Job | null>;
  /** `first` is 1 to 100; `before`: only jobs with smaller numbers. */
  list(wish: { first: number; before: number | null; filter: JobFilter }): Promise<JobPage>;
  /** The job that this owner has made with this key before. */
  withIdempotencyKey(owner: User, key: string): Promise<Job | null>;
  enqueue(wish: JobWish): Promise<Job>;
  retry(wish: { jobId: number; owner: User; idempotencyKey: string | null }): Promise<Job>;
  stop(wish: { jobId: number; mode: StopMode; user: User }): Promise<Job>;
  /** The job as it is now and after each change, until it has ended. `null`: there is none. */
  follow(id: number): Promise<AsyncIterableIterator<Job> | null>;
  /** The jobs that have not ended, as they are now; then every job that changes. Without end. */
  followAll(): AsyncIterableIterator<Job>;
}

/** Questions and their answers. */
export interface Interactions {
  /** In the order they were asked. Loads asked for in the same turn become one query. */
  ofJob(jobId: number): Promise<readonly Interaction[]>;
  /** The open question. Loads asked for in the same turn become one query. */
  pending(jobId: number): Promise<Interaction | null>;
  answer(wish: { interactionId: number; answer: string; user: User }): Promise<Interaction>;
}

/** Requests to stop. */
export interface Stops {
  /** Oldest first. Loads asked for in the same turn become one query. */
  ofJob(jobId: number): Promise<readonly Stop[]>;
}

/** Whom to show the sensitive lines of a part of a log; both numbers included. */
export interface Reveal {
  readonly job: Job;
  readonly from: number;
  readonly to: number;
  readonly user: User;
}

/** Log lines. */
export interface Logs {
  /** The number of the last line. Loads asked for in the same turn become one query. */
  count(jobId: number): Promise<number>;
  /** The lines after number `after`, at most `first` of them and fewer when they are long. */
  read(job: Job, after: number, first: number): Promise<LogBatch>;
  /**
   * Lines after number `after`, those that exist and those that come, until the log is complete. `latest`: of what waits only so many, the
   * newest, are given; null: all.
   */
  follow(jobId: number, after: number, latest: number | null): AsyncIterableIterator<LogBatch>;
  /** Which lines match, those that exist and those that come, until the log is complete. Throws PatternNotAccepted and TooManySearches, also while it runs. */
  search(jobId: number, search: LogSearch, user: User): AsyncIterableIterator<LogSearchBatch>;
  /** Marks of the lines after number `after`, those that exist and those that come, until the log is complete. */
  marks(jobId: number, after: number): AsyncIterableIterator<LogMarkBatch>;
  /** The sensitive lines from number `from` to `to`, once it is recorded who is shown them. */
  reveal(wish: Reveal): Promise<readonly LogLine[]>;
}

/** People. */
export interface Users {
  /** Loads asked for in the same turn become one query. */
  load(id: number): Promise<User>;
}

/** What Gerrit knows. */
export interface Changes {
  /** For each number the change, or `null` where Gerrit has none. Throws GerritUnavailable. */
  lookUp(numbers: readonly string[]): Promise<ReadonlyMap<string, Change | null>>;
  /** A few open changes worth trying; empty unless everything is simulated, and when Gerrit cannot be asked. Never throws. */
  samples(): Promise<readonly Change[]>;
}

/** The whole as it is now. */
export interface SystemNow {
  readonly version: string;
  readonly simulated: boolean;
  readonly gerritUrl: string;
  /** Those that are there, and those that went less than a day ago; by id. */
  readonly runners: readonly RunnerNow[];
  readonly activeJobs: readonly Job[];
  readonly queuedJobs: readonly Job[];
  readonly retention: Retention;
  readonly lastCleanUp: CleanUp | null;
  readonly database: DatabaseHealth;
}

/** The whole. */
export interface Systems {
  now(): Promise<SystemNow>;
  /** The lanes of the jobrunners that are known, by name. */
  lanes(): Promise<readonly string[]>;
  /** As it is now, then after each change. Without end. */
  follow(): AsyncIterableIterator<SystemNow>;
}

/** What every resolver is given. Made anew for each operation, by one function for all transports. */
export interface Context {
  readonly viewer: Viewer;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  readonly jobs: Jobs;
  readonly interactions: Interactions;
  readonly stops: Stops;
  readonly logs: Logs;
  readonly users: Users;
  readonly changes: Changes;
  readonly system: Systems;
}
