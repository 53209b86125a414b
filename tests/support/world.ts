// Owns a world: database, server, jobrunner and simulated Gerrit of a test, as real processes. Its disposal fails if a process is left.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { startGerrit } from '../../jobrunner/simulator/gerrit/gerrit.ts';
import { readBranches } from '../../jobrunner/simulator/train/staging.ts';
import { createSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { createToken, type TokenScope } from '../../schema/model/account/token.ts';
import type { Role } from '../../schema/model/account/user.ts';
import { openDatabase } from '../../schema/model/open.ts';
import { listRunners } from '../../schema/model/runner/presence.ts';
import type { Database, Dialect } from '../../schema/model/store/database.ts';
import { packageRoot } from '../../schema/process/files.ts';
import { makeDatabase } from './database.ts';
import { compileCacheDirectory, entryUnderTest } from './package/build.ts';

/** The command that runs a test program, such as `question/asks-twice`, instead of scap. `args` come before the arguments of scap. */
export function program(name: string, ...args: (string | number)[]): string {
  const file = join(packageRoot, 'tests', 'programs', `${name}.ts`);
  if (!existsSync(file)) throw new Error(`there is no test program "${name}"`);
  return [process.execPath, file, ...args].join(' ');
}

export interface WorldOptions {
  readonly dialect?: Dialect;
  /** The command to run as scap (default: the bundled simulator). `speed`: the factor by which the simulator is faster (default: 20). */
  readonly scap?: string;
  readonly speed?: number;
  /** The seconds between the steps of a stop (default: 1). */
  readonly stopGrace?: number;
  /** Whether to start a server and a jobrunner (default: true). */
  readonly server?: boolean;
  readonly jobrunner?: boolean;
  /** The URL of the PostgreSQL server without a database name (default: the server of the test run). */
  readonly postgresqlUrl?: string;
  /** An empty directory for the data, which is removed at the end (default: a temporary one). */
  readonly directory?: string;
  /** The simulated staging directory of a train (default: there is no train). */
  readonly trainStaging?: string;
  /** The timers that run earlier in the server and the jobrunner: from the delay in the source to another, both in milliseconds (short-timer.ts). */
  readonly shortTimers?: Readonly<Record<number, number>>;
  /** Further environment variables of the server and the jobrunner. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The environment of processes whose timers run earlier. */
const withShortTimers = (delays: Readonly<Record<number, number>>): Record<string, string> => ({
  NODE_OPTIONS: `--import=${join(import.meta.dirname, 'short-timer.ts')}`,
  SHORT_TIMERS: Object.entries(delays)
    .map((pair) => pair.join('='))
    .join(),
});

/** How a jobrunner is started. */
export interface Place {
  /** The prefix of its command. */
  readonly command?: readonly string[];
  /** Its lanes, separated by commas. */
  readonly lanes?: string;
}

/** A process of the world. */
export interface Part {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  /** The output to stderr so far. */
  stderr(): string;
}

/** Waits until a server is ready. Returns its URL, or null if it has exited. */
export async function urlOf(server: Part): Promise<string | null> {
  const { stdout } = server.process;
  if (!stdout) throw new Error('the server has no output');
  const ready = await Promise.race([
    once(createInterface({ input: stdout }), 'line').then(([line]) => String(line)),
    server.exited.then(() => null),
  ]);
  return ready?.startsWith('ready ') ? ready.slice('ready '.length) : null;
}

/** A GraphQL response. */
export interface Answer {
  readonly status: number;
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly { message: string; extensions?: Record<string, unknown> }[];
}

/** The world of a test. */
export class World implements AsyncDisposable {
  readonly directory: string;
  readonly databaseUrl: string;
  /** The connection of the test. */
  database: Database;
  readonly gerrit: Awaited<ReturnType<typeof startGerrit>>;
  readonly #options: WorldOptions;
  readonly #dropDatabase: () => Promise<void>;
  readonly #clients = new Set<Client>();
  readonly #parts = new Set<Part>();
  server: Part | null = null;
  jobrunner: Part | null = null;
  /** `http://127.0.0.1:PORT`; the port stays the same over restarts. */
  url = '';

  private constructor(
    directory: string,
    databaseUrl: string,
    database: Database,
    gerrit: Awaited<ReturnType<typeof startGerrit>>,
    options: WorldOptions,
    dropDatabase: () => Promise<void>,
  ) {
    this.directory = directory;
    this.databaseUrl = databaseUrl;
    this.database = database;
    this.gerrit = gerrit;
    this.#options = options;
    this.#dropDatabase = dropDatabase;
  }

  static async open(options: WorldOptions = {}): Promise<World> {
    const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'spiderpig-world-'));
    const { url, drop } = await makeDatabase(options.dialect ?? 'sqlite', directory, options.postgresqlUrl);
    const database = await openDatabase(url);
    const { trainStaging } = options;
    const gerrit = await startGerrit({
      port: 0,
      host: '127.0.0.1',
      ...(trainStaging === undefined ? {} : { trainVersions: () => readBranches(trainStaging) }),
    });
    const world = new World(directory, url, database, gerrit, options, drop);
    try {
      if (options.server !== false) await world.startServer();
      if (options.jobrunner !== false) await world.startJobrunner();
    } catch (error) {
      await world.#tearDown();
      throw error;
    }
    return world;
  }

  // --- processes

  /** Starts a process, which ends with the world. `port` is for servers; 0 chooses a free one. */
  launch(name: 'server' | 'jobrunner', port = 0, place: Place = {}): Part {
    const [command = process.execPath, ...before] = [...(place.command ?? []), process.execPath];
    const child = spawn(command, [...before, entryUnderTest(name)], {
      cwd: this.directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...this.#environment(port),
        ...(place.lanes === undefined ? {} : { SPIDERPIG_LANES: place.lanes }),
      },
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const exited = once(child, 'exit').then(([status]) => (typeof status === 'number' ? status : null));
    const part = { process: child, exited, stderr: () => stderr };
    this.#parts.add(part);
    void exited.then(() => this.#parts.delete(part));
    return part;
  }

  #environment(port: number): Record<string, string> {
    const { scap, speed = 20, stopGrace = 1, trainStaging, shortTimers, environment } = this.#options;
    return {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: compileCacheDirectory,
      HOME: this.directory,
      USER: 'world',
      LOG_LEVEL: 'info',
      SPIDERPIG_DATA: this.directory,
      SPIDERPIG_DATABASE_URL: this.databaseUrl,
      SPIDERPIG_PORT: String(port),
      SPIDERPIG_GERRIT_URL: this.gerrit.url,
      SPIDERPIG_STOP_GRACE: String(stopGrace),
      SPIDERPIG_SIMULATOR_SPEED: String(speed),
      ...(scap === undefined ? {} : { SPIDERPIG_SCAP: scap }),
      ...(trainStaging === undefined
        ? {}
        : { SPIDERPIG_STAGING: trainStaging, SPIDERPIG_SIMULATOR_STAGING: trainStaging }),
      ...(shortTimers === undefined ? {} : withShortTimers(shortTimers)),
      ...environment,
    };
  }

  /** Runs a `spiderpig` command with the environment of the server. Returns its output. Throws if it fails. */
  async command(...args: string[]): Promise<string> {
    const env = this.#environment(0);
    return (await promisify(execFile)(process.execPath, [entryUnderTest('spiderpig'), ...args], { env }))
      .stdout;
  }

  /** Closes the connection of the test while `work` replaces the database, and opens a new one. */
  async replaceDatabase(work: () => Promise<void>): Promise<void> {
    await this.database[Symbol.asyncDispose]();
    await work();
    this.database = await openDatabase(this.databaseUrl);
  }

  /** Starts the server and waits until it is ready. After a restart it has the same port. */
  async startServer(): Promise<void> {
    const part = this.launch('server', this.url === '' ? 0 : Number(new URL(this.url).port));
    const url = await urlOf(part);
    if (url === null) throw new Error(`the server did not start: ${part.stderr()}`);
    this.url = url;
    this.server = part;
  }

  /** Starts a jobrunner and waits until it is online. `jobrunner` is the one that was started last. */
  async startJobrunner(place: Place = {}): Promise<void> {
    using runners = this.database.doorbell.listen('runners');
    const part = this.launch('jobrunner', 0, place);
    const failed = part.exited.then((): never => {
      throw new Error(`the jobrunner did not start: ${part.stderr()}`);
    });
    const { pid } = part.process;
    const isOnline = async () =>
      (await listRunners(this.database)).some(({ runner, online }) => online && runner.process?.pid === pid);
    // An exit after that is not an error.
    failed.catch(() => {});
    while (!(await isOnline())) await Promise.race([runners.nextRing(AbortSignal.timeout(20_000)), failed]);
    this.jobrunner = part;
  }

  /** Sends a signal to a process and waits for its exit. */
  async kill(part: Part | null, signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    if (!part) throw new Error('the process was not started');
    part.process.kill(signal);
    return await part.exited;
  }

  // --- the public contract

  /** Creates a token, as `spiderpig token create` does. */
  token(scope: TokenScope = 'deploy', userName = 'Deployer'): Promise<string> {
    return createToken(this.database, { name: `test-${randomUUID()}`, scope, userName });
  }

  /** Creates a sign-in link, as `spiderpig login` does. */
  async link(userName: string, role: Role = 'deployer'): Promise<string> {
    return `${this.url}/sign-in#code=${await createSignInLink(this.database, userName, role)}`;
  }

  /** Runs an operation. `url`: another server than `server`. */
  async graphql(
    token: string,
    query: string,
    variables: Record<string, unknown> = {},
    url = this.url,
  ): Promise<Answer> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'x-graphql-client-name': 'tests',
        'x-graphql-client-version': '1',
      },
      body: JSON.stringify({ query, variables }),
    });
    const body = JSON.parse(await response.text());
    return { status: response.status, data: body.data ?? null, errors: body.errors ?? [] };
  }

  /** Runs an operation. Throws on GraphQL errors. `Data` is the selection of the operation. */
  async run<Data>(token: string, query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const { data, errors } = await this.graphql(token, query, variables);
    if (errors.length > 0 || data === null) throw new Error(`GraphQL failed: ${JSON.stringify(errors)}`);
    return data as Data; // not validated: a wrong shape fails the assertion that reads it
  }

  /** Opens a graphql-ws client, which ends with the world. */
  client(token: string): Client {
    const client = createClient({
      url: `${this.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
    this.#clients.add(client);
    return client;
  }

  /** The events of a subscription. Leaving the loop ends it. */
  async *subscribe<Data>(
    token: string,
    query: string,
    variables: Record<string, unknown> = {},
  ): AsyncGenerator<Data, void> {
    const client = this.client(token);
    try {
      for await (const { data, errors } of client.iterate({ query, variables })) {
        if (errors) throw new Error(`the subscription failed: ${JSON.stringify(errors)}`);
        yield data as Data; // as above
      }
    } finally {
      await client.dispose();
      this.#clients.delete(client);
    }
  }

  // --- the end

  /** The processes of this world that it has not started itself: supervisors and their children. `pids`: where it looks (default: everywhere). */
  leftOver(pids: readonly number[] = readdirSync('/proc').map(Number)): { pid: number; command: string }[] {
    const own = new Set([...this.#parts].map((part) => part.process.pid));
    const found: { pid: number; command: string }[] = [];
    for (const pid of pids) {
      if (!Number.isInteger(pid) || pid === process.pid || own.has(pid)) continue;
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
        // scap does not know the data directory, but this is its HOME.
        if (!environment.includes(`=${this.directory}\0`)) continue;
        found.push({ pid, command: readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ') });
      } catch {
        // The process has exited.
      }
    }
    return found;
  }

  async #tearDown(): Promise<{ pid: number; command: string }[]> {
    for (const client of this.#clients) await client.dispose();
    const parts = [...this.#parts];
    for (const part of parts) part.process.kill('SIGTERM');
    await Promise.all(parts.map((part) => part.exited));
    // A stand-by supervisor ends after its jobrunner.
    let left = this.leftOver();
    for (let attempt = 0; attempt < 500 && left.length > 0; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      // Reading about all processes costs milliseconds. What ends may have started another process, so the last look is a complete one.
      left = this.leftOver(left.map(({ pid }) => pid));
      if (left.length === 0) left = this.leftOver();
    }
    for (const { pid } of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // The process has exited.
      }
    }
    await this.gerrit.close();
    await this.database[Symbol.asyncDispose]();
    rmSync(this.directory, { recursive: true, force: true });
    await this.#dropDatabase();
    return left;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const left = await this.#tearDown();
    if (left.length > 0) {
      throw new Error(
        `processes left at the end of the test: ${left.map((entry) => entry.command).join('; ')}`,
      );
    }
  }
}

/** Opens a world. Use it as `await using world = await openWorld(…)`. */
export const openWorld = (options: WorldOptions = {}): Promise<World> => World.open(options);
