// Owns the check that docs/security.md and the tests agree: each attack has tests whose names begin with its number, in the files that the page names.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const pageText = readFileSync(join(root, 'docs', 'security.md'), 'utf8');

/** Attacks whose tests come with the parts that answer them. Empty once those are here. */
const awaited: readonly string[] = ['C6', 'C7'];

interface Row {
  readonly number: string;
  readonly files: readonly string[];
}

const rows: Row[] = [...pageText.matchAll(/^\| ([A-Z]\d+) \|.*\| ([^|]+) \|$/gm)].map((found) => ({
  number: found[1] ?? '',
  files: [...(found[2] ?? '').matchAll(/`([^`]+)`/g)].map((file) => file[1] ?? ''),
}));

/** The numbers with which the names of a file's tests begin; one test may answer several. */
function numbersIn(file: string): Set<string> {
  const source = readFileSync(join(root, file), 'utf8');
  const name =
    /\b(?:test|it)(?:\.(?:each|runIf|skipIf)\([\s\S]*?\))?\(\s*['"`]((?:[A-Z]\d+ )+)|^ {4,}['"`]((?:[A-Z]\d+ )+)/gm;
  return new Set(
    [...source.matchAll(name)].flatMap((found) => (found[1] ?? found[2] ?? '').trim().split(' ')),
  );
}

const tested = new Map<string, string[]>();
for (const file of globSync('{schema,server,jobrunner,client,tests}/**/*.test.{ts,tsx}', { cwd: root })) {
  if (file.includes('node_modules')) continue;
  for (const number of numbersIn(file)) tested.set(number, [...(tested.get(number) ?? []), file]);
}

test('the page has every attack of the design, once', () => {
  const counts = { R: 6, L: 4, C: 9, G: 5, W: 2, F: 3, S: 3 };
  const all = Object.entries(counts).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
  );
  expect(rows.map(({ number }) => number).sort()).toEqual(all.sort());
});

describe.each(rows.filter(({ number }) => !awaited.includes(number)))('$number', ({ number, files }) => {
  test('has a test whose name begins with it, in each file that the page names', () => {
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect([file, existsSync(join(root, file))]).toEqual([file, true]);
    expect(files.filter((file) => !(tested.get(number) ?? []).includes(file))).toEqual([]);
  });
});

test('no attack is awaited whose tests are here', () => {
  expect(awaited.filter((number) => tested.has(number))).toEqual([]);
});
