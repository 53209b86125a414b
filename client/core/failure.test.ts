import { expect, test } from 'vitest';
import { kindOfCode } from './failure.ts';

test.each([
  ['UNAUTHENTICATED', 'unauthenticated'],
  ['FORBIDDEN', 'forbidden'],
  ['BAD_USER_INPUT', 'invalid'],
  ['NOT_FOUND', 'invalid'],
  ['DATABASE_FULL', 'database'],
  ['A_CODE_OF_A_NEWER_SERVER', 'failed'],
  [undefined, 'failed'],
  [7, 'failed'],
])('an error with the code %j is %s', (code, kind) => {
  expect(kindOfCode(code)).toBe(kind);
});
