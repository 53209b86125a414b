// Owns the table of the clients that use something deprecated in the API: who is affected when it is removed.
import { useClient } from '@urql/preact';
import { useCallback } from 'preact/hooks';
import type { DeprecatedUseFragment } from '../../generated/graphql.ts';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { ListFooter } from '../parts/list-footer.tsx';
import { Moment } from '../parts/moment.tsx';
import { TableHead } from '../parts/table-head.tsx';
import { usePaginatedList } from '../state/paginated-list.ts';
import { DeprecatedUsesQuery } from './admin.graphql.ts';
import { msg } from './messages.ts';
import './admin-table.css';

const pageSize = 50;

export function UseTable({ epoch }: { epoch: number }) {
  const client = useClient();
  const load = useCallback(
    async (after: string | null) => {
      const { data, error } = await client.query(DeprecatedUsesQuery, { first: pageSize, after });
      return { page: data?.operationUses, error };
    },
    [client],
  );
  const list = usePaginatedList(load, epoch);
  return (
    <section class="admin__section" aria-label={msg('admin-uses-heading')}>
      <h2 class="section-heading">{msg('admin-uses-heading')}</h2>
      {list.nodes !== null && list.nodes.length > 0 && (
        <table class="admin-table">
          <TableHead
            columns={[
              msg('admin-uses-column-client'),
              msg('admin-tokens-column-name'),
              msg('admin-uses-column-operation'),
              msg('admin-uses-column-parts'),
              msg('admin-tokens-column-used'),
            ]}
          />
          <tbody>
            {list.nodes.map((use) => (
              <UseRow key={`${use.client} ${use.version} ${use.token?.id} ${use.operation}`} use={use} />
            ))}
          </tbody>
        </table>
      )}
      <ListFooter list={list} empty={msg('admin-uses-empty')} />
    </section>
  );
}

function UseRow({ use }: { use: DeprecatedUseFragment }) {
  const name = `${use.client} ${use.version}`.trim();
  return (
    <tr>
      <th scope="row">{name === '' ? msg('admin-uses-unnamed') : <ForeignLabel>{name}</ForeignLabel>}</th>
      <td data-label={msg('admin-tokens-column-name')}>
        {use.token === null ? (
          msg('admin-uses-browser')
        ) : (
          <ForeignLabel>{`${use.token.name} (${use.token.user.name})`}</ForeignLabel>
        )}
      </td>
      <td data-label={msg('admin-uses-column-operation')}>
        <ForeignLabel>{use.operation}</ForeignLabel>
      </td>
      <td data-label={msg('admin-uses-column-parts')}>
        {use.parts
          .filter(({ deprecation }) => deprecation !== null)
          .map(({ coordinate, deprecation }) => (
            <div key={coordinate}>
              <code>{coordinate}</code>: {deprecation}
            </div>
          ))}
      </td>
      <td data-label={msg('admin-tokens-column-used')} class="admin-table__time">
        <Moment iso={use.lastUsedAt} />
      </td>
    </tr>
  );
}
