// Owns measuring the memory of the server before, in and after a burst of clients.
import { setTimeout as wait } from 'node:timers/promises';
import { program, type World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { jobEnded, startJob } from '../support/job.ts';
import { memory } from '../support/process.ts';
import type { Bench } from '../support/section.ts';
import { documentOf, Subscriber } from '../support/subscriber.ts';

const clients = 100;
/** So many come at the same time: a server admits some more of an address that are not authenticated yet. */
const together = 50;
/** Lines per second of the job that all of them follow. */
const rate = 400;

/** The live part of the heap of the server, in MB. */
async function heapOf(world: World): Promise<number> {
  const text = await (await fetch(`${world.url}/metrics`)).text();
  return Number(/^nodejs_heap_size_used_bytes (\S+)$/m.exec(text)?.[1]) / 1e6;
}

/** Opens the page of the job and the overview as a browser does, and follows both. */
async function openClient(world: World, token: string, id: string): Promise<Subscriber> {
  const [subscriber] = await Promise.all([
    Subscriber.open(world, token, [
      { query: documentOf('SystemUpdates') },
      { query: documentOf('JobUpdates'), variables: { id } },
      {
        query: `subscription Lines($id: ID!) { jobLog(jobId: $id) { lines { number at kind text sensitive continues } cursor complete } }`,
        variables: { id },
      },
    ]),
    fetch(`${world.url}/`).then((page) => page.text()),
    world.run(token, documentOf('Viewer')),
    world.run(token, documentOf('Jobs'), { first: 20, after: null, filter: null }),
  ]);
  return subscriber;
}

/** Measures a burst: clients come together, follow a busy job, and leave together. */
export async function measureBurst(bench: Bench): Promise<Figure[]> {
  const seconds = bench.quick ? 5 : 30;
  const rest = bench.quick ? 5 : 60;
  await using world = await bench.open({ scap: program('output/echo-clock', rate, rate * seconds) });
  const token = await world.token();
  const server = world.server?.process.pid ?? 0;
  await heapOf(world);
  const before = memory(server);
  const id = await startJob(world, token);
  let peak = before;
  const sampling = setInterval(() => {
    peak = Math.max(peak, memory(server));
  }, 200);
  const opened: Subscriber[] = [];
  while (opened.length < clients)
    opened.push(...(await Promise.all(Array.from({ length: together }, () => openClient(world, token, id)))));
  await jobEnded(world, token, id, bench.signal);
  for (const one of opened) one[Symbol.dispose]();
  clearInterval(sampling);
  const left = memory(server);
  await wait(rest * 1_000, undefined, { signal: bench.signal });
  const after = memory(server);
  const title = `${clients} clients for ${seconds} s: memory of the server`;
  const beside = { baseline: ['before the first one', [before]] } as const;
  return [
    figureOf(`${title}, most`, 'MB', [peak], beside),
    figureOf(`${title}, as the last one leaves`, 'MB', [left], beside),
    figureOf(`${title}, ${rest} s later`, 'MB', [after], beside),
    figureOf(`${title}, of it in use on the heap`, 'MB', [await heapOf(world)]),
  ];
}
