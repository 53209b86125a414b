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

describe('what an operator configures', () => {
  it('inserts arguments after the subcommand', () => {
    const job = { kind: 'revert', changes: changes('1') } as const;
    expect(argumentsOf(job, ['-D', 'a:b'])).toEqual(['backport', '-D', 'a:b', '--revert', '1']);
  });

  it('R4 passes further variables by name and prefix, but never those of SpiderPig', () => {
    const own = { KUBECONFIG: '/k', GIT_SSH: 'x', GITHUB: 'y', SPIDERPIG_DATABASE_URL: 'secret', OTHER: 'z' };
    const environment = environmentOf(own, { key: 'KEY', user: 'alice', tag: 't' }, [
      'KUBECONFIG',
      'GIT_*',
      'S*',
    ]);
    expect(environment).toMatchObject({ KUBECONFIG: '/k', GIT_SSH: 'x' });
    expect(Object.keys(environment)).not.toContain('GITHUB');
    expect(Object.keys(environment)).not.toContain('OTHER');
    expect(Object.keys(environment)).not.toContain('SPIDERPIG_DATABASE_URL');
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
