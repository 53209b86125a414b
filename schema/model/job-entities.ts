// Owns the list of the entities that jobrunners and supervisors use. They start without the others, because MikroORM prepares each at the start.
import { AuditEntry } from './account/audit.ts';
import { OperationUse } from './account/operation-use.ts';
import { Session } from './account/session.ts';
import { User } from './account/user.ts';
import { CleanUp } from './job/clean-up.ts';
import { Hold } from './job/hold.ts';
import { Interaction } from './job/interaction.ts';
import { Job } from './job/job.ts';
import { JobStage } from './job/stage.ts';
import { Stop } from './job/stop.ts';
import { LogChunk } from './log/log.ts';
import { StoredPartialLine } from './log/partial-line.ts';
import { StoredEvent } from './notification/event.ts';
import { Runner } from './runner/runner.ts';
import { LedgerRow } from './store/ledger.ts';

/** In the order of entities.ts. Its test finds an entity that is missing. */
export const jobEntities = [
  User,
  Job,
  Interaction,
  JobStage,
  Stop,
  LogChunk,
  StoredPartialLine,
  Runner,
  Session,
  CleanUp,
  AuditEntry,
  Hold,
  LedgerRow,
  StoredEvent,
  OperationUse,
];
