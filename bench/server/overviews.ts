// Owns measuring overviews that are opened at the same time over a long history: how long the event loop of the server is blocked, and how long they take.
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { userNamed } from '../../schema/model/account/user.ts';
import { foldJobCounts } from '../../schema/model/job/count.ts';
import type { World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { fillJobs } from '../support/fill.ts';
import type { Bench } from '../support/section.ts';
import { documentOf, Subscriber } from '../support/subscriber.ts';

/** How many overviews are opened at the same time. */
const together = 10;

/** The longest turn of the event loop of the server since the last call, in milliseconds. */
async function longestTurn(world: World): Promise<{ used: number; took: number }> {
  const { stdout, pid } = world.server?.process ?? {};
  if (!stdout || pid === undefined) throw new Error('the server is not running');
  const lines = createInterface({ input: stdout });
  const answered = once(lines, 'line');
  process.kill(pid, 'SIGUSR2');
  const [, used, took] = /^turns (\S+) (\S+)$/.exec(String((await answered)[0])) ?? [];
  lines.close();
  stdout.resume();
  return { used: Number(used), took: Number(took) };
}

/** Opens an overview as the page does: the viewer, the newest jobs, and its subscriptions. */
async function openOverview(world: World, token: string): Promise<Subscriber> {
  const subscriptions = ['SystemUpdates', 'AnyJobUpdates'].map((name) => ({ query: documentOf(name) }));
  const [subscriber] = await Promise.all([
    // Nothing is sent for jobs that ended long ago.
    Subscriber.open(world, token, subscriptions, 1),
    world.run(token, documentOf('Viewer')),
    world.run(token, documentOf('Jobs'), { first: 20, after: null, filter: null }),
    world.run(token, documentOf('Jobs'), { first: 20, after: null, filter: { text: 'no such title' } }),
  ]);
  return subscriber;
}

interface Opened {
  readonly used: readonly number[];
  readonly took: readonly number[];
  readonly opened: readonly number[];
}

async function openTogether(world: World, token: string, count: number, times: number): Promise<Opened> {
  const opened: number[] = [];
  const turns: { used: number; took: number }[] = [];
  // The first ones are slower, until the code is compiled.
  for (let n = -3; n < times; n++) {
    await longestTurn(world);
    const began = performance.now();
    const subscribers = await Promise.all(Array.from({ length: count }, () => openOverview(world, token)));
    const took = performance.now() - began;
    const turn = await longestTurn(world);
    for (const subscriber of subscribers) subscriber[Symbol.dispose]();
    if (n < 0) continue;
    opened.push(took);
    turns.push(turn);
  }
  return { opened, used: turns.map(({ used }) => used), took: turns.map(({ took }) => took) };
}

/** Measures overviews with a short and with a long history. */
export async function measureOverviews(bench: Bench): Promise<Figure[]> {
  const sizes = bench.quick ? [1_000, 10_000] : [1_000, 1_000_000];
  const times = bench.quick ? 3 : 15;
  await using world = await bench.open({
    jobrunner: false,
    environment: { NODE_OPTIONS: `--import=${join(import.meta.dirname, '..', 'programs', 'turns.ts')}` },
  });
  const token = await world.token();
  const owner = await world.database.write([], (em) => userNamed(em, 'bench', 1));
  const figures: Figure[] = [];
  let filled = 0;
  for (const size of sizes) {
    await fillJobs(world.database, { owner: owner.id }, filled, size);
    filled = size;
    await foldJobCounts(world.database);
    const one = await openTogether(world, token, 1, times);
    const ten = await openTogether(world, token, together, times);
    const title = `${size.toLocaleString('en')} jobs: ${together} simultaneous overviews`;
    figures.push(
      figureOf(`${title}: longest turn of the event loop, CPU time`, 'ms', ten.used, {
        baseline: ['one overview', one.used],
      }),
      figureOf(`${title}: longest turn, by the clock`, 'ms', ten.took, {
        baseline: ['one overview', one.took],
      }),
      figureOf(`${title}: all are loaded`, 'ms', ten.opened, { baseline: ['one overview', one.opened] }),
    );
  }
  return figures;
}
