// Tests the findings about a database that can only be read. Its file cannot be made so for root, who may run the tests.
import { expect, test } from 'vitest';
import type { Inspection } from '../../schema/model/inspection.ts';
import { readOnlyText } from '../../schema/model/store/health.ts';
import { databaseFindings } from './database.ts';

const readOnly: Inspection = {
  version: 'x',
  pending: [],
  unknown: [],
  clock: null,
  deployers: [],
  isReadOnly: true,
  unsuitable: null,
  operation: { hold: null, runners: [], queuedJobs: 0, silentJobs: [], webhooks: [], passkeys: [] },
  lastProviderSignIn: null,
};
const next = (url: string) =>
  [...databaseFindings(url, readOnly)].find(({ level }) => level === 'FAIL')?.next;

test('a database that can only be read has a reason that fits it', () => {
  expect(next('postgresql://u@h/d')).toContain('name the primary');
  expect(next('sqlite:/data/x.sqlite')).toContain('write the file and its directory');
  expect(readOnlyText('postgresql')).toContain('standby');
  expect(readOnlyText('sqlite')).not.toMatch(/standby|transaction/);
});
