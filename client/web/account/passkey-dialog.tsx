// Owns the dialogs that rename and remove a passkey.
import { useId, useRef, useState } from 'preact/hooks';
import { harmlessName } from '../../../schema/text/harmless.ts';
import type { OwnPasskeyFragment } from '../../generated/graphql.ts';
import { useMutationRequest } from '../connection/mutation.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Message } from '../parts/message.tsx';
import { SendButton } from '../parts/send-button.tsx';
import { RemovePasskeyMutation, RenamePasskeyMutation } from './account.graphql.ts';
import { msg } from './messages.ts';
import { unlessTooOld } from './recent-factor.ts';

/** The longest name that the server accepts, in UTF-16 code units. */
export const maxPasskeyNameLength = 60;

interface DialogProps {
  readonly passkey: OwnPasskeyFragment;
  /** Called when the second factor must be verified again first. */
  readonly onTooOld: () => void;
  /** Called after each request: a refusal, too, means that the list is out of date. */
  readonly onChange: () => void;
  readonly onClose: () => void;
}

const failed = (why: string): string => msg('account-passkeys-failed', why);

export function RenamePasskeyDialog({ passkey, onTooOld, onChange, onClose }: DialogProps) {
  const field = useRef<HTMLInputElement>(null);
  const [fieldId, formId] = [useId(), useId()];
  const [name, setName] = useState(passkey.name);
  const { sending, problem, send, isShown } = useMutationRequest(RenamePasskeyMutation, {
    select: (data) => data.renamePasskey,
    failed,
    onRefusal: unlessTooOld(onTooOld, failed),
  });
  const ready = name.trim() !== '';
  const rename = async (): Promise<void> => {
    const success = await send({ input: { passkeyId: passkey.id, name } });
    onChange();
    if (success !== null && isShown()) onClose();
  };
  return (
    <Dialog
      heading={msg('account-passkeys-rename-heading', harmlessName(passkey.name))}
      initialFocus={field}
      onClose={onClose}
      actions={
        <>
          <button type="button" class="cdx-button" onClick={onClose}>
            {msg('parts-dialog-cancel')}
          </button>
          <SendButton
            type="submit"
            form={formId}
            class="cdx-button cdx-button--weight-primary cdx-button--action-progressive"
            blocked={!ready}
            sending={sending}
          >
            {msg('account-passkeys-rename-confirm')}
          </SendButton>
        </>
      }
    >
      <form
        id={formId}
        class="dialog__reason"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !sending) void rename();
        }}
      >
        <label for={fieldId}>{msg('account-passkeys-name-label')}</label>
        <div class="cdx-text-input">
          <input
            ref={field}
            id={fieldId}
            class="cdx-text-input__input"
            type="text"
            required
            maxLength={maxPasskeyNameLength}
            autocomplete="off"
            value={name}
            onFocus={(event) => event.currentTarget.select()}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </div>
      </form>
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
    </Dialog>
  );
}

export function RemovePasskeyDialog({ passkey, onTooOld, onChange, onClose }: DialogProps) {
  const request = useMutationRequest(RemovePasskeyMutation, {
    select: (data) => data.removePasskey,
    failed,
    onRefusal: unlessTooOld(onTooOld, failed),
  });
  return (
    <ConfirmDialog
      heading={msg('account-passkeys-remove-heading', harmlessName(passkey.name))}
      confirm={msg('account-passkeys-remove-confirm')}
      request={request}
      onConfirm={async () => {
        const success = await request.send({ input: { passkeyId: passkey.id } });
        onChange();
        return success !== null;
      }}
      onClose={onClose}
    >
      <p>{msg('account-passkeys-remove-body')}</p>
    </ConfirmDialog>
  );
}
