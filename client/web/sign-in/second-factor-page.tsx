// Owns the page of somebody who is half way in: what to run, and the field for its code. Owns no request.
import { useEffect } from 'preact/hooks';
import { CopyButton } from '../parts/copy-button.tsx';
import { ForeignLabel, ForeignText } from '../parts/foreign-text.tsx';
import { text } from '../text.ts';
import { CodeForm } from './code-form.tsx';
import { SignOutButton } from './sign-out-button.tsx';
import { askStanding, type SecondFactorStanding, type Standing } from './standing.ts';

/**
 * @param onSignOut ends the session
 * @param onGone called when it turns out that the session has ended
 */
export function SecondFactorPage({
  standing: { user, accessHelp },
  factor,
  onSignOut,
  onGone,
}: {
  standing: Standing;
  factor: SecondFactorStanding;
  onSignOut: () => Promise<void>;
  onGone: () => void;
}) {
  // Somebody went to get the code, and perhaps much has happened meanwhile, in another tab too.
  useEffect(() => {
    const look = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return;
      if ((await askStanding())?.standing === 'out') onGone();
    };
    const seen = (): void => void look();
    document.addEventListener('visibilitychange', seen);
    return () => document.removeEventListener('visibilitychange', seen);
  }, []);

  return (
    <main class="narrow second-factor" id="content" tabIndex={-1}>
      <h1>{text.secondFactor.heading}</h1>
      {user !== null && (
        <p>
          {text.secondFactor.before}{' '}
          <strong>
            <ForeignLabel>{user}</ForeignLabel>
          </strong>
          {text.secondFactor.after}
        </p>
      )}
      <p>{text.secondFactor.run}</p>
      <p class="second-factor__command">
        <code>{factor.command}</code>
        <CopyButton words={factor.command} label={text.secondFactor.copy} />
      </p>
      {factor.authenticator && <p>{text.secondFactor.authenticator}</p>}
      <CodeForm known={factor} onRight={() => {}} onGone={onGone} />
      <p class="hint">{text.secondFactor.otherName}</p>
      {accessHelp !== null && (
        <p class="hint">
          <ForeignText>{accessHelp}</ForeignText>
        </p>
      )}
      <SignOutButton onSignOut={onSignOut} />
    </main>
  );
}
