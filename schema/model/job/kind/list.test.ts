import { describe, expect, it } from 'vitest';
import { unverifiedChange } from '../change.ts';
import { findKind, jobKinds, kindOf } from './list.ts';

const work = (...numbers: string[]) => ({ changes: numbers.map(unverifiedChange), parameters: null });
const settings = { scapArguments: [], trainPause: true };

describe('the argv of a job', () => {
  it('argv has the change numbers as arguments, in order', () => {
    expect(kindOf('backport').argv(work('3', '1', '2'), settings)).toEqual(['backport', '3', '1', '2']);
    expect(kindOf('revert').argv(work('7'), settings)).toEqual(['backport', '--revert', '7']);
  });

  it.each([
    '-x',
    '--yes',
    '',
    ' 1',
    '1 ',
    '1\n',
    '0',
    '01',
    '١٢٣',
    '1;ls',
    '$(id)',
    '`id`',
    '@/etc/passwd',
    '1\0',
    '12345678901',
  ])('a job with the change number %j has no argv', (number) => {
    expect(() => kindOf('backport').argv(work('1', number), settings)).toThrow('is not a change number');
  });

  it('a job without changes has no argv', () => {
    expect(() => kindOf('backport').argv(work(), settings)).toThrow('no change');
  });

  it('argv has the arguments of the operator after the subcommand', () => {
    const configured = { ...settings, scapArguments: ['-D', 'a:b'] };
    expect(kindOf('revert').argv(work('1'), configured)).toEqual(['backport', '-D', 'a:b', '--revert', '1']);
  });
});

describe('the kinds of jobs', () => {
  it('the list of kinds finds a kind of job by its name, but not a kind of a later version', () => {
    for (const name of jobKinds) expect(findKind(name)).toBe(kindOf(name));
    expect(findKind('constructor')).toBeNull();
    expect(findKind('later')).toBeNull();
  });

  it('each kind of job has a text for the audit log that says what was requested', () => {
    expect(kindOf('backport').detail(work('7', '8'))).toBe('backport of 7, 8');
    expect(kindOf('revert').detail(work('7'))).toBe('revert of 7');
  });
});
