// Owns the list of all entities, for opening and migrating a database. The entities themselves must not import it.
import { AuditEntry } from './account/audit.ts';
import { DeviceRequest } from './account/device-request.ts';
import { OperationUse } from './account/operation-use.ts';
import { ProviderAttempt } from './account/provider-attempt.ts';
import { HostCode } from './account/second-factor/host-code.ts';
import { Passkey, PasskeyChallenge } from './account/second-factor/passkey.ts';
import { SecondFactor } from './account/second-factor/second-factor.ts';
import { SecondFactorLock } from './account/second-factor/second-factor-lock.ts';
import { Session } from './account/session.ts';
import { SignInLink } from './account/sign-in-link.ts';
import { ApiToken } from './account/token.ts';
import { User } from './account/user.ts';
import { CleanUp } from './job/clean-up.ts';
import { ErrorWatchRow } from './job/error-watch.ts';
import { Hold } from './job/hold.ts';
import { Interaction } from './job/interaction.ts';
import { Job } from './job/job.ts';
import { JobWatcher } from './job/job-watcher.ts';
import { JobStage } from './job/stage.ts';
import { Stop } from './job/stop.ts';
import { LogChunk } from './log/log.ts';
import { StoredPartialLine } from './log/partial-line.ts';
import { WebhookDelivery } from './notification/delivery.ts';
import { StoredEvent } from './notification/event.ts';
import { PushSubscription, VapidKey } from './notification/push-subscription.ts';
import { Webhook } from './notification/webhook.ts';
import { Runner } from './runner/runner.ts';
import { LedgerRow } from './store/ledger.ts';

/** All entities, in the order in which their tables depend on each other. */
export const entities = [
  User,
  Job,
  Interaction,
  JobStage,
  ErrorWatchRow,
  JobWatcher,
  Stop,
  LogChunk,
  StoredPartialLine,
  Runner,
  SignInLink,
  Session,
  ApiToken,
  CleanUp,
  AuditEntry,
  Hold,
  DeviceRequest,
  HostCode,
  SecondFactor,
  SecondFactorLock,
  Passkey,
  PasskeyChallenge,
  ProviderAttempt,
  LedgerRow,
  StoredEvent,
  Webhook,
  WebhookDelivery,
  PushSubscription,
  VapidKey,
  OperationUse,
];
