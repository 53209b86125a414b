// Owns the dialog that asks for confirmation, and for a reason where one is needed. Owns no request.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { Message } from './message.tsx';

/** The longest reason that the server accepts, in UTF-16 code units. */
export const maxReasonLength = 500;

/**
 * Asks. Closes when `onConfirm` gives null; else it stays, with what was typed, and says what that gives.
 * @param reasonLabel what the reason is for; without it none is asked for
 */
export function ConfirmDialog({
  heading,
  confirm,
  reasonLabel,
  destructive = true,
  onConfirm,
  onClose,
  children,
}: {
  heading: string;
  confirm: string;
  reasonLabel?: string;
  destructive?: boolean;
  onConfirm: (reason: string) => Promise<string | null>;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const first = useRef<HTMLElement | null>(null);
  const [reason, setReason] = useState('');
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const ids = { heading: useId(), reason: useId() };
  const ready = reasonLabel === undefined || reason.trim() !== '';

  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    first.current?.focus();
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);

  const act = async (): Promise<void> => {
    if (sending || !ready) return;
    setSending(true);
    setProblem(null);
    const failed = await onConfirm(reason);
    setSending(false);
    if (failed === null) dialog.current?.close();
    else setProblem(failed);
  };
  const take = (element: HTMLElement | null): void => {
    first.current = element;
  };

  return (
    <dialog ref={dialog} class="dialog cdx-dialog" aria-labelledby={ids.heading} onClose={onClose}>
      <header class="cdx-dialog__header">
        <h2 class="cdx-dialog__header__title" id={ids.heading}>
          {heading}
        </h2>
      </header>
      <div class="cdx-dialog__body">
        {children}
        {reasonLabel !== undefined && (
          <div class="admin__field">
            <label for={ids.reason}>{reasonLabel}</label>
            <div class="cdx-text-input">
              <input
                ref={take}
                id={ids.reason}
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
      </div>
      <footer class="cdx-dialog__footer dialog__actions">
        <button
          ref={reasonLabel === undefined ? take : null}
          type="button"
          class="cdx-button"
          onClick={() => dialog.current?.close()}
        >
          {msg('parts-dialog-cancel')}
        </button>
        <button
          type="button"
          class={`cdx-button cdx-button--weight-primary ${destructive ? 'cdx-button--action-destructive' : 'cdx-button--action-progressive'}`}
          disabled={sending || !ready}
          title={ready ? undefined : msg('parts-dialog-need-reason')}
          onClick={() => void act()}
        >
          {sending ? msg('parts-dialog-working') : confirm}
        </button>
      </footer>
    </dialog>
  );
}
