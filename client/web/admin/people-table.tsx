// Owns the table of people with its search. The server decides which actions are allowed.
import { useClient } from '@urql/preact';
import { useCallback, useState } from 'preact/hooks';
import { ListFooter } from '../parts/list-footer.tsx';
import { TableHead } from '../parts/table-head.tsx';
import { usePaginatedList } from '../state/paginated-list.ts';
import { PeopleQuery } from './admin.graphql.ts';
import { FilterField } from './filter-field.tsx';
import { msg } from './messages.ts';
import { type PersonAction, PersonDialog } from './person-dialog.tsx';
import { PersonRow } from './person-row.tsx';
import './admin-filter.css';
import './admin-table.css';

const pageSize = 50;

/**
 * @param self the id of the viewer
 * @param epoch another number loads the list again
 */
export function PeopleTable({ self, epoch }: { self: string; epoch: number }) {
  const client = useClient();
  const [searched, setSearched] = useState('');
  const [action, setAction] = useState<PersonAction | null>(null);
  const load = useCallback(
    async (after: string | null) => {
      const { data, error } = await client.query(PeopleQuery, {
        first: pageSize,
        after,
        text: searched === '' ? null : searched,
      });
      return { page: data?.people, error };
    },
    [client, searched],
  );
  const list = usePaginatedList(load, epoch);
  const close = (): void => setAction(null);

  return (
    <section class="admin__section" aria-label={msg('admin-people-heading')}>
      <h2 class="section-heading">{msg('admin-people-heading')}</h2>
      <PeopleSearch onSearch={setSearched} />
      {list.nodes !== null && list.nodes.length > 0 && (
        <table class="admin-table">
          <TableHead
            columns={[
              msg('admin-people-column-name'),
              msg('admin-people-column-role'),
              msg('admin-people-column-sessions'),
              msg('admin-people-column-seen'),
              msg('admin-people-column-actions'),
            ]}
          />
          <tbody>
            {list.nodes.map((person) => (
              <PersonRow
                key={person.user.id}
                person={person}
                isSelf={person.user.id === self}
                onAction={setAction}
              />
            ))}
          </tbody>
        </table>
      )}
      <ListFooter
        list={list}
        empty={searched === '' ? msg('admin-people-empty') : msg('admin-people-none-found')}
      />
      <p>
        <button
          type="button"
          class="cdx-button cdx-button--weight-quiet"
          onClick={() => setAction({ kind: 'endAll' })}
        >
          {msg('admin-people-end-all')}
        </button>
      </p>
      {action !== null && <PersonDialog action={action} onDone={list.reload} onClose={close} />}
    </section>
  );
}

function PeopleSearch({ onSearch }: { onSearch: (text: string) => void }) {
  const [typed, setTyped] = useState('');
  return (
    <form
      class="admin__filter"
      aria-label={msg('admin-people-find')}
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(typed.trim());
      }}
    >
      <FilterField label={msg('admin-people-find')}>
        <input
          class="cdx-text-input__input"
          type="search"
          maxLength={200}
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            if (event.currentTarget.value === '') onSearch('');
          }}
        />
      </FilterField>
      <button type="submit" class="cdx-button">
        {msg('admin-find')}
      </button>
    </form>
  );
}
