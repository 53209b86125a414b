// Tests what follows from the table of commands: completions that each shell accepts, the manual page, the version.
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commands } from '../../bin/command.ts';
import { optionsOf } from '../../bin/commands/completion.ts';
import { entryUnderTest } from '../support/package/build.ts';

const spiderpig = (...args: readonly string[]): string =>
  execFileSync(process.execPath, [entryUnderTest('spiderpig'), ...args], { encoding: 'utf8' });

describe('spiderpig completion', () => {
  /** What bash offers for a command line. */
  const completed = (script: string, ...words: readonly string[]): string[] =>
    execFileSync(
      'bash',
      [
        '-c',
        `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _spiderpig; echo "\${COMPREPLY[@]}"`,
        '-',
        ...words,
      ],
      { encoding: 'utf8' },
    )
      .trim()
      .split(' ');

  it('the completion offers commands, options and values of options in bash', () => {
    const script = spiderpig('completion', 'bash');
    expect(completed(script, 'spiderpig', 'wa')).toEqual(['watch']);
    expect(completed(script, 'spiderpig', 'log', '--ta')).toEqual(['--tail']);
    expect(completed(script, 'spiderpig', 'stop', '--how', 'k')).toEqual(['kill']);
    expect(completed(script, 'spiderpig', 'completion', 'z')).toEqual(['zsh']);
    expect(completed(script, 'spiderpig', 'help', 'wa')).toEqual(['watch']);
    expect(completed(script, 'spiderpig', 'up', '--por')).toEqual(['--port']);
    expect(completed(script, 'spiderpig', 'server', '--second-factor', 'of')).toEqual(['off']);
  });

  it('the completion leaves values without words, and names of files, to the shell', () => {
    const script = spiderpig('completion', 'bash');
    expect(script).toContain('complete -o default ');
    for (const words of [
      ['backup', '/tm'],
      ['up', '--config', ''],
      ['start', '--lane', ''],
    ])
      expect(completed(script, 'spiderpig', ...words)).toEqual(['']);
    expect(spiderpig('completion', 'zsh')).toContain("'1:argument:_files'");
    expect(spiderpig('completion', 'zsh')).toMatch(/'1:argument:\([^)]*\bwatch\b/);
    expect(spiderpig('completion', 'fish')).toContain("'__fish_seen_subcommand_from help' -f -a watch");
    expect(spiderpig('completion', 'zsh')).toMatch(/'--config\[[^\]]*\]:FILE:_files'/);
    expect(spiderpig('completion', 'fish')).toContain("'__fish_seen_subcommand_from restore' -F");
    expect(spiderpig('completion', 'fish')).toMatch(/_from doctor' -l config -r -F -d/);
  });

  it('the completion for fish has no combination of options that fish refuses', ({ skip }) => {
    const script = spiderpig('completion', 'fish');
    expect(script.split('\n').filter((line) => / -x /.test(line) && / -F /.test(line))).toEqual([]);
    // `fish -n` accepts them.
    const run = 'spiderpig completion fish | source; complete -C "spiderpig doctor --config /etc/pass"';
    const command = `function spiderpig; '${process.execPath}' '${entryUnderTest('spiderpig')}' $argv; end; ${run}`;
    const { error, stdout, stderr } = spawnSync('fish', ['--no-config', '-c', command], { encoding: 'utf8' });
    if (error !== undefined) skip('fish is not installed');
    expect({ stderr, offered: stdout.split('\n') }).toEqual({
      stderr: '',
      offered: expect.arrayContaining(['/etc/passwd']),
    });
  });

  it.each(['bash', 'zsh', 'fish'])('the completion script for %s has every command and option', (shell) => {
    const script = spiderpig('completion', shell);
    for (const command of commands) {
      expect(script).toContain(command.name);
      for (const { name } of optionsOf(command)) expect(script).toContain(name);
    }
    // Parses it where that shell is installed.
    const { error, status, stderr } = spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' });
    if (error === undefined) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('the error for any other word names the shells', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [entryUnderTest('spiderpig'), 'completion', 'csh'],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'spiderpig completion: usage: spiderpig completion bash|zsh|fish\n',
    });
  });
});

it('the manual page has every command, option and exit status', () => {
  const page = spiderpig('manual').replaceAll('\\-', '-');
  for (const { name, options } of commands) {
    expect(page).toContain(`.SS spiderpig ${name}`);
    for (const option of options) expect(page).toContain(`.B --${option.name}`);
  }
  expect(page).toMatch(/\.B 5\nthe job waits for an answer/);
  expect(page).not.toMatch(/\n\n/);
  // troff reads bytes: other characters are named.
  expect(page).toMatch(/^[\0-\x7f]*$/);
});

it.each([
  ['man', ['--warnings', '-E', 'UTF-8', '-l', '-']],
  ['groff', ['-man', '-ww', '-Tutf8']],
  ['mandoc', ['-W', 'warning']],
])('%s shows the manual page without a warning', (program, args) => {
  const { error, status, stderr } = spawnSync(program, args, {
    input: spiderpig('manual'),
    env: { ...process.env, MANWIDTH: '80', MANPAGER: 'cat' },
    encoding: 'utf8',
  });
  if (error === undefined) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

it.each(['--version', 'version'])('spiderpig %s prints the version', (word) => {
  expect(spiderpig(word)).toMatch(/^spiderpig \d+\.\d+\.\d+\n$/);
});

it('help of a host command lists its own options and those of the configuration', () => {
  const help = spiderpig('token', '--help');
  expect(help).toContain('--expires DURATION');
  expect(help).toContain('--database URL');
});
