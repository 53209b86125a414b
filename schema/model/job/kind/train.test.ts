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

describe('what has changed before a train starts', () => {
  const groups = { testwikis: ['a'], group0: ['a', 'b'], group1: ['c', 'd'], group2: [] };
  const facts = (versions: Record<string, string>, checkedOut = ['1.47.0-wmf.16']) => ({
    wikis: new Map(Object.entries({ a: '1.47.0-wmf.16', b: '1.47.0-wmf.16', ...versions })),
    groups,
    checkedOut,
    submodules: [],
  });
  const [v15, v16] = ['1.47.0-wmf.15', '1.47.0-wmf.16'] as const;
  const before = [
    { group: 'testwikis', versions: [{ version: v16, count: 1 }] },
    { group: 'group0', versions: [{ version: v16, count: 1 }] },
    { group: 'group1', versions: [{ version: v15, count: 2 }] },
  ];
  const changes = (now: ReturnType<typeof facts>) =>
    kindOf('train').changesBeforeStart?.(work({ before }), now);

  it('a train reports no changes while the wikis run what they ran at its request', () => {
    expect(changes(facts({ c: v15, d: v15 }))).toEqual([]);
  });

  it('wikis that run another version, and a version that is gone, are named', () => {
    expect(changes(facts({ c: v16, d: v15 }))).toEqual([
      `In group1, 1 wiki runs ${v15} now, 2 before.`,
      `In group1, 1 wiki runs ${v16} now, 0 before.`,
    ]);
    expect(changes(facts({ c: v15, d: v15 }, []))).toEqual([`${v16} is not checked out any more.`]);
  });

  it('a backport does not depend on the wikis', () => {
    expect(kindOf('backport').changesBeforeStart).toBeNull();
  });
});
