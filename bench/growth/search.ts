// Owns measuring the search of a whole log and of its marks: until the first batch, and until the last.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { jobWithLog, lineOf, rareWord } from '../support/filled-log.ts';
import type { Bench } from '../support/section.ts';

interface Progress {
  readonly complete: boolean;
  readonly lineNumbers?: readonly number[];
  readonly marks?: readonly unknown[];
}

/** Milliseconds from the request to the first and to the last batch, and the number of results. */
export async function scan(
  world: World,
  token: string,
  query: string,
  variables: Record<string, unknown>,
): Promise<{ first: number; complete: number; found: number }> {
  const began = performance.now();
  let first: number | null = null;
  let found = 0;
  for await (const { scanned } of world.subscribe<{ scanned: Progress }>(token, query, variables)) {
    first ??= performance.now() - began;
    found += scanned.lineNumbers?.length ?? scanned.marks?.length ?? 0;
    if (scanned.complete) break;
  }
  return { first: first ?? Number.NaN, complete: performance.now() - began, found };
}

/** Searches a log. */
export const searching = `subscription Search($id: ID!, $search: LogSearchInput!) {
  scanned: jobLogSearch(jobId: $id, search: $search) { lineNumbers count cursor complete }
}`;
const marking =
  'subscription Marks($id: ID!) { scanned: jobLogMarks(jobId: $id) { marks { number at kind text } cursor complete } }';

/** Measures searches of a rare word and the marks of one log; the baseline is grep on a file of the same bytes. */
export async function measureSearch(bench: Bench): Promise<Figure[]> {
  const lines = bench.quick ? 100_000 : 1_000_000;
  const times = bench.quick ? 2 : 7;
  await using world = await bench.open({ jobrunner: false });
  const token = await world.token();
  const id = await jobWithLog(world, lines);
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-bench-'));
  try {
    const grep = await grepTimes(directory, lines, times);
    const figures: Figure[] = [];
    const title = `${lines.toLocaleString('en')} lines`;
    const baseline = ['grep -ci on a file of the same bytes, with the start of the program', grep] as const;
    const kinds = [
      { name: 'a rare word', search: { pattern: rareWord } },
      { name: 'a rare word, case kept', search: { pattern: rareWord, caseSensitive: true } },
      { name: 'a regular expression', search: { pattern: 'unmis\\w+ line', regex: true } },
    ];
    for (const { name, search } of kinds) {
      const took: { first: number; complete: number }[] = [];
      // The first search starts the worker thread.
      for (let time = 0; time <= times; time++) {
        const { found, ...one } = await scan(world, token, searching, { id, search });
        if (found !== 2) throw new Error(`${found} lines were found`);
        if (time > 0) took.push(one);
      }
      figures.push(
        figureOf(
          `${title}: ${name} → first batch`,
          'ms',
          took.map(({ first }) => first),
        ),
        figureOf(
          `${title}: ${name} → complete`,
          'ms',
          took.map(({ complete }) => complete),
          { baseline },
        ),
      );
    }
    figures.push(...(await measureMarks(world, token, id, lines, { title, times, baseline })));
    return figures;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The times of grep for the same log as a file, in milliseconds. */
async function grepTimes(directory: string, lines: number, times: number): Promise<number[]> {
  const file = join(directory, 'log.txt');
  writeFileSync(file, '');
  for (let first = 1; first <= lines; first += 50_000) {
    const count = Math.min(50_000, lines - first + 1);
    const texts = Array.from({ length: count }, (_, index) => lineOf(first + index, lines));
    writeFileSync(file, `${texts.join('\n')}\n`, { flag: 'a' });
  }
  const grep: number[] = [];
  for (let time = 0; time < times; time++) {
    const began = performance.now();
    await execa('grep', ['-c', '-i', rareWord, file]);
    grep.push(performance.now() - began);
  }
  return grep;
}

async function measureMarks(
  world: World,
  token: string,
  id: number,
  lines: number,
  {
    title,
    times,
    baseline,
  }: { title: string; times: number; baseline: readonly [string, readonly number[]] },
): Promise<Figure[]> {
  // The result is cached, so each measurement needs a new job.
  const again: number[] = [];
  const marks = await scan(world, token, marking, { id });
  if (marks.found < lines / 50_000) throw new Error(`${marks.found} marks were found`);
  for (let time = 0; time < times; time++) again.push((await scan(world, token, marking, { id })).complete);
  return [
    figureOf(`${title}: marks → first batch`, 'ms', [marks.first]),
    figureOf(`${title}: marks → complete`, 'ms', [marks.complete], { baseline }),
    figureOf(`${title}: marks, the next viewer`, 'ms', again),
  ];
}
