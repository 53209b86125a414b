// Owns a server or a jobrunner that is started again whenever it ends, as a service manager would do it. Not who ends it (fault-injector.ts).
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { type Part, urlOf, type World } from '../support/world.ts';

/** A stretch of time, in milliseconds since 1970; infinity while it lasts. */
export interface Stretch {
  readonly from: number;
  to: number;
}

/** How long the service manager waits before it starts one again, in milliseconds. */
const restartDelay = 100;
/** How many of a process's last lines of stderr are kept. */
const keptLines = 30;

/** A process of a world that is kept running. */
export class KeptPart implements AsyncDisposable {
  readonly name: string;
  /** When it was there: ready, and not paused. */
  readonly present: Stretch[] = [];
  /** Ends that nobody asked for, of a process that was ready. */
  readonly crashes: string[] = [];
  readonly #world: World;
  readonly #process: 'server' | 'jobrunner';
  readonly #kept: Promise<void>;
  readonly #ready = Promise.withResolvers<void>();
  #part: Part | null = null;
  #url = '';
  #over = false;
  /** Whether the process was sent a signal that ends it. */
  #struck = false;

  constructor(world: World, name: 'server' | 'jobrunner', number: number) {
    this.name = `${name} ${number}`;
    this.#world = world;
    this.#process = name;
    this.#kept = this.#keep();
  }

  /** Resolves once it was ready for the first time. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Where a server listens, also after it was started again. */
  get url(): string {
    return this.#url;
  }

  /** The last lines of its stderr. */
  get said(): string {
    return lastLines(this.#part?.stderr() ?? '');
  }

  /** Sends the process a signal that ends it. */
  strike(signal: 'SIGKILL' | 'SIGTERM'): void {
    this.#struck = true;
    this.#part?.process.kill(signal);
  }

  /** Stops the process for that many milliseconds. */
  async pause(length: number): Promise<void> {
    const process = this.#part?.process;
    if (!process?.kill('SIGSTOP')) return;
    const wasThere = this.#leave();
    await wait(length);
    process.kill('SIGCONT');
    if (wasThere && this.#part?.process === process) this.#come();
  }

  #come(): void {
    this.present.push({ from: Date.now(), to: Number.POSITIVE_INFINITY });
  }

  /** Returns whether it was there. */
  #leave(): boolean {
    const last = this.present.at(-1);
    if (!last || Number.isFinite(last.to)) return false;
    last.to = Date.now();
    return true;
  }

  async #keep(): Promise<void> {
    while (!this.#over) {
      const part = this.#world.launch(this.#process, this.#url === '' ? 0 : Number(new URL(this.#url).port));
      this.#part = part;
      this.#struck = false;
      const ready = await this.#isReady(part);
      if (ready) {
        this.#come();
        this.#ready.resolve();
      }
      const status = await part.exited;
      this.#leave();
      // One that cannot start while the database is away says so and is started again: that is its service manager's part. Status 0 is
      // somebody else's signal, as of a Ctrl-C.
      if (ready && !this.#struck && status !== 0)
        this.crashes.push(`${this.name} ended by itself (exit status ${status}):\n${this.said}`);
      await wait(restartDelay);
    }
  }

  async #isReady(part: Part): Promise<boolean> {
    if (this.#process === 'server') {
      const url = await urlOf(part);
      this.#url = url ?? this.#url;
      return url !== null;
    }
    const over = new AbortController();
    void part.exited.then(() => over.abort());
    while (!part.stderr().includes('jobrunner ready')) {
      if (over.signal.aborted || !part.process.stderr) return false;
      await once(part.process.stderr, 'data', { signal: over.signal }).catch(() => {});
    }
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    this.strike('SIGTERM');
    await this.#kept;
  }
}

/** The last lines of a text. */
export const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-keptLines).join('\n');
