// Tests tables in terminals of different widths.
import { expect, test } from 'vitest';
import { table } from './table.ts';

const rows = [
  ['JOB', 'STATE', 'OWNER', 'TITLE'],
  ['12', 'succeeded', 'alice', 'Fix the sorting of very long lists in the editor'],
  ['11', 'failed', 'bob', 'Short'],
];

test('a table that is not for a terminal has the whole text in aligned columns', () => {
  expect(table(rows)).toBe(
    [
      'JOB  STATE      OWNER  TITLE',
      '12   succeeded  alice  Fix the sorting of very long lists in the editor',
      '11   failed     bob    Short',
      '',
    ].join('\n'),
  );
});

test('a table in a narrower terminal shortens long texts', () => {
  expect(table(rows, 50)).toBe(
    [
      'JOB  STATE      OWNER  TITLE',
      '12   succeeded  alice  Fix the sorting of very lo…',
      '11   failed     bob    Short',
      '',
    ].join('\n'),
  );
});

test('a table in a terminal that is too narrow for its columns becomes a list of values', () => {
  expect(table(rows, 30)).toBe(
    [
      'JOB    12',
      'STATE  succeeded',
      'OWNER  alice',
      'TITLE  Fix the sorting of very long lists in the editor',
      '',
      'JOB    11',
      'STATE  failed',
      'OWNER  bob',
      'TITLE  Short',
      '',
    ].join('\n'),
  );
});

test('a shortened text does not end with half a character', () => {
  const [, line] = table([['TITLE'], ['123456789012😀 and more']], 14).split('\n');
  expect(line?.isWellFormed()).toBe(true);
});
