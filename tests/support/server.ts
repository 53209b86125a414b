// Owns a test server on a database of either dialect. Not the server and its clients (test-server.ts).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dialect } from '../../schema/model/store/database.ts';
import { makeDatabase } from './database.ts';
import { openServer, type TestServer } from './test-server.ts';

/** Opens a server on an empty database. Disposing it drops the database. */
export async function openServerOn(
  dialect: Dialect,
  options: Omit<NonNullable<Parameters<typeof openServer>[0]>, 'databaseUrl'> = {},
): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-database-'));
  const database = await makeDatabase(dialect, directory);
  const world = await openServer({ ...options, databaseUrl: database.url });
  return {
    ...world,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await database.drop();
      rmSync(directory, { recursive: true });
    },
  };
}
