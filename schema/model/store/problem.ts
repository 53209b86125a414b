// Owns database problems: which driver errors are temporary, their messages, and retrying a write of unknown outcome. Not writing (transaction.ts).
import { setTimeout as wait } from 'node:timers/promises';

/** PostgreSQL's code for "too many connections", of the server, the database or the role. */
export const tooManyConnections = '53300';

/** The short code of a driver's error, else its message, because some errors of pg have no code. The ORM puts the statement before a message. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.message.split(' - ').at(-1) ?? '';
}

/**
 * A temporary problem of the database. `busy`: another process holds its lock · `full`: its disk is full · `read-only`: it can be read, but not
 * written, as a standby of PostgreSQL · `unavailable`: it does not respond · `replaced`: another file has its name, so this process must be
 * restarted. Except for the last, retrying may succeed.
 */
export type DatabaseProblemKind = 'busy' | 'full' | 'read-only' | 'unavailable' | 'replaced';

/**
 * Problems by error code. PostgreSQL's classes: 08 connection, 53 resources, 57P operator intervention, 58 system error; 57014 is a statement that an operator cancelled; 25006 is a standby or
 * a session that cannot write. SQLite reports a deleted file as read-only, which is permanent.
 */
const problems: readonly { kind: DatabaseProblemKind; codes: RegExp }[] = [
  { kind: 'busy', codes: /^(SQLITE_(BUSY|LOCKED).*|55P03|40001|40P01)$/ },
  { kind: 'full', codes: /^(SQLITE_FULL|SQLITE_IOERR_(WRITE|SHMSIZE)|ENOSPC|EDQUOT|53100)$/ },
  { kind: 'read-only', codes: /^(SQLITE_READONLY(?!_DBMOVED).*|25006|EROFS)$/ },
  {
    kind: 'unavailable',
    codes:
      /^(SQLITE_(IOERR|CANTOPEN).*|08...|53...|57(P0.|014)|58...|ECONN(REFUSED|RESET|ABORTED)|EPIPE|ERR_STREAM_.*|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|E(HOST|NET)UNREACH|Connection terminated.*|PostgreSQL does not respond|timeout e.*|Client (has encountered a connection error|was closed).*)$/,
  },
];

const kinds = {
  busy: 'Another process has locked the database.',
  full: 'The disk of the database is full.',
  'read-only': 'The database is read-only.',
  unavailable: 'The database does not respond.',
  replaced:
    'The file of the database was replaced while SpiderPig had it open. An admin must restart the server and the jobrunner.',
} as const satisfies Record<DatabaseProblemKind, string>;

/** What is said instead when PostgreSQL responds, but only to those who have a connection. */
const noFurtherConnection = 'PostgreSQL accepts no further connection.';

/** A temporary problem of the database. The message can be shown to users. */
export class DatabaseProblem extends Error {
  readonly kind: DatabaseProblemKind;
  /** Whether the write was recorded: `false`, it was not; `null`, unknown. */
  readonly recorded: false | null;
  constructor(kind: DatabaseProblemKind, recorded: false | null, cause: unknown) {
    const outcome =
      recorded === false
        ? 'Nothing was recorded. Try again.'
        : 'It is unknown whether this was recorded. Check before you repeat it.';
    const what = codeOf(cause) === tooManyConnections ? noFurtherConnection : kinds[kind];
    super(`${what} ${outcome}`, { cause });
    this.name = 'DatabaseProblem';
    this.kind = kind;
    this.recorded = recorded;
  }
}

/** Another file has the name of the SQLite database that this process has open: it was restored, moved or deleted. Nothing was recorded. */
export class DatabaseReplaced extends DatabaseProblem {
  constructor(file: string) {
    super('replaced', false, new Error(`${file} is no longer the file that was opened`));
  }
}

/** The database problem that caused an error; `null` for any other error. */
export function databaseProblemOf(error: unknown): DatabaseProblem | null {
  if (error instanceof DatabaseProblem) return error;
  const code = codeOf(error);
  const kind = problems.find(({ codes }) => codes.test(code))?.kind;
  if (kind === undefined) return null;
  return new DatabaseProblem(kind, neverConnected.test(code) ? false : null, error);
}

/** Codes of errors before a connection was open, so that nothing can have been recorded: too many connections, no server. */
const neverConnected = /^(53300|57P03|08001|08004|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|E(HOST|NET)UNREACH)$/;

/** The delay between retries while the database does not respond, in milliseconds. */
const availableDelay = 250;

/** Retries idempotent work until the database responds, without a limit. Throws any error that is not a {@link DatabaseProblem}. */
export async function retryUntilAvailable<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!databaseProblemOf(error)) throw error;
      await wait(availableDelay);
    }
  }
}

/** How long a write of unknown outcome is retried, and the delay between retries, in milliseconds. */
const outcomeLimit = 10_000;
const outcomeDelay = 100;

/**
 * Retries a write while its outcome is unknown, for example because the connection was cut during the commit. `write` gets `true` when it is a
 * retry; it must then recognise what the first attempt may have written. Throws {@link DatabaseProblem}.
 */
export async function retryUntilOutcomeKnown<T>(write: (isRetry: boolean) => Promise<T>): Promise<T> {
  let unknownOutcome: DatabaseProblem | null = null;
  for (const limit = performance.now() + outcomeLimit; ; await wait(outcomeDelay)) {
    try {
      return await write(unknownOutcome !== null);
    } catch (error) {
      const problem = databaseProblemOf(error);
      if (!problem) throw error;
      if (problem.recorded === null) unknownOutcome ??= problem;
      if (!unknownOutcome || performance.now() > limit) throw unknownOutcome ?? problem;
    }
  }
}
