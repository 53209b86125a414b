// Owns measuring the cost of an idle SpiderPig: CPU time, write transactions.
import { setTimeout as wait } from 'node:timers/promises';
import type { World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { processorTime } from '../support/process.ts';
import { type Bench, millisecondsBetween, now } from '../support/section.ts';
import { standby } from '../support/standby.ts';

/** How often SQLite is checked for a commit, in milliseconds. Two commits within this time are counted as one. */
const lookInterval = 20;

/** Counts write transactions until `signal` aborts. */
async function countWrites(world: World, signal: AbortSignal): Promise<number> {
  const { database } = world;
  const number = async (sql: string, column: string): Promise<number> =>
    Number((await database.execute(sql, []))[0]?.[column]);
  const pause = () => wait(lookInterval, undefined, { signal }).catch(() => {});
  if (database.dialect === 'postgresql') {
    // Each writing transaction takes one transaction id.
    const next = () => number('select pg_snapshot_xmax(pg_current_snapshot())::text as next', 'next');
    const before = await next();
    while (!signal.aborted) await pause();
    return (await next()) - before;
  }
  let writes = 0;
  let version = await number('pragma data_version', 'data_version');
  while (!signal.aborted) {
    await pause();
    const seen = await number('pragma data_version', 'data_version');
    if (seen !== version) writes++;
    version = seen;
  }
  return writes;
}

async function idle(bench: Bench, world: World, seconds: number, how: string): Promise<Figure[]> {
  // Work that belongs to the start is not idle time.
  const supervisor = await standby(world, bench.signal);
  const processes = {
    server: world.server?.process.pid ?? 0,
    jobrunner: world.jobrunner?.process.pid ?? 0,
    'stand-by supervisor': supervisor,
  };
  const began = now();
  const before = Object.values(processes).map(processorTime);
  const over = AbortSignal.any([AbortSignal.timeout(seconds * 1_000), bench.signal]);
  const writes = await countWrites(world, over);
  bench.signal.throwIfAborted();
  const after = Object.values(processes).map(processorTime);
  const minutes = millisecondsBetween(began, now()) / 60_000;
  return [
    ...Object.keys(processes).map((name, index) => {
      const [from, to] = [before[index], after[index]];
      if (from == null || to == null) throw new Error(`the ${name} is not running`);
      return figureOf(`idle, ${how}: ${name}`, 'ms/min', [(to.used - from.used) / minutes]);
    }),
    figureOf(`idle, ${how}: write transactions`, '/min', [writes / minutes]),
  ];
}

/** Measures an idle SpiderPig, without a client and with one open overview. */
export async function measureIdle(bench: Bench): Promise<Figure[]> {
  const seconds = bench.quick ? 4 : 8;
  await using world = await bench.open({});
  const alone = await idle(bench, world, seconds, 'no client');
  const client = world.client(await world.token());
  for (const query of [
    'subscription { jobUpdates { id state } }',
    'subscription { systemUpdates { version } }',
  ]) {
    client.subscribe({ query }, { next() {}, error() {}, complete() {} });
  }
  await wait(500, undefined, { signal: bench.signal });
  return [...alone, ...(await idle(bench, world, seconds, 'one page open'))];
}
