// Owns measuring a stored log: its size while the job runs and after compaction, the duration of compaction and of a download.
import { statSync } from 'node:fs';
import { createServer } from 'node:http';
import { userNamed } from '../../schema/model/account/user.ts';
import { unverifiedChange } from '../../schema/model/job/change.ts';
import { enqueueJob } from '../../schema/model/job/enqueue.ts';
import { Job } from '../../schema/model/job/job.ts';
import { chunkOf } from '../../schema/model/log/chunk-draft.ts';
import { compactLogs } from '../../schema/model/log/compaction.ts';
import { appendChunk } from '../../schema/model/log/log.ts';
import { sqliteFile } from '../../schema/model/store/database.ts';
import type { World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import type { Bench } from '../support/section.ts';

/** The number of lines in a chunk that the recorder writes during a flood. */
const linesPerChunk = 2_000;
/** The length of a line with its newline, in bytes. */
const lineBytes = 88;

const tasks = ['sync-masters', 'sync-proxies', 'check-testservers', 'php-fpm-restart', 'l10n-update'];
/** Text like that of a deployment: similar lines with different names, numbers and hashes. Deterministic, so that every run has the same text. */
function realistic(): () => string {
  let seed = 1;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  let time = 0;
  return () => {
    time += next(3);
    const clock = new Date(time * 1_000).toISOString().slice(11, 19);
    const host = `mw${1_300 + next(700)}.${next(2) ? 'eqiad' : 'codfw'}.wmnet`;
    const hash = next(2 ** 31)
      .toString(16)
      .padStart(8, '0');
    const text = `${clock} ${tasks[next(tasks.length)]} ${host}: ${hash} ok, ${next(20_000)} files in ${next(9_999)} ms`;
    return `${text} ${'php-1.45.0-wmf.12/extensions/CentralAuth/includes'.slice(next(9))}`
      .padEnd(lineBytes - 1, '.')
      .slice(0, lineBytes - 1);
  };
}

/** The size of the database in MB: for SQLite the file after a checkpoint, for PostgreSQL the log table with its indexes and TOAST data. */
async function onDisk({ database }: World): Promise<number> {
  if (database.dialect === 'sqlite') {
    await database.execute('pragma wal_checkpoint(truncate)', []);
    return statSync(sqliteFile(database.url)).size / 1e6;
  }
  const [row] = await database.execute("select pg_total_relation_size('log_chunk') as bytes", []);
  return Number(row?.['bytes']) / 1e6;
}

async function write({ database }: World, lines: number): Promise<number> {
  const owner = await database.write([], (em) => userNamed(em, 'bench', 1));
  const request = { kind: 'backport', changes: [unverifiedChange('1')], owner, lane: 'bench' } as const;
  const { id } = await enqueueJob(database, request);
  const line = realistic();
  for (let number = 1; number <= lines; number += linesPerChunk) {
    let text = '';
    for (let n = 0; n < linesPerChunk; n++) text += `${line()}\n`;
    const block = { at: number, bytes: Buffer.from(text), count: linesPerChunk };
    await appendChunk(database, id, chunkOf([block], number));
  }
  return id;
}

/** Seconds until a response has been received completely. Throws when it does not have the expected size. */
async function fetched(url: string, headers: Record<string, string>, bytes: number): Promise<number> {
  const began = performance.now();
  const response = await fetch(url, { headers });
  let size = 0;
  for await (const part of response.body ?? []) size += part.byteLength;
  if (size !== bytes) throw new Error(`${url} gave ${size} bytes instead of ${bytes}`);
  return (performance.now() - began) / 1_000;
}

/** Measures a log of the largest realistic size. */
export async function measureStore(bench: Bench): Promise<Figure[]> {
  const lines = bench.quick ? 100_000 : 1_000_000;
  const bytes = lines * lineBytes;
  const rounds = bench.quick ? 2 : 5;
  await using world = await bench.open({ jobrunner: false });
  const { database } = world;
  const headers = { authorization: `Bearer ${await world.token('read')}` };
  const empty = await onDisk(world);
  const id = await write(world, lines);
  const running = (await onDisk(world)) - empty;
  const part = Buffer.alloc(linesPerChunk * lineBytes, 'x');
  const trivial = createServer(async (_, response) => {
    for (let left = bytes; left > 0; left -= part.length)
      if (!response.write(part)) await new Promise((resolve) => response.once('drain', resolve));
    response.end();
  });
  await new Promise<void>((resolve) => trivial.listen(0, '127.0.0.1', resolve));
  const address = trivial.address();
  const port = typeof address === 'object' ? address?.port : null;
  const downloads = async (query: string): Promise<[number[], number[]]> => {
    const took: number[] = [];
    const direct: number[] = [];
    for (let n = 0; n < rounds; n++) {
      took.push(await fetched(`${world.url}/jobs/${id}/log.txt${query}`, headers, bytes));
      direct.push(await fetched(`http://127.0.0.1:${port}/`, {}, bytes));
    }
    return [took, direct];
  };
  const before = await downloads('');
  await database.write([], (em) => em.nativeUpdate(Job, { id }, { state: 'succeeded', finishedAt: 1 }));
  const began = performance.now();
  await compactLogs(database, { grace: 0 }, bench.signal);
  const compaction = (performance.now() - began) / 1_000;
  const ended = (await onDisk(world)) - empty;
  const after = await downloads('');
  const plain = await downloads('?colours=no');
  trivial.close();
  const title = `${lines.toLocaleString('en')} lines`;
  const asText = ['as text', [bytes / 1e6]] as const;
  const direct = 'the same number of bytes from an otherwise idle server';
  return [
    figureOf(`${title}: on disk while the job runs`, 'MB', [running], { baseline: asText }),
    figureOf(`${title}: on disk once compacted`, 'MB', [ended], { baseline: asText }),
    figureOf(`${title}: compaction, with its rests`, 's', [compaction]),
    figureOf(`${title}: download while the job runs`, 's', before[0], { baseline: [direct, before[1]] }),
    figureOf(`${title}: download once compacted`, 's', after[0], { baseline: [direct, after[1]] }),
    figureOf(`${title}: the same without colours`, 's', plain[0], { baseline: [direct, plain[1]] }),
  ];
}
