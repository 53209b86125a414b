// Owns what each section of the bench works with: worlds, limits of time and size. Not what is measured.
import type { Dialect } from '../../schema/model/store/database.ts';
import { openWorld, type World, type WorldOptions } from '../../tests/support/world.ts';
import type { Figure } from '../report/figure.ts';

/** What all sections share. */
export interface Bench {
  readonly dialect: Dialect;
  /** Fewer events and smaller floods: only shows that the bench works. */
  readonly quick: boolean;
  /** The numbers of jobs with which growth is measured, in ascending order. */
  readonly sizes: readonly number[];
  /** The numbers of lines with which the growth of a log is measured, in ascending order. */
  readonly lines: readonly number[];
  /** Aborts at the hard limit, or when the run is interrupted. */
  readonly signal: AbortSignal;
  /** Whether the soft limit has passed: a section stops measuring then and reports what it has. */
  timeIsUp(): boolean;
  /** Opens a world on the database under test. */
  open(options: Pick<WorldOptions, 'scap' | 'jobrunner' | 'trainStaging' | 'environment'>): Promise<World>;
}

/** A section: a name for `--only`, and what it measures. */
export interface Section {
  readonly name: string;
  readonly measure: (bench: Bench) => Promise<readonly Figure[]>;
}

/** A log line of a warning or something worse, as pino writes it. */
const warning = /"level":[456]0/;

/** Creates the bench of one run. `profile`: a directory for a CPU profile of each process. */
export function benchOf(options: {
  dialect: Dialect;
  quick: boolean;
  sizes: readonly number[];
  lines: readonly number[];
  postgresqlUrl: string | null;
  profile: string | null;
  signal: AbortSignal;
  timeIsUp: () => boolean;
}): Bench {
  const { dialect, quick, sizes, lines, postgresqlUrl, profile, signal, timeIsUp } = options;
  return {
    dialect,
    quick,
    sizes,
    lines,
    signal,
    timeIsUp,
    async open(worldOptions) {
      const world = await openWorld({
        ...worldOptions,
        dialect,
        ...(postgresqlUrl === null ? {} : { postgresqlUrl }),
        environment: {
          ...worldOptions.environment,
          ...(profile === null
            ? {}
            : {
                NODE_OPTIONS: `${worldOptions.environment?.['NODE_OPTIONS'] ?? ''} --cpu-prof --cpu-prof-dir=${profile}`,
              }),
        },
      });
      // Printed because a retry after a failure explains a late line better than noise does.
      for (const part of [world.server, world.jobrunner]) {
        part?.process.stderr?.on('data', (chunk) => {
          for (const line of String(chunk).split('\n'))
            if (warning.test(line)) process.stderr.write(`${line}\n`);
        });
      }
      // Ending the server makes everything that waits in this world fail, so the world is closed as usual.
      signal.addEventListener('abort', () => world.server?.process.kill('SIGTERM'), { once: true });
      return world;
    },
  };
}

/** The monotonic clock in nanoseconds: the same in every process of a host. */
export const now = (): bigint => process.hrtime.bigint();

/** Nanoseconds from one reading of the monotonic clock to another, in milliseconds. */
export const millisecondsBetween = (from: bigint, to: bigint): number => Number(to - from) / 1e6;
