// Tests how typed and pasted changes are parsed.
import { expect, test } from 'vitest';
import { readChange, withDuplicates } from './change-input.ts';

const gerrit = 'https://gerrit.example.org/r/';

test('a change number is accepted as it is', () => {
  for (const number of ['1', '1102345', '9999999999'])
    expect(readChange(number, gerrit)).toEqual({ input: number, number, problem: null });
});

test('every reason why an input is refused has a text', () => {
  for (const input of ['0', '12345678901', '', 'I0123456789abcdef', 'abc', `${gerrit}q/owner:me`]) {
    expect(readChange(input, gerrit).problem, input).toMatch(/\.$/);
  }
  expect(readChange('https://other.example/c/a/+/1', gerrit).problem).toContain(gerrit);
});

test('a duplicate change has a problem, also if it is given as a URL', () => {
  const changes = withDuplicates(
    ['1', '2', `${gerrit}c/1`, 'x', 'x'].map((input) => readChange(input, gerrit)),
  );
  expect(changes.map((change) => change.problem === null)).toEqual([true, true, false, false, false]);
  expect(changes[2]?.problem).toContain('already in the list');
});
