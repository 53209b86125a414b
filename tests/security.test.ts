// Owns the check that docs/security.md and the tests agree: each attack has tests whose names begin with its number, in the files that the page names.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const pageText = readFileSync(join(root, 'docs', 'security.md'), 'utf8');

interface Row {
  readonly number: string;
  readonly files: readonly string[];
}

const rows: Row[] = [...pageText.matchAll(/^\| ([A-Z]\d+) \|.*\| ([^|]+) \|$/gm)].map((found) => ({
  number: found[1] ?? '',
  files: [...(found[2] ?? '').matchAll(/`([^`]+)`/g)].map((file) => file[1] ?? ''),
}));

/** The numbers with which the names of a file's tests begin; one test, or a group of them, may answer several. */
function numbersIn(file: string): Set<string> {
  const source = readFileSync(join(root, file), 'utf8');
  // `test('C1 …'`, and what follows the brackets of `test.each(…)('C1 …'`.
  const name = /(?:\b(?:test|it|describe)|\))\(\s*['"`]((?:[A-Z]\d+:? )+)/g;
  return new Set([...source.matchAll(name)].flatMap((found) => (found[1] ?? '').match(/[A-Z]\d+/g) ?? []));
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

describe.each(rows)('$number', ({ number, files }) => {
  test('has a test whose name begins with it, in each file that the page names', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !(tested.get(number) ?? []).includes(file))).toEqual([]);
  });
});
