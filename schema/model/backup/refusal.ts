// Owns why a backup is not made or not restored: the refusal, and the problems of files in its words. Not problems of the database (store/problem.ts).
import { DomainError } from '../error.ts';

/** The backup was not made, or cannot be restored. Nothing was changed. */
export class BackupRefused extends DomainError {}

/** The directories of a backup or a restoration. */
export interface BackupPlace {
  /** The backup that is restored; null while one is made. */
  readonly reading: string | null;
  /** The directory that is written to. */
  readonly writing: string;
}

/** How the system refuses a hard link or a mode on a file system without them, such as FAT. */
const notSupported = /^(EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS)$/;
const noSpace = /^(ENOSPC|EDQUOT|SQLITE_FULL|SQLITE_IOERR_WRITE)$/;
/** What else keeps a file from being written to a directory, by the error codes of the system and of SQLite. */
const problems: readonly { readonly code: RegExp; readonly text: (directory: string) => string }[] = [
  { code: /^(ENOENT|ENOTDIR)$/, text: (directory) => `The directory ${directory} does not exist.` },
  { code: /^(EROFS|SQLITE_READONLY.*)$/, text: (directory) => `The directory ${directory} is read-only.` },
  { code: /^(EACCES|EPERM)$/, text: (directory) => `This user may not write to ${directory}.` },
];

/** An error of the file system as {@link BackupRefused}; any other error as it is. */
export function fileProblem(error: unknown, { reading, writing }: BackupPlace): unknown {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return error;
  const { code } = error;
  const call = 'syscall' in error ? error.syscall : null;
  // PostgreSQL is not reached at its socket, which is a file too.
  if (call === 'connect') return error;
  const end = reading === null ? 'No backup was made.' : 'Nothing was changed.';
  // First: a copy without space names the file that it reads.
  if (noSpace.test(code)) return new BackupRefused(`There is not enough free space in ${writing}. ${end}`);
  if (reading !== null && 'path' in error && error.path === reading)
    return new BackupRefused(`${reading} cannot be read (${code}). ${end}`);
  if ((call === 'link' || call === 'chmod') && notSupported.test(code))
    return new BackupRefused(
      `The file system of ${writing} has no hard links or no permissions of files (${call}: ${code}). ${end}`,
    );
  const problem = problems.find((each) => each.code.test(code));
  if (problem) return new BackupRefused(`${problem.text(writing)} ${end}`);
  // The database is not a file of which Node names the path.
  return 'path' in error
    ? new BackupRefused(`${writing} cannot be written (${call}: ${code}). ${end}`)
    : error;
}
