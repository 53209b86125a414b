// Owns what a supervisor does when the database no longer has its job as it was left: it records it again, or continues without a record and holds deployments. Not the file for that (unrecorded-log.ts).
import { hostname } from 'node:os';
import { recordSupervisor } from '../../schema/model/job/claim.ts';
import { Job, type SupervisorIdentity } from '../../schema/model/job/job.ts';
import { hasEnded } from '../../schema/model/job/state.ts';
import { jobEntities } from '../../schema/model/job-entities.ts';
import type { ChunkDraft } from '../../schema/model/log/chunk-draft.ts';
import { openDatabase } from '../../schema/model/open.ts';
import { isSame } from '../../schema/model/runner/process.ts';
import { holdForUnrecordedJob } from '../../schema/model/runner/rewind.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { UnrecordedLog } from './unrecorded-log.ts';

/** What a {@link JobRecord} works with. */
export interface JobRecordOptions {
  readonly database: Database;
  readonly jobId: number;
  readonly identity: SupervisorIdentity;
  /** Where the file for lines without a record is put: the data directory. */
  readonly data: string;
  readonly warn: (message: string, error?: unknown) => void;
}

/** How the database has a job. `lost`: it has it without this supervisor, or not at all. */
export type RecordState =
  /** `isRunning`: it does not wait for an answer, and is not being stopped. */
  | { readonly state: 'ours'; readonly isRunning: boolean }
  | { readonly state: 'ended'; readonly reason: string }
  | { readonly state: 'lost'; readonly why: string };

/** The record of one job in the database, as its supervisor sees it. */
export class JobRecord {
  readonly #options: JobRecordOptions;
  readonly #log: UnrecordedLog;
  #isLost = false;

  constructor(options: JobRecordOptions) {
    this.#options = options;
    this.#log = new UnrecordedLog(options.data, options.jobId, options.warn);
  }

  /** Whether the job continues without a record. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Takes the lines that the database refused. */
  readonly keep = (chunk: ChunkDraft): void => this.#log.addChunk(chunk);

  /**
   * Looks for the job. A database that has lost commits can have the job as it was before this supervisor took it or started scap: then it is
   * recorded again with `recordAgain`, before another supervisor gets it.
   */
  async look(recordAgain: () => Promise<unknown>): Promise<RecordState> {
    const { database, jobId, identity } = this.#options;
    if (database.continuity.isReplaced)
      return { state: 'lost', why: 'the file of the database was replaced by another one' };
    const job = await database.em().findOne(Job, { id: jobId });
    if (!job) return { state: 'lost', why: 'the database no longer has the job' };
    if (hasEnded(job.state)) return { state: 'ended', reason: job.reason ?? '' };
    if (job.state === 'queued') return { state: 'lost', why: 'the job is queued again in the database' };
    if (job.supervisor == null) await recordSupervisor(database, jobId, identity);
    else if (!isSame(job.supervisor, identity))
      return { state: 'lost', why: 'the job has another supervisor in the database' };
    if (job.child == null) await recordAgain();
    return { state: 'ours', isRunning: job.state === 'running' };
  }

  /** From here on the lines go to a file. Copies those that can still be read there, and holds all deployments, so that people notice it. `group`: the process group of scap. Only once. */
  async lose(why: string, group: number): Promise<void> {
    if (this.#isLost) return;
    this.#isLost = true;
    const { database, jobId, warn } = this.#options;
    const { isReplaced } = database.continuity;
    const what = `scap of job ${jobId} runs on ${hostname()} without a record, because ${why}. It can be stopped only there (process group ${group}). Its output is in ${this.#log.file}.`;
    warn(what);
    try {
      if (isReplaced) await this.#log.copy(database, jobId);
      await using other = isReplaced ? await openDatabase(database.url, { entities: jobEntities }) : null;
      await holdForUnrecordedJob(other ?? database, what);
    } catch (error) {
      warn(
        `deployments could not be held because of job ${jobId}: hold them yourself until its scap has ended`,
        error,
      );
    }
  }
}
