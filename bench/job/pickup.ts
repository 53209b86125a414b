// Owns measuring the pick-up of a job: from the mutation to scap's first instruction. Jobs run one after the other, each with a stand-by ready.
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execaSync } from 'execa';
import type { World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { reference } from '../report/reference.ts';
import { jobEnded, outputOf, startJob } from '../support/job.ts';
import { type Bench, millisecondsBetween, now } from '../support/section.ts';
import { standby } from '../support/standby.ts';
import { runDirectly } from './direct.ts';

const programs = join(import.meta.dirname, '..', 'programs');
/** A few runs with a Node program, which starts slowly, then as many as possible with a program that starts fast. */
const children = [
  { name: 'node', command: `${process.execPath} ${join(programs, 'first-instruction.ts')}`, share: 0.1 },
  { name: 'perl', command: `perl ${join(programs, 'first-instruction.pl')}`, share: 1 },
] as const;
/** How long to wait without requests while the child starts, in milliseconds. */
const quiet = 500;

/** When a job after number `last` was committed, from the doorbell: some tenths of a millisecond late. */
async function committed(world: World, last: number, signal: AbortSignal): Promise<bigint> {
  using orders = world.database.doorbell.listen('orders');
  for (;;) {
    await orders.nextRing(signal);
    signal.throwIfAborted();
    const at = now();
    // A ring is only a hint: the row shows whether it was this job.
    if ((await newestJob(world)) > last) return at;
  }
}

async function newestJob(world: World): Promise<number> {
  const [row] = await world.database.execute('select max(id) as id from job', []);
  return Number(row?.['id'] ?? 0);
}

/** From the start of the process to its first instruction, without SpiderPig. */
async function directly(command: string, signal: AbortSignal): Promise<number> {
  const from = now();
  let first: bigint | null = null;
  await runDirectly(command, signal, (line) => {
    first ??= BigInt(line);
  });
  if (first === null) throw new Error(`${command} said nothing`);
  return millisecondsBetween(from, first);
}

async function pickUp(bench: Bench, child: (typeof children)[number], events: number): Promise<Figure[]> {
  const { signal } = bench;
  const fromRequest: number[] = [];
  const fromCommit: number[] = [];
  const direct: number[] = [];
  await using world = await bench.open({ scap: child.command });
  const token = await world.token();
  for (let n = 0; n < events && !(n > 0 && bench.timeIsUp()); n++) {
    await standby(world, signal);
    direct.push(await directly(child.command, signal));
    const last = await newestJob(world);
    const commit = committed(world, last, signal);
    const sent = now();
    const id = await startJob(world, token);
    const committedAt = await commit;
    // Requests now would take CPU time from what is measured.
    await wait(quiet, undefined, { signal });
    await jobEnded(world, token, id, signal);
    const first = BigInt((await outputOf(world, token, id))[0] ?? Number.NaN);
    fromRequest.push(millisecondsBetween(sent, first));
    fromCommit.push(millisecondsBetween(committedAt, first));
  }
  const baseline = [`spawn → first instruction (${child.name})`, direct] as const;
  return [
    figureOf(`startBackport sent → first instruction (${child.name})`, 'ms', fromRequest, { baseline }),
    figureOf(`job committed → first instruction (${child.name})`, 'ms', fromCommit, {
      baseline,
      reference: reference.pickup,
    }),
  ];
}

/** Measures the pick-up with both programs; without perl, only with the slow one. */
export async function measurePickup(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  const events = bench.quick ? 5 : 200;
  for (const child of children) {
    const [file = ''] = child.command.split(' ');
    if (execaSync(file, ['-e', '1'], { reject: false, stdio: 'ignore' }).failed) {
      process.stderr.write(`${child.name} is not installed: skipping its figures\n`);
      continue;
    }
    figures.push(...(await pickUp(bench, child, Math.ceil(events * child.share))));
  }
  return figures;
}
