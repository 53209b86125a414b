// Owns a row of the table of people: role, ban, sessions, and the buttons for actions.
import { harmlessName } from '../../../schema/text/harmless.ts';
import type { PersonFragment } from '../../generated/graphql.ts';
import { ForeignLabel, ForeignName } from '../parts/foreign-text.tsx';
import { Moment } from '../parts/moment.tsx';
import { SendButton } from '../parts/send-button.tsx';
import { enumMsg, msg } from './messages.ts';
import type { PersonAction } from './person-dialog.tsx';

export function PersonRow({
  person,
  isSelf,
  onAction,
}: {
  person: PersonFragment;
  isSelf: boolean;
  onAction: (action: PersonAction) => void;
}) {
  const name = harmlessName(person.user.name);
  const { ban } = person;
  return (
    <tr class={ban === null ? undefined : 'admin-table__banned'}>
      <th scope="row">
        <ForeignName>{person.user.name}</ForeignName>
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
            onClick={() => onAction({ kind: 'ban', person })}
          >
            {msg('admin-people-ban')}
          </button>
        ) : (
          <button
            type="button"
            class="cdx-button cdx-button--size-small"
            aria-label={msg('admin-people-unban-label', name)}
            onClick={() => onAction({ kind: 'unban', person })}
          >
            {msg('admin-people-unban')}
          </button>
        )}
        {person.providerSubject !== null && ban === null && (
          <button
            type="button"
            class="cdx-button cdx-button--size-small"
            aria-label={msg('admin-people-rebind-label', name)}
            onClick={() => onAction({ kind: 'rebind', person })}
          >
            {msg('admin-people-rebind')}
          </button>
        )}
        <SendButton
          class="cdx-button cdx-button--size-small"
          aria-label={msg('admin-people-end-label', name)}
          blocked={person.openSessions === 0}
          title={person.openSessions === 0 ? msg('admin-people-no-sessions') : undefined}
          onClick={() => onAction({ kind: 'end', person })}
        >
          {msg('admin-people-end')}
        </SendButton>
      </td>
    </tr>
  );
}
