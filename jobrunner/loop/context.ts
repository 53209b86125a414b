// Owns what every loop of the jobrunner works with.
import type { Logger } from 'pino';
import type { Database } from '../../schema/model/store/database.ts';
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import type { RunnerMetrics } from '../metrics.ts';

/** What the loops of a jobrunner work with. */
export interface RunnerContext {
  readonly configuration: Configuration;
  readonly database: Database;
  readonly logger: Logger;
  /** Jobs on this host whose end this jobrunner logs, see job-end.ts. */
  readonly followed: Set<number>;
  /** Undefined if nobody asked for metrics. */
  readonly metrics?: RunnerMetrics;
}
