// @vitest-environment happy-dom
// Tests how the table of the audit log shows an entry.
import { cleanup, screen, within } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { AuditTable } from './audit-table.tsx';

afterEach(cleanup);

const entry = (id: string, detail: string) => ({
  __typename: 'AuditEntry',
  id,
  at: '2026-11-20T12:00:00.000Z',
  user: { __typename: 'User', name: 'Ada' },
  action: 'ANSWER',
  jobId: '7',
  detail,
  channel: 'page',
  address: '::ffff:10.0.0.1',
});

test('U16 an answer is one row that names the question and the answer, without markup or direction marks of either', async () => {
  const server = new GraphqlStandIn();
  server.answer('AuditLog', () => ({
    auditLog: {
      __typename: 'AuditEntryConnection',
      nodes: [
        entry('2', 'y (Yes) to “Backport the changes?”'),
        entry('1', '<b>n</b> to “Continue\u202e with\u200b deployment?”'),
      ],
      pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
      totalCount: 2,
    },
  }));
  renderWith(server, <AuditTable epoch={1} />);
  const row = await screen.findByRole('row', { name: /Backport the changes/ });
  expect(within(row).getByText('y (Yes) to “Backport the changes?”')).toBeTruthy();
  expect(within(row).getByText('10.0.0.1')).toBeTruthy();
  const hostile = screen.getByRole('row', { name: /deployment\?/ });
  expect(hostile.querySelector('b')).toBeNull();
  expect(hostile.textContent).toContain('<b>n</b>');
  expect(hostile.textContent).not.toMatch(/[\u202e\u200b]/);
  expect(screen.getAllByRole('row')).toHaveLength(3);
});
