// Owns measuring a server whose PostgreSQL accepts no further connection: queries wait for those that it has. Not on SQLite, which has no connections.
import pg from 'pg';
import { type Figure, figureOf } from '../report/figure.ts';
import type { Bench } from '../support/section.ts';

/** Simultaneous queries: more than a server has connections. */
const together = 40;

/** Takes all connections that PostgreSQL still accepts. */
async function occupy(url: string): Promise<AsyncDisposable> {
  const taken: pg.Client[] = [];
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
    } catch {
      break;
    }
    taken.push(client);
  }
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(taken.map((client) => client.end()));
    },
  };
}

/** Measures simultaneous queries, with connections to spare and at the limit of PostgreSQL. */
export async function measureConnections(bench: Bench): Promise<Figure[]> {
  if (bench.dialect === 'sqlite') return [];
  const times = bench.quick ? 3 : 20;
  await using world = await bench.open({ jobrunner: false });
  const token = await world.token();
  const queries = async (): Promise<number> => {
    const began = performance.now();
    const query = '{ jobs(first: 20) { nodes { id } totalCount } system { queuedCount } }';
    await Promise.all(Array.from({ length: together }, () => world.run(token, query)));
    return performance.now() - began;
  };
  const repeated = async (): Promise<number[]> => {
    const took: number[] = [];
    for (let n = 0; n < times; n++) took.push(await queries());
    return took;
  };
  // Without load the server has few connections, which is the hard case.
  const first = await world.run(token, '{ viewer { role } }').then(() => occupy(world.databaseUrl));
  let limited: number[];
  {
    await using _taken = first;
    limited = await repeated();
    const ready = await fetch(`${world.url}/readyz`);
    const text = await ready.text();
    if (ready.status !== 200 || !text.includes('accepted no further connection'))
      throw new Error(`/readyz answered ${ready.status} ${text}`);
  }
  const baseline = ['the same with connections to spare', await repeated()] as const;
  return [
    figureOf(`${together} simultaneous queries at the limit: all are answered`, 'ms', limited, { baseline }),
  ];
}
