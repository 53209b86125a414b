// Owns the page of somebody who is kept out: why, and whom to ask. Owns no request.
import { ForeignLabel, ForeignText } from '../parts/foreign-text.tsx';
import { text } from '../text.ts';
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
      <h1>{text.banned.heading}</h1>
      <p>
        {text.banned.before}{' '}
        {user !== null && (
          <strong>
            <ForeignLabel>{user}</ForeignLabel>
          </strong>
        )}
        {text.banned.after}
      </p>
      {reason !== null && reason !== '' && (
        <div class="banned__reason">
          <p>{text.banned.reason}</p>
          <blockquote>
            <ForeignText>{reason}</ForeignText>
          </blockquote>
        </div>
      )}
      <p>{accessHelp === null ? text.banned.ask : <ForeignText>{accessHelp}</ForeignText>}</p>
      <SignOutButton onSignOut={onSignOut} />
    </main>
  );
}
