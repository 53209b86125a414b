import { expect, test } from 'vitest';
import { findNamesWithoutSubject } from './test-name.ts';

const problemsIn = (text: string) => findNamesWithoutSubject(new Map([['a.test.ts', text]]));

test.each([
  "\nit('rejects a wrong code', () => {});",
  "\ntest('C7: rejects a wrong code', () => {});",
  "\n])('R1 refuses %s', () => {});",
  "test.each(words)(\n  'shows %s', () => {});",
])('the check of test names reports the name in %j with its line', (text) => {
  expect(problemsIn(text)).toEqual([
    { where: 'a.test.ts', line: 2, message: expect.stringContaining('no subject') },
  ]);
});

test.each(["it('the server rejects a wrong code', () => {});", "it('marks are in order', () => {});"])(
  'the check of test names accepts %j',
  (text) => {
    expect(problemsIn(text)).toEqual([]);
  },
);
