import { describe, expect, it } from 'vitest';
import { unverifiedChange } from '../schema/model/job/change.ts';
import { argumentsOf, environmentOf } from './command.ts';

const changes = (...numbers: string[]) => numbers.map(unverifiedChange);

describe('the argv of a job', () => {
  it('has the change numbers as arguments, in order', () => {
    expect(argumentsOf({ kind: 'backport', changes: changes('3', '1', '2') })).toEqual([
      'backport',
      '3',
      '1',
      '2',
    ]);
    expect(argumentsOf({ kind: 'revert', changes: changes('7') })).toEqual(['backport', '--revert', '7']);
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
  ])('is refused for a job with the change number %j', (number) => {
    expect(() => argumentsOf({ kind: 'backport', changes: changes('1', number) })).toThrow(
      'is not a change number',
    );
  });

  it('is refused for a job without changes', () => {
    expect(() => argumentsOf({ kind: 'backport', changes: [] })).toThrow('no change');
  });
});

describe('the environment of scap', () => {
  it('R4 has only the variables that scap needs, without secrets of SpiderPig', () => {
    const own = {
      PATH: '/bin',
      HOME: '/root',
      LC_ALL: 'C',
      SSH_AUTH_SOCK: '/run/agent',
      SPIDERPIG_DATABASE_URL: 'postgresql://u:secret@h/d',
      AWS_SECRET: 'x',
      LD_PRELOAD: 'x',
      NODE_OPTIONS: '--inspect',
    };
    expect(environmentOf(own, { key: 'KEY', user: 'alice', tag: '7@f00d' })).toEqual({
      PATH: '/bin',
      HOME: '/root',
      LC_ALL: 'C',
      SSH_AUTH_SOCK: '/run/agent',
      SPIDERPIG_IO_KEY: 'KEY',
      SPIDERPIG_REAL_USER: 'alice',
      SPIDERPIG_JOB: '7@f00d',
      FORCE_COLOR: '1',
    });
  });
});
