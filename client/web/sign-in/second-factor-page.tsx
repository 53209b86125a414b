// Owns the page that asks for the second factor: the command to run, and the field for its code.
import { useEffect } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { richMsg } from '../i18n/rich-msg.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { ForeignLabel, ForeignText } from '../parts/foreign-text.tsx';
import { NarrowPage } from '../parts/narrow-page.tsx';
import { onPageShown } from '../state/page-visibility.ts';
import { type Access, fetchAccess, type SecondFactorStatus } from './access.ts';
import { CodeForm } from './code-form.tsx';
import { PasskeyButton } from './passkey-button.tsx';
import { SignOutButton } from './sign-out-button.tsx';
import './second-factor-page.css';

/**
 * @param onSignOut ends the session
 * @param onSessionEnd called when the session has ended
 */
export function SecondFactorPage({
  access: { user, accessHelp },
  factor,
  onSignOut,
  onSessionEnd,
}: {
  access: Access;
  factor: SecondFactorStatus;
  onSignOut: () => Promise<void>;
  onSessionEnd: () => void;
}) {
  // The user left this tab to get the code. The session may have ended meanwhile, or another tab may have finished.
  useEffect(() => {
    const look = async (): Promise<void> => {
      if ((await fetchAccess())?.state === 'out') onSessionEnd();
    };
    return onPageShown(() => void look());
  }, []);

  return (
    <NarrowPage name="second-factor">
      <h1>{msg('sign-in-second-factor-heading')}</h1>
      {user !== null && (
        <p>
          {richMsg(
            'sign-in-second-factor-user',
            <strong>
              <ForeignLabel>{user}</ForeignLabel>
            </strong>,
          )}
        </p>
      )}
      <p>{msg('sign-in-second-factor-run')}</p>
      <p class="second-factor__command">
        <code>{factor.command}</code>
        <CopyButton words={factor.command} label={msg('sign-in-second-factor-copy')} />
      </p>
      {factor.authenticator && <p>{msg('sign-in-second-factor-authenticator')}</p>}
      <CodeForm known={factor} onVerified={() => {}} onSessionEnd={onSessionEnd} />
      {factor.passkey && (
        <PasskeyButton
          locked={factor.lockedUntil !== null}
          onVerified={() => {}}
          onSessionEnd={onSessionEnd}
        />
      )}
      <p class="hint">{msg('sign-in-second-factor-other-name')}</p>
      {accessHelp !== null && (
        <p class="hint">
          <ForeignText>{accessHelp}</ForeignText>
        </p>
      )}
      <SignOutButton onSignOut={onSignOut} />
    </NarrowPage>
  );
}
