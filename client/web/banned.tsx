// Owns the page of somebody who is kept out: why, and whom to ask. Owns no request.
import { useState } from 'preact/hooks';
import { ForeignLabel, ForeignText } from './foreign-text.tsx';
import type { Standing } from './standing.ts';
import { text } from './text.ts';

export function Banned({
  standing: { user, reason, accessHelp },
  onSignOut,
}: {
  standing: Standing;
  onSignOut: () => Promise<void>;
}) {
  const [leaving, setLeaving] = useState(false);
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
      <button
        type="button"
        class="cdx-button"
        disabled={leaving}
        onClick={() => {
          setLeaving(true);
          void onSignOut();
        }}
      >
        {text.menu.signOut}
      </button>
    </main>
  );
}
