// Owns a standby of a PostgreSQL server: streaming replication on loopback, which can be cut, and a promotion.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../network/port.ts';

/** A standby. It can be read, but not written, until it is promoted. */
export interface Standby extends AsyncDisposable {
  /** `postgresql://…@127.0.0.1:PORT/`, without the name of a database. */
  readonly url: string;
  /** Resolves when it has everything that the primary has committed by now. */
  catchUp(): Promise<void>;
  /** Receives nothing more from the primary. */
  detach(): Promise<void>;
  promote(): Promise<void>;
}

/** The delay between two attempts to reach the standby, in milliseconds. */
const retryDelay = 100;

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: `${url}postgres` });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Copies the files of a running server, as its documentation of backups says. */
async function copyCluster(primaryUrl: string, from: string, to: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${primaryUrl}postgres` });
  await client.connect();
  try {
    await client.query("select pg_backup_start('standby', true)");
    try {
      execFileSync('cp', ['--archive', from, to], { stdio: 'ignore' });
    } catch {
      // Files that the server removed meanwhile are not needed.
    }
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    writeFileSync(join(to, 'backup_label'), rows[0]?.labelfile ?? '');
  } finally {
    await client.end();
  }
  rmSync(join(to, 'postmaster.pid'), { force: true });
}

/** Starts a standby of a server of postgresql.ts. Resolves when it can be read. */
export async function startStandby(primaryUrl: string): Promise<Standby> {
  const [settings] = await query<{ data: string }>(
    primaryUrl,
    "select current_setting('data_directory') as data",
  );
  const from = settings?.data ?? '';
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-standby-'));
  chmodSync(directory, 0o755);
  const data = join(directory, 'cluster');
  await copyCluster(primaryUrl, from, data);
  const { hostname, port: primaryPort, username, password } = new URL(primaryUrl);
  const source = `host=${hostname} port=${primaryPort} user=${username} password=${password}`;
  appendFileSync(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n`);
  writeFileSync(join(data, 'standby.signal'), '');
  const { uid, gid } = statSync(from);
  execFileSync('chown', ['--recursive', `${uid}:${gid}`, data]);
  const [postmaster = ''] = readFileSync(join(from, 'postmaster.pid'), 'utf8').split('\n');
  const port = await freePort();
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 -c fsync=off`;
  // It ends with this process, even after SIGKILL: then its stdin is closed.
  const script = `"$1" -D "$2" ${options} >/dev/null 2>&1 & read -r end; kill -QUIT $!; wait`;
  const program = readlinkSync(`/proc/${postmaster}/exe`);
  const keeper = spawn('sh', ['-c', script, 'sh', program, data], {
    stdio: ['pipe', 'ignore', 'inherit'],
    cwd: '/',
    ...(process.getuid?.() === 0 ? { uid, gid } : {}),
  });
  const exited = once(keeper, 'exit');
  const url = `postgresql://${username}:${password}@127.0.0.1:${port}/`;
  const until = async (condition: string): Promise<void> => {
    for (;;) {
      const rows = await query<{ holds: boolean }>(url, `select ${condition} as holds`).catch(() => []);
      if (rows[0]?.holds) return;
      await wait(retryDelay);
    }
  };
  await until('pg_is_in_recovery()');
  return {
    url,
    async catchUp() {
      const [primary] = await query<{ at: string }>(primaryUrl, 'select pg_current_wal_lsn() as at');
      await until(`pg_last_wal_replay_lsn() >= '${primary?.at}'`);
    },
    async detach() {
      await query(url, "alter system set primary_conninfo = ''");
      await query(url, 'select pg_reload_conf()');
      await until('not exists (select 1 from pg_stat_wal_receiver)');
    },
    async promote() {
      await query(url, 'select pg_promote()');
    },
    async [Symbol.asyncDispose]() {
      keeper.stdin.end();
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
