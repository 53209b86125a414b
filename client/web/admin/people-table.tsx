// Owns the list of people as admins see it, with what can be done to them. Owns no rule: the server says what is not done.
import { useClient } from '@urql/preact';
import { useCallback, useId, useState } from 'preact/hooks';
import type { PersonFragment } from '../../generated/graphql.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { harmlessLabel } from '../parts/harmless.ts';
import { ListFooter } from '../parts/list-footer.tsx';
import { Moment } from '../parts/moment.tsx';
import { usePaginatedList } from '../parts/paginated-list.ts';
import { PeopleQuery } from './admin.graphql.ts';
import { type PersonAction as Act, PersonDialog } from './person-dialog.tsx';

const pageSize = 50;

/** @param self the number of whoever looks */
export function PeopleTable({ self, epoch }: { self: string; epoch: number }) {
  const client = useClient();
  const [typed, setTyped] = useState('');
  const [wanted, setWanted] = useState('');
  const [act, setAct] = useState<Act | null>(null);
  const id = useId();
  const load = useCallback(
    async (after: string | null) => {
      const { data, error } = await client.query(PeopleQuery, {
        first: pageSize,
        after,
        text: wanted === '' ? null : wanted,
      });
      return { page: data?.people, error };
    },
    [client, wanted],
  );
  const list = usePaginatedList(load, epoch);
  const close = (): void => setAct(null);

  return (
    <section class="admin__section" aria-label={msg('admin-people-heading')}>
      <h2 class="section-heading">{msg('admin-people-heading')}</h2>
      <form
        class="admin__filter"
        aria-label={msg('admin-people-find')}
        onSubmit={(event) => {
          event.preventDefault();
          setWanted(typed.trim());
        }}
      >
        <label class="admin__field" for={id}>
          <span>{msg('admin-people-find')}</span>
          <span class="cdx-text-input">
            <input
              id={id}
              class="cdx-text-input__input"
              type="search"
              maxLength={200}
              value={typed}
              onInput={(event) => {
                setTyped(event.currentTarget.value);
                if (event.currentTarget.value === '') setWanted('');
              }}
            />
          </span>
        </label>
        <button type="submit" class="cdx-button">
          {msg('admin-find')}
        </button>
        <button
          type="button"
          class="cdx-button cdx-button--action-destructive admin__apart"
          onClick={() => setAct({ act: 'endAll' })}
        >
          {msg('admin-people-end-all')}
        </button>
      </form>
      {list.nodes !== null && list.nodes.length > 0 && (
        <table class="admin-table">
          <thead>
            <tr>
              <th scope="col">{msg('admin-people-column-name')}</th>
              <th scope="col">{msg('admin-people-column-role')}</th>
              <th scope="col">{msg('admin-people-column-sessions')}</th>
              <th scope="col">{msg('admin-people-column-seen')}</th>
              <th scope="col">{msg('admin-people-column-actions')}</th>
            </tr>
          </thead>
          <tbody>
            {list.nodes.map((person) => (
              <PersonRow
                key={person.user.id}
                person={person}
                isSelf={person.user.id === self}
                onAct={setAct}
              />
            ))}
          </tbody>
        </table>
      )}
      <ListFooter
        list={list}
        empty={wanted === '' ? msg('admin-people-empty') : msg('admin-people-none-found')}
      />
      {act !== null && <PersonDialog action={act} onDone={list.reload} onClose={close} />}
    </section>
  );
}

function PersonRow({
  person,
  isSelf,
  onAct,
}: {
  person: PersonFragment;
  isSelf: boolean;
  onAct: (act: Act) => void;
}) {
  const name = harmlessLabel(person.user.name);
  const { ban } = person;
  return (
    <tr class={ban === null ? undefined : 'admin-table__banned'}>
      <th scope="row">
        <ForeignLabel>{person.user.name}</ForeignLabel>
        {isSelf && <span class="hint"> {msg('admin-people-self')}</span>}
      </th>
      <td data-label={msg('admin-people-column-role')}>
        <div>
          {person.role === null ? msg('admin-people-no-role') : enumMsg('admin-role', person.role)}
          {ban !== null && (
            <p class="admin-table__ban">
              <strong>{msg('admin-people-banned')}</strong>{' '}
              <ForeignLabel>
                {msg('admin-people-banned-by', ban.by?.name ?? msg('admin-people-an-admin'), ban.reason)}
              </ForeignLabel>{' '}
              <Moment iso={ban.since} />
            </p>
          )}
          {person.groups !== null && person.groups.length > 0 && (
            <p class="hint">
              <ForeignLabel>{person.groups.join(', ')}</ForeignLabel>
            </p>
          )}
        </div>
      </td>
      <td data-label={msg('admin-people-column-sessions')} class="admin-table__number">
        {person.openSessions}
      </td>
      <td data-label={msg('admin-people-column-seen')} class="admin-table__time">
        {person.lastSeenAt === null ? msg('admin-never') : <Moment iso={person.lastSeenAt} />}
      </td>
      <td class="admin-table__acts">
        {ban === null ? (
          <button
            type="button"
            class="cdx-button cdx-button--size-small"
            aria-label={msg('admin-people-ban-label', name)}
            disabled={isSelf}
            title={isSelf ? msg('admin-people-not-self') : undefined}
            onClick={() => onAct({ act: 'ban', person })}
          >
            {msg('admin-people-ban')}
          </button>
        ) : (
          <button
            type="button"
            class="cdx-button cdx-button--size-small"
            aria-label={msg('admin-people-unban-label', name)}
            onClick={() => onAct({ act: 'unban', person })}
          >
            {msg('admin-people-unban')}
          </button>
        )}
        <button
          type="button"
          class="cdx-button cdx-button--size-small"
          aria-label={msg('admin-people-end-label', name)}
          disabled={person.openSessions === 0}
          title={person.openSessions === 0 ? msg('admin-people-no-sessions') : undefined}
          onClick={() => onAct({ act: 'end', person })}
        >
          {msg('admin-people-end')}
        </button>
      </td>
    </tr>
  );
}
