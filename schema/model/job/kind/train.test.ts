import { describe, expect, it } from 'vitest';
import { kindOf } from './list.ts';
import type { TrainParameters } from './train.ts';

const parameters: TrainParameters = {
  station: 'group1',
  from: 'group0',
  version: '1.47.0-wmf.16',
  oldVersion: '1.47.0-wmf.15',
  excludedWikis: [],
  wikiCount: 550,
  before: [],
};
const work = (changes: object = {}) => ({ changes: [], parameters: { ...parameters, ...changes } });
const argv = (changes: object = {}, trainPause = true) =>
  kindOf('train').argv(work(changes), { scapArguments: ['-v'], trainPause });

describe('the argv of a train', () => {
  it('argv promotes a group, and asks before production', () => {
    expect(argv().join(' ')).toBe(
      'deploy-promote -v --yes --train --pause-after-testserver-sync --old-version 1.47.0-wmf.15 -- group1 1.47.0-wmf.16',
    );
    expect(argv({}, false)).not.toContain('--pause-after-testserver-sync');
  });

  it('argv of a train excludes wikis', () => {
    expect(argv({ excludedWikis: ['dewiki', 'be_x_oldwiki'] }).join(' ')).toContain(
      '--exclude-wikis dewiki,be_x_oldwiki -- group1',
    );
  });

  it('argv rolls all wikis back to the old version', () => {
    expect(argv({ station: 'start' }).slice(-3)).toEqual(['--', 'all', '1.47.0-wmf.15']);
  });

  it.each([
    { station: 'group3' },
    { station: '--help' },
    { station: undefined },
    { version: '1.47.0-wmf.16; id' },
    { version: '--yes' },
    { oldVersion: 'master' },
    { oldVersion: null },
    { excludedWikis: ['-x'] },
    { excludedWikis: ['a,b'] },
    { excludedWikis: ['a b'] },
    { excludedWikis: [7] },
    { excludedWikis: Array.from({ length: 201 }, (_, index) => `w${index}`) },
  ])('a train with %j is refused', (changes) => {
    expect(() => argv(changes)).toThrow();
  });

  it('a train without parameters is refused', () => {
    for (const none of [null, undefined, 'x', []])
      expect(() =>
        kindOf('train').argv({ changes: [], parameters: none }, { scapArguments: [], trainPause: true }),
      ).toThrow();
  });
});

it('the title and the audit text say where the train goes', () => {
  const title = (changes: object) => kindOf('train').title(work(changes));
  expect(title({})).toBe('Train: group1 to 1.47.0-wmf.16');
  expect(title({ from: 'group2' })).toBe('Train: roll 1.47.0-wmf.16 back to group1');
  expect(title({ station: 'start' })).toBe('Train: roll all wikis back to 1.47.0-wmf.15');
  expect(kindOf('train').detail(work({ excludedWikis: ['dewiki'] }))).toBe(
    'train 1.47.0-wmf.16 (before: 1.47.0-wmf.15) from group0 to group1, 550 wikis, without dewiki',
  );
});
