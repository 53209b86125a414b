// Owns measuring what reads a log with ten thousand to ten million lines: its end, a jump, a search, and one more line for a subscriber.
import { Job } from '../../schema/model/job/job.ts';
import { appendLines } from '../../schema/model/log/log.ts';
import type { World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { jobWithLog, rareWord } from '../support/filled-log.ts';
import { processorTime } from '../support/process.ts';
import type { Bench } from '../support/section.ts';
import { Subscriber } from '../support/subscriber.ts';
import { scan, searching } from './search.ts';

const reading = `query Lines($id: ID!, $after: Int, $first: Int, $last: Int) {
  job(id: $id) { log(after: $after, first: $first, last: $last) { lines { number at kind text } cursor } }
}`;
const following =
  'subscription Follow($id: ID!, $after: Int) { jobLog(jobId: $id, after: $after) { lines { number text } cursor } }';
/** Lines of a page. */
const page = 500;

/** What a repetition took by the clock, and of the CPU time of the server, in milliseconds. */
interface Cost {
  readonly took: number;
  readonly used: number;
}

async function costs(world: World, times: number, work: (n: number) => Promise<unknown>): Promise<Cost[]> {
  const pid = world.server?.process.pid ?? 0;
  const found: Cost[] = [];
  // The first ones are slower: code is compiled, threads are started.
  for (let n = -3; n < times; n++) {
    const began = performance.now();
    const before = processorTime(pid)?.used ?? Number.NaN;
    await work(n);
    const used = (processorTime(pid)?.used ?? Number.NaN) - before;
    if (n >= 0) found.push({ took: performance.now() - began, used });
  }
  return found;
}

/** The costs of each kind of read of a log that is still written, and of a search after its end. */
async function measureLog(world: World, token: string, lines: number, times: number) {
  const id = await jobWithLog(world, lines, { state: 'running' });
  const read = (range: Record<string, number>) => world.run(token, reading, { id, ...range });
  using subscriber = await Subscriber.open(
    world,
    token,
    [{ query: following, variables: { id, after: lines } }],
    0,
  );
  let last = lines;
  const costsOfReads = {
    'the end is read': await costs(world, times, () => read({ last: page })),
    'a jump to the middle': await costs(world, times, (n) =>
      read({ after: Math.floor(lines / 2) + n * 3, first: page }),
    ),
    'one more line → a subscriber': await costs(world, times, async () => {
      const received = subscriber.receives(`"number":${last + 1},`);
      const line = { at: last, bytes: Buffer.from('one more line\n'), count: 1 };
      await appendLines(world.database, id, ++last, [line]);
      await received;
    }),
  } as const;
  await world.database.write(['jobs'], (em) =>
    em.nativeUpdate(Job, { id }, { state: 'succeeded', finishedAt: Date.now() }),
  );
  return {
    ...costsOfReads,
    'a search for a rare word': await costs(world, Math.min(times, 5), async () => {
      const { found } = await scan(world, token, searching, { id, search: { pattern: rareWord } });
      if (found !== 2) throw new Error(`${found} lines were found`);
    }),
  } as const;
}

/** Measures each read at each size; the figure at the smallest size is the baseline of the others. */
export async function measureLogGrowth(bench: Bench): Promise<Figure[]> {
  await using world = await bench.open({ jobrunner: false });
  const token = await world.token();
  const figures: Figure[] = [];
  const least = new Map<string, readonly Cost[]>();
  for (const lines of bench.lines) {
    bench.signal.throwIfAborted();
    const measured = await measureLog(world, token, lines, bench.quick ? 5 : 30);
    for (const [name, found] of Object.entries(measured)) {
      const first = least.get(name) ?? found;
      least.set(name, first);
      const title = `${lines.toLocaleString('en')} lines: ${name}`;
      const beside = `with ${bench.lines[0]?.toLocaleString('en')} lines`;
      const figure = (what: string, of: (cost: Cost) => number) =>
        figureOf(
          `${title}${what}`,
          'ms',
          found.map(of),
          first === found ? {} : { baseline: [beside, first.map(of)] },
        );
      figures.push(
        figure('', ({ took }) => took),
        figure(', CPU time of the server', ({ used }) => used),
      );
    }
  }
  return figures;
}
