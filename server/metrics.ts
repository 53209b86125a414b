// Owns the text of `/metrics`: what a Prometheus server reads. Not who may read it (server.ts).

import { jobStates } from '../schema/model/job/job.ts';
import { listRunners } from '../schema/model/job/presence.ts';
import type { Database } from '../schema/model/store/database.ts';
import { databaseStates } from '../schema/model/store/health.ts';
import type { World } from './context.ts';
import type { Sockets } from './live/socket.ts';
import type { Visitors } from './live/visitor.ts';

/** What this server counts itself. */
export interface Counts {
  requests: number;
}

/** The metrics as they are now. */
export async function metricsText(parts: {
  db: Database;
  world: World;
  sockets: Sockets;
  visitors: Visitors;
  counts: Counts;
}): Promise<string> {
  const { db, world, sockets, visitors, counts } = parts;
  const { state: databaseState } = await world.system.health();
  // Without the database the rest is still worth knowing.
  const away = databaseState === 'unavailable';
  const byState = away ? null : await countJobs(db);
  const online = away ? null : (await listRunners(db)).filter((runner) => runner.online).length;
  const { readers, followers } = world.logs.open;
  const lines = [
    ...(byState === null
      ? []
      : gauges('spiderpig_jobs', 'Jobs by state.', jobStates, (state) => byState.get(state) ?? 0)),
    ...(online === null ? [] : gauge('spiderpig_runners', 'Jobrunners that are there.', online)),
    ...gauges('spiderpig_database', 'How the database is: 1 for its state.', databaseStates, (state) =>
      state === databaseState ? 1 : 0,
    ),
    ...gauge('spiderpig_sockets', 'Open WebSockets.', sockets.count),
    ...gauge(
      'spiderpig_connections',
      'Open WebSockets and event streams of people who are signed in.',
      visitors.count,
    ),
    ...gauge('spiderpig_log_readers', 'Jobs whose log is being followed.', readers),
    ...gauge('spiderpig_log_followers', 'Subscriptions to logs.', followers),
    ...gauge('spiderpig_job_followers', 'Subscriptions to jobs.', world.jobs.followers),
    ...gauge('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
    '# HELP spiderpig_http_requests_total HTTP requests since the start.',
    '# TYPE spiderpig_http_requests_total counter',
    `spiderpig_http_requests_total ${counts.requests}`,
  ];
  return `${lines.join('\n')}\n`;
}

async function countJobs(db: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await db.execute(
    'select state, count(*) as total from job where removed_at is null group by state',
    [],
  );
  return new Map(rows.map((row) => [String(row['state']), Number(row['total'])]));
}

const gauges = <State extends string>(
  name: string,
  help: string,
  states: readonly State[],
  value: (state: State) => number,
): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} gauge`,
  ...states.map((state) => `${name}{state="${state}"} ${value(state)}`),
];

const gauge = (name: string, help: string, value: number): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} gauge`,
  `${name} ${value}`,
];
