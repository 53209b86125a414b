// Tests the conditions and actions of the audit log filter, and the path of the export.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { conditionsOf, exportPath, filterable } from './audit-filter.tsx';

const everything = { action: '', user: '', job: '', since: '' };

test('the audit log export has the same conditions as the filter', () => {
  expect(exportPath(everything)).toBe('/audit.jsonl');
  expect(exportPath({ action: 'SIGN_IN', user: ' a&b ', job: ' 7 ', since: '2026-11-20T12:03' })).toBe(
    '/audit.jsonl?action=SIGN_IN&user=a%26b&job=7&since=2026-11-20T12%3A03%3A00.000Z',
  );
});

test('the audit log filter refuses an invalid job number or time', () => {
  for (const job of ['x', '0', '-1', '1e3', '12345678901'])
    expect(conditionsOf({ ...everything, job }), job).toBeNull();
  expect(conditionsOf({ ...everything, since: 'x' })).toBeNull();
  expect(conditionsOf(everything)).toEqual(everything);
});

test('the audit log filter offers every action of the schema but the unknown one', () => {
  const schema = readFileSync(join(import.meta.dirname, '../../../schema/graphql/schema.graphql'), 'utf8');
  const [, members = ''] = /^enum AuditAction \{\n(.*?)^\}/ms.exec(schema) ?? [];
  const actions = [...members.matchAll(/^ {2}([A-Z_]+)$/gm)].map(([, name]) => name);
  expect(actions.length).toBeGreaterThan(20);
  expect([...filterable, 'OTHER'].sort()).toEqual(actions.sort());
});
