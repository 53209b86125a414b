// Owns the list of people as admins see it, with what can be done to them. Owns no rule: the server says what is not done.
import { useClient } from '@urql/preact';
import { useCallback, useId, useState } from 'preact/hooks';
import type { PersonFragment } from '../../generated/graphql.ts';
import { failure } from '../connection/client.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { harmlessLabel } from '../parts/harmless.ts';
import { ListFooter } from '../parts/list-footer.tsx';
import { Moment } from '../parts/moment.tsx';
import { usePaginatedList } from '../parts/paginated-list.ts';
import {
  BanUserMutation,
  EndAllSessionsMutation,
  EndSessionsOfMutation,
  PeopleQuery,
  UnbanUserMutation,
} from './admin.graphql.ts';

const pageSize = 50;

/** What is about to be done, and to whom. */
type Act =
  | { readonly act: 'ban' | 'unban' | 'end'; readonly person: PersonFragment }
  | { readonly act: 'endAll' };

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
      {act !== null && <ActDialog act={act} onDone={list.reload} onClose={close} />}
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

function ActDialog({ act, onDone, onClose }: { act: Act; onDone: () => void; onClose: () => void }) {
  const client = useClient();
  const [keepOwn, setKeepOwn] = useState(true);
  /** Null when it was done; else why not. */
  const done = (
    outcome: { readonly __typename?: string; readonly message?: string } | null | undefined,
    why: string,
  ): string | null => {
    if (outcome == null) return why;
    if (outcome.message !== undefined) return outcome.message;
    onDone();
    return null;
  };
  if (act.act === 'endAll') {
    const confirm = async (): Promise<string | null> => {
      const { data, error } = await client.mutation(EndAllSessionsMutation, { keepOwn });
      return done(
        data && {},
        failure(error, (why) => msg('admin-failed', why)),
      );
    };
    return (
      <ConfirmDialog
        heading={msg('admin-people-end-all-ask')}
        confirm={msg('admin-people-end-all')}
        onConfirm={confirm}
        onClose={onClose}
      >
        <p>{msg('admin-people-end-all-follows')}</p>
        <label class="admin__check">
          <input
            type="checkbox"
            checked={keepOwn}
            onChange={(event) => setKeepOwn(event.currentTarget.checked)}
          />
          {msg('admin-people-keep-own')}
        </label>
      </ConfirmDialog>
    );
  }
  const { person } = act;
  const userId = person.user.id;
  const name = harmlessLabel(person.user.name);
  if (act.act === 'ban') {
    const confirm = async (reason: string): Promise<string | null> => {
      const { data, error } = await client.mutation(BanUserMutation, { input: { userId, reason } });
      return done(
        data?.banUser,
        failure(error, (why) => msg('admin-failed', why)),
      );
    };
    return (
      <ConfirmDialog
        heading={msg('admin-people-ban-ask', name)}
        confirm={msg('admin-people-ban-label', name)}
        reasonLabel={msg('admin-people-ban-reason')}
        onConfirm={confirm}
        onClose={onClose}
      >
        <p>{msg('admin-people-ban-follows')}</p>
      </ConfirmDialog>
    );
  }
  const isEnd = act.act === 'end';
  const confirm = async (): Promise<string | null> => {
    if (isEnd) {
      const { data, error } = await client.mutation(EndSessionsOfMutation, { userId });
      return done(
        data?.endSessionsOf,
        failure(error, (why) => msg('admin-failed', why)),
      );
    }
    const { data, error } = await client.mutation(UnbanUserMutation, { userId });
    return done(
      data?.unbanUser,
      failure(error, (why) => msg('admin-failed', why)),
    );
  };
  return (
    <ConfirmDialog
      heading={isEnd ? msg('admin-people-end-ask', name) : msg('admin-people-unban-ask', name)}
      confirm={isEnd ? msg('admin-people-end') : msg('admin-people-unban')}
      destructive={isEnd}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{isEnd ? msg('admin-people-end-follows') : msg('admin-people-unban-follows')}</p>
    </ConfirmDialog>
  );
}
