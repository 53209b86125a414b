import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  dialects,
  makeEmptyDatabase,
  openTestDatabase,
  ownDatabase,
} from '../../../tests/support/database.ts';
import { errorFingerprint } from '../job/error-fingerprint.ts';
import { appendLines, countLines } from '../log/log.ts';
import { openDatabase } from '../open.ts';
import { DatabaseIsNewer, migrate } from './migration.ts';
import { openForMigration } from './migrator.ts';

describe.each(dialects)('migrations on %s', (dialect) => {
  async function withDatabase(work: (url: string, directory: string) => Promise<void>): Promise<void> {
    const directory = mkdtempSync(join(tmpdir(), 'spiderpig-migration-'));
    const { url, drop } = await makeEmptyDatabase(dialect, directory);
    try {
      await work(url, directory);
    } finally {
      await drop();
      rmSync(directory, { recursive: true, force: true });
    }
  }

  it('migrations create the tables that the entities describe', async () => {
    await withDatabase(async (url) => {
      await migrate(url);
      await using migrated = await openForMigration(url, dialect);
      expect(await migrated.orm.schema.getUpdateSchemaSQL({ dropTables: false })).toBe('');
    });
  });

  it('migrations can be run concurrently and repeatedly', async () => {
    await withDatabase(async (url) => {
      await Promise.all([migrate(url), migrate(url), migrate(url)]);
      await migrate(url);
      await using database = await openDatabase(url);
      expect(await database.execute('select count(*) as jobs from job', [])).toHaveLength(1);
    });
  });

  it('migrations keep existing sessions, links and recorded data', async () => {
    await withDatabase(async (url) => {
      {
        await using before = await openForMigration(url, dialect);
        await before.migrator.up({ to: 'Migration20261124211952_log' });
        for (const statement of [
          "insert into account (id, name, created_at) values (1, 'ada', 1)",
          "insert into session (secret_hash, page_key_hash, user_id, role, created_at, last_used_at) values ('s', 'k', 1, 'admin', 1, 1)",
          "insert into sign_in_link (code_hash, user_id, role, created_at, expires_at) values ('c', 1, 'viewer', 1, 2)",
          "insert into audit_entry (at, user_id, action, detail) values (1, 1, 'reveal', 'line 1')",
        ])
          await before.orm.em.fork().execute(statement);
      }
      await migrate(url);
      await using database = await openDatabase(url);
      const rows = (table: string) => database.execute(`select * from ${table}`, []);
      expect(await rows('session')).toMatchObject([{ secret_hash: 's', role: 'admin', way: 'link' }]);
      expect(await rows('sign_in_link')).toMatchObject([{ code_hash: 'c', role: 'viewer', way: 'link' }]);
      expect(await rows('audit_entry')).toMatchObject([{ user_id: 1, detail: 'line 1', channel: null }]);
    });
  });

  it('a migration derives the outcome of ended jobs from their states', async () => {
    await withDatabase(async (url) => {
      {
        await using before = await openForMigration(url, dialect);
        await before.migrator.up({ to: 'Migration20261125001053_gate' });
        const em = before.orm.em.fork();
        await em.execute("insert into account (id, name, created_at) values (1, 'ada', 1)");
        for (const state of ['queued', 'running', 'succeeded', 'failed', 'stopped', 'lost', 'cancelled']) {
          await em.execute(
            `insert into job (kind, state, lane, changes, title, owner_id, queued_at, revision) values ('backport', '${state}', '${state}', '[]', 't', 1, 1, 1)`,
          );
        }
      }
      await migrate(url);
      await using database = await openDatabase(url);
      const rows = await database.execute('select outcome from job order by id', []);
      expect(rows.map((row) => row['outcome'])).toEqual([
        null,
        null,
        'deployed',
        'failed',
        'stopped',
        'lost',
        'cancelled',
      ]);
    });
  });

  it('the migration computes the fingerprints of the error lines of earlier jobs', async () => {
    await withDatabase(async (url) => {
      {
        await using before = await openForMigration(url, dialect);
        await before.migrator.up({
          to:
            dialect === 'sqlite'
              ? 'Migration20261129205114_device_token'
              : 'Migration20261129205116_device_token',
        });
        const em = before.orm.em.fork();
        await em.execute("insert into account (id, name, created_at) values (1, 'ada', 1)");
        for (const error of [null, 'ERROR: 3 of 9', 'ERROR: 4 of 9', "it's red"]) {
          const line =
            error === null ? 'null' : `'${JSON.stringify({ number: 1, text: error }).replaceAll("'", "''")}'`;
          await em.execute(
            `insert into job (kind, state, lane, changes, title, owner_id, queued_at, revision, last_error) values ('backport', 'failed', 'x', '[]', 't', 1, 1, 1, ${line})`,
          );
        }
      }
      await migrate(url);
      await using database = await openDatabase(url);
      const rows = await database.execute('select error_fingerprint from job order by id', []);
      const same = errorFingerprint('ERROR: 0 of 0');
      expect(rows.map((row) => row['error_fingerprint'])).toEqual([
        null,
        same,
        same,
        errorFingerprint("it's red"),
      ]);
    });
  });

  it('a database of a newer version is refused without being changed', async () => {
    await withDatabase(async (url) => {
      await migrate(url);
      await using database = await openDatabase(url);
      await database.execute(
        "insert into mikro_orm_migrations (name) values ('Migration29990101000000_future')",
        [],
      );
      await expect(migrate(url)).rejects.toThrow(DatabaseIsNewer);
      await expect(migrate(url)).rejects.toThrow('Migration29990101000000_future');
    });
  });
});

describe('the online migration of a PostgreSQL database', () => {
  const before = 'Migration20261130103816_history';
  const job = (project: string): string =>
    `insert into job (kind, state, lane, changes, title, owner_id, queued_at, revision)
     values ('backport', 'succeeded', 'x', '[{"number": "1", "project": "${project}"}, {"number": "2"}]', 'Title', 1, 1, 1)`;

  /** A database as it is before this migration, with a job. */
  async function databaseBefore() {
    const made = await ownDatabase('postgresql', makeEmptyDatabase);
    await using migration = await openForMigration(made.url, 'postgresql');
    await migration.migrator.up({ to: before });
    const em = migration.orm.em.fork();
    await em.execute("insert into account (id, name, created_at) values (1, 'ada', 1)");
    await em.execute(job('an earlier project'));
    return made;
  }

  /** Everything that a migration makes, as text. */
  async function madeIn(url: string): Promise<readonly unknown[]> {
    await using database = await openDatabase(url);
    return await database.execute(
      `select indexdef as made from pg_indexes where schemaname = current_schema()
       union all select concat_ws(' ', table_name, column_name, data_type, column_default, is_nullable) from information_schema.columns where table_schema = current_schema()
       union all select pg_get_functiondef(oid) from pg_proc where pronamespace = current_schema()::regnamespace
       union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
       union all select 'not valid: ' || indexrelid::regclass from pg_index where not indisvalid order by 1`,
      [],
    );
  }

  it('the migration finds the projects of earlier jobs, and triggers those of later ones', async () => {
    await using made = await databaseBefore();
    await migrate(made.url);
    await using database = await openDatabase(made.url);
    await database.execute(job('a later project'), []);
    const projects = () => database.execute('select project, job_id from job_project order by job_id', []);
    expect(await projects()).toEqual([
      { project: 'an earlier project', job_id: 1 },
      { project: 'a later project', job_id: 2 },
    ]);
    await database.execute(
      "update job set changes = replace(changes::text, 'an earlier', 'another')::jsonb",
      [],
    );
    await database.execute('delete from job where id = 2', []);
    expect(await projects()).toEqual([{ project: 'another project', job_id: 1 }]);
  });

  it('a migration that was interrupted ends in the same tables when it is repeated', async () => {
    await using made = await databaseBefore();
    await migrate(made.url);
    const complete = await madeIn(made.url);
    {
      await using database = await openDatabase(made.url);
      for (const statement of [
        `delete from mikro_orm_migrations where name > '${before}'`,
        'drop index job_search_short',
        'delete from job_project',
        // What an interrupted "create index concurrently" leaves.
        "update pg_index set indisvalid = false where indexrelid = 'job_kind'::regclass",
      ])
        await database.execute(statement, []);
    }
    await migrate(made.url);
    expect(await madeIn(made.url)).toEqual(complete);
    await using database = await openDatabase(made.url);
    expect(await database.execute('select 1 from job_project', [])).toHaveLength(1);
  });

  it('a database that ran an earlier form of the migration gets the same tables as others', async () => {
    await using made = await databaseBefore();
    await using earlier = await databaseBefore();
    {
      await using database = await openDatabase(earlier.url);
      for (const statement of [
        'drop index job_finished',
        'create index job_ended_as on job (state, outcome, finished_at, id, removed_at) where removed_at is null and finished_at is not null',
        "alter table job_search add column projects text[] not null default '{}'",
        'create index job_search_projects on job_search using gin (projects) with (fastupdate = off)',
        `create function job_titled(part text, pattern text, most int) returns setof int language sql stable as $$ select job_id from job_search $$`,
      ])
        await database.execute(statement, []);
    }
    for (const { url } of [made, earlier]) await migrate(url);
    expect(await madeIn(earlier.url)).toEqual(await madeIn(made.url));
  });
});

describe('a SQLite database', () => {
  it('a migration keeps the child rows of a table that a migration rebuilds', async () => {
    await using world = await openTestDatabase('sqlite');
    const job = await world.enqueue();
    const line = { at: 1, kind: 'output' as const, text: 'x', sensitive: false, continues: false };
    await appendLines(world.database, job.id, 1, [line]);
    await using migration = await openForMigration(world.database.url, 'sqlite');
    const rebuild = [
      'create table job_new as select * from job',
      'drop table job',
      'create table job (id integer not null primary key autoincrement, state text not null, owner_id integer)',
      'insert into job (id, state, owner_id) select id, state, owner_id from job_new',
      'drop table job_new',
    ];
    // As a migration does it: in a transaction, where SQLite ignores the pragma that a generated migration begins with.
    const rebuilding = (em: typeof migration.orm.em) =>
      em.fork().transactional(async (inside) => {
        await inside.execute('pragma foreign_keys = off');
        for (const statement of rebuild) await inside.execute(statement);
      });
    await migration.withoutForeignKeys(() => rebuilding(migration.orm.em));
    expect(await countLines(world.database, job.id)).toBe(1);
    // The trap is real: without the guard the same steps delete the log.
    await rebuilding(migration.orm.em);
    expect(await countLines(world.database, job.id)).toBe(0);
  });

  it('only the owner of a new SQLite file can read it', async () => {
    await using world = await openTestDatabase('sqlite');
    const file = world.database.url.replace('sqlite:', '');
    await world.enqueue();
    for (const path of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(path).mode & 0o077).toBe(0);
  });
});
