// Owns the dialog that asks for confirmation before sensitive lines are revealed for the first time. Owns no request (reveal.ts).
import { useEffect, useId, useRef } from 'preact/hooks';
import { msg } from './messages.ts';

/** Calls `onAnswer` once: true if the user confirms, false if they close the dialog in any other way. */
export function RevealDialog({ onAnswer }: { onAnswer: (reveal: boolean) => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  const headingId = useId();
  useEffect(() => {
    dialog.current?.showModal();
    keep.current?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog cdx-dialog"
      aria-labelledby={headingId}
      onClose={() => onAnswer(dialog.current?.returnValue === 'reveal')}
    >
      <header class="cdx-dialog__header">
        <h2 class="cdx-dialog__header__title" id={headingId}>
          {msg('log-reveal-heading')}
        </h2>
      </header>
      <div class="cdx-dialog__body">
        <p>{msg('log-reveal-body')}</p>
      </div>
      <footer class="cdx-dialog__footer dialog__actions">
        <button ref={keep} type="button" class="cdx-button" onClick={() => dialog.current?.close('')}>
          {msg('log-reveal-keep')}
        </button>
        <button
          type="button"
          class="cdx-button cdx-button--action-progressive cdx-button--weight-primary"
          onClick={() => dialog.current?.close('reveal')}
        >
          {msg('log-reveal-confirm')}
        </button>
      </footer>
    </dialog>
  );
}
