// Owns the dialog that comes before something that cannot be taken back; nothing harmful is its default. Owns no deed.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Message } from './message.tsx';

/**
 * @param act does it; what went wrong, or null: then the dialog closes
 */
export function ConfirmDialog({
  heading,
  keep,
  confirm,
  act,
  onClose,
  children,
}: {
  heading: string;
  keep: string;
  confirm: string;
  act: () => Promise<string | null>;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const keeping = useRef<HTMLButtonElement>(null);
  const [acting, setActing] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const headingId = useId();
  useEffect(() => {
    dialog.current?.showModal();
    keeping.current?.focus();
  }, []);
  const go = async (): Promise<void> => {
    if (acting) return;
    setActing(true);
    setProblem(null);
    const wrong = await act();
    setActing(false);
    if (wrong === null) dialog.current?.close();
    else setProblem(wrong);
  };
  return (
    <dialog ref={dialog} class="dialog cdx-dialog" aria-labelledby={headingId} onClose={onClose}>
      <header class="cdx-dialog__header">
        <h2 class="cdx-dialog__header__title" id={headingId}>
          {heading}
        </h2>
      </header>
      <div class="cdx-dialog__body">
        {children}
        {problem !== null && (
          <Message tone="error" inline>
            {problem}
          </Message>
        )}
      </div>
      <footer class="cdx-dialog__footer dialog__actions">
        <button ref={keeping} type="button" class="cdx-button" onClick={() => dialog.current?.close()}>
          {keep}
        </button>
        <button
          type="button"
          class="cdx-button cdx-button--action-destructive cdx-button--weight-primary"
          disabled={acting}
          onClick={() => void go()}
        >
          {confirm}
        </button>
      </footer>
    </dialog>
  );
}
