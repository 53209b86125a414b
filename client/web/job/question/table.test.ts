// Tests reading tables that scap has drawn, and that everything else stays text.
import { expect, test } from 'vitest';
import { tableIn } from './table.ts';

const table = [
  '┌─────────┬──────┬──────────────┐',
  '│    #    │ Proj │   Subject    │',
  '├─────────┼──────┼──────────────┤',
  '│ 1102343 │ core │ Fix a cache  │',
  '│ 1102344 │ Echo │ Notify once  │',
  '└─────────┴──────┴──────────────┘',
];

test('a table has its rows without the heads, and the text around it', () => {
  expect(tableIn(['These changes:', ...table, '', 'Be careful.'].join('\n'))).toEqual({
    before: 'These changes:',
    after: 'Be careful.',
    rows: [
      ['1102343', 'core', 'Fix a cache'],
      ['1102344', 'Echo', 'Notify once'],
    ],
  });
  const ascii = ['+----+----+', '| #  | S  |', '+----+----+', '| 1  | a  |', '+----+----+'];
  expect(tableIn(ascii.join('\n'))?.rows).toEqual([['1', 'a']]);
});

test('text whose rows have different columns is not shown as a table', () => {
  expect(tableIn('no table')).toBeNull();
  expect(tableIn('')).toBeNull();
  // A subject with the sign of a border.
  expect(tableIn([...table.slice(0, 3), '│ 1 │ core │ a │ b │', ...table.slice(4)].join('\n'))).toBeNull();
  expect(tableIn([...table, 'between', ...table].join('\n'))).toBeNull();
  expect(tableIn(table.slice(0, 3).join('\n'))).toBeNull();
});
