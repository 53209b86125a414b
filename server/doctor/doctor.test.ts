// Tests that a check of doctor which fails does not hide the results of the others.
import { expect, test } from 'vitest';
import { withoutFailure } from './doctor.ts';
import { type Finding, ok } from './finding.ts';

test('a check of doctor that fails is a finding, after those that it made before', async () => {
  const found: Finding[] = [];
  function* check() {
    yield ok('disk: 12 GB are free');
    throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
  }
  for await (const finding of withoutFailure('disk', check)) found.push(finding);
  expect(found).toEqual([
    { level: 'ok', what: 'disk: 12 GB are free', next: null },
    { level: 'FAIL', what: 'disk: the check failed: not a directory', next: null },
  ]);
});
