// Owns measuring the latency of a line from scap to a graphql-ws client.
import { program } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { reference } from '../report/reference.ts';
import { jobEnded, type Line, startJob } from '../support/job.ts';
import { type Bench, millisecondsBetween, now } from '../support/section.ts';
import { runDirectly } from './direct.ts';

/** Lines per second: an idle system, a busy step, and a burst. */
const rates = [
  { rate: 20, events: 200, quick: 20 },
  { rate: 50, events: 250, quick: 40 },
  { rate: 500, events: 1_500, quick: 400 },
] as const;

/** When a line of `echo-clock` was printed. */
const printedAt = (line: string): bigint | null => {
  const nanoseconds = /"t": "(\d+)"/.exec(line)?.[1];
  return nanoseconds === undefined ? null : BigInt(nanoseconds);
};

async function directly(command: string, signal: AbortSignal): Promise<number[]> {
  const took: number[] = [];
  await runDirectly(command, signal, (line) => {
    const at = now();
    const printed = printedAt(line);
    if (printed !== null) took.push(millisecondsBetween(printed, at));
  });
  return took;
}

async function followed(bench: Bench, command: string): Promise<number[]> {
  const took: number[] = [];
  await using world = await bench.open({ scap: command });
  const token = await world.token();
  const id = await startJob(world, token);
  const batches = world.subscribe<{ jobLog: { lines: Line[]; complete: boolean } }>(
    token,
    'subscription Follow($id: ID!) { jobLog(jobId: $id) { lines { number kind text } complete } }',
    { id },
  );
  let since: bigint | null = null;
  for await (const { jobLog } of batches) {
    const at = now();
    for (const { text } of jobLog.lines) {
      const printed = printedAt(text ?? '');
      // Lines that were printed before the subscription began were not sent live.
      if (printed !== null && since !== null && printed > since) took.push(millisecondsBetween(printed, at));
    }
    since ??= at;
    if (jobLog.complete) break;
  }
  await jobEnded(world, token, id, bench.signal);
  return took;
}

/** Measures lines at each rate. */
export async function measureLines(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { rate, events, quick } of rates) {
    const count = bench.quick ? quick : events;
    // The first lines are printed before the client follows.
    const spare = Math.ceil(rate / 2);
    const direct = await directly(program('output/echo-clock', rate, Math.ceil(count / 4)), bench.signal);
    const took = await followed(bench, program('output/echo-clock', rate, count + spare));
    figures.push(
      figureOf(`line printed → client, ${rate} lines/s`, 'ms', took, {
        baseline: ['the same line through a pipe', direct],
        ...(rate === 50 ? { reference: reference.line } : {}),
      }),
    );
  }
  return figures;
}
