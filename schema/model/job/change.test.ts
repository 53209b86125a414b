import { describe, expect, it } from 'vitest';
import { type ChangeProblem, InvalidChanges, maxChanges, parseChanges, versionWarnings } from './change.ts';

const gerrit = 'https://gerrit.example.org/r/';

function problemsOf(inputs: readonly string[]): readonly ChangeProblem[] {
  try {
    parseChanges(inputs, gerrit);
  } catch (error) {
    if (error instanceof InvalidChanges) return error.problems;
    throw error;
  }
  return [];
}

describe('versionWarnings', () => {
  const versions = {
    checkedOut: ['1.46.0-wmf.3', '1.46.0-wmf.4'],
    wikis: new Map([['enwiki', '1.46.0-wmf.3']]),
    submodules: ['https://gerrit.example.org/r/operations/docroot.git', '/operations/dns'],
  };
  const core = 'mediawiki/core';
  it.each([
    ['an open change in a live version', core, 'wmf/1.46.0-wmf.3', 'NEW', []],
    ['a merged change in a live version', core, 'wmf/1.46.0-wmf.3', 'MERGED', ['already_merged']],
    ['a version that no wiki runs', core, 'wmf/1.46.0-wmf.4', 'MERGED', ['branch_not_live']],
    ['a version that is not checked out', core, 'wmf/1.46.0-wmf.2', 'NEW', ['branch_not_deployed']],
    ['a branch that is never deployed', core, 'master', 'MERGED', ['branch_not_deployed']],
    [
      'a submodule of the configuration, which only scap can judge',
      'operations/docroot',
      'master',
      'NEW',
      [],
    ],
    ['a submodule with a relative address', 'operations/dns', 'master', 'NEW', []],
    ['an open change of the configuration', 'operations/mediawiki-config', 'master', 'NEW', []],
    [
      'a merged change of the configuration',
      'operations/mediawiki-config',
      'master',
      'MERGED',
      ['already_merged'],
    ],
  ])('%s', (_, project, branch, status, warnings) => {
    expect(versionWarnings({ project, branch, status }, versions)).toEqual(warnings);
  });

  it('versions that are not known cause no warnings', () => {
    const change = { project: core, branch: 'wmf/1.46.0-wmf.2', status: 'MERGED' };
    expect(versionWarnings(change, null)).toEqual([]);
    const other = { ...change, branch: 'master' };
    expect(versionWarnings(other, { ...versions, submodules: null })).toEqual([]);
  });
});

describe('parseChanges', () => {
  it.each([
    ['1102345', '1102345'],
    [' 1102345 ', '1102345'],
    ['https://gerrit.example.org/r/c/mediawiki/core/+/1102345', '1102345'],
    ['https://gerrit.example.org/r/c/mediawiki/core/+/1102345/3', '1102345'],
    ['https://gerrit.example.org/r/c/operations/mediawiki-config/+/1102345/3/wmf-config/x.php', '1102345'],
    ['https://review.other.example/c/a/+/1102345', undefined],
    ['1102345,3', '1102345'],
    ['https://gerrit.example.org/r/1102345', '1102345'],
    ['https://gerrit.example.org/r/#/c/1102345/', '1102345'],
    ['https://gerrit.example.org/r/c/1102345?tab=comments', '1102345'],
  ])('%s', (input, number) => {
    if (number === undefined) expect(problemsOf([input])).toHaveLength(1);
    else expect(parseChanges([input], gerrit)).toEqual([number]);
  });

  it('the change parser keeps the order of the changes', () => {
    expect(parseChanges(['3', '1', '2'], gerrit)).toEqual(['3', '1', '2']);
  });

  it.each([
    '-x',
    '--yes',
    '@/etc/passwd',
    '1;ls',
    '$(id)',
    '`id`',
    '1\0',
    '1\n2',
    '1\n',
    '\n1',
    '١٢٣',
    '１２',
    '0',
    '007',
    '1e3',
    '1.0',
    '+1',
    '12345678901',
    'I0123456789abcdef',
    'javascript:1',
    'https://evil/<script>',
    `https://x/${'1'.repeat(40)}`,
    'x'.repeat(10_000_000),
  ])('the change parser refuses %.20j', (input) => {
    const [problem] = problemsOf([input]);
    expect(problem?.message).toMatch(/not a change number|is a Change-Id|of another server/);
    expect(problem?.input.length).toBeLessThan(100);
    expect(problem?.input).not.toMatch(/\p{Cc}/u);
  });

  it('R1: the change parser refuses no, too many, empty and repeated changes, each with its own message', () => {
    expect(problemsOf([])).toMatchObject([{ input: '', message: expect.stringContaining('at least one') }]);
    expect(problemsOf(Array.from({ length: maxChanges + 1 }, (_, i) => `${i + 1}`))[0]?.message).toContain(
      'too many',
    );
    expect(problemsOf(['1', '  '])[0]?.message).toContain('empty');
    expect(problemsOf(['1', `${gerrit}1`])[0]?.message).toContain('twice');
    expect(problemsOf(['x', '1', 'y'])).toHaveLength(2);
    const codes = problemsOf(['x', '1', '1', '', '01', '12345678901', `I${'a'.repeat(40)}`]).map(
      ({ code }) => code,
    );
    expect(codes).toEqual(['not-a-number', 'repeated', 'empty', 'leading-zero', 'too-long', 'change-id']);
  });
});
