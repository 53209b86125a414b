// Owns the PostgreSQL server of a test run: a real one, in a temporary directory, started once. Each world makes a database of its own in it (world.ts).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `postgresql://…@127.0.0.1:PORT/` without a database's name. */
    readonly postgresqlUrl: string;
  }
}

/** A PostgreSQL server. */
export interface PostgreSql {
  /** `postgresql://…@127.0.0.1:PORT/` without a database's name. */
  readonly url: string;
  /** Ends it as a crash would (an immediate shutdown) and starts it again; resolves when it takes connections. */
  restart(): Promise<void>;
  /** Ends it and removes all of it. */
  stop(): Promise<void>;
}

let running: Promise<PostgreSql> | null = null;
let users = 0;

/**
 * Starts a PostgreSQL server of its own. In a process of its own: its package takes over how a process ends, exit status included, and
 * there it ends with us however we go. `address` is where it listens, unless told 127.0.0.1; whoever is in that network may come.
 */
export async function startPostgreSql(address = '127.0.0.1'): Promise<PostgreSql> {
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'main-postgresql.ts'), address], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A Ctrl-C is for us; it ends when its stdin closes.
    detached: true,
  });
  const exited = once(keeper, 'exit');
  const lines = createInterface({ input: keeper.stdout });
  const said = async (): Promise<string> => {
    const line = await Promise.race([once(lines, 'line'), exited.then(() => null)]);
    if (!line) throw new Error('PostgreSQL did not start');
    return String(line[0]);
  };
  return {
    url: await said(),
    async restart() {
      keeper.stdin.write('restart\n');
      await said();
    },
    async stop() {
      keeper.stdin.end();
      await exited;
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
