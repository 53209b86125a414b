// Owns the sign-out button of the pages without access.
import { useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';

export function SignOutButton({ onSignOut }: { onSignOut: () => Promise<void> }) {
  const [leaving, setLeaving] = useState(false);
  return (
    <button
      type="button"
      class="cdx-button"
      disabled={leaving}
      onClick={() => {
        setLeaving(true);
        onSignOut().finally(() => setLeaving(false));
      }}
    >
      {msg('app-sign-out')}
    </button>
  );
}
