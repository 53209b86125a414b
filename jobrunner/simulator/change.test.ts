// Tests that the documents list every sample change as the code describes it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findSampleChange, sampleChanges } from './change.ts';

/** The rows about sample changes in a document. */
const rowsOf = (path: string): string[] =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')
    .split('\n')
    .filter((line) => /^\| `\d{7}` \|/.test(line));
const allRows = sampleChanges.map(({ number, shows }) => `| \`${number}\` | ${shows} |`);

test('docs/simulator.md lists the sample changes', () => {
  expect(rowsOf('docs/simulator.md')).toEqual(allRows);
});

test('README.md lists some of the sample changes, and the number of the others', () => {
  const rows = rowsOf('README.md');
  expect(allRows).toEqual(expect.arrayContaining(rows));
  const text = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
  expect(text).toContain(`has ${allRows.length - rows.length} more`);
});

test('the simulator finds a sample change and the revert of one by number', () => {
  expect(findSampleChange(1102347)?.status).toBe('MERGED');
  expect(findSampleChange(2102347)).toMatchObject({ number: 2102347, status: 'NEW' });
  expect(findSampleChange(2102347)?.subject).toMatch(/^Revert "/);
  expect(findSampleChange(77)).toBeUndefined();
});
