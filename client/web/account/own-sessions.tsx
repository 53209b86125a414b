// Owns the list of one's own sessions and how they are ended. Owns no loading.
import { useClient } from '@urql/preact';
import { useState } from 'preact/hooks';
import type { OwnSessionFragment } from '../../generated/graphql.ts';
import { failure } from '../connection/client.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { harmlessLabel } from '../parts/harmless.ts';
import { Message } from '../parts/message.tsx';
import { Moment } from '../parts/moment.tsx';
import { EndOtherSessionsMutation, EndSessionMutation } from './account.graphql.ts';
import { browserName } from './browser-name.ts';

/** @param onChange called once something was ended */
export function OwnSessions({
  sessions,
  onChange,
}: {
  sessions: readonly OwnSessionFragment[];
  onChange: () => void;
}) {
  const client = useClient();
  const [ending, setEnding] = useState<OwnSessionFragment | 'others' | null>(null);
  const others = sessions.filter(({ isCurrent }) => !isCurrent);

  const end = async (sessionId: string): Promise<string | null> => {
    const result = await client.mutation(EndSessionMutation, { input: { sessionId } });
    const outcome = result.data?.endSession;
    onChange();
    if (outcome?.__typename === 'EndSessionSuccess') return null;
    return outcome
      ? msg('account-sessions-failed', outcome.message)
      : failure(result.error, (why) => msg('account-sessions-failed', why));
  };
  const endOthers = async (): Promise<string | null> => {
    const result = await client.mutation(EndOtherSessionsMutation, {});
    onChange();
    return result.data?.endOtherSessions
      ? null
      : failure(result.error, (why) => msg('account-sessions-failed', why));
  };

  return (
    <section aria-label={msg('account-sessions-heading')}>
      <h2 class="section-heading">{msg('account-sessions-heading')}</h2>
      <p class="hint">{msg('account-sessions-intro')}</p>
      <table class="own">
        <thead>
          <tr>
            {[
              msg('account-sessions-column-browser'),
              msg('account-sessions-column-address'),
              msg('account-sessions-column-way'),
              msg('account-sessions-column-created-at'),
              msg('account-sessions-column-last-used-at'),
              msg('account-sessions-column-action'),
            ].map((words) => (
              <th scope="col" key={words}>
                {words}
              </th>
            ))}
          </tr>
        </thead>
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
        <button
          type="button"
          class="cdx-button cdx-button--action-destructive account__all"
          onClick={() => setEnding('others')}
        >
          {msg('account-sessions-end-others')}
        </button>
      )}
      {ending === 'others' && (
        <ConfirmDialog
          heading={msg('account-sessions-end-others-heading')}
          confirm={msg('account-sessions-end-others-confirm')}
          onConfirm={endOthers}
          onClose={() => setEnding(null)}
        >
          <p>{msg('account-sessions-end-others-body', others.length)}</p>
        </ConfirmDialog>
      )}
      {ending !== null && ending !== 'others' && (
        <ConfirmDialog
          heading={msg('account-sessions-end-heading')}
          confirm={msg('account-sessions-end-confirm')}
          onConfirm={() => end(ending.id)}
          onClose={() => setEnding(null)}
        >
          <p>
            <strong>
              <ForeignLabel>{nameOf(ending)}</ForeignLabel>
            </strong>
          </p>
          <p>{msg('account-sessions-end-body')}</p>
        </ConfirmDialog>
      )}
    </section>
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
