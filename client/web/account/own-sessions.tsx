// Owns the list of one's own sessions and how they are ended. Owns no loading.
import { useClient } from '@urql/preact';
import { useState } from 'preact/hooks';
import type { OwnSessionFragment } from '../../generated/graphql.ts';
import { failure } from '../connection/client.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { harmlessLabel } from '../parts/harmless.ts';
import { Message } from '../parts/message.tsx';
import { Moment } from '../parts/moment.tsx';
import { text } from '../text.ts';
import { EndOtherSessionsMutation, EndSessionMutation } from './account.graphql.ts';
import { browserName } from './browser-name.ts';

const { columns } = text.sessions;

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
    return outcome ? text.sessions.failed(outcome.message) : failure(result.error, text.sessions.failed);
  };
  const endOthers = async (): Promise<string | null> => {
    const result = await client.mutation(EndOtherSessionsMutation, {});
    onChange();
    return result.data?.endOtherSessions ? null : failure(result.error, text.sessions.failed);
  };

  return (
    <section aria-label={text.sessions.heading}>
      <h2 class="section-heading">{text.sessions.heading}</h2>
      <p class="hint">{text.sessions.intro}</p>
      <table class="own">
        <thead>
          <tr>
            {[
              columns.browser,
              columns.address,
              columns.way,
              columns.createdAt,
              columns.lastUsedAt,
              columns.action,
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
                    {text.sessions.half}
                  </Message>
                )}
              </th>
              <td data-label={columns.address}>
                {session.address === null ? (
                  text.sessions.unknown
                ) : (
                  <ForeignLabel>{session.address}</ForeignLabel>
                )}
              </td>
              <td data-label={columns.way}>{text.sessions.way(session.way)}</td>
              <td data-label={columns.createdAt}>
                <Moment iso={session.createdAt} />
              </td>
              <td data-label={columns.lastUsedAt}>
                <Moment iso={session.lastUsedAt} />
              </td>
              <td class="own__action">
                {session.isCurrent ? (
                  <span class="cdx-info-chip">
                    <span class="cdx-info-chip__text">{text.sessions.current}</span>
                  </span>
                ) : (
                  <button
                    type="button"
                    class="cdx-button"
                    aria-label={text.sessions.endLabel(harmlessLabel(nameOf(session)))}
                    onClick={() => setEnding(session)}
                  >
                    {text.sessions.end}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {others.length === 0 ? (
        <p class="hint">{text.sessions.onlyThis}</p>
      ) : (
        <button
          type="button"
          class="cdx-button cdx-button--action-destructive account__all"
          onClick={() => setEnding('others')}
        >
          {text.sessions.endOthers}
        </button>
      )}
      {ending === 'others' && (
        <ConfirmDialog
          heading={text.sessions.endOthersHeading}
          confirm={text.sessions.endOthersConfirm}
          onConfirm={endOthers}
          onClose={() => setEnding(null)}
        >
          <p>{text.sessions.endOthersBody(others.length)}</p>
        </ConfirmDialog>
      )}
      {ending !== null && ending !== 'others' && (
        <ConfirmDialog
          heading={text.sessions.endHeading}
          confirm={text.sessions.endConfirm}
          onConfirm={() => end(ending.id)}
          onClose={() => setEnding(null)}
        >
          <p>
            <strong>
              <ForeignLabel>{nameOf(ending)}</ForeignLabel>
            </strong>
          </p>
          <p>{text.sessions.endBody}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

function nameOf({ agent }: Pick<OwnSessionFragment, 'agent'>): string {
  const name = browserName(agent);
  return name === null ? text.sessions.unknown : text.sessions.browser(name.browser, name.system);
}
