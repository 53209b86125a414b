import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dialects, makeDatabase, openTestDatabase } from '../../tests/database.ts';
import { openDatabase } from './database.ts';
import { appendLines, countLines } from './log.ts';
import { DatabaseIsNewer, migrate, openForMigration } from './migration.ts';

describe.each(dialects)('migrations on %s', (dialect) => {
  async function withDatabase(work: (url: string, directory: string) => Promise<void>): Promise<void> {
    const directory = mkdtempSync(join(tmpdir(), 'spiderpig-migration-'));
    const { url, drop } = await makeDatabase(dialect, directory);
    try {
      await work(url, directory);
    } finally {
      await drop();
      rmSync(directory, { recursive: true, force: true });
    }
  }

  it('make the tables that the entities describe', async () => {
    await withDatabase(async (url) => {
      await migrate(url);
      await using migrated = await openForMigration(url, dialect);
      expect(await migrated.orm.schema.getUpdateSchemaSQL({ dropTables: false })).toBe('');
    });
  });

  it('may be run by several processes at once, and again', async () => {
    await withDatabase(async (url) => {
      await Promise.all([migrate(url), migrate(url), migrate(url)]);
      await migrate(url);
      await using database = await openDatabase(url);
      expect(await database.execute('select count(*) as jobs from job', [])).toHaveLength(1);
    });
  });

  it('refuse a database of a newer version, and touch nothing', async () => {
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

describe('a SQLite database', () => {
  it('keeps the child rows of a table that a migration rebuilds', async () => {
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

  it('can be read by its owner only', async () => {
    await using world = await openTestDatabase('sqlite');
    const file = world.database.url.replace('sqlite:', '');
    await world.enqueue();
    for (const path of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(path).mode & 0o077).toBe(0);
  });
});
