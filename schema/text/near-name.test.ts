import { expect, it } from 'vitest';
import { nearName } from './near-name.ts';

const names = [
  'port',
  'host',
  'lanes',
  'lane-check',
  'log-level',
  'viewer-groups',
  'deployer-groups',
  'hots',
];

it.each([
  ['prot', 'port'],
  ['lane', 'lanes'],
  ['lnaes', 'lanes'],
  ['deployer-group', 'deployer-groups'],
  ['deployer', 'deployer-groups'],
  ['Port', 'port'],
  ['hos', 'host'],
])('the near name of the misspelt %j is %j', (word, name) => {
  expect(nearName(word, names)).toBe(name);
});

it.each(['', 'x', 'po', 'nonsense', 'groups', 'hort', 'ho'])(
  'the word %j has no near name, or several',
  (word) => {
    expect(nearName(word, names)).toBeNull();
  },
);
