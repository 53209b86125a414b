// Owns the page of somebody who is kept out: why, and whom to ask. Owns no request.
import { msg } from '../i18n/msg.ts';
import { ForeignLabel, ForeignText } from '../parts/foreign-text.tsx';
import { SignOutButton } from './sign-out-button.tsx';
import type { Standing } from './standing.ts';

export function Banned({
  standing: { user, reason, accessHelp },
  onSignOut,
}: {
  standing: Standing;
  onSignOut: () => Promise<void>;
}) {
  return (
    <main class="narrow" id="content" tabIndex={-1}>
      <h1>{msg('sign-in-banned-heading')}</h1>
      <p>
        {msg('sign-in-banned-before')}{' '}
        {user !== null && (
          <strong>
            <ForeignLabel>{user}</ForeignLabel>
          </strong>
        )}
        {msg('sign-in-banned-after')}
      </p>
      {reason !== null && reason !== '' && (
        <div class="banned__reason">
          <p>{msg('sign-in-banned-reason')}</p>
          <blockquote>
            <ForeignText>{reason}</ForeignText>
          </blockquote>
        </div>
      )}
      <p>{accessHelp === null ? msg('sign-in-banned-ask') : <ForeignText>{accessHelp}</ForeignText>}</p>
      <SignOutButton onSignOut={onSignOut} />
    </main>
  );
}
