// Owns a server or a jobrunner that is restarted whenever it exits, as a service manager does. Not the faults (fault-injector.ts).
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { type Part, urlOf, type World } from '../support/world.ts';

/** A period of time in milliseconds since 1970. `to` is infinity while it lasts. */
export interface Period {
  readonly from: number;
  to: number;
}

/** The delay before a restart, in milliseconds. */
const restartDelay = 100;
/** The number of stderr lines in a report. */
const maxStderrLines = 30;

/** A process of a world that is restarted whenever it exits. */
export class RestartedProcess implements AsyncDisposable {
  readonly name: string;
  /** When the process was ready and not paused. */
  readonly available: Period[] = [];
  /** Exits of a ready process without a signal from the test. */
  readonly unexpectedExits: string[] = [];
  readonly #world: World;
  readonly #process: 'server' | 'jobrunner';
  readonly #command: readonly string[];
  readonly #running: Promise<void>;
  readonly #ready = Promise.withResolvers<void>();
  #part: Part | null = null;
  #url = '';
  #isDisposed = false;
  /** Whether the test has sent the process a signal that ends it. */
  #injected = false;

  /** @param command the prefix of its command */
  constructor(world: World, name: 'server' | 'jobrunner', number: number, command: readonly string[]) {
    this.#command = command;
    this.name = `${name} ${number}`;
    this.#world = world;
    this.#process = name;
    this.#running = this.#keepRunning();
  }

  /** Resolves when the process is ready for the first time. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** The URL of a server. It stays the same after a restart. */
  get url(): string {
    return this.#url;
  }

  /** The last lines of stderr. */
  get stderr(): string {
    return lastLines(this.#part?.stderr() ?? '');
  }

  /** Sends the process a signal that ends it. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): void {
    this.#injected = true;
    this.#part?.process.kill(signal);
  }

  /** Pauses the process for `length` milliseconds. */
  async pause(length: number): Promise<void> {
    const process = this.#part?.process;
    if (!process?.kill('SIGSTOP')) return;
    const wasAvailable = this.#markUnavailable();
    await wait(length);
    process.kill('SIGCONT');
    if (wasAvailable && this.#part?.process === process) this.#markAvailable();
  }

  #markAvailable(): void {
    this.available.push({ from: Date.now(), to: Number.POSITIVE_INFINITY });
  }

  /** Returns whether the process was available. */
  #markUnavailable(): boolean {
    const last = this.available.at(-1);
    if (!last || Number.isFinite(last.to)) return false;
    last.to = Date.now();
    return true;
  }

  async #keepRunning(): Promise<void> {
    while (!this.#isDisposed) {
      const port = this.#url === '' ? 0 : Number(new URL(this.#url).port);
      const part = this.#world.launch(this.#process, port, { command: this.#command });
      this.#part = part;
      this.#injected = false;
      const ready = await this.#isReady(part);
      if (ready) {
        this.#markAvailable();
        this.#ready.resolve();
      }
      const status = await part.exited;
      this.#markUnavailable();
      // A process that cannot start while the database is unavailable exits, and a service manager restarts it: that is expected. Status 0
      // follows a signal from outside of the test, such as Ctrl-C.
      if (ready && !this.#injected && status !== 0)
        this.unexpectedExits.push(
          `${this.name} exited unexpectedly (exit status ${status}):\n${this.stderr}`,
        );
      await wait(restartDelay);
    }
  }

  async #isReady(part: Part): Promise<boolean> {
    if (this.#process === 'server') {
      const url = await urlOf(part);
      this.#url = url ?? this.#url;
      return url !== null;
    }
    const exited = new AbortController();
    void part.exited.then(() => exited.abort());
    while (!part.stderr().includes('jobrunner ready')) {
      if (exited.signal.aborted || !part.process.stderr) return false;
      await once(part.process.stderr, 'data', { signal: exited.signal }).catch(() => {});
    }
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this.kill('SIGTERM');
    await this.#running;
  }
}

export const lastLines = (text: string): string =>
  text.trimEnd().split('\n').slice(-maxStderrLines).join('\n');
