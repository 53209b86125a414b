// Tests what the filter of the audit log asks for, and where its export is.
import { expect, test } from 'vitest';
import { conditionsOf, exportPath } from './audit-table.tsx';

const everything = { action: '', user: '', job: '', since: '' };

test('the export has the conditions of the filter, and no others', () => {
  expect(exportPath(everything)).toBe('/audit.jsonl');
  expect(exportPath({ action: 'SIGN_IN', user: ' a&b ', job: ' 7 ', since: '2026-11-20T12:03' })).toBe(
    '/audit.jsonl?action=SIGN_IN&user=a%26b&job=7&since=2026-11-20T12%3A03%3A00.000Z',
  );
});

test('a job is a number, and a moment a time', () => {
  for (const job of ['x', '0', '-1', '1e3', '12345678901'])
    expect(conditionsOf({ ...everything, job }), job).toBeNull();
  expect(conditionsOf({ ...everything, since: 'x' })).toBeNull();
  expect(conditionsOf(everything)).toEqual(everything);
});
