import { describe, expect, it } from 'vitest';
import { environmentOf } from './environment.ts';

describe('what an operator configures', () => {
  it('R4 the jobrunner passes further variables by name and prefix, but never those of SpiderPig', () => {
    const own = { KUBECONFIG: '/k', GIT_SSH: 'x', GITHUB: 'y', SPIDERPIG_DATABASE_URL: 'secret', OTHER: 'z' };
    const environment = environmentOf(own, { key: 'KEY', user: 'alice', jobMark: 't' }, [
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
  it('R4 the environment of scap has only the variables that scap needs, without secrets of SpiderPig', () => {
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
    expect(environmentOf(own, { key: 'KEY', user: 'alice', jobMark: '7@f00d' })).toEqual({
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
