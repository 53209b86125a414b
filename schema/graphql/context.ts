// Owns what resolvers can ask of the world: one interface for each noun, implemented by server/. Owns no implementation.
import type { ActionSource, AuditFilter, AuditRecord } from '../model/account/audit.ts';
import type { OfferedAuthenticator } from '../model/account/authenticator.ts';
import type { SecondFactorStatus } from '../model/account/second-factor.ts';
import type { Session } from '../model/account/session.ts';
import type { ApiToken, TokenRequest } from '../model/account/token.ts';
import type { Role, User } from '../model/account/user.ts';
import type { Change } from '../model/job/change.ts';
import type { CleanUp, Retention } from '../model/job/clean-up.ts';
import type { JobRequest } from '../model/job/enqueue.ts';
import type { Hold } from '../model/job/hold.ts';
import type { Interaction } from '../model/job/interaction.ts';
import type { Job } from '../model/job/job.ts';
import type { RunnerStatus } from '../model/job/presence.ts';
import type { JobState } from '../model/job/state.ts';
import type { Stop, StopMode } from '../model/job/stop.ts';
import type { LogBatch, LogLine } from '../model/log/line.ts';
import type { LogMarkBatch } from '../model/log/mark.ts';
import type { LogSearch, LogSearchBatch } from '../model/log/search.ts';
import type { DatabaseHealth } from '../model/store/health.ts';

/** Who asks. The role is that of this moment: it is looked up for each operation, never kept in a socket. */
export interface Viewer {
  readonly user: User;
  readonly role: Role;
  /** Null for a token. */
  readonly session: Session | null;
  /** Null for a session. */
  readonly token: ApiToken | null;
  /** What the request came through, for the audit log. */
  readonly through: ActionSource;
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
  enqueue(wish: JobRequest & { through: ActionSource }): Promise<Job>;
  retry(wish: {
    jobId: number;
    owner: User;
    idempotencyKey: string | null;
    through: ActionSource;
  }): Promise<Job>;
  stop(wish: { jobId: number; mode: StopMode; user: User; through: ActionSource }): Promise<Job>;
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
  answer(wish: {
    interactionId: number;
    answer: string;
    user: User;
    through: ActionSource;
  }): Promise<Interaction>;
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
  readonly through: ActionSource;
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

/** Somebody as admins see them. */
export interface Person {
  readonly user: User;
  /** As last known: of their groups, or of the sign-in link they used last; null: none. */
  readonly role: Role | null;
  /** How many sessions of theirs are open. */
  readonly sessions: number;
  /** When a session or a token of theirs was last used; null: never. */
  readonly lastSeenAt: number | null;
}

/** Some of a long list. */
export interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly hasNextPage: boolean;
  /** How many there are in all; counted only when asked. */
  count(): Promise<number>;
}

/** Who does what an admin may, and through what. */
export interface AdminAct {
  readonly by: User;
  readonly through: ActionSource;
}

/** People. Changes throw the domain errors of schema/model. */
export interface Users {
  /** Loads asked for in the same turn become one query. */
  load(id: number): Promise<User>;
  /** By name; `first` is 1 to 100, `after` the number of the last one seen, `text` a part of the name. */
  people(wish: { first: number; after: number | null; text: string | null }): Promise<Page<Person>>;
  person(user: User): Promise<Person>;
  ban(wish: AdminAct & { userId: number; reason: string }): Promise<User>;
  unban(wish: AdminAct & { userId: number }): Promise<User>;
  endSessionsOf(wish: AdminAct & { userId: number }): Promise<User>;
  /** `but`: the number of a session that stays. Returns how many were open. */
  endAllSessions(wish: AdminAct & { but: number | null }): Promise<number>;
  /** Everybody's tokens that count, the newest first; `before`: only those with smaller numbers. */
  tokens(wish: { first: number; before: number | null }): Promise<Page<ApiToken>>;
  revokeTokenOf(wish: AdminAct & { tokenId: number }): Promise<ApiToken>;
}

/** Holds. */
export interface Holds {
  /** Throws DeploymentsHeld while a hold counts. */
  check(): Promise<void>;
  /** Throws HoldNotAccepted and DeploymentsHeld. */
  begin(wish: AdminAct & { reason: string; endsAt: number | null }): Promise<Hold>;
  /** Throws DeploymentsNotHeld. */
  release(wish: AdminAct & { holdId: number }): Promise<Hold>;
}

/** The audit log. */
export interface Audit {
  /** Newest first; `first` is 1 to 200, `before`: only entries with smaller numbers. */
  list(wish: { first: number; before: number | null; filter: AuditFilter }): Promise<Page<AuditRecord>>;
}

/** A caller with a session of their own. */
export interface SessionViewer extends Viewer {
  readonly session: Session;
}

/** One's own signed-in browsers. */
export interface Sessions {
  /** Those that count, the one used last first. */
  own(viewer: Viewer): Promise<readonly Session[]>;
  /** `null` is nobody's number. Throws SessionNotFound. */
  end(viewer: Viewer, id: number | null): Promise<void>;
  /** All but that of the caller. */
  endOthers(viewer: SessionViewer): Promise<void>;
}

/** A token that was made, and the secret itself, which is told this once. */
export interface MadeToken {
  readonly token: string;
  readonly made: ApiToken;
}

/** One's own tokens. */
export interface Tokens {
  /** Those that count, the newest first. */
  own(viewer: Viewer): Promise<readonly ApiToken[]>;
  /** Throws TokenNotAllowed, InvalidToken, TooManyTokens. */
  make(viewer: Viewer, wish: TokenRequest): Promise<MadeToken>;
  /** `null` is nobody's number. Throws TokenNotFound. */
  revoke(viewer: Viewer, id: number | null): Promise<void>;
}

/** What somebody shows besides signing in. */
export interface SecondFactors {
  standing(viewer: Viewer): Promise<SecondFactorStatus>;
  begin(viewer: SessionViewer): Promise<OfferedAuthenticator>;
  confirm(viewer: SessionViewer, code: string): Promise<void>;
  remove(viewer: SessionViewer): Promise<void>;
}

/** What Gerrit knows. */
export interface Changes {
  /** The base URL of Gerrit; null where there is none. */
  readonly url: string | null;
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
  readonly runners: readonly RunnerStatus[];
  readonly activeJobs: readonly Job[];
  readonly queuedJobs: readonly Job[];
  readonly retention: Retention;
  readonly lastCleanUp: CleanUp | null;
  readonly database: DatabaseHealth;
  /** The hold that counts; null: none does. */
  readonly hold: Hold | null;
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
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly secondFactors: SecondFactors;
  readonly changes: Changes;
  readonly system: Systems;
  readonly holds: Holds;
  readonly audit: Audit;
}
