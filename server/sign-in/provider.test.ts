import { expect, test } from 'vitest';
import { groupsOf } from './provider.ts';

test.each<[unknown, string[]]>([
  [
    ['ops', 'wikidev'],
    ['ops', 'wikidev'],
  ],
  ['ops', ['ops']],
  ['ops,wikidev', ['ops,wikidev']],
  [['ops', 'ops'], ['ops']],
  [['ops', 1, null, ['x'], { ops: true }, true, ''], ['ops']],
  [['a\0b', '\ud800', 'x'.repeat(1_001)], []],
  [undefined, []],
  [null, []],
  [{ 0: 'ops', length: 1 }, []],
  [7, []],
])('the groups claim %j gives the groups %j', (claim, groups) => {
  expect(groupsOf(claim)).toEqual(groups);
});
