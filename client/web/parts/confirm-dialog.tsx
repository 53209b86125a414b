// Owns the dialog that asks for confirmation, and for a reason where one is needed. Owns no request.
import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { useIsMounted } from '../state/mounted.ts';
import { Dialog } from './dialog.tsx';
import { Message } from './message.tsx';
import { SendButton } from './send-button.tsx';

/** The longest reason that the server accepts, in UTF-16 code units. */
export const maxReasonLength = 500;

/**
 * Asks for confirmation. It stays open, with the reason as typed, if the request does not succeed.
 * @param keep the label of the button that only closes the dialog; default: “Cancel”
 * @param reasonLabel the label of the field for a reason; without it, there is no field
 * @param ready whether what the dialog asks for beside the reason is complete
 * @param request the state of the request that `onConfirm` sends, see `useMutationRequest`
 * @param onConfirm sends the request; resolves to true if it has succeeded
 */
export function ConfirmDialog({
  heading,
  confirm,
  keep = msg('parts-dialog-cancel'),
  reasonLabel,
  destructive = true,
  ready: complete = true,
  request: { sending, problem },
  onConfirm,
  onClose,
  children,
}: {
  heading: string;
  confirm: string;
  keep?: string;
  reasonLabel?: string;
  destructive?: boolean;
  ready?: boolean;
  request: { readonly sending: boolean; readonly problem: string | null };
  onConfirm: (reason: string) => Promise<boolean>;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const cancelButton = useRef<HTMLButtonElement>(null);
  const reasonField = useRef<HTMLInputElement>(null);
  const [reason, setReason] = useState('');
  const reasonId = useId();
  const hasReason = reasonLabel === undefined || reason.trim() !== '';
  const ready = complete && hasReason;
  const tone = destructive ? 'cdx-button--action-destructive' : 'cdx-button--action-progressive';

  const isMounted = useIsMounted();
  const submit = async (): Promise<void> => {
    // Another dialog may be open by then.
    if (ready && !sending && (await onConfirm(reason)) && isMounted()) onClose();
  };

  return (
    <Dialog
      heading={heading}
      initialFocus={reasonLabel === undefined ? cancelButton : reasonField}
      onClose={onClose}
      actions={
        <>
          <button ref={cancelButton} type="button" class="cdx-button" onClick={onClose}>
            {keep}
          </button>
          <SendButton
            class={`cdx-button cdx-button--weight-primary ${tone}`}
            blocked={!ready}
            sending={sending}
            title={hasReason ? undefined : msg('parts-dialog-need-reason')}
            onClick={() => void submit()}
          >
            {confirm}
          </SendButton>
        </>
      }
    >
      {children}
      {reasonLabel !== undefined && (
        <div class="dialog__reason">
          <label for={reasonId}>{reasonLabel}</label>
          <div class="cdx-text-input">
            <input
              ref={reasonField}
              id={reasonId}
              class="cdx-text-input__input"
              type="text"
              required
              maxLength={maxReasonLength}
              autocomplete="off"
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </div>
        </div>
      )}
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
    </Dialog>
  );
}
