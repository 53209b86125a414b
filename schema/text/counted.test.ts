import { expect, it } from 'vitest';
import { counted } from './counted.ts';

it.each([
  [0, '0 failures'],
  [1, '1 failure'],
  [2, '2 failures'],
])('the count %i has the right form of its noun', (count, text) => {
  expect(counted(count, 'failure')).toBe(text);
});

it('a noun can have an irregular form', () => {
  expect([counted(1, 'wiki runs', 'wikis run'), counted(3, 'wiki runs', 'wikis run')]).toEqual([
    '1 wiki runs',
    '3 wikis run',
  ]);
});
