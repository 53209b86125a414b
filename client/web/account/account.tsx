// Owns the account page: the viewer's name, role and second factor. Sessions, tokens, authenticator and passkeys are its parts.
import type { Signal } from '@preact/signals';
import { useQuery } from '@urql/preact';
import { useEffect } from 'preact/hooks';
import { whyItFailed } from '../connection/client.ts';
import { richMsg } from '../i18n/rich-msg.tsx';
import { ForeignLabel, ForeignName } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';
import { Moment, Span } from '../parts/moment.tsx';
import { onPageShown, pageVisible } from '../state/page-visibility.ts';
import { AccountQuery } from './account.graphql.ts';
import { Authenticator } from './authenticator.tsx';
import { enumMsg, msg } from './messages.ts';
import { OwnPasskeys } from './own-passkeys.tsx';
import { OwnSessions } from './own-sessions.tsx';
import { OwnTokens } from './own-tokens.tsx';
import './account.css';

/** Milliseconds between reloads while the page is visible, because no subscription reports new sessions. */
const reloadInterval = 30_000;

/** @param connections the number of connections so far; the page reloads at each, because it may have missed changes */
export function Account({ connections }: { connections: Signal<number> }) {
  const [account, ask] = useQuery({ query: AccountQuery });
  const connection = connections.value;
  const viewer = account.data?.viewer ?? null;
  const reload = (): void => ask();

  useEffect(() => {
    if (connection > 1) ask();
  }, [connection]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (pageVisible.peek()) ask();
    }, reloadInterval);
    const unsubscribe = onPageShown(ask);
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  }, [ask]);

  const own = viewer?.sessions.find(({ isCurrent }) => isCurrent) ?? null;
  return (
    <main class="account" id="content" tabIndex={-1}>
      <h1>{msg('app-heading-account')}</h1>
      {account.error !== undefined && (
        <Message tone="error">
          <p>{msg('account-failed', whyItFailed(account.error))}</p>
          <button type="button" class="cdx-button" onClick={reload}>
            {msg('account-again')}
          </button>
        </Message>
      )}
      {viewer === null && account.error === undefined && <p class="hint">{msg('app-loading')}</p>}
      {viewer !== null && (
        <>
          <dl class="account__facts">
            <dt>{msg('account-name')}</dt>
            <dd>
              <strong>
                <ForeignName>{viewer.user.name}</ForeignName>
              </strong>
            </dd>
            <dt>{msg('account-role')}</dt>
            <dd>{enumMsg('app-role', viewer.role)}</dd>
            {viewer.groups !== null && (
              <>
                <dt>{msg('account-groups')}</dt>
                <dd class="account__groups">
                  {viewer.groups.length === 0
                    ? msg('account-no-groups')
                    : viewer.groups.map((group) => (
                        <code key={group}>
                          <ForeignLabel>{group}</ForeignLabel>
                        </code>
                      ))}
                </dd>
              </>
            )}
            <dt>{msg('account-factor')}</dt>
            <dd>
              {viewer.secondFactorAt !== null
                ? richMsg(
                    'account-factor-verified',
                    <Span from={viewer.secondFactorAt} to={null} />,
                    <Moment iso={viewer.secondFactorAt} />,
                  )
                : own?.way === 'LINK'
                  ? msg('account-factor-of-host')
                  : msg('account-factor-never')}
            </dd>
          </dl>
          <OwnSessions sessions={viewer.sessions} onChange={reload} />
          <OwnTokens tokens={viewer.tokens} mayDeploy={viewer.role !== 'VIEWER'} onChange={reload} />
          <Authenticator
            has={viewer.hasAuthenticator}
            hasPasskey={viewer.passkeys.length > 0}
            onChange={reload}
          />
          <OwnPasskeys passkeys={viewer.passkeys} onChange={reload} />
        </>
      )}
    </main>
  );
}
