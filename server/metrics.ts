// Owns `/metrics`, in the Prometheus text format. Not who may read it (route.ts).

import { jobOutcomes } from '../schema/model/job/outcome.ts';
import { listRunners } from '../schema/model/job/presence.ts';
import { jobStates } from '../schema/model/job/state.ts';
import type { Database } from '../schema/model/store/database.ts';
import { databaseStates } from '../schema/model/store/health.ts';
import type { ServerContext } from './context.ts';
import type { Exchange } from './exchange.ts';
import { send } from './response.ts';

/** Sends the current metrics. */
export async function sendMetrics({ response, context }: Exchange): Promise<void> {
  send(response, 200, await metricsText(context), {
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    'cache-control': 'no-store',
  });
}

async function metricsText({ db, sources, sockets, connections, counters }: ServerContext): Promise<string> {
  const { state: databaseState } = await sources.system.health();
  // Metrics that need no database are reported even when it is unavailable.
  const unavailable = databaseState === 'unavailable';
  const byState = unavailable ? null : await countJobs(db, 'state');
  const byOutcome = unavailable ? null : await countJobs(db, 'outcome');
  const online = unavailable ? null : (await listRunners(db)).filter((runner) => runner.online).length;
  const { readers, followers } = sources.logs.open;
  const lines = [
    ...(byState === null
      ? []
      : gauges('spiderpig_jobs', 'Jobs by state.', jobStates, (state) => byState.get(state) ?? 0)),
    ...(byOutcome === null
      ? []
      : gauges(
          'spiderpig_jobs_ended',
          'Ended jobs by outcome: what they meant for production.',
          jobOutcomes,
          (outcome) => byOutcome.get(outcome) ?? 0,
          'outcome',
        )),
    ...(online === null ? [] : gauge('spiderpig_runners', 'Jobrunners that are online.', online)),
    ...gauges(
      'spiderpig_database',
      'State of the database: 1 for the current state, 0 for all others.',
      databaseStates,
      (state) => (state === databaseState ? 1 : 0),
    ),
    ...gauge('spiderpig_sockets', 'Open WebSockets.', sockets.count),
    ...gauge(
      'spiderpig_connections',
      'Open WebSockets and event streams of authenticated clients.',
      connections.count,
    ),
    ...gauge('spiderpig_log_readers', 'Jobs whose log has subscribers.', readers),
    ...gauge('spiderpig_log_followers', 'Subscriptions to logs.', followers),
    ...gauge('spiderpig_job_followers', 'Subscriptions to jobs.', sources.jobs.followers),
    ...gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', process.memoryUsage.rss()),
    '# HELP spiderpig_http_requests_total HTTP requests since the server started.',
    '# TYPE spiderpig_http_requests_total counter',
    `spiderpig_http_requests_total ${counters.requests}`,
  ];
  return `${lines.join('\n')}\n`;
}

async function countJobs(db: Database, column: 'state' | 'outcome'): Promise<ReadonlyMap<string, number>> {
  const rows = await db.execute(
    `select ${column} as word, count(*) as total from job where removed_at is null group by ${column}`,
    [],
  );
  return new Map(rows.map((row) => [String(row['word']), Number(row['total'])]));
}

const gauges = <State extends string>(
  name: string,
  help: string,
  states: readonly State[],
  value: (state: State) => number,
  label = 'state',
): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} gauge`,
  ...states.map((state) => `${name}{${label}="${state}"} ${value(state)}`),
];

const gauge = (name: string, help: string, value: number): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} gauge`,
  `${name} ${value}`,
];
