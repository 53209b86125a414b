// Owns the section of the account page that adds and removes an authenticator.
import { useClient } from '@urql/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useMutationRequest } from '../connection/mutation.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { Message } from '../parts/message.tsx';
import { SendButton } from '../parts/send-button.tsx';
import { CodeForm } from '../sign-in/code-form.tsx';
import { PasskeyButton } from '../sign-in/passkey-button.tsx';
import { BeginAuthenticatorMutation, RemoveAuthenticatorMutation } from './account.graphql.ts';
import { AuthenticatorSetup, type OfferedAuthenticator } from './authenticator-setup.tsx';
import { msg } from './messages.ts';
import { unlessTooOld } from './recent-factor.ts';
import './authenticator.css';

/** The current step. `verify`: the second factor is verified first, and then `action` follows. */
type Step =
  | { readonly step: 'idle' }
  | { readonly step: 'verify'; readonly action: 'add' | 'remove' }
  | { readonly step: 'offered'; readonly offered: OfferedAuthenticator }
  | { readonly step: 'removing' };

const idle: Step = { step: 'idle' };

/**
 * @param hasPasskey whether the viewer has a passkey
 * @param onChange called after the authenticator was added or removed
 */
export function Authenticator({
  has,
  hasPasskey,
  onChange,
}: {
  has: boolean;
  hasPasskey: boolean;
  onChange: () => void;
}) {
  const steps = useSteps(onChange);
  const { step, setStep, done, beginning } = steps;
  return (
    <section aria-label={msg('account-authenticator-heading')}>
      <h2 class="section-heading">{msg('account-authenticator-heading')}</h2>
      <p class="hint">{msg('account-authenticator-intro')}</p>
      {done !== null && (
        <Message tone="success" inline>
          {done}
        </Message>
      )}
      {beginning.problem !== null && (
        <Message tone="error" inline>
          {beginning.problem}
        </Message>
      )}
      {step.step === 'verify' && (
        <Verification
          hasPasskey={hasPasskey}
          onVerified={() => steps.continueWith(step.action)}
          onClose={() => setStep(idle)}
        />
      )}
      {step.step === 'offered' && (
        <AuthenticatorSetup
          offered={step.offered}
          onCancel={() => setStep(idle)}
          onAdded={() => steps.finish(msg('account-authenticator-added'))}
          onTooOld={() => setStep({ step: 'verify', action: 'add' })}
        />
      )}
      {(step.step === 'idle' || step.step === 'removing') && (
        <Current
          has={has}
          adding={beginning.sending}
          onAdd={() => void steps.begin()}
          onRemove={() => setStep({ step: 'removing' })}
        />
      )}
      {step.step === 'removing' && (
        <RemoveDialog
          onRemoved={() => steps.finish(msg('account-authenticator-removed'))}
          onTooOld={() => setStep({ step: 'verify', action: 'remove' })}
          onFailed={onChange}
          onClose={() => setStep((now) => (now.step === 'removing' ? idle : now))}
        />
      )}
    </section>
  );
}

/** The current step, and the request that begins to add an authenticator. */
function useSteps(onChange: () => void) {
  const client = useClient();
  const [step, setStep] = useState<Step>(idle);
  const [done, setDone] = useState<string | null>(null);
  // Verifying the second factor gives a new page key and so a new client. The action continues with that client.
  const pendingAction = useRef<'add' | 'remove' | null>(null);

  const beginning = useMutationRequest(BeginAuthenticatorMutation, {
    select: (data) => data.beginAuthenticator,
    failed,
    onRefusal: unlessTooOld(() => setStep({ step: 'verify', action: 'add' }), failed),
  });

  const begin = async (): Promise<void> => {
    setDone(null);
    const success = await beginning.send({});
    if (success !== null) setStep({ step: 'offered', offered: success.offered });
    else onChange();
  };

  useEffect(() => {
    const next = pendingAction.current;
    pendingAction.current = null;
    if (next === 'add') void begin();
    else if (next === 'remove') setStep({ step: 'removing' });
  }, [client]);

  return {
    step,
    setStep,
    /** What was done, as a message; null if nothing yet. */
    done,
    beginning,
    begin,
    /** The second factor was verified for this action. */
    continueWith(action: 'add' | 'remove') {
      pendingAction.current = action;
      setStep(idle);
    },
    finish(message: string) {
      setStep(idle);
      setDone(message);
      onChange();
    },
  };
}

/** Verifies the second factor before an action. */
/** @param hasPasskey whether a passkey can be used, too */
export function Verification({
  hasPasskey,
  onVerified,
  onClose,
}: {
  hasPasskey: boolean;
  onVerified: () => void;
  onClose: () => void;
}) {
  return (
    <div class="authenticator__fresh">
      <p>{msg('account-authenticator-fresh')}</p>
      {/* The connection also reports the end of the session, and the page then shows the sign-in page. */}
      <CodeForm known={null} onVerified={onVerified} onSessionEnd={onClose} />
      {hasPasskey && <PasskeyButton locked={false} onVerified={onVerified} onSessionEnd={onClose} />}
      <button type="button" class="cdx-button" onClick={onClose}>
        {msg('account-authenticator-cancel')}
      </button>
    </div>
  );
}

/** Whether there is an authenticator, and the button that changes that. */
function Current({
  has,
  adding,
  onAdd,
  onRemove,
}: {
  has: boolean;
  adding: boolean;
  onAdd: () => void;
  onRemove: () => void;
}) {
  if (!has)
    return (
      <SendButton sending={adding} working={msg('account-authenticator-adding')} onClick={onAdd}>
        {msg('account-authenticator-add')}
      </SendButton>
    );
  return (
    <p class="authenticator__row">
      {msg('account-authenticator-has')}
      <button type="button" class="cdx-button" onClick={onRemove}>
        {msg('account-authenticator-remove')}
      </button>
    </p>
  );
}

const failed = (why: string): string => msg('account-authenticator-failed', why);

function RemoveDialog({
  onRemoved,
  onTooOld,
  onFailed,
  onClose,
}: {
  onRemoved: () => void;
  /** Called when the second factor must be verified again first. */
  onTooOld: () => void;
  onFailed: () => void;
  onClose: () => void;
}) {
  const request = useMutationRequest(RemoveAuthenticatorMutation, {
    select: (data) => data.removeAuthenticator,
    failed,
    onRefusal: unlessTooOld(onTooOld, failed),
  });
  return (
    <ConfirmDialog
      heading={msg('account-authenticator-remove-heading')}
      confirm={msg('account-authenticator-remove-confirm')}
      request={request}
      onConfirm={async () => {
        const success = await request.send({});
        if (success === null) onFailed();
        else onRemoved();
        return success !== null;
      }}
      onClose={onClose}
    >
      <p>{msg('account-authenticator-remove-body')}</p>
    </ConfirmDialog>
  );
}
