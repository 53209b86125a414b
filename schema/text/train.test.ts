import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  highestVersion,
  isTrainVersion,
  isUpcoming,
  skippedGroups,
  summarizeMoves,
  type TrainFacts,
  type TrainGroupName,
  trainGroups,
  trainGroupsOf,
  trainLines,
  trainMoves,
  trainPosition,
  ungroupedWikis,
  unusualTime,
  versionsAfter,
} from './train.ts';

const [v14, v15, v16, v17] = ['14', '15', '16', '17'].map((number) => `1.47.0-wmf.${number}`) as [
  string,
  string,
  string,
  string,
];
const line = { version: v16, oldVersion: v15 };

const members: Readonly<Record<TrainGroupName, readonly string[]>> = {
  testwikis: ['testwiki', 'testcommonswiki', 'testwikidatawiki'],
  group0: ['testwiki', 'testcommonswiki', 'testwikidatawiki', 'mediawikiwiki', 'officewiki', 'zerowiki'],
  group1: ['cawiki', 'hewiki', 'itwiki', 'commonswiki'],
  group2: ['enwiki', 'dewiki', 'frwiki'],
};

/** A staging directory where the groups up to a number run wmf.16, but for some wikis. */
function facts(reached: number, others: Readonly<Record<string, string>> = {}): TrainFacts {
  const wikis = new Map<string, string>();
  for (const group of [...trainGroups].reverse())
    for (const wiki of members[group]) wikis.set(wiki, trainGroups.indexOf(group) < reached ? v16 : v15);
  for (const [wiki, version] of Object.entries(others)) wikis.set(wiki, version);
  return { wikis, groups: members, checkedOut: [v15, v16], submodules: [] };
}

describe('versions', () => {
  it('versions are compared by their numbers', () => {
    expect(compareVersions('1.47.0-wmf.9', '1.47.0-wmf.10')).toBeLessThan(0);
    expect(compareVersions('1.47.0-wmf.1', '1.46.0-wmf.27')).toBeGreaterThan(0);
    expect(highestVersion(['1.47.0-wmf.9', 'master', '1.47.0-wmf.10', '1.47.0-wmf.2'])).toBe('1.47.0-wmf.10');
    expect(highestVersion(['master'])).toBeNull();
  });

  it.each(['master', 'next', '1.47.0', '1.47.0-wmf.160', ' 1.47.0-wmf.1', '1.47.0-wmf.1\n', '11.1.0-wmf.1'])(
    '%j is not a version of the train',
    (text) => {
      expect(isTrainVersion(text)).toBe(false);
    },
  );
});

describe('where the train is', () => {
  it.each([
    [0, 'start'],
    [1, 'testwikis'],
    [2, 'group0'],
    [3, 'group1'],
    [4, 'group2'],
  ] as const)('after %i groups it is at %s', (reached, station) => {
    expect(trainPosition(facts(reached), line)).toEqual({ station, exceptions: [] });
  });

  it('one excluded wiki is an exception, and does not move the train back', () => {
    for (const [reached, station, wiki] of [
      [1, 'testwikis', 'testcommonswiki'],
      [2, 'group0', 'officewiki'],
      [3, 'group1', 'hewiki'],
      [4, 'group2', 'dewiki'],
    ] as const)
      expect(trainPosition(facts(reached, { [wiki]: v15 }), line)).toEqual({
        station,
        exceptions: [{ wiki, version: v15, expected: v16 }],
      });
  });

  it('wikis on a version that is older than both are exceptions wherever the train is', () => {
    expect(trainPosition(facts(2, { enwiki: v14, hewiki: v14 }), line)).toMatchObject({
      station: 'group0',
      exceptions: [{ wiki: 'enwiki' }, { wiki: 'hewiki' }],
    });
  });

  it('a wiki that left all groups does not count: the train does not move it', () => {
    // As in June 2026, when a wiki was removed from the lists while it ran the new version.
    for (const version of [v14, v15, v16]) {
      const closed = facts(3, { closedwiki: version });
      expect(trainPosition(closed, line)).toEqual({ station: 'group1', exceptions: [] });
      expect(ungroupedWikis(closed)).toEqual([{ wiki: 'closedwiki', version }]);
    }
    expect(ungroupedWikis(facts(3))).toEqual([]);
  });

  it('testwikis are not counted as wikis of group0', () => {
    const groups = trainGroupsOf(facts(1));
    expect(groups.map(({ name, shares }) => [name, shares.map(({ version }) => version)])).toEqual([
      ['testwikis', [v16]],
      ['group0', [v15]],
      ['group1', [v15]],
      ['group2', [v15]],
    ]);
  });
});

describe('which train there is', () => {
  it('the current train is the previous one until the version of a new branch is checked out', () => {
    const before = facts(4);
    expect(trainLines(before, v17)).toEqual({
      current: line,
      next: { version: v17, oldVersion: v16 },
    });
    const after = { ...before, checkedOut: [v15, v16, v17] };
    expect(trainLines(after, v17)).toEqual({ current: { version: v17, oldVersion: v16 }, next: null });
    expect(trainPosition(after, { version: v17, oldVersion: v16 }).station).toBe('start');
  });

  it('the train is known without Gerrit, and has no old version if only one is checked out', () => {
    expect(trainLines(facts(1), null)).toEqual({ current: line, next: null });
    const only = { ...facts(0), wikis: new Map([['enwiki', v16]]), checkedOut: [v16] };
    expect(trainLines(only, v16).current).toEqual({ version: v16, oldVersion: null });
  });
});

describe('what a promotion or roll-back moves', () => {
  const moved = (state: TrainFacts, target: Parameters<typeof trainMoves>[2], excluded: string[] = []) =>
    trainMoves(trainGroupsOf(state), line, target, new Set(excluded));

  it('a promotion moves the wikis of the next group, without the excluded ones', () => {
    expect(moved(facts(2), 'group1', ['hewiki'])).toEqual([
      { wiki: 'cawiki', from: v15, to: v16 },
      { wiki: 'commonswiki', from: v15, to: v16 },
      { wiki: 'itwiki', from: v15, to: v16 },
    ]);
  });

  it('a roll-back moves the groups above the station back, and exceptions forward', () => {
    const moves = moved(facts(3, { officewiki: v15 }), 'group0');
    expect(summarizeMoves(moves)).toEqual([
      { from: v16, to: v15, count: 4 },
      { from: v15, to: v16, count: 1 },
    ]);
  });

  it('a roll-back to start moves every wiki to the old version', () => {
    expect(moved(facts(4), 'start')).toHaveLength(13);
    expect(moved(facts(0), 'start')).toEqual([]);
  });

  it('versions are counted as they are after the moves', () => {
    const groups = trainGroupsOf(facts(2));
    expect(versionsAfter(groups, [])).toEqual([
      { version: v16, count: 6 },
      { version: v15, count: 7 },
    ]);
    expect(versionsAfter(groups, moved(facts(2), 'group1', ['hewiki']))).toEqual([
      { version: v16, count: 9 },
      { version: v15, count: 4 },
    ]);
    expect(versionsAfter(groups, moved(facts(2), 'group2'))).toEqual([{ version: v16, count: 13 }]);
  });

  it('skipping groups is possible only forwards', () => {
    expect(skippedGroups('start', 'group1')).toEqual(['testwikis', 'group0']);
    expect(skippedGroups('group0', 'group1')).toEqual([]);
    expect(skippedGroups('group2', 'group0')).toEqual([]);
  });
});

it('a promotion on a Friday or on another day than usual is unusual, a roll-back never', () => {
  const at = (day: string) => new Date(`2026-08-${day}T10:00:00Z`);
  expect(unusualTime('group0', 'group1', at('19'))).toBeNull();
  expect(unusualTime('group0', 'group1', at('20'))).toBe('day');
  expect(unusualTime('group0', 'group1', at('21'))).toBe('late');
  expect(unusualTime('group1', 'group0', at('22'))).toBeNull();
});

it('the week of a train begins at 03:00 UTC of its first day', () => {
  expect(isUpcoming('2026-08-18', new Date('2026-08-18T02:59:59Z'))).toBe(true);
  expect(isUpcoming('2026-08-18', new Date('2026-08-18T03:00:00Z'))).toBe(false);
  expect(isUpcoming(null, new Date('2026-08-18T03:00:00Z'))).toBe(false);
});
