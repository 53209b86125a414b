// Tests how typed and pasted changes are parsed.
import { expect, test } from 'vitest';
import { readChange, splitInput, withDuplicates } from './change-input.ts';

test('a change number is accepted as it is', () => {
  for (const number of ['1', '1102345', '9999999999'])
    expect(readChange(number)).toEqual({ input: number, number, problem: null });
});

test('every form of a Gerrit URL gives the change number and keeps the input', () => {
  const addresses = [
    'https://gerrit.wikimedia.org/r/c/mediawiki/core/+/1102345',
    'https://gerrit.wikimedia.org/r/c/mediawiki/core/+/1102345/3/includes/x.php#42',
    'https://gerrit.wikimedia.org/r/c/1102345',
    'https://gerrit.wikimedia.org/r/#/c/1102345/',
    'https://gerrit.wikimedia.org/r/1102345',
    'http://127.0.0.1:9000/1102345/',
  ];
  for (const input of addresses)
    expect(readChange(input), input).toEqual({ input, number: '1102345', problem: null });
});

test('an input that is no change number or Gerrit URL has a problem', () => {
  const invalid = [
    '0',
    '0123',
    '12345678901',
    '-x',
    '--yes',
    '@/etc/passwd',
    '12;34x',
    '$(id)',
    '1١',
    'I0123456789abcdef',
    'abc',
  ];
  for (const input of invalid) {
    const { number, problem } = readChange(input);
    expect(number, input).toBeNull();
    expect(problem, input).not.toBe('');
    expect(problem, input).not.toBeNull();
  }
  expect(readChange('https://gerrit.wikimedia.org/r/q/owner:me').problem).toContain('no change number');
  expect(readChange('https://[').problem).toContain('no change number');
});

test('a pasted list is split at commas, semicolons, spaces and line breaks', () => {
  expect(splitInput(' 1102345, 1102346\n1102347;;\t1102348 ')).toEqual([
    '1102345',
    '1102346',
    '1102347',
    '1102348',
  ]);
  expect(splitInput(' , ')).toEqual([]);
});

test('a duplicate change has a problem, also if it is given as a URL', () => {
  const changes = withDuplicates(['1', '2', 'https://gerrit.example/c/1', 'x', 'x'].map(readChange));
  expect(changes.map((change) => change.problem === null)).toEqual([true, true, false, false, false]);
  expect(changes[2]?.problem).toContain('already in the list');
});
