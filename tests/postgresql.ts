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

let running: Promise<{ url: string; stop: () => Promise<void> }> | null = null;
let users = 0;

/**
 * Starts a PostgreSQL server of its own; `stop` removes all of it. In a process of its own: its package takes over how a process ends, exit
 * status included, and there it ends with us however we go.
 */
export async function startPostgreSql(): Promise<{ url: string; stop: () => Promise<void> }> {
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'main-postgresql.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A Ctrl-C is for us; it ends when its stdin closes.
    detached: true,
  });
  const exited = once(keeper, 'exit');
  const line = await Promise.race([
    once(createInterface({ input: keeper.stdout }), 'line'),
    exited.then(() => null),
  ]);
  if (!line) throw new Error('PostgreSQL did not start');
  return {
    url: String(line[0]),
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
