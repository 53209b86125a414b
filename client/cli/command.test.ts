import { describe, expect, test } from 'vitest';
import { readCommand, WrongUsage } from './command.ts';

const env = { SPIDERPIG_TOKEN: 'sp_token' };
const access = { url: 'http://127.0.0.1:8888', token: 'sp_token' };

describe('readCommand', () => {
  test.each([
    [['start', '1', '2'], { name: 'start', access, changes: ['1', '2'], revert: false, watch: true }],
    [
      ['start', '--revert', '--no-watch', '1'],
      { revert: true, watch: false, acceptUnverified: false, lane: null },
    ],
    [['start', '--lane', 'eqiad', '1'], { lane: 'eqiad', changes: ['1'] }],
    [['watch', '7'], { name: 'watch', job: '7' }],
    [['answer', '12', 'y'], { name: 'answer', interaction: '12', answer: 'y' }],
    [['answer', '12', ''], { answer: '' }],
    [['answer', '12', '--', '-x'], { answer: '-x' }],
    [['stop', '7'], { name: 'stop', job: '7', how: 'INTERRUPT' }],
    [['stop', '7', '--how', 'kill'], { how: 'KILL' }],
    [['log', '--after', '500', '7'], { name: 'log', job: '7', after: 500, follow: false }],
    [['jobs'], { name: 'jobs', first: 20 }],
    [
      ['jobs', '--url', 'https://spiderpig.example.org/x'],
      { access: { url: 'https://spiderpig.example.org/x' } },
    ],
    [[], { name: 'help' }],
    [['jobs', '--help'], { name: 'help' }],
  ])('parses the command line %j', (argv, command) => {
    expect(readCommand(argv, env)).toMatchObject(command);
  });

  test.each([
    [['dance'], 'Unknown command "dance"'],
    [['start'], 'at least one change is needed'],
    [['start', '--force', '1'], "Unknown option '--force'"],
    [['watch'], 'needs JOB, got 0'],
    [['answer', '12'], 'needs INTERACTION and CODE, got 1'],
    [['stop', '--how', 'gently', '7'], '--how is interrupt, terminate or kill, not "gently"'],
    [['log', '--after=-1', '7'], `--after must be a whole number from 0, not "-1"`],
    [['log', '--after', 'x', '7'], '--after must be a whole number from 0, not "x"'],
    [['jobs', '--first', '0'], '--first must be a whole number from 1'],
    [['jobs', 'all'], 'needs no argument, got 1'],
    [['jobs', '--url', 'ftp://x'], '--url is not an http(s) URL: "ftp://x"'],
  ])('refuses the command line %j with one line that names the mistake', (argv, words) => {
    const read = () => readCommand(argv, env);
    expect(read).toThrow(WrongUsage);
    expect(read).toThrow(words);
    expect(read).not.toThrow(/\n/);
  });

  test.each([
    [{}, 'SPIDERPIG_TOKEN is not set'],
    [{ SPIDERPIG_TOKEN: 'a\nb' }, 'SPIDERPIG_TOKEN contains characters'],
    [{ ...env, SPIDERPIG_URL: 'localhost:8888' }, 'SPIDERPIG_URL is not an http(s) URL'],
  ])('refuses the environment %j and names the variable', (wrong, words) => {
    expect(() => readCommand(['jobs'], wrong)).toThrow(words);
  });
});
