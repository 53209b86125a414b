// Owns the table of the tokens of all users. The viewer's own tokens are in account/own-tokens.tsx.
import { useClient } from '@urql/preact';
import { useCallback, useState } from 'preact/hooks';
import { harmlessName } from '../../../schema/text/harmless.ts';
import type { IssuedTokenFragment } from '../../generated/graphql.ts';
import { useMutationRequest } from '../connection/mutation.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { ForeignName } from '../parts/foreign-text.tsx';
import { ListFooter } from '../parts/list-footer.tsx';
import { Moment } from '../parts/moment.tsx';
import { TableHead } from '../parts/table-head.tsx';
import { usePaginatedList } from '../state/paginated-list.ts';
import { RevokeTokenOfMutation, TokensQuery } from './admin.graphql.ts';
import { msg } from './messages.ts';
import './admin-table.css';

const pageSize = 50;

export function TokenTable({ epoch }: { epoch: number }) {
  const client = useClient();
  const [revoking, setRevoking] = useState<IssuedTokenFragment | null>(null);
  const load = useCallback(
    async (after: string | null) => {
      const { data, error } = await client.query(TokensQuery, { first: pageSize, after });
      return { page: data?.tokens, error };
    },
    [client],
  );
  const list = usePaginatedList(load, epoch);
  return (
    <section class="admin__section" aria-label={msg('admin-tokens-heading')}>
      <h2 class="section-heading">{msg('admin-tokens-heading')}</h2>
      {list.nodes !== null && list.nodes.length > 0 && (
        <table class="admin-table">
          <TableHead
            columns={[
              msg('admin-tokens-column-name'),
              msg('admin-tokens-column-user'),
              msg('admin-tokens-column-scope'),
              msg('admin-tokens-column-made'),
              msg('admin-tokens-column-expires'),
              msg('admin-tokens-column-used'),
              msg('admin-people-column-actions'),
            ]}
          />
          <tbody>
            {list.nodes.map((token) => (
              <tr key={token.id}>
                <th scope="row">
                  <ForeignName>{token.name}</ForeignName>
                </th>
                <td data-label={msg('admin-tokens-column-user')}>
                  <ForeignName>{token.user.name}</ForeignName>
                </td>
                <td data-label={msg('admin-tokens-column-scope')}>
                  {token.canDeploy ? msg('admin-tokens-deploy') : msg('admin-tokens-read')}
                </td>
                <td data-label={msg('admin-tokens-column-made')} class="admin-table__time">
                  <Moment iso={token.createdAt} />
                </td>
                <td data-label={msg('admin-tokens-column-expires')} class="admin-table__time">
                  <Moment iso={token.expiresAt} />
                </td>
                <td data-label={msg('admin-tokens-column-used')} class="admin-table__time">
                  {token.lastUsedAt === null ? msg('admin-never') : <Moment iso={token.lastUsedAt} />}
                </td>
                <td class="admin-table__acts">
                  <button
                    type="button"
                    class="cdx-button cdx-button--size-small"
                    aria-label={msg(
                      'admin-tokens-revoke-label',
                      harmlessName(token.name),
                      harmlessName(token.user.name),
                    )}
                    onClick={() => setRevoking(token)}
                  >
                    {msg('admin-tokens-revoke')}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ListFooter list={list} empty={msg('admin-tokens-empty')} />
      {revoking !== null && (
        <RevokeDialog token={revoking} onRevoked={list.reload} onClose={() => setRevoking(null)} />
      )}
    </section>
  );
}

function RevokeDialog({
  token,
  onRevoked,
  onClose,
}: {
  token: IssuedTokenFragment;
  onRevoked: () => void;
  onClose: () => void;
}) {
  const request = useMutationRequest(RevokeTokenOfMutation, {
    select: (data) => data.revokeTokenOf,
    failed: (why) => msg('admin-failed', why),
    onRefusal: ({ message }) => message,
  });
  return (
    <ConfirmDialog
      heading={msg('admin-tokens-revoke-ask', harmlessName(token.name), harmlessName(token.user.name))}
      confirm={msg('admin-tokens-revoke')}
      request={request}
      onConfirm={async () => {
        const success = await request.send({ tokenId: token.id });
        if (success !== null) onRevoked();
        return success !== null;
      }}
      onClose={onClose}
    >
      <p>{msg('admin-tokens-revoke-follows')}</p>
    </ConfirmDialog>
  );
}
