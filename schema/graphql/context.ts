// Owns the interfaces of the data sources that resolvers use, one for each noun. The server implements them.
import type { ActionSource, AuditFilter, AuditRecord } from '../model/account/audit.ts';
import type { OperationUse } from '../model/account/operation-use.ts';
import type { OfferedAuthenticator } from '../model/account/second-factor/authenticator.ts';
import type { Passkey } from '../model/account/second-factor/passkey.ts';
import type { SecondFactorStatus } from '../model/account/second-factor/second-factor.ts';
import type { Session } from '../model/account/session.ts';
import type { ApiToken, TokenRequest } from '../model/account/token.ts';
import type { Role, User } from '../model/account/user.ts';
import type { Change } from '../model/job/change.ts';
import type { CleanUp, Retention } from '../model/job/clean-up.ts';
import type { JobRequest } from '../model/job/enqueue.ts';
import type { HandoverRequest } from '../model/job/handover.ts';
import type { Hold } from '../model/job/hold.ts';
import type { Interaction } from '../model/job/interaction.ts';
import type { Job } from '../model/job/job.ts';
import type { JobFilter } from '../model/job/job-filter.ts';
import type { JobWatcher } from '../model/job/job-watcher.ts';
import type { JobOrder, JobPosition } from '../model/job/listing-query.ts';
import type { MoveRequest } from '../model/job/queue.ts';
import type { Stop, StopMode } from '../model/job/stop.ts';
import type { LogBatch, LogLine } from '../model/log/line.ts';
import type { LogMarkBatch } from '../model/log/mark.ts';
import type { LogSearch, LogSearchBatch } from '../model/log/search.ts';
import type { WebhookDelivery } from '../model/notification/delivery.ts';
import type { StoredEvent } from '../model/notification/event.ts';
import type { PushRequest } from '../model/notification/push-subscription.ts';
import type { Webhook, WebhookAdmin, WebhookSettings } from '../model/notification/webhook.ts';
import type { RunnerStatus } from '../model/runner/presence.ts';
import type { Statistics } from '../model/statistics/statistics.ts';
import type { JobTiming, UsualTimes } from '../model/statistics/usual-time.ts';
import type { DatabaseHealth } from '../model/store/health.ts';
import type { ErrorLogSource, ErrorRange, ErrorWatch, JobHealth } from '../text/error-log/job-health.ts';
import type { TrainFacts, TrainGroup, TrainLines, TrainPosition } from '../text/train.ts';
import type { Period } from '../text/week.ts';

/** The user or token that sent an operation. The role is determined for each operation, even on an open WebSocket. */
export interface Viewer {
  readonly user: User;
  readonly role: Role;
  /** Null for a token. */
  readonly session: Session | null;
  /** Null for a session. */
  readonly token: ApiToken | null;
  /** The channel and address, for the audit log. */
  readonly through: ActionSource;
}

/** How many of the queued jobs are in the state of the system, and at the beginning of the updates of all jobs. */
export const maxQueuedJobs = 20;

/** Jobs. An unknown number gives `null`, also that of a job that is being removed. Changes throw the domain errors of schema/model. */
export interface Jobs {
  /** Batched: loads of the same turn of the event loop become one query. */
  load(id: number): Promise<Job | null>;
  /** The last job before it that ended with the same error line apart from numbers. Batched. */
  sameErrorBefore(id: number): Promise<Job | null>;
  /** `first` is 1 to 100; `after`: only jobs that come after it in this order. `userId`: who asks; users take turns. */
  list(request: {
    first: number;
    after: JobPosition | null;
    order: JobOrder;
    filter: JobFilter;
    userId: number;
  }): Promise<Page<Job>>;
  /** The job that this owner created with this key before. */
  withIdempotencyKey(owner: User, key: string): Promise<Job | null>;
  enqueue(request: JobRequest & { through: ActionSource }): Promise<Job>;
  retry(request: {
    jobId: number;
    owner: User;
    /** The changes as Gerrit knows them now; undefined: as they were for the first job. */
    changes?: readonly Change[] | undefined;
    idempotencyKey: string | null;
    through: ActionSource;
  }): Promise<Job>;
  stop(request: { jobId: number; mode: StopMode; user: User; through: ActionSource }): Promise<Job>;
  /** Throws JobNotFound and JobNotMoved. */
  move(request: MoveRequest): Promise<Job>;
  /** `to` null: the user takes it over. Throws JobNotFound, JobAlreadyEnded, JobNotHandedOver. */
  handOver(request: Omit<HandoverRequest, 'to'> & { to: string | null }): Promise<Job>;
  /** The job, now and after each change, until it has ended. `null` if it does not exist. */
  follow(id: number): Promise<AsyncIterableIterator<Job> | null>;
  /** The active jobs and the beginning of the queue, then each job that changes. Never ends. */
  followAll(): AsyncIterableIterator<Job>;
}

/**
 * A part of a list that is in the order of its ids. `after`: only rows with greater ids. `last`: the rows are at the end of the list instead of its
 * beginning. In both cases at most `count` rows, 1 to 100.
 */
export interface ListPart {
  readonly after: number;
  readonly count: number;
  readonly last: boolean;
}

/** Questions and their answers. */
export interface Interactions {
  /** In the order in which they were asked. */
  ofJob(jobId: number, part: ListPart): Promise<readonly Interaction[]>;
  /** The open question. Batched. */
  pending(jobId: number): Promise<Interaction | null>;
  answer(request: {
    interactionId: number;
    answer: string;
    user: User;
    through: ActionSource;
  }): Promise<Interaction>;
  /** Throws InteractionAlreadyAnswered and InteractionGone. */
  claim(request: { interactionId: number; user: User; through: ActionSource }): Promise<Interaction>;
}

/** The stages of jobs, and what follows from those of comparable jobs. */
export interface JobTimes {
  /** Batched. */
  timing(jobId: number): Promise<JobTiming>;
  /** May be half a minute old. */
  usual(job: Pick<Job, 'lane' | 'kind'>): Promise<UsualTimes>;
  /** When a queued job can be expected to start, in milliseconds since 1970; null if unknown. Batched. */
  expectedStart(job: Pick<Job, 'id' | 'lane'>): Promise<number | null>;
}

/** Who looks at jobs. */
export interface JobWatchers {
  /** The users who look at a job now, each once. Batched. */
  of(jobId: number): Promise<readonly JobWatcher[]>;
  /** The same, now and after each change. Until the result ends, the user is one of them. Never ends. */
  follow(jobId: number, user: User): AsyncIterableIterator<readonly JobWatcher[]>;
}

export interface StatisticsSource {
  /** May be a minute old. `zone`: an IANA time zone. `userId`: who asks; users take turns. */
  of(period: Period, zone: string, userId: number): Promise<Statistics>;
}

export interface Stops {
  /** Oldest first. */
  ofJob(jobId: number, part: ListPart): Promise<readonly Stop[]>;
}

/** Which sensitive lines to reveal, and to whom. The range includes both numbers. */
export interface Reveal {
  readonly job: Job;
  readonly from: number;
  readonly to: number;
  readonly user: User;
  readonly through: ActionSource;
}

/** Log lines. */
export interface Logs {
  /** The number of lines. Batched. */
  count(jobId: number): Promise<number>;
  /** At most `first` lines after number `after`, or fewer if they are long. */
  read(job: Job, after: number, first: number): Promise<LogBatch>;
  /**
   * The lines after number `after`, existing and new ones, until the log is complete. `latest`: if more lines than this are waiting, only the newest
   * are sent; null for all lines.
   */
  follow(jobId: number, after: number, latest: number | null): AsyncIterableIterator<LogBatch>;
  /** The matching lines, existing and new ones, until the log is complete. Throws PatternNotAccepted and TooManySearches, also from the iterator. */
  search(jobId: number, search: LogSearch, user: User): AsyncIterableIterator<LogSearchBatch>;
  /** The marks after number `after`, existing and new ones, until the log is complete. */
  marks(jobId: number, after: number): AsyncIterableIterator<LogMarkBatch>;
  /** The sensitive lines in the range, after the reveal was recorded in the audit log. */
  reveal(request: Reveal): Promise<readonly LogLine[]>;
}

/** A user as admins see them. */
export interface Person {
  readonly user: User;
  /** The last known role, from the groups or the last sign-in link; null if none. */
  readonly role: Role | null;
  /** The number of active sessions. */
  readonly sessions: number;
  /** When a session or a token was last used; null if never. */
  readonly lastSeenAt: number | null;
}

/** A page of a list (pagination). */
export interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly hasNextPage: boolean;
  /** The total number of nodes; counted on demand. */
  count(): Promise<number>;
}

/** Which admin does something, and through which channel. */
export interface AdminAct {
  readonly by: User;
  readonly through: ActionSource;
}

/** Users. Changes throw the domain errors of schema/model. */
export interface Users {
  /** Batched: loads of the same turn of the event loop become one query. */
  load(id: number): Promise<User>;
  /** By name; `first` is 1 to 100, `after` the id of the last user of the previous page, `text` a part of the name. */
  people(request: { first: number; after: number | null; text: string | null }): Promise<Page<Person>>;
  person(user: User): Promise<Person>;
  ban(request: AdminAct & { userId: number; reason: string }): Promise<User>;
  unban(request: AdminAct & { userId: number }): Promise<User>;
  rebind(request: AdminAct & { userId: number }): Promise<User>;
  endSessionsOf(request: AdminAct & { userId: number }): Promise<User>;
  /** `but`: the id of a session to keep. Returns the number of ended sessions. */
  endAllSessions(request: AdminAct & { but: number | null }): Promise<number>;
  /** The active tokens of all users, newest first; `before`: only those with smaller ids. */
  tokens(request: { first: number; before: number | null }): Promise<Page<ApiToken>>;
  revokeTokenOf(request: AdminAct & { tokenId: number }): Promise<ApiToken>;
}

export interface Holds {
  /** Throws DeploymentsHeld while a hold is active. */
  check(): Promise<void>;
  /** Throws HoldNotAccepted and DeploymentsHeld. */
  begin(request: AdminAct & { reason: string; endsAt: number | null }): Promise<Hold>;
  /** Throws DeploymentsNotHeld. */
  release(request: AdminAct & { holdId: number }): Promise<Hold>;
}

/** A webhook with its secret, which is shown once. */
export interface MadeWebhook {
  readonly webhook: Webhook;
  readonly secret: string;
}

/** A delivery with what it delivers. */
export interface DeliveryOfEvent {
  readonly delivery: WebhookDelivery;
  readonly event: StoredEvent;
}

/** Webhooks. Changes throw the domain errors of schema/model; an id that is null names none. */
export interface Webhooks {
  /** Oldest first. */
  list(): Promise<readonly Webhook[]>;
  /** Newest first; `first` is 1 to 100, `before`: only deliveries with smaller ids. */
  deliveries(request: {
    webhookId: number;
    first: number;
    before: number | null;
  }): Promise<Page<DeliveryOfEvent>>;
  create(settings: WebhookSettings, admin: WebhookAdmin): Promise<MadeWebhook>;
  update(webhookId: number | null, settings: WebhookSettings, admin: WebhookAdmin): Promise<Webhook>;
  renewSecret(webhookId: number | null, admin: WebhookAdmin): Promise<MadeWebhook>;
  delete(webhookId: number | null, admin: WebhookAdmin): Promise<void>;
  test(webhookId: number | null, admin: WebhookAdmin): Promise<WebhookDelivery>;
  replay(deliveryId: number | null, admin: WebhookAdmin): Promise<WebhookDelivery>;
}

/** Subscriptions of browsers for Web Push. */
export interface PushSubscriptions {
  /** The public key with which browsers subscribe. */
  key(): Promise<string>;
  /** Throws InvalidPushSubscription. */
  save(viewer: SessionViewer, request: PushRequest): Promise<void>;
  remove(viewer: SessionViewer): Promise<void>;
}

/** The audit log. */
export interface Audit {
  /** Newest first; `first` is 1 to 200, `before`: only entries with smaller ids. */
  list(request: { first: number; before: number | null; filter: AuditFilter }): Promise<Page<AuditRecord>>;
}

/** Uses of an operation by one client. `token`: null for a browser session, or if the token was deleted. */
export interface RecordedUse {
  readonly use: OperationUse;
  readonly token: ApiToken | null;
}

/** Who uses which part of the API. */
export interface Uses {
  /** By id; `first` is 1 to 100. `fields`: only uses of one of these coordinates; null for all. */
  list(request: {
    first: number;
    after: number;
    fields: readonly string[] | null;
  }): Promise<Page<RecordedUse>>;
}

export interface SessionViewer extends Viewer {
  readonly session: Session;
}

/** The viewer's own sessions. */
export interface Sessions {
  /** The active sessions, the last used first. */
  own(viewer: Viewer): Promise<readonly Session[]>;
  /** `id` null: an invalid id. Throws SessionNotFound. */
  end(viewer: Viewer, id: number | null): Promise<void>;
  /** Ends all sessions except the viewer's current one. */
  endOthers(viewer: SessionViewer): Promise<void>;
}

/** A new token with its secret, which is returned only once. */
export interface MadeToken {
  readonly token: string;
  readonly made: ApiToken;
}

/** The viewer's own tokens. */
export interface Tokens {
  /** The active tokens, newest first. */
  own(viewer: Viewer): Promise<readonly ApiToken[]>;
  /** Throws TokenNotAllowed, InvalidToken, TooManyTokens. */
  make(viewer: Viewer, request: TokenRequest): Promise<MadeToken>;
  /** `id` null: an invalid id. Throws TokenNotFound. */
  revoke(viewer: Viewer, id: number | null): Promise<void>;
}

/** The viewer's second factor. */
export interface SecondFactors {
  standing(viewer: Viewer): Promise<SecondFactorStatus>;
  begin(viewer: SessionViewer): Promise<OfferedAuthenticator>;
  confirm(viewer: SessionViewer, code: string): Promise<void>;
  remove(viewer: SessionViewer): Promise<void>;
  /** The oldest first. */
  passkeys(user: User): Promise<readonly Passkey[]>;
  /** `id` null: an invalid id. Throws SecondFactorTooOld, PasskeyNotFound and InvalidPasskeyName. */
  renamePasskey(
    viewer: SessionViewer,
    change: { readonly id: number | null; readonly name: string },
  ): Promise<void>;
  /** `id` null: an invalid id. Throws SecondFactorTooOld and PasskeyNotFound. */
  removePasskey(viewer: SessionViewer, id: number | null): Promise<void>;
}

/** Who waits for an answer of another service. */
export interface Asker {
  readonly userId: number;
  /** Aborted when the client has cancelled the operation or has disconnected. */
  readonly signal: AbortSignal;
}

/** The result of a search. */
export interface FoundChanges {
  readonly changes: readonly Change[];
  /** Whether Gerrit has more. */
  readonly more: boolean;
  /** When Gerrit was asked, in milliseconds since 1970. It may be a short time ago. */
  readonly at: number;
  /** Why Gerrit could not be asked now, so that this is an earlier result; null if it could, or did not have to be. */
  readonly problem: string | null;
}

/** A change that others depend on and that is not among them. */
export interface MissingChange {
  readonly change: Change;
  /** The numbers of the changes that depend on it directly. */
  readonly neededBy: readonly string[];
  readonly kind: 'relation_chain' | 'depends_on';
  /** Whether a change depends on an earlier patch set of it. */
  readonly isOutdated: boolean;
  /** Whether one job can deploy it together with the changes that depend on it. */
  readonly isAddable: boolean;
}

/** The changes of one job in the order of their deployment. */
export interface ChangeOrder {
  /** The given and the missing changes, dependencies first. */
  readonly order: readonly string[];
  /** In the order of their deployment. */
  readonly missing: readonly MissingChange[];
  readonly missingCount: number;
  /** What `Depends-On:` footers name and Gerrit does not show. */
  readonly unknown: readonly string[];
  /** The changes that depend on each other. */
  readonly cycle: readonly string[];
  /** Whether everything that the changes depend on was found. */
  readonly isComplete: boolean;
  readonly at: number;
  readonly problem: string | null;
}

/** Changes in Gerrit. */
export interface Changes {
  /** The base URL of Gerrit; null if none is configured. */
  readonly url: string | null;
  /** The change for each number; `null` if Gerrit shows none. Throws GerritUnavailable. */
  lookUp(numbers: readonly string[]): Promise<ReadonlyMap<string, Change | null>>;
  /**
   * At most `limit` changes that a text names or describes; an empty text gives what can be deployed now. If Gerrit does not answer, an earlier
   * result. `by`: who asks; users take turns. Throws GerritUnavailable.
   */
  search(text: string, limit: number, by: Asker): Promise<FoundChanges>;
  /** What changes depend on. Throws GerritUnavailable. */
  order(numbers: readonly string[], by: Asker): Promise<ChangeOrder>;
  /** Some open changes to try in simulated mode; empty if Gerrit is unavailable. Never throws. */
  samples(): Promise<readonly Change[]>;
}

/** The task of a week's train, in Phabricator. */
export interface TrainTask {
  /** `T` and a number. */
  readonly id: string;
  readonly url: string;
  readonly version: string;
  /** In Phabricator's words: `open`, `progress`, `resolved` … */
  readonly status: string;
  /** The day of the week's first deployment, as `2026-08-18`; null if unknown. */
  readonly date: string | null;
}

/** An open subtask of the train's task. */
export interface TrainBlocker {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly url: string;
}

/** Where something about the train was read. */
export interface TrainSource {
  readonly name: 'staging' | 'gerrit' | 'task' | 'blockers';
  /** In milliseconds since 1970; null if never. */
  readonly readAt: number | null;
  /** Why the last attempt failed, as a clause about it; null if it did not. */
  readonly problem: string | null;
}

/** The train as the staging directory and the services describe it. */
export interface TrainNow {
  /** A hash of what decides what a promotion does; empty if the staging directory was never read. */
  readonly state: string;
  readonly facts: TrainFacts | null;
  readonly lines: TrainLines;
  readonly groups: readonly TrainGroup[];
  /** Of the current train. */
  readonly position: TrainPosition | null;
  /** The newest branch in Gerrit; null if not known. */
  readonly newest: string | null;
  readonly task: TrainTask | null;
  /** Null if not known. */
  readonly blockers: readonly TrainBlocker[] | null;
  /** Whether the week of the task has not begun, so that its version is not expected yet. */
  readonly isTaskUpcoming: boolean;
  readonly phorgeUrl: string;
  readonly sources: readonly TrainSource[];
}

export interface Trains {
  readonly isConfigured: boolean;
  /** As it was read last; null if no train is configured. */
  now(): Promise<TrainNow | null>;
  /** Reads the staging directory again first. Throws TrainUnavailable. */
  fresh(): Promise<TrainNow & { readonly facts: TrainFacts }>;
  /** What has changed since a state, as sentences; empty if that state is not known. */
  changesSince(state: string): readonly string[];
  /** The train, now and after each change. Never ends. */
  follow(): AsyncIterableIterator<TrainNow>;
}

/** The error log of production as it was read last. */
export interface ErrorLogNow {
  readonly source: ErrorLogSource;
  /** @param minutes 1 to 60 */
  range(minutes: number): ErrorRange;
}

/** The error log of production. Nothing waits for a search. */
export interface ErrorLogs {
  readonly isConfigured: boolean;
  /** As it was read last; null if none is configured. */
  now(): ErrorLogNow | null;
  /** The error log, now and after each search. Never ends. */
  follow(): AsyncIterableIterator<ErrorLogNow>;
  /** Null if none is configured, the job has not started, or it is not watched any more. */
  ofJob(job: Job): Promise<JobHealth | null>;
  /** The same, now and after each search, until the job is not watched any more. */
  followJob(jobId: number): AsyncIterableIterator<JobHealth>;
  /** The dashboard, of one message or of all; null if none is configured. */
  dashboardUrl(message: string | null): string | null;
  /** What is known after the end of a job; null if it was not watched. */
  watchOf(job: Job): Promise<ErrorWatch | null>;
}

/** The current state of the system. */
export interface SystemNow {
  readonly version: string;
  readonly simulated: boolean;
  readonly gerritUrl: string;
  /** Those that are online or were within the last day, by id. */
  readonly runners: readonly RunnerStatus[];
  readonly activeJobs: readonly Job[];
  readonly queuedJobs: readonly Job[];
  /** How many jobs are queued. */
  readonly queuedCount: number;
  readonly retention: Retention;
  readonly lastCleanUp: CleanUp | null;
  readonly database: DatabaseHealth;
  /** The active hold; null if none. */
  readonly hold: Hold | null;
}

export interface Systems {
  now(): Promise<SystemNow>;
  /** The lanes of all known jobrunners, by name. */
  lanes(): Promise<readonly string[]>;
  /** The state, now and after each change. Never ends. */
  follow(): AsyncIterableIterator<SystemNow>;
}

/** What an operation may still use while it is executed. */
export interface Budget {
  /** Aborted when the client has cancelled the operation or has disconnected. */
  readonly signal: AbortSignal;
  /** Counts a field, which the result has by this name. Throws TOO_LARGE when the budget is used up, and an error when the client has disconnected. */
  count(name: string | number): void;
  /**
   * A promise: the work waits for it, so that other operations get a turn; null if it can begin. `heavy`: the work reads the database for itself alone.
   * The promise rejects as `count` throws.
   */
  turn(heavy: boolean): Promise<void> | null;
  /** Counts text in the result, in UTF-16 units. Throws TOO_LARGE. */
  text(length: number): void;
}

/** The context of an operation, which every resolver receives. */
export interface Context {
  readonly viewer: Viewer;
  readonly budget: Budget;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  readonly jobs: Jobs;
  readonly interactions: Interactions;
  readonly times: JobTimes;
  readonly statistics: StatisticsSource;
  readonly watchers: JobWatchers;
  readonly stops: Stops;
  readonly logs: Logs;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly secondFactors: SecondFactors;
  readonly changes: Changes;
  readonly train: Trains;
  readonly errorLog: ErrorLogs;
  readonly system: Systems;
  readonly holds: Holds;
  readonly audit: Audit;
  readonly webhooks: Webhooks;
  readonly pushSubscriptions: PushSubscriptions;
  readonly uses: Uses;
}
