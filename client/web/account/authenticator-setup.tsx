// Owns the form that sets up an authenticator: QR code, secret, and the first code.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { useMutationRequest } from '../connection/mutation.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Message } from '../parts/message.tsx';
import { SendButton } from '../parts/send-button.tsx';
import { ConfirmAuthenticatorMutation } from './account.graphql.ts';
import { msg } from './messages.ts';
import { QrCode } from './qr-code.tsx';
import { unlessTooOld } from './recent-factor.ts';
import './authenticator-setup.css';
import './token-form.css';

/** A new secret of an authenticator, which is not stored before the user enters a first code. */
export interface OfferedAuthenticator {
  /** In base 32. */
  readonly secret: string;
  /** The `otpauth:` URL that the QR code contains. */
  readonly url: string;
}

/** Groups of four characters, which are easier to type. */
const grouped = (secret: string): string => secret.replaceAll(/(.{4})(?=.)/g, '$1 ');

/** @param onTooOld called when the second factor must be verified again */
export function AuthenticatorSetup({
  offered,
  onCancel,
  onAdded,
  onTooOld,
}: {
  offered: OfferedAuthenticator;
  onCancel: () => void;
  onAdded: () => void;
  onTooOld: () => void;
}) {
  const [code, setCode] = useState('');
  const { sending, problem, send } = useMutationRequest(ConfirmAuthenticatorMutation, {
    select: (data) => data.confirmAuthenticator,
    failed: (why) => msg('account-authenticator-failed', why),
    onRefusal: unlessTooOld(onTooOld, (message) => message),
  });
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);

  const confirm = async (): Promise<void> => {
    const success = await send({ input: { code } });
    if (success !== null) onAdded();
    else field.current?.select();
  };

  return (
    <form
      class="enrolment"
      onSubmit={(event) => {
        event.preventDefault();
        void confirm();
      }}
    >
      <QrCode words={offered.url} label={msg('account-authenticator-qr-label')} />
      <div class="enrolment__rest">
        <p>{msg('account-authenticator-scan')}</p>
        <p>
          <span class="cdx-label__label">{msg('account-authenticator-secret')}</span>
          <span class="enrolment__secret">
            <code>{grouped(offered.secret)}</code>
            <CopyButton words={offered.secret} label={msg('account-authenticator-copy')} />
          </span>
        </p>
        <div class="token-form__field">
          <label class="cdx-label__label" for={id}>
            {msg('account-authenticator-code')}
          </label>
          <div class={`cdx-text-input ${problem === null ? '' : 'cdx-text-input--status-error'}`}>
            <input
              ref={field}
              id={id}
              class="cdx-text-input__input code-form__input"
              type="text"
              inputMode="numeric"
              autocomplete="one-time-code"
              maxLength={16}
              value={code}
              aria-describedby={`${id}-problem`}
              onInput={(event) => setCode(event.currentTarget.value)}
            />
          </div>
        </div>
        <div id={`${id}-problem`}>
          {problem !== null && (
            <Message tone="error" inline>
              {problem}
            </Message>
          )}
        </div>
        <div class="enrolment__actions">
          <SendButton
            type="submit"
            class="cdx-button cdx-button--action-progressive cdx-button--weight-primary"
            sending={sending}
            blocked={code.trim() === ''}
          >
            {msg('account-authenticator-confirm')}
          </SendButton>
          <button type="button" class="cdx-button" onClick={onCancel}>
            {msg('account-authenticator-cancel')}
          </button>
        </div>
      </div>
    </form>
  );
}
