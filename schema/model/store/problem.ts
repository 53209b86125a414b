// Owns the database's troubles: which errors tell of one, what is said of it, and finding out what became of a write. Not what is written (database.ts).
import { setTimeout as wait } from 'node:timers/promises';

/** The short code of a driver's error, else its message: some of pg's have no code. The ORM puts the statement before a message. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.message.split(' - ').at(-1) ?? '';
}

/**
 * How a database can be in trouble. `busy`: somebody else has it · `full`: it has no room · `unavailable`: it does not answer.
 * All of it may pass.
 */
export type DatabaseProblemKind = 'busy' | 'full' | 'unavailable';

/** By code. PostgreSQL's classes: 08 connection, 53 resources, 57P its operator, 58 its system; 25006 is a stand-by that cannot write yet. SQLite calls a deleted file read-only; that does not pass. */
const troubles: readonly { kind: DatabaseProblemKind; codes: RegExp }[] = [
  { kind: 'busy', codes: /^(SQLITE_(BUSY|LOCKED).*|55P03|40001|40P01)$/ },
  { kind: 'full', codes: /^(SQLITE_FULL|SQLITE_IOERR_(WRITE|SHMSIZE)|ENOSPC|EDQUOT|53100)$/ },
  {
    kind: 'unavailable',
    codes:
      /^(SQLITE_(IOERR|CANTOPEN|READONLY(?!_DBMOVED)).*|08...|53...|57P0.|58...|25006|ECONN(REFUSED|RESET|ABORTED)|EPIPE|ERR_STREAM_.*|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|E(HOST|NET)UNREACH|Connection terminated.*|PostgreSQL does not answer|timeout e.*|Client (has encountered a connection error|was closed).*)$/,
  },
];

const kinds = {
  busy: 'Another program holds the database.',
  full: 'The disk of the database is full.',
  unavailable: 'The database does not answer.',
} as const satisfies Record<DatabaseProblemKind, string>;

/** The database is in trouble. The message is fit to be shown. */
export class DatabaseProblem extends Error {
  readonly kind: DatabaseProblemKind;
  /** Whether what was to be written was: `false`, certainly not; `null`, nobody knows. */
  readonly recorded: false | null;
  constructor(kind: DatabaseProblemKind, recorded: false | null, cause: unknown) {
    const outcome =
      recorded === false
        ? 'Nothing was recorded: try again.'
        : 'Whether anything was recorded is not known: look before you repeat it.';
    super(`${kinds[kind]} ${outcome}`, { cause });
    this.name = 'DatabaseProblem';
    this.kind = kind;
    this.recorded = recorded;
  }
}

/** The trouble of the database that an error tells of; `null` for any other error. */
export function databaseProblemOf(error: unknown): DatabaseProblem | null {
  if (error instanceof DatabaseProblem) return error;
  const code = codeOf(error);
  const kind = troubles.find(({ codes }) => codes.test(code))?.kind;
  return kind === undefined ? null : new DatabaseProblem(kind, null, error);
}

/** How long to wait for a database that does not answer before it is asked again, in milliseconds. */
const answerDelay = 250;

/** Does what can be repeated until the database answers, however long that takes. */
export async function retryUntilAvailable<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!databaseProblemOf(error)) throw error;
      await wait(answerDelay);
    }
  }
}

/** How long it is tried to find out what became of a write, and how long between two tries, in milliseconds. */
const doubtLimit = 10_000;
const doubtDelay = 100;

/**
 * Does a write again when nobody knows what became of it, until that is known: the connection was cut while it was committed, say.
 * `write` is told whether it is done again; then it must recognise what it may have done before. Throws {@link DatabaseProblem}.
 */
export async function retryUntilOutcomeKnown<T>(write: (again: boolean) => Promise<T>): Promise<T> {
  let doubt: DatabaseProblem | null = null;
  for (const limit = performance.now() + doubtLimit; ; await wait(doubtDelay)) {
    try {
      return await write(doubt !== null);
    } catch (error) {
      const problem = databaseProblemOf(error);
      if (!trouble) throw error;
      if (trouble.recorded === null) doubt ??= trouble;
      if (!doubt || performance.now() > limit) throw doubt ?? trouble;
    }
  }
}
