// Owns the frame of a modal dialog: heading, body, buttons, where the keyboard goes. Owns no wording.
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import './dialog.css';

/** How long what the dialog did can still remove its opener, in milliseconds. */
const removalTime = 10_000;

/**
 * Gives the focus back to what opened a dialog. What the dialog did can remove it, such as the row of a table with its buttons; then the section around it
 * gets the focus, so that the keyboard does not begin at the top of the page again.
 */
function returnFocus(opener: HTMLElement, section: HTMLElement | null): void {
  opener.focus();
  if (section === null) return;
  const keepPlace = (): void => {
    if (opener.isConnected) return;
    observer.disconnect();
    if (document.activeElement !== document.body) return;
    section.tabIndex = -1;
    section.focus({ preventScroll: true });
  };
  const observer = new MutationObserver(keepPlace);
  observer.observe(section, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), removalTime);
  keepPlace();
}

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

  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    const section = opener?.closest<HTMLElement>('section, main') ?? null;
    const closed = (): void => close.current();
    element?.showModal();
    element?.addEventListener('close', closed);
    initialFocus.current?.focus();
    return () => {
      element?.removeEventListener('close', closed);
      // While a modal dialog is open, nothing outside of it can get the focus.
      element?.close();
      if (opener instanceof HTMLElement) returnFocus(opener, section);
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
