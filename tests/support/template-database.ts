// Owns the migrated databases that tests copy: migrating once and copying takes a fraction of the time of migrating each.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../../schema/model/migration/migration.ts';
import { packageRoot } from '../../schema/process/files.ts';

/** Every file that decides what a migrated database holds. The name of a template contains their hash, so an edited migration makes a new one. */
const sources = globSync('schema/model/migration/**/*.ts', { cwd: packageRoot }).toSorted();

let known: string | null = null;

function versionOfMigrations(): string {
  if (known !== null) return known;
  const hash = createHash('sha256');
  for (const source of sources) hash.update(readFileSync(join(packageRoot, source)));
  known = hash.digest('hex').slice(0, 16);
  return known;
}

const sqliteTemplates = join(packageRoot, 'node_modules', '.cache', 'test-databases');

/** Creates a migrated SQLite database at `file`. */
export async function copySqliteTemplate(file: string): Promise<void> {
  const template = join(sqliteTemplates, `${versionOfMigrations()}.sqlite`);
  if (!existsSync(template)) {
    mkdirSync(sqliteTemplates, { recursive: true });
    // In a separate directory, because another worker may be doing the same. The last rename wins; both files are alike.
    const directory = mkdtempSync(join(sqliteTemplates, 'making-'));
    await migrate(`sqlite:${join(directory, 'spiderpig.sqlite')}`);
    renameSync(join(directory, 'spiderpig.sqlite'), template);
    rmSync(directory, { recursive: true });
  }
  copyFileSync(template, file);
}

/** Held while the template is made, so that one worker makes it and the others wait. */
const templateLock = 0x74_65_73_74;

/**
 * Creates the migrated PostgreSQL database `name`. `client` is connected to the maintenance database of the server whose URL, without the name of
 * a database, is `base`.
 */
export async function copyPostgreSqlTemplate(client: pg.Client, base: string, name: string): Promise<void> {
  const template = `template_${versionOfMigrations()}`;
  const exists = async (): Promise<boolean> =>
    (await client.query('select 1 from pg_database where datname = $1', [template])).rows.length > 0;
  if (!(await exists())) {
    await client.query('select pg_advisory_lock($1)', [templateLock]);
    if (!(await exists())) {
      // An interrupted run leaves the name with "_making".
      await client.query(`drop database if exists ${template}_making with (force)`);
      await client.query(`create database ${template}_making`);
      await migrate(`${base}${template}_making`);
      await resetReservedNumbers(`${base}${template}_making`);
      await client.query(`alter database ${template}_making rename to ${template}`);
    }
    await client.query('select pg_advisory_unlock($1)', [templateLock]);
  }
  await client.query(`create database ${name} template ${template}`);
}

/**
 * PostgreSQL logs 32 numbers of a sequence in advance. A copy of the database has the sequence as it was in memory, with these numbers taken
 * as logged, so a crash would hand out the same numbers again. After `setval`, the next number is logged.
 */
async function resetReservedNumbers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `select setval(format('%I.%I', schemaname, sequencename)::regclass, last_value)
       from pg_sequences where last_value is not null`,
    );
  } finally {
    await client.end();
  }
}
