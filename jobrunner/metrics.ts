// Owns the metrics of the jobrunner and the HTTP server that answers them on a separate port. Not those of the server (server/monitoring/metrics.ts).
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Counter, Histogram, Registry } from 'prom-client';
import { activeStateList } from '../schema/model/job/state.ts';
import type { Database } from '../schema/model/store/database.ts';
import { ConfigurationError, errorCode } from '../schema/process/error.ts';
import { metricsText, metricsType, processMetrics, Reading } from '../schema/process/metrics.ts';
import { RepeatedFailure } from '../schema/process/repeated-failure.ts';

/** Bounds of the durations of jobs, in seconds. */
const buckets = [0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200];

/** How long a scrape waits for the database, in milliseconds: Prometheus waits 10 seconds for the answer. */
const readLimit = 2_000;

/** What a jobrunner measures of the jobs that it started. */
export class RunnerMetrics {
  readonly #registry = new Registry();
  readonly #phases = new Histogram({
    name: 'spiderpig_job_phase_seconds',
    help: 'How long ended jobs were queued, waited for answers, and ran without waiting.',
    labelNames: ['phase', 'kind'],
    buckets,
    registers: [this.#registry],
  });
  readonly #lines = new Counter({
    name: 'spiderpig_log_lines_total',
    help: 'Lines of output that were stored for jobs of this jobrunner since it started.',
    registers: [this.#registry],
  });
  /** How many lines of each unended job were counted. */
  readonly #counted = new Map<number, number>();
  readonly #db: Database;
  readonly #lanes: readonly string[];
  readonly #version: string;
  readonly #failure: RepeatedFailure;
  /** The reading that has not finished; null if none has begun. */
  #pending: Promise<Reading | null> | null = null;

  constructor(db: Database, lanes: readonly string[], version: string, logger: Logger) {
    this.#db = db;
    this.#lanes = lanes;
    this.#version = version;
    this.#failure = new RepeatedFailure(logger, 'the database could not be read for the metrics');
  }

  /** A job was claimed: its lines are counted. */
  started(jobId: number): void {
    this.#counted.set(jobId, 0);
  }

  /** The supervisor of a job has exited: its durations are measured if it has ended. */
  async ended(jobId: number): Promise<void> {
    await this.#countLines(jobId);
    this.#counted.delete(jobId);
    const [job] = await this.#db.execute(
      `select kind, queued_at, started_at, finished_at, (select coalesce(sum(coalesce(answered_at, closed_at) - asked_at), 0)
         from interaction where job_id = job.id) as waited from job where id = ? and finished_at is not null`,
      [jobId],
    );
    if (!job) return;
    const kind = String(job['kind']);
    const [queued, finished, waited] = [job['queued_at'], job['finished_at'], job['waited']].map(Number);
    const started = Number(job['started_at'] ?? finished);
    const observe = (phase: string, milliseconds: number): void =>
      this.#phases.observe({ phase, kind }, Math.max(0, milliseconds) / 1_000);
    observe('queued', started - Number(queued));
    observe('waiting', Number(waited));
    observe('running', Number(finished) - started - Number(waited));
  }

  async #countLines(jobId: number): Promise<void> {
    const [row] = await this.#db.execute(
      `select first_number + line_count - 1 as last from log_chunk where job_id = ? order by first_number desc limit 1`,
      [jobId],
    );
    const last = Number(row?.['last'] ?? 0);
    this.#lines.inc(Math.max(0, last - (this.#counted.get(jobId) ?? last)));
    if (this.#counted.has(jobId)) this.#counted.set(jobId, last);
  }

  /** The current metrics as text; without those of the database while it does not respond. */
  async text(): Promise<string> {
    const read = await this.#readInTime();
    const up = new Reading();
    up.gauge(
      'spiderpig_jobrunner_database_up',
      'Whether the database answers this jobrunner: 1 or 0. While it does not, the metrics that are read from it are missing.',
      read === null ? 0 : 1,
    );
    return await metricsText([
      ...(read === null ? [] : [read.registry]),
      up.registry,
      this.#registry,
      processMetrics(this.#version),
    ]);
  }

  /** What the database knows; null if it fails, or does not answer within {@link readLimit}. Simultaneous scrapes share a reading. */
  #readInTime(): Promise<Reading | null> {
    this.#pending ??= this.#read()
      .then(
        (reading) => {
          this.#failure.succeeded();
          return reading;
        },
        (error: unknown) => {
          this.#failure.failed(error);
          return null;
        },
      )
      .finally(() => {
        this.#pending = null;
      });
    return Promise.race([this.#pending, wait(readLimit, null, { ref: false })]);
  }

  async #read(): Promise<Reading> {
    for (const jobId of this.#counted.keys()) await this.#countLines(jobId);
    const reading = new Reading();
    const active = await this.#db.execute(`select lane from job where state in (${activeStateList})`, []);
    reading.gauge(
      'spiderpig_lane_active',
      'Whether a lane of this jobrunner has an active job: 1 or 0.',
      this.#lanes.map((lane) => [{ lane }, active.some((job) => job['lane'] === lane) ? 1 : 0]),
    );
    return reading;
  }
}

/** Answers `GET /metrics` on 127.0.0.1. Rejects with a ConfigurationError when it cannot listen there. */
export async function serveMetrics(
  metrics: RunnerMetrics,
  port: number,
  logger: Logger,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) =>
        response.writeHead(200, { 'content-type': metricsType, 'cache-control': 'no-store' }).end(text),
      (error: unknown) => {
        logger.error({ err: error }, 'the metrics could not be written');
        response.writeHead(500).end();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error): void => reject(listenError(error, port));
    server.once('error', refuse);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', refuse);
      resolve();
    });
  });
  // A connection that cannot be accepted (too many open files) must not end the jobrunner.
  server.on('error', (error) => logger.error({ error: String(error) }, 'could not accept a connection'));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Why the port cannot be used, for the operator. Pure. */
const listenError = (error: Error, port: number): ConfigurationError =>
  new ConfigurationError(
    errorCode(error) === 'EADDRINUSE'
      ? `--jobrunner-metrics: port ${port} of 127.0.0.1 is already in use; choose another`
      : `--jobrunner-metrics: this user cannot listen on port ${port} of 127.0.0.1 (${errorCode(error)})`,
  );
