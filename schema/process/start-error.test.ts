// What a process says when PostgreSQL cannot be used: real servers, roles, encodings, schemas and poolers.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../tests/support/network/port.ts';
import { sharedPostgreSqlUrl } from '../../tests/support/postgresql/shared-postgresql.ts';
import { openCopyClient } from '../model/backup/client.ts';
import { inspectDatabase } from '../model/inspection.ts';
import { migrate } from '../model/migration/migration.ts';
import { openMigratedDatabase } from './database.ts';

const name = `own_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
let base: URL;
let data = '';
beforeAll(async () => {
  base = new URL(await sharedPostgreSqlUrl());
  data = mkdtempSync(join(tmpdir(), 'spiderpig-start-'));
  await asAdmin(
    'postgres',
    `create role ${name} login password 'secret'`,
    `create database ${name}`,
    `create database ${name}_latin encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'`,
  );
});
afterAll(async () => {
  for (const end of ['', '_latin'])
    await asAdmin('postgres', `drop database if exists ${name}${end} with (force)`);
  await asAdmin('postgres', `drop role if exists ${name}`);
  rmSync(data, { recursive: true });
});

async function asAdmin(database: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: new URL(database, base).href });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The URL of a database for the own role. */
function urlOf(database = name, { user = name, password = 'secret', port = base.port } = {}): string {
  const url = new URL(database, base);
  url.username = user;
  url.password = password;
  url.port = port;
  return url.href;
}

async function refusal(databaseUrl: string): Promise<string> {
  try {
    await using _database = await openMigratedDatabase({ data, databaseUrl });
    return 'none';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('a start with PostgreSQL says what is wrong and what to do', () => {
  it('a start with a wrong password, database or port says what to do', async () => {
    expect(await refusal(urlOf(name, { password: 'wrong' }))).toMatch(
      /\(28P01\): password authentication failed for user .* check the user and the password/,
    );
    expect(await refusal(urlOf('nowhere'))).toMatch(
      /\(3D000\): .*"nowhere" does not exist.* create the database/,
    );
    expect(await refusal(urlOf(name, { port: '1' }))).toMatch(
      /\(ECONNREFUSED\): .* check that the database runs/,
    );
  });

  it('a start with a schema that the user may not write to says what to do', async () => {
    const wanted = /may not create tables in the schema public: .*CREATE SCHEMA/;
    expect(await refusal(urlOf())).toMatch(wanted);
    expect((await inspectDatabase(urlOf()))?.unsuitable).toMatch(wanted);
  });

  it('a start with an encoding that cannot store all characters says what to do', async () => {
    await asAdmin(`${name}_latin`, `grant all on schema public to ${name}`);
    expect(await refusal(urlOf(`${name}_latin`))).toMatch(
      /encoding of the database is LATIN1.*ENCODING 'UTF8'/,
    );
    expect((await inspectDatabase(urlOf(`${name}_latin`)))?.unsuitable).toMatch(/LATIN1/);
  });

  it('a start with a search_path of schemas that do not exist says what to do', async () => {
    await asAdmin('postgres', `alter role ${name} set search_path = nowhere`);
    expect(await refusal(urlOf())).toMatch(/No schema of the search_path \(nowhere\) exists/);
    await asAdmin('postgres', `alter role ${name} reset search_path`);
  });

  it('a start with tables of another user, or with a read-only database, says what to do', async () => {
    await asAdmin(name, 'create table account (id int)', `grant all on schema public to ${name}`);
    expect(await refusal(urlOf())).toMatch(/may not write to the tables account/);
    // One privilege of four is not enough.
    await asAdmin(name, `grant select on account to ${name}`);
    expect(await refusal(urlOf())).toMatch(/may not write to the tables account/);
    await asAdmin(name, 'drop table account', `alter role ${name} set default_transaction_read_only = on`);
    expect(await refusal(urlOf())).toMatch(/\(25006\): .*read-only transaction.* name the primary/);
    expect((await inspectDatabase(urlOf()))?.isReadOnly).toBe(true);
    await asAdmin(
      name,
      `alter role ${name} reset default_transaction_read_only`,
      `revoke all on schema public from ${name}`,
    );
  });
});

it('PostgreSQL works with a separate schema and other session settings, at the first start, the second, and after an upgrade', async () => {
  await asAdmin(
    name,
    `create schema ${name} authorization ${name}`,
    `alter role ${name} set standard_conforming_strings = off`,
    `alter role ${name} set statement_timeout = '5s'`,
    `alter role ${name} set default_transaction_isolation = 'serializable'`,
    `alter role ${name} set idle_session_timeout = '200ms'`,
    `alter role ${name} set transaction_timeout = '200ms'`,
  );
  for (const _ of [1, 2]) expect(await refusal(urlOf())).toBe('none');
  await asAdmin(
    name,
    `drop table ${name}.ledger`,
    `delete from ${name}.mikro_orm_migrations where name like '%ledger%'`,
  );
  expect(await refusal(urlOf())).toBe('none');
  await migrate(urlOf());
  await using database = await openMigratedDatabase({ data, databaseUrl: urlOf() });
  const [settings] = await database.execute(
    `select current_setting('standard_conforming_strings') as strings, current_setting('statement_timeout') as time,
       current_setting('transaction_timeout') as transaction, current_setting('idle_session_timeout') as idle`,
    [],
  );
  expect(settings).toEqual({ strings: 'on', time: '0', transaction: '0', idle: '0' });
  await using copy = await openCopyClient(urlOf());
  const { rows } = await copy.client.query("select current_setting('transaction_timeout') as time");
  expect(rows).toEqual([{ time: '0' }]);
});

const hasPooler = spawnSync('pgbouncer', ['--version']).status === 0;

describe.skipIf(!hasPooler)('pgbouncer (skipped where it is not installed)', () => {
  async function withPooler(mode: string, work: (port: string) => Promise<void>): Promise<void> {
    const port = await freePort();
    const directory = mkdtempSync(join(tmpdir(), 'spiderpig-pooler-'));
    chmodSync(directory, 0o777);
    writeFileSync(join(directory, 'users'), `"${base.username}" "${base.password}"\n`);
    writeFileSync(
      join(directory, 'ini'),
      `[databases]\n* = host=${base.hostname} port=${base.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nauth_type = plain\nauth_file = ${directory}/users\npool_mode = ${mode}\nunix_socket_dir =\n`,
    );
    const asRoot = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    const pooler = spawn('pgbouncer', ['-q', ...asRoot, join(directory, 'ini')], { stdio: 'ignore' });
    try {
      for (let times = 0; times < 100 && !(await accepts(Number(port))); times++) await wait(20);
      await work(String(port));
    } finally {
      pooler.kill('SIGKILL');
      rmSync(directory, { recursive: true });
    }
  }

  it('pgbouncer in transaction mode is refused, in one sentence', async () => {
    await withPooler('transaction', async (port) => {
      const { username: user, password } = base;
      expect(await refusal(urlOf(name, { user, password, port }))).toMatch(
        /a pooler such as pgbouncer.*session mode/,
      );
    });
  });

  it('pgbouncer works in session mode, also for the doctor', async () => {
    await withPooler('session', async (port) => {
      const { username: user, password } = base;
      const url = urlOf(name, { user, password, port });
      expect(await refusal(url)).toBe('none');
      expect(await inspectDatabase(url)).toMatchObject({ unsuitable: null, isReadOnly: false });
    });
  });
});

function accepts(port: number): Promise<boolean> {
  return Promise.resolve(
    execFileSync(process.execPath, [
      '-e',
      `require('net').connect(${port}, '127.0.0.1').on('connect', () => { console.log('yes'); process.exit(); }).on('error', () => process.exit())`,
    ])
      .toString()
      .startsWith('yes'),
  );
}
