// Tests that the documents list every sample change as the code describes it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findSampleChange, sampleChanges } from './change.ts';

test.each(['README.md', 'docs/simulator.md'])('%s lists the sample changes', (path) => {
  const text = readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
  const rows = text.split('\n').filter((line) => /^\| `\d{7}` \|/.test(line));
  expect(rows).toEqual(sampleChanges.map(({ number, shows }) => `| \`${number}\` | ${shows} |`));
});

test('finds a sample change and the revert of one by number', () => {
  expect(findSampleChange(1102347)?.status).toBe('MERGED');
  expect(findSampleChange(2102347)).toMatchObject({ number: 2102347, status: 'NEW' });
  expect(findSampleChange(2102347)?.subject).toMatch(/^Revert "/);
  expect(findSampleChange(77)).toBeUndefined();
});
