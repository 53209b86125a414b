// Owns the frame of a modal dialog: heading, body, buttons, where the keyboard goes. Owns no wording.
import type { ComponentChildren, RefObject } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { rememberFocus } from '../state/focus.ts';
import './dialog.css';

/**
 * A modal dialog, open for as long as it is mounted.
 * @param initialFocus what gets the keyboard first: never something that does harm
 * @param actions the buttons, the harmless one first
 * @param onClose called when the user leaves it with Escape; unmount it then
 */
export function Dialog({
  heading,
  initialFocus,
  actions,
  onClose,
  children,
}: {
  heading: string;
  initialFocus: RefObject<HTMLElement | null>;
  actions: ComponentChildren;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const headingId = useId();

  const close = useRef(onClose);
  close.current = onClose;

  // Before the first paint: an effect after it would cost a slow machine another frame until the dialog is there.
  useLayoutEffect(() => {
    const element = dialog.current;
    const returnFocus = rememberFocus();
    const closed = (): void => close.current();
    element?.showModal();
    element?.addEventListener('close', closed);
    initialFocus.current?.focus();
    return () => {
      element?.removeEventListener('close', closed);
      // While a modal dialog is open, nothing outside of it can get the focus.
      element?.close();
      returnFocus();
    };
  }, []);

  return (
    <dialog ref={dialog} class="dialog cdx-dialog" aria-labelledby={headingId}>
      <header class="cdx-dialog__header">
        <h2 class="cdx-dialog__header__title" id={headingId}>
          {heading}
        </h2>
      </header>
      <div class="cdx-dialog__body">{children}</div>
      <footer class="cdx-dialog__footer dialog__actions">{actions}</footer>
    </dialog>
  );
}
