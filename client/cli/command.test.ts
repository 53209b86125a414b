import { describe, expect, test } from 'vitest';
import { commands, readCommand } from './command.ts';
import { WrongUsage } from './command-line.ts';
import { commonOptions } from './description.ts';
import { commandHelp } from './help.ts';

const now = Date.parse('2026-11-20T12:00:00Z');

/** The request of a command line. */
function requestOf(argv: readonly string[]) {
  const command = readCommand(argv, {}, now);
  return command.name === 'request' ? command.request : command;
}

describe('readCommand', () => {
  test.each([
    [
      ['start', '1', '2'],
      { name: 'start', changes: ['1', '2'], revert: false, key: null, watch: { untilQuestion: false } },
    ],
    [
      ['start', '--revert', '--no-watch', '1'],
      { revert: true, watch: null, acceptUnverified: false, preview: false, lane: null },
    ],
    [['start', '--preview', '1'], { name: 'start', preview: true }],
    [['start', '--lane', 'eqiad', '--key', 'k', '1'], { lane: 'eqiad', changes: ['1'], key: 'k' }],
    [
      ['watch', '7', '--until-question', '--tail', '5'],
      { name: 'watch', job: '7', from: { by: 'tail', count: 5 }, watch: { untilQuestion: true } },
    ],
    [['answer', '12', 'y'], { name: 'answer', number: '12', of: 'any', answer: 'y' }],
    [['answer', '12', ''], { answer: '' }],
    [['answer', '--question', '12', '--', '-x'], { of: 'question', answer: '-x' }],
    [['answer', '12', '--', '--help'], { answer: '--help' }],
    [['stop', '7'], { name: 'stop', job: '7', how: 'INTERRUPT' }],
    [['stop', '7', '--how', 'kill'], { how: 'KILL' }],
    [['hand-over', '7', '--to', 'jonas'], { name: 'hand-over', job: '7', to: 'jonas' }],
    [['hand-over', '7'], { name: 'hand-over', job: '7', to: null }],
    [['retry', '7', '--no-watch'], { name: 'retry', job: '7', watch: null }],
    [['revert', '7'], { name: 'revert', job: '7' }],
    [
      ['errors', '--minutes', '5', '--new'],
      { name: 'errors', minutes: 5, first: 20, text: null, version: null, onlyNew: true },
    ],
    [['train', 'status'], { name: 'train', act: 'status', group: '' }],
    [
      ['train', 'promote', 'group1', '--exclude', 'dewiki,frwiki', '--skip-groups'],
      { act: 'promote', group: 'group1', excludedWikis: ['dewiki', 'frwiki'], acceptSkippedGroups: true },
    ],
    [
      ['train', 'rollback', 'start', '--no-watch'],
      { act: 'rollback', group: 'start', version: null, watch: null },
    ],
    [
      ['log', '--after', '500', '7'],
      { name: 'log', job: '7', from: { by: 'line', after: 500 }, follow: false },
    ],
    [['log', '--since', '10m', '7'], { from: { by: 'time', since: now - 600_000 } }],
    [['log', '--since', '2026-11-20T11:00Z', '7'], { from: { by: 'time', since: now - 3_600_000 } }],
    [['jobs'], { name: 'jobs', first: 20, filter: { owner: null, states: [], outcomes: [] } }],
    [
      ['jobs', '--state', 'failed', '--outcome', 'rolled-back', '--owner', 'amina'],
      { filter: { owner: 'amina', states: ['FAILED'], outcomes: ['ROLLED_BACK'] } },
    ],
    [['queue'], { name: 'queue' }],
    [['sign-in'], { name: 'sign-in' }],
    [['open'], { name: 'open', job: null }],
    [['open', '7'], { job: '7' }],
    [[], { name: 'help', of: null }],
    [['jobs', '--help'], { name: 'help', of: { name: 'jobs' } }],
  ])('the command reader parses the command line %j', (argv, request) => {
    expect(requestOf(argv)).toMatchObject(request);
  });

  test.each([
    [['dance'], 'Unknown command "dance"'],
    [['start'], 'needs CHANGE…, got none'],
    [['start', '--force', '1'], 'Unknown option "--force"'],
    [['watch'], 'needs JOB, got none'],
    [['watch', 'x'], '"x" is not a job number'],
    [['answer', '12'], 'needs JOB and CODE, got 1'],
    [['answer', '--job', '--question', '12', 'y'], '--job and --question cannot be used together'],
    [['stop', '--how', 'gently', '7'], '--how is interrupt, terminate or kill, not "gently"'],
    [['stop', '--how', 'constructor', '7'], '--how is interrupt, terminate or kill, not "constructor"'],
    [['log', '--after=-1', '7'], `--after must be a whole number from 0, not "-1"`],
    [['log', '--after', 'x', '7'], '--after must be a whole number from 0, not "x"'],
    [['log', '--tail', '0', '7'], '--tail must be a whole number from 1'],
    [['log', '--tail', '1', '--since', '1h', '7'], '--tail and --since cannot be used together'],
    [['log', '--since', 'yesterday', '7'], '--since is a duration such as 90s'],
    [['jobs', '--first', '0'], '--first must be a whole number from 1'],
    [['errors', '--minutes', '61'], '--minutes must be a whole number from 1 to 60, not "61"'],
    [['errors', '--first', '201'], '--first must be a whole number from 1 to 200'],
    [['strat', '1'], 'Unknown command "strat" (did you mean start?)'],
    [['train', 'advance', 'group1'], 'ACT is status, promote or rollback, not "advance"'],
    [['train', 'promote'], 'promote needs a group'],
    [['sign-in', '--browser', '--input'], '--browser and --input cannot be used together'],
    [['jobs', 'all'], 'needs no argument, got 1'],
    [['jobs', '--color', 'red'], '--color is auto, always or never, not "red"'],
    [['jobs', '--url', 'ftp://x'], '--url is neither an http(s) URL nor unix:PATH: "ftp://x"'],
  ])('the command reader refuses the command line %j with one line that names the mistake', (argv, words) => {
    const read = () => requestOf(argv);
    expect(read).toThrow(WrongUsage);
    expect(read).toThrow(words);
    expect(read).not.toThrow(/\n/);
  });

  test('the command reader reports every mistake of a command line together', () => {
    const argv = ['log', '--folow', '--tail', 'x', '--color', 'red', '--url', 'x', 'y'];
    expect(() => requestOf(argv)).toThrow(
      [
        'spiderpig log: Unknown option "--folow" (did you mean --follow?)',
        'spiderpig log: "y" is not a job number',
        'spiderpig log: --tail must be a whole number from 1, not "x"',
        'spiderpig log: --url is neither an http(s) URL nor unix:PATH: "x"',
        'spiderpig log: --color is auto, always or never, not "red"; see spiderpig log --help',
      ].join('\n'),
    );
  });

  test('a refused command line names the command that lists its options', () => {
    expect(() => requestOf(['start', '--force', '1'])).toThrow(/; see spiderpig start --help$/);
  });

  test.each([
    [['jobs'], {}, { url: 'http://127.0.0.1:8888', output: { json: false, color: 'auto' } }],
    [
      ['jobs'],
      { SPIDERPIG_URL: 'https://x.example/y', NO_COLOR: '1' },
      { url: 'https://x.example/y', output: { color: 'never' } },
    ],
    [['jobs', '--color', 'always', '--json'], { NO_COLOR: '1' }, { output: { json: true, color: 'always' } }],
    [
      ['jobs', '--url', 'https://x.example'],
      { SPIDERPIG_URL: 'http://y.example' },
      { url: 'https://x.example' },
    ],
  ])(
    'the command reader reads the options of all commands from %j and the environment %j',
    (argv, env, command) => {
      expect(readCommand(argv, env, now)).toMatchObject(command);
    },
  );

  test('the command reader refuses an invalid SPIDERPIG_URL and names the variable', () => {
    const read = () => readCommand(['jobs'], { SPIDERPIG_URL: 'localhost:8888' }, now);
    expect(read).toThrow('SPIDERPIG_URL is neither an http(s) URL');
  });
});

test.each(commands)('the help of $name lists every option', (command) => {
  const help = commandHelp(command);
  for (const { name } of [...command.options, ...commonOptions]) expect(help).toContain(`--${name}`);
});
