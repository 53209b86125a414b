// Owns the checks of the database: reachable, of this version, with the right time.
import type { Inspection } from '../../schema/model/inspection.ts';
import { dialectOf } from '../../schema/model/store/database.ts';
import { withoutPassword } from '../../schema/process/configuration/option-value.ts';
import { adviceFor } from '../../schema/process/start-error.ts';
import { counted } from '../../schema/text/counted.ts';
import { clockFinding } from './clock.ts';
import { type Finding, fail, ok, reasonOf, warn } from './finding.ts';

/** The findings about a database that was inspected. */
export function* databaseFindings(databaseUrl: string, found: Inspection | null): Generator<Finding, void> {
  const name = withoutPassword(databaseUrl);
  if (found === null || found.pending === null) {
    yield warn(
      `database: ${name} is empty${found ? ` (${found.version})` : ''}`,
      'the tables are created at the first start',
    );
  } else if (found.unknown.length > 0) {
    yield fail(
      `database: ${name} was migrated by a newer version (${found.unknown.join(', ')})`,
      'run that version, or choose another database',
    );
  } else if (found.pending.length > 0) {
    yield warn(
      `database: ${name} (${found.version}) is from an older version; ${counted(found.pending.length, 'migration is missing', 'migrations are missing')}`,
      'the next start of the server migrates it; make a backup before',
    );
  } else yield ok(`database: ${name}, ${found.version}, migrated to this version`);
  if (found?.unsuitable) yield fail(`database: ${name}: it cannot be used as it is`, found.unsuitable);
  if (found?.isReadOnly)
    yield fail(
      `database: ${name} is read-only`,
      dialectOf(databaseUrl) === 'postgresql'
        ? 'name the primary, not a standby, and turn off default_transaction_read_only'
        : 'let the user of SpiderPig write the file and its directory, and mount the file system so that it can be written',
    );
  if (found?.clock) yield clockFinding('database', found.clock.ahead, found.clock.uncertainty);
}

/** The finding about a database that cannot be read. */
export const unreadableDatabase = (databaseUrl: string, error: unknown, isPostgresql: boolean): Finding =>
  fail(
    `database: ${withoutPassword(databaseUrl)} cannot be read (${reasonOf(error)})`,
    adviceFor(databaseUrl, error) ??
      (isPostgresql
        ? 'check that PostgreSQL is running, that this host and user may connect, and that the database exists'
        : 'choose another file with --database, or restore this one from a backup'),
  );
