// Owns the PostgreSQL server that all tests of a run share. It starts when the first test asks for it and stops when the run ends.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestProject } from 'vitest/node';
import { type PostgreSql, startPostgreSql } from './postgresql.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The socket on which vitest's main process answers with the server's URL. */
    readonly postgresqlSocket: string;
  }
}

/** What one vitest run shares between its projects. */
interface Run {
  readonly directory: string;
  readonly socket: string;
  readonly listener: Server;
  started: Promise<PostgreSql> | null;
  projects: number;
}

let run: Run | null = null;

function openRun(): Run {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-test-run-'));
  const opened: Run = {
    directory,
    socket: join(directory, 'postgresql.sock'),
    listener: createServer((connection) => {
      connection.on('error', () => {});
      opened.started ??= startPostgreSql();
      opened.started.then(
        ({ url }) => connection.end(url),
        (error) => connection.destroy(error),
      );
    }),
    started: null,
    projects: 0,
  };
  return opened;
}

/** Called by vitest for each project that lists this file in `globalSetup`, in its main process. Starts no PostgreSQL yet. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!run) {
    run = openRun();
    run.listener.listen(run.socket);
    // Vitest does not call the teardown when it is interrupted. PostgreSQL then stops because its stdin closes.
    const { directory } = run;
    process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
    await once(run.listener, 'listening');
  }
  const shared = run;
  shared.projects++;
  project.provide('postgresqlSocket', shared.socket);
  return async () => {
    if (--shared.projects > 0) return;
    run = null;
    shared.listener.close();
    const server = await shared.started?.catch(() => null);
    await server?.stop();
    rmSync(shared.directory, { recursive: true, force: true });
  };
}

/** The URL of the run's PostgreSQL server, without the name of a database. Starts the server if no test has asked before. */
export async function sharedPostgreSqlUrl(): Promise<string> {
  // Loaded here, because vitest's main process loads this file too and has no test context.
  const { inject } = await import('vitest');
  const url = await text(connect(inject('postgresqlSocket')));
  if (url === '') throw new Error('PostgreSQL did not start; its output is above');
  return url;
}
