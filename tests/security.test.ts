// Tests that docs/security.md and the tests agree: the name of a test that covers an attack begins with the attack's number.
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

/** The numbers with which the names of a file's tests begin. One test may cover several attacks. */
function numbersIn(file: string): Set<string> {
  const source = readFileSync(join(root, file), 'utf8');
  // Matches `test('C1 …'` and the second call of `test.each(…)('C1 …'`.
  const name = /(?:\b(?:test|it|describe)|\))\(\s*['"`]((?:[A-Z]\d+:? )+)/g;
  return new Set([...source.matchAll(name)].flatMap((found) => (found[1] ?? '').match(/[A-Z]\d+/g) ?? []));
}

const tested = new Map<string, string[]>();
for (const file of globSync('{schema,server,jobrunner,client,tests}/**/*.test.{ts,tsx}', { cwd: root })) {
  if (file.includes('node_modules')) continue;
  for (const number of numbersIn(file)) tested.set(number, [...(tested.get(number) ?? []), file]);
}

test('docs/security.md lists every attack once', () => {
  const counts = { R: 6, L: 5, C: 20, G: 8, W: 4, F: 3, S: 6 };
  const all = Object.entries(counts).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
  );
  expect(rows.map(({ number }) => number).sort()).toEqual(all.sort());
});

describe.each(rows)('$number', ({ number, files }) => {
  test('each attack has a test in each file that docs/security.md names for it', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !(tested.get(number) ?? []).includes(file))).toEqual([]);
  });
});
