// Owns measuring a job that prints as fast as it can: time until everything is committed, memory, bytes on disk; alone and with a client that follows.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { Job } from '../../schema/model/job/job.ts';
import { hasEnded } from '../../schema/model/job/state.ts';
import { countLines, readLines } from '../../schema/model/log/log.ts';
import { sqliteFile } from '../../schema/model/store/database.ts';
import { program, type World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { reference } from '../report/reference.ts';
import { jobEnded, type Line, startJob } from '../support/job.ts';
import { type ProcessorTime, peakMemory, processorTime } from '../support/process.ts';
import type { Bench } from '../support/section.ts';

/** How often the progress of a flood is checked, in milliseconds: the resolution of its times. */
const lookInterval = 10;

/** The size of the database in MB: for SQLite the file and the write-ahead log, for PostgreSQL the log table with its indexes and TOAST data. */
async function bytesOnDisk(world: World): Promise<{ whole: number; waiting: number }> {
  if (world.database.dialect === 'postgresql') {
    const [row] = await world.database.execute("select pg_total_relation_size('log_chunk') as bytes", []);
    return { whole: Number(row?.['bytes']) / 1e6, waiting: 0 };
  }
  const file = sqliteFile(world.databaseUrl);
  const waiting = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  return { whole: (statSync(file).size + waiting) / 1e6, waiting: waiting / 1e6 };
}

interface Flood {
  /** Seconds from scap's first line to the last line's commit, and to the end of the job. */
  readonly committed: number;
  readonly ended: number;
  readonly supervisorMemory: number;
  /** Of the supervisor, from the start of its job until its end. */
  readonly supervisorTime: ProcessorTime;
  readonly diskBefore: number;
  readonly diskAfter: number;
}

async function flood(bench: Bench, world: World, token: string, lines: number): Promise<Flood> {
  const { database } = world;
  const empty = await bytesOnDisk(world);
  const id = await startJob(world, token);
  let supervisorMemory = 0;
  let supervisorBegan: ProcessorTime | null = null;
  let supervisorNow: ProcessorTime | null = null;
  let committed: number | null = null;
  for (;;) {
    const count = await countLines(database, Number(id));
    if (count >= lines) committed ??= Date.now();
    const job = await database.em().findOneOrFail(Job, { id: Number(id) });
    if (hasEnded(job.state)) {
      const ended = Date.now();
      if (committed === null || job.state !== 'succeeded') {
        throw new Error(`the flood ended as ${job.state} with ${count} lines: ${job.reason}`);
      }
      const [first] = await readLines(database, Number(id), 0, 1);
      const began = first?.at ?? Number.NaN;
      const full = await bytesOnDisk(world);
      if (database.dialect === 'sqlite') await database.execute('pragma wal_checkpoint(truncate)', []);
      const settled = await bytesOnDisk(world);
      return {
        committed: (committed - began) / 1_000,
        ended: (ended - began) / 1_000,
        supervisorMemory,
        supervisorTime: {
          used: (supervisorNow?.used ?? Number.NaN) - (supervisorBegan?.used ?? Number.NaN),
          waited: (supervisorNow?.waited ?? Number.NaN) - (supervisorBegan?.waited ?? Number.NaN),
        },
        diskBefore: full.whole - empty.whole,
        diskAfter: settled.whole - empty.whole,
      };
    }
    if (job.supervisor) {
      supervisorMemory = Math.max(supervisorMemory, peakMemory(job.supervisor.pid) ?? 0);
      supervisorNow = processorTime(job.supervisor.pid) ?? supervisorNow;
      supervisorBegan ??= supervisorNow;
    }
    await wait(lookInterval, undefined, { signal: bench.signal });
  }
}

/** Seconds until a client that follows from the beginning has all lines. */
async function followed(world: World, token: string, lines: number, signal: AbortSignal): Promise<number> {
  const id = await startJob(world, token);
  const batches = world.subscribe<{ jobLog: { lines: (Line & { at: string })[]; complete: boolean } }>(
    token,
    'subscription Follow($id: ID!) { jobLog(jobId: $id) { lines { number at kind text sensitive continues } complete } }',
    { id },
  );
  let began = Number.NaN;
  let last = 0;
  let ended = Number.NaN;
  for await (const { jobLog } of batches) {
    for (const line of jobLog.lines) {
      if (line.number !== last + 1) throw new Error(`line ${line.number} came after line ${last}`);
      if (line.number === 1) began = Date.parse(line.at);
      if (line.number === lines) ended = Date.now();
      last = line.number;
    }
    if (jobLog.complete) break;
  }
  await jobEnded(world, token, id, signal);
  return (ended - began) / 1_000;
}

/** Seconds that the program takes in a shell, with its output redirected by `redirection` and without SpiderPig. */
async function directly(command: string, redirection: string, signal: AbortSignal): Promise<number> {
  const began = performance.now();
  await execa('sh', ['-c', `${command} ${redirection}`], { stdio: 'ignore', cancelSignal: signal });
  return (performance.now() - began) / 1_000;
}

/** The number of lines for the run with a client: fewer, because each is encoded as JSON twice. */
const followedLines = 100_000;

async function measureFollowed(bench: Bench): Promise<Figure[]> {
  const command = program('output/floods', followedLines);
  await using world = await bench.open({ scap: command });
  const token = await world.token();
  const clients: number[] = [];
  for (let n = 0; n < (bench.quick ? 1 : 3) && !(n > 0 && bench.timeIsUp()); n++) {
    clients.push(await followed(world, token, followedLines, bench.signal));
  }
  const title = `${followedLines.toLocaleString('en')} lines, followed`;
  return [
    figureOf(`${title}: first → the last with the client`, 's', clients),
    figureOf(`${title}: peak memory of the server`, 'MB', [
      peakMemory(world.server?.process.pid ?? 0) ?? Number.NaN,
    ]),
  ];
}

async function measureUnfollowed(bench: Bench): Promise<Figure[]> {
  const { signal } = bench;
  const lines = bench.quick ? 100_000 : 1_000_000;
  const command = program('output/floods', lines);
  const floods: Flood[] = [];
  const file: number[] = [];
  const cat: number[] = [];
  await using world = await bench.open({ scap: command });
  const token = await world.token();
  for (let n = 0; n < (bench.quick ? 1 : 2) && !(n > 0 && bench.timeIsUp()); n++) {
    const plainFile = `>"${join(world.directory, 'flood')}"`;
    file.push(await directly(command, plainFile, signal));
    cat.push(await directly(command, '| cat >/dev/null', signal));
    floods.push(await flood(bench, world, token, lines));
  }
  return unfollowedFigures(bench, lines, { floods, file, cat });
}

function unfollowedFigures(
  bench: Bench,
  lines: number,
  { floods, file, cat }: { floods: readonly Flood[]; file: readonly number[]; cat: readonly number[] },
): Figure[] {
  const title = `${lines.toLocaleString('en')} lines`;
  const baseline = ['into a file, with the start of the program', file] as const;
  const whole = bench.quick ? {} : { reference: reference.flood };
  return [
    figureOf(
      `${title}: first → last committed`,
      's',
      floods.map((one) => one.committed),
      {
        baseline,
        ...whole,
      },
    ),
    figureOf(
      `${title}: first → job ended`,
      's',
      floods.map((one) => one.ended),
      { baseline },
    ),
    figureOf(
      `${title}: supervisor on a processor`,
      's',
      floods.map((one) => one.supervisorTime.used / 1_000),
    ),
    figureOf(
      `${title}: supervisor kept waiting for one`,
      's',
      floods.map((one) => one.supervisorTime.waited / 1_000),
    ),
    figureOf(`${title}: into cat, without SpiderPig`, 's', cat, { baseline }),
    figureOf(
      `${title}: peak memory of the supervisor`,
      'MB',
      floods.map((one) => one.supervisorMemory),
      {
        ...(bench.quick ? {} : { reference: reference.floodMemory }),
      },
    ),
    figureOf(
      `${title}: on disk`,
      'MB',
      floods.map((one) => one.diskBefore),
      {
        baseline: ['as text', [(lines * 88) / 1e6]],
      },
    ),
    figureOf(
      `${title}: on disk after a checkpoint`,
      'MB',
      floods.map((one) => one.diskAfter),
      {
        baseline: ['as text', [(lines * 88) / 1e6]],
      },
    ),
  ];
}

/** Measures floods, without a client and with a client that follows. */
export async function measureFlood(bench: Bench): Promise<Figure[]> {
  return [...(await measureUnfollowed(bench)), ...(await measureFollowed(bench))];
}
