// @vitest-environment happy-dom
// Tests the table of clients that use something deprecated.
import { cleanup, screen, within } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { UseTable } from './use-table.tsx';

afterEach(cleanup);

function show(nodes: readonly object[]): void {
  const server = new GraphqlStandIn();
  server.answer('DeprecatedUses', () => ({
    operationUses: {
      __typename: 'OperationUseConnection',
      nodes,
      pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
      totalCount: nodes.length,
    },
  }));
  renderWith(server, <UseTable epoch={1} />);
}

const part = (coordinate: string, deprecation: string | null) => ({
  __typename: 'UsedPart',
  coordinate,
  deprecation,
});

test('a row names the client, its token, the deprecated parts, and not the others', async () => {
  show([
    {
      __typename: 'OperationUse',
      client: 'bot',
      version: '2.1',
      operation: 'Old',
      lastUsedAt: '2026-11-20T12:00:00.000Z',
      token: { __typename: 'IssuedToken', id: '7', name: 'ci', user: { __typename: 'User', name: 'Grace' } },
      parts: [part('Job.retryOf', 'use `retryOfJob`'), part('Job.id', null)],
    },
  ]);
  const row = within(await screen.findByRole('row', { name: /^bot 2\.1/ }));
  expect(row.getByText('ci (Grace)')).toBeTruthy();
  expect(row.getByText('Job.retryOf').parentElement?.textContent).toBe('Job.retryOf: use `retryOfJob`');
  expect(row.queryByText('Job.id')).toBeNull();
});

test('without such clients the table says so', async () => {
  show([]);
  expect(await screen.findByText(/No client has used anything deprecated/)).toBeTruthy();
});
