// Owns the table of the viewer's sessions, and how they are ended.
import { useState } from 'preact/hooks';
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import type { OwnSessionFragment } from '../../generated/graphql.ts';
import { useMutationRequest } from '../connection/mutation.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';
import { Moment } from '../parts/moment.tsx';
import { TableHead } from '../parts/table-head.tsx';
import { EndOtherSessionsMutation, EndSessionMutation } from './account.graphql.ts';
import { browserName } from './browser-name.ts';
import { enumMsg, msg } from './messages.ts';
import './own-table.css';

/** @param onChange called after a session was ended */
export function OwnSessions({
  sessions,
  onChange,
}: {
  sessions: readonly OwnSessionFragment[];
  onChange: () => void;
}) {
  const [ending, setEnding] = useState<OwnSessionFragment | 'others' | null>(null);
  const others = sessions.filter(({ isCurrent }) => !isCurrent);

  return (
    <section aria-label={msg('account-sessions-heading')}>
      <h2 class="section-heading">{msg('account-sessions-heading')}</h2>
      <p class="hint">{msg('account-sessions-intro')}</p>
      <table class="own">
        <TableHead
          columns={[
            msg('account-sessions-column-browser'),
            msg('account-sessions-column-address'),
            msg('account-sessions-column-way'),
            msg('account-sessions-column-created-at'),
            msg('account-sessions-column-last-used-at'),
            msg('account-sessions-column-action'),
          ]}
        />
        <tbody>
          {sessions.map((session) => (
            <tr key={session.id}>
              <th scope="row" title={session.agent === null ? undefined : harmlessLabel(session.agent)}>
                <ForeignLabel>{nameOf(session)}</ForeignLabel>
                {session.way === 'PROVIDER' && session.secondFactorAt === null && !session.isCurrent && (
                  <Message tone="warning" inline>
                    {msg('account-sessions-half')}
                  </Message>
                )}
              </th>
              <td data-label={msg('account-sessions-column-address')}>
                {session.address === null ? (
                  msg('account-sessions-unknown')
                ) : (
                  <ForeignLabel>{session.address}</ForeignLabel>
                )}
              </td>
              <td data-label={msg('account-sessions-column-way')}>
                {enumMsg('account-sessions-way', session.way)}
              </td>
              <td data-label={msg('account-sessions-column-created-at')}>
                <Moment iso={session.createdAt} />
              </td>
              <td data-label={msg('account-sessions-column-last-used-at')}>
                <Moment iso={session.lastUsedAt} />
              </td>
              <td class="own__action">
                {session.isCurrent ? (
                  <span class="cdx-info-chip">
                    <span class="cdx-info-chip__text">{msg('account-sessions-current')}</span>
                  </span>
                ) : (
                  <button
                    type="button"
                    class="cdx-button"
                    aria-label={msg('account-sessions-end-label', harmlessLabel(nameOf(session)))}
                    onClick={() => setEnding(session)}
                  >
                    {msg('account-sessions-end')}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {others.length === 0 ? (
        <p class="hint">{msg('account-sessions-only-this')}</p>
      ) : (
        <button type="button" class="cdx-button account__all" onClick={() => setEnding('others')}>
          {msg('account-sessions-end-others')}
        </button>
      )}
      {ending === 'others' && (
        <EndOthersDialog count={others.length} onChange={onChange} onClose={() => setEnding(null)} />
      )}
      {ending !== null && ending !== 'others' && (
        <EndDialog session={ending} onChange={onChange} onClose={() => setEnding(null)} />
      )}
    </section>
  );
}

function EndDialog({
  session,
  onChange,
  onClose,
}: {
  session: OwnSessionFragment;
  onChange: () => void;
  onClose: () => void;
}) {
  const request = useMutationRequest(EndSessionMutation, {
    select: (data) => data.endSession,
    failed: (why) => msg('account-sessions-failed', why),
  });
  return (
    <ConfirmDialog
      heading={msg('account-sessions-end-heading')}
      confirm={msg('account-sessions-end-confirm')}
      request={request}
      onConfirm={async () => {
        const success = await request.send({ input: { sessionId: session.id } });
        onChange();
        return success !== null;
      }}
      onClose={onClose}
    >
      <p>
        <strong>
          <ForeignLabel>{nameOf(session)}</ForeignLabel>
        </strong>
      </p>
      <p>{msg('account-sessions-end-body')}</p>
    </ConfirmDialog>
  );
}

function EndOthersDialog({
  count,
  onChange,
  onClose,
}: {
  count: number;
  onChange: () => void;
  onClose: () => void;
}) {
  const request = useMutationRequest(EndOtherSessionsMutation, {
    select: (data) => data.endOtherSessions,
    failed: (why) => msg('account-sessions-failed', why),
  });
  return (
    <ConfirmDialog
      heading={msg('account-sessions-end-others-heading')}
      confirm={msg('account-sessions-end-others-confirm')}
      request={request}
      onConfirm={async () => {
        const success = await request.send({});
        onChange();
        return success !== null;
      }}
      onClose={onClose}
    >
      <p>{msg('account-sessions-end-others-body', count)}</p>
    </ConfirmDialog>
  );
}

function nameOf({ agent }: Pick<OwnSessionFragment, 'agent'>): string {
  const name = browserName(agent);
  return name === null
    ? msg('account-sessions-unknown')
    : name.system === null
      ? name.browser
      : msg('account-sessions-browser', name.browser, name.system);
}
