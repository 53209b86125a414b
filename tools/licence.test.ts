import { expect, test } from 'vitest';
import { licenceProblem } from './licence.ts';

test.each(['MIT', 'ISC', '(MIT OR GPL-3.0)', 'Apache-2.0'])(
  'a package with the licence %s may be bundled',
  (licence) => {
    expect(licenceProblem('x', licence)).toBeNull();
  },
);

test.each([
  'GPL-3.0',
  'AGPL-3.0-only',
  'MIT AND GPL-3.0',
  'SEE LICENSE IN x',
  'UNLICENSED',
  '',
  undefined,
  {},
])('a package with the licence %j may not be bundled', (licence) => {
  expect(licenceProblem('x', licence)).toMatch(/^x /);
});

test('an exception is for one licence of one package', () => {
  expect(licenceProblem('@wikimedia/codex', 'GPL-2.0+')).toBeNull();
  expect(licenceProblem('@wikimedia/codex', 'AGPL-3.0-only')).not.toBeNull();
  expect(licenceProblem('toString', 'GPL-2.0+')).not.toBeNull();
});
