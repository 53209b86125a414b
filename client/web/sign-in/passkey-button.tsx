// Owns the button that verifies the second factor with a passkey. The dialog is in passkey-ceremony.ts.
import { useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { Message } from '../parts/message.tsx';
import { SendButton } from '../parts/send-button.tsx';
import { fetchAccess } from './access.ts';
import { canUsePasskeys, verifyPasskey } from './passkey-ceremony.ts';
import './passkey-button.css';

/**
 * Empty in a browser that cannot use passkeys.
 * @param locked whether the second factor is locked
 * @param onVerified called when the passkey was accepted and the new key is stored
 * @param onSessionEnd called when the session has ended
 */
export function PasskeyButton({
  locked,
  onVerified,
  onSessionEnd,
}: {
  locked: boolean;
  onVerified: () => void;
  onSessionEnd: () => void;
}) {
  const [waiting, setWaiting] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  if (!canUsePasskeys()) return null;

  const verify = async (): Promise<void> => {
    setWaiting(true);
    setProblem(null);
    const outcome = await verifyPasskey();
    setWaiting(false);
    if (outcome.result === 'verified') return onVerified();
    if (outcome.result === 'session ended') return onSessionEnd();
    if (outcome.result === 'refused') {
      setProblem(outcome.message ?? msg('sign-in-passkey-refused'));
      // The form for codes shows how many attempts are left.
      await fetchAccess();
      return;
    }
    setProblem(
      outcome.result === 'cancelled' ? msg('sign-in-passkey-cancelled') : msg('sign-in-passkey-failed'),
    );
  };

  return (
    <div class="passkey-button">
      <SendButton
        sending={waiting}
        working={msg('sign-in-passkey-waiting')}
        blocked={locked}
        onClick={() => void verify()}
      >
        {msg('sign-in-passkey-use')}
      </SendButton>
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
    </div>
  );
}
