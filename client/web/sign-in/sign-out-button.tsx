// Owns the sign-out button of the pages without access.
import { useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { SendButton } from '../parts/send-button.tsx';

export function SignOutButton({ onSignOut }: { onSignOut: () => Promise<void> }) {
  const [leaving, setLeaving] = useState(false);
  return (
    <SendButton
      sending={leaving}
      onClick={() => {
        setLeaving(true);
        onSignOut().finally(() => setLeaving(false));
      }}
    >
      {msg('app-sign-out')}
    </SendButton>
  );
}
