// Owns what each section of the bench is given: worlds, how many events, how long. Not what is measured.
import type { Dialect } from '../schema/model/store/database.ts';
import { openWorld, type World, type WorldOptions } from '../tests/support/world.ts';
import type { Figure } from './figure.ts';

/** What sections share. */
export interface Bench {
  readonly dialect: Dialect;
  /** Fewer events, smaller floods: to see that it works, not how fast. */
  readonly quick: boolean;
  /** Aborted when the run must end, or was told to. */
  readonly signal: AbortSignal;
  /** Whether the run's time is nearly over: who measures again and again stops here with what there is. */
  timeIsUp(): boolean;
  /** Opens a world on the database under test. */
  open(options: Pick<WorldOptions, 'scap' | 'jobrunner' | 'environment'>): Promise<World>;
}

/** A section: a name for `--only`, and what it measures. */
export interface Section {
  readonly name: string;
  readonly measure: (bench: Bench) => Promise<readonly Figure[]>;
}

/** A log line of a warning or something worse, as pino writes it. */
const warning = /"level":[456]0/;

/** Makes the bench of one run. `profile` names a directory for a CPU profile of each process. */
export function benchOf(options: {
  dialect: Dialect;
  quick: boolean;
  postgresqlUrl: string | null;
  profile: string | null;
  signal: AbortSignal;
  timeIsUp: () => boolean;
}): Bench {
  const { dialect, quick, postgresqlUrl, profile, signal, timeIsUp } = options;
  return {
    dialect,
    quick,
    signal,
    timeIsUp,
    async open(wish) {
      const world = await openWorld({
        ...wish,
        dialect,
        ...(postgresqlUrl === null ? {} : { postgresqlUrl }),
        environment: {
          ...wish.environment,
          ...(profile === null ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` }),
        },
      });
      // A look that failed and was repeated explains a late line better than any noise.
      for (const part of [world.server, world.jobrunner]) {
        part?.process.stderr?.on('data', (chunk) => {
          for (const line of String(chunk).split('\n'))
            if (warning.test(line)) process.stderr.write(`${line}\n`);
        });
      }
      // Without its server whatever waits in this world fails, and the world is closed as at any other end.
      signal.addEventListener('abort', () => world.server?.process.kill('SIGTERM'), { once: true });
      return world;
    },
  };
}

/** The monotonic clock in nanoseconds: the same in every process of a host. */
export const now = (): bigint => process.hrtime.bigint();

/** Nanoseconds from one reading of the monotonic clock to another, in milliseconds. */
export const millisecondsBetween = (from: bigint, to: bigint): number => Number(to - from) / 1e6;
