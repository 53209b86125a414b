// Owns what a process says when its database cannot be opened: the database's own sentence, and what to do. Pure.
import { DomainError } from '../model/error.ts';
import { dialectOf } from '../model/store/database.ts';
import { databaseProblemOf } from '../model/store/problem.ts';
import { certificateRemedy } from '../text/certificate.ts';
import { withoutPassword } from './configuration/option-value.ts';
import { ConfigurationError, errorCode } from './error.ts';

interface Pattern {
  readonly code: RegExp;
  readonly next: string;
}

/** What to do about an error code of PostgreSQL, SQLite or the system. The first pattern that matches decides. */
const advice: readonly Pattern[] = [
  { code: /^28P01$/, next: 'check the user and the password' },
  { code: /^28...$/, next: 'let this user and host connect in pg_hba.conf, or name another user in the URL' },
  { code: /^3D000$/, next: 'create the database, or name another one in the URL' },
  {
    code: /^3F000$/,
    next: 'create the schema of this user (CREATE SCHEMA … AUTHORIZATION …), or set the search_path of the user to one that exists',
  },
  {
    code: /^42501$/,
    next: 'let the user own the database or a schema in it: since PostgreSQL 15, public is not writable. CREATE SCHEMA spiderpig AUTHORIZATION the user, and ALTER ROLE the user SET search_path = spiderpig',
  },
  {
    code: /^42P0[67]$/,
    next: 'SpiderPig finds tables of another program or of another schema: set the search_path of the user to one schema that only SpiderPig uses',
  },
  {
    code: /^(25006|SQLITE_READONLY.*|EROFS)$/,
    next: 'it is read-only: name the primary in the URL, not a standby, or turn off default_transaction_read_only',
  },
  {
    code: /^53300$/,
    next: 'raise max_connections, or the connection limit of the user: SpiderPig needs about ten for each process',
  },
  { code: /^(53100|ENOSPC|SQLITE_FULL|EDQUOT)$/, next: 'free some disk space' },
  {
    code: /^(55P03|57014)$/,
    next: 'another process is migrating or holds a lock: wait for it, or end it',
  },
  { code: /^57P0[1-3]$/, next: 'PostgreSQL is starting or shutting down: start again when it is up' },
  {
    code: /^(ECONNREFUSED|ENOENT|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/,
    next: 'check that the database runs there, and the host and port in the URL',
  },
  { code: /^(ENOTFOUND|EAI_AGAIN)$/, next: 'check the host name in the URL' },
  {
    code: /^(EACCES|EPERM|SQLITE_CANTOPEN|SQLITE_PERM)$/,
    next: 'let the user of SpiderPig read and write the file and its directory',
  },
  { code: /^(SQLITE_NOTADB|SQLITE_CORRUPT.*)$/, next: 'restore a backup (spiderpig restore FILE)' },
];

/** The directory of a SQLite file. */
const noDirectory: Pattern = {
  code: /^(ENOENT|ENOTDIR)$/,
  next: 'create its directory, or name another file',
};

/** What to do about an error of the database; null if that is not known. Pure. */
export function adviceFor(databaseUrl: string, error: unknown): string | null {
  const known = dialectOf(databaseUrl) === 'sqlite' ? [noDirectory, ...advice] : advice;
  const code = errorCode(error);
  return known.find((each) => each.code.test(code))?.next ?? certificateRemedy(code);
}

/** An error of the database at the start as a {@link ConfigurationError}; a defect of SpiderPig, which has no code, as it is. */
export function startError(databaseUrl: string, error: unknown): unknown {
  // A database that this version cannot use is the wrong one. Nothing was requested that could be refused.
  if (error instanceof DomainError) return new ConfigurationError(error.message);
  const code = errorCode(error);
  if (error instanceof ConfigurationError || !(error instanceof Error) || !/^[A-Z0-9_]+$/.test(code))
    return error;
  const next = adviceFor(databaseUrl, error);
  const what = `--database: ${withoutPassword(databaseUrl)} cannot be opened (${code}): ${sentenceOf(error)}`;
  return new ConfigurationError(next === null ? what : `${what}. What to do: ${next}`);
}

/** The sentence of the database, on one line and without the statement that the ORM puts before it. */
function sentenceOf(error: Error): string {
  const cause = databaseProblemOf(error)?.cause;
  const origin = cause instanceof Error ? cause : error;
  const own = origin.message.split(' - ').at(-1) ?? '';
  return own.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '') || errorCode(origin);
}
