// Owns the list of everybody's tokens as admins see it. Not one's own.
import { useClient } from '@urql/preact';
import { useCallback, useState } from 'preact/hooks';
import type { IssuedTokenFragment } from '../../generated/graphql.ts';
import { failure } from '../connection/client.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { harmlessLabel } from '../parts/harmless.ts';
import { ListEnd } from '../parts/list-end.tsx';
import { Moment } from '../parts/moment.tsx';
import { useList } from '../parts/pages.ts';
import { text } from '../text.ts';
import { RevokeTokenOfMutation, TokensQuery } from './admin.graphql.ts';

const pageSize = 50;
const words = text.admin.tokens;

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
  const list = useList(load, epoch);
  const revoke = async (tokenId: string): Promise<string | null> => {
    const { data, error } = await client.mutation(RevokeTokenOfMutation, { tokenId });
    const outcome = data?.revokeTokenOf;
    if (outcome?.__typename !== 'RevokeTokenOfSuccess')
      return outcome?.message ?? failure(error, text.admin.failed);
    list.reload();
    return null;
  };

  return (
    <section class="admin__section" aria-label={words.heading}>
      <h2 class="section-heading">{words.heading}</h2>
      {list.nodes !== null && list.nodes.length > 0 && (
        <table class="admin-table">
          <thead>
            <tr>
              <th scope="col">{words.columns.name}</th>
              <th scope="col">{words.columns.user}</th>
              <th scope="col">{words.columns.scope}</th>
              <th scope="col">{words.columns.made}</th>
              <th scope="col">{words.columns.expires}</th>
              <th scope="col">{words.columns.used}</th>
              <th scope="col">{text.admin.people.columns.actions}</th>
            </tr>
          </thead>
          <tbody>
            {list.nodes.map((token) => (
              <tr key={token.id}>
                <th scope="row">
                  <ForeignLabel>{token.name}</ForeignLabel>
                </th>
                <td data-label={words.columns.user}>
                  <ForeignLabel>{token.user.name}</ForeignLabel>
                </td>
                <td data-label={words.columns.scope}>{token.canDeploy ? words.deploy : words.read}</td>
                <td data-label={words.columns.made} class="admin-table__time">
                  <Moment iso={token.createdAt} />
                </td>
                <td data-label={words.columns.expires} class="admin-table__time">
                  <Moment iso={token.expiresAt} />
                </td>
                <td data-label={words.columns.used} class="admin-table__time">
                  {token.lastUsedAt === null ? text.admin.never : <Moment iso={token.lastUsedAt} />}
                </td>
                <td class="admin-table__acts">
                  <button
                    type="button"
                    class="cdx-button cdx-button--size-small"
                    aria-label={words.revokeLabel(harmlessLabel(token.name), harmlessLabel(token.user.name))}
                    onClick={() => setRevoking(token)}
                  >
                    {words.revoke}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ListEnd list={list} empty={words.empty} />
      {revoking !== null && (
        <ConfirmDialog
          heading={words.revokeAsk(harmlessLabel(revoking.name), harmlessLabel(revoking.user.name))}
          confirm={words.revoke}
          onConfirm={() => revoke(revoking.id)}
          onClose={() => setRevoking(null)}
        >
          <p>{words.revokeFollows}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
