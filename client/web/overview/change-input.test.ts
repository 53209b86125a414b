// Tests what typed changes become.
import { expect, test } from 'vitest';
import { readChange, splitInput, withDuplicates } from './change-input.ts';

test('numbers are taken as they are', () => {
  for (const number of ['1', '1102345', '9999999999'])
    expect(readChange(number)).toEqual({ input: number, number, problem: null });
});

test('addresses of Gerrit in all their spellings give the number and are sent as typed', () => {
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

test('anything else is wrong, and says why', () => {
  const wrong = [
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
  for (const input of wrong) {
    const { number, problem } = readChange(input);
    expect(number, input).toBeNull();
    expect(problem, input).not.toBe('');
    expect(problem, input).not.toBeNull();
  }
  expect(readChange('https://gerrit.wikimedia.org/r/q/owner:me').problem).toContain('no change number');
  expect(readChange('https://[').problem).toContain('no change number');
});

test('a pasted list is split at commas, spaces and line ends', () => {
  expect(splitInput(' 1102345, 1102346\n1102347;;\t1102348 ')).toEqual([
    '1102345',
    '1102346',
    '1102347',
    '1102348',
  ]);
  expect(splitInput(' , ')).toEqual([]);
});

test('the second mention of a change is marked, also as an address', () => {
  const changes = withDuplicates(['1', '2', 'https://gerrit.example/c/1', 'x', 'x'].map(readChange));
  expect(changes.map((change) => change.problem === null)).toEqual([true, true, false, false, false]);
  expect(changes[2]?.problem).toContain('in the list already');
});
