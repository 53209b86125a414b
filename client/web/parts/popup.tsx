// Owns a button that opens a panel below it, and how the panel closes: by Escape, by a press outside, and when the focus leaves it. Owns no content.
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import './popup.css';

/**
 * @param label the accessible name of the button
 * @param face what the button shows
 * @param opening changes when something else opens the panel, for example a key
 * @param onApproach called when the pointer or the focus reaches the button, so that code can be loaded
 * @param children renders the content; it gets a function that closes the panel and returns the focus to the button, and whether `opening` opened it
 */
export function Popup({
  class: classes,
  label,
  face,
  hasTooltip = false,
  opening = 0,
  onApproach,
  children,
}: {
  class: string;
  label: string;
  face: ComponentChildren;
  /** Whether the label is shown when the pointer rests on the button. */
  hasTooltip?: boolean;
  opening?: number;
  onApproach?: () => void;
  children: (close: () => void, isAsked: boolean) => ComponentChildren;
}) {
  const [open, setOpen] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const container = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useClosing(open, container, button, () => setOpen(false));
  // Before the next key, which may be for what is in the panel.
  useLayoutEffect(() => {
    if (opening === 0) return;
    setOpen(true);
    setAsked(true);
  }, [opening]);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div class={`popup ${classes}`} ref={container}>
      <button
        ref={button}
        type="button"
        class={`cdx-button cdx-button--weight-quiet popup__button ${classes}__button`}
        aria-expanded={open}
        aria-controls={id}
        aria-label={label}
        title={hasTooltip ? label : undefined}
        onPointerEnter={onApproach}
        onFocus={onApproach}
        onClick={() => {
          setOpen(!open);
          setAsked(false);
        }}
      >
        {face}
      </button>
      {open && (
        <div class={`popup__panel ${classes}__panel`} id={id}>
          {children(close, isAsked)}
        </div>
      )}
    </div>
  );
}

/** Escape returns the focus to the button. */
function useClosing(
  open: boolean,
  container: RefObject<HTMLElement | null>,
  button: RefObject<HTMLElement | null>,
  close: () => void,
): void {
  useEffect(() => {
    if (!open) return;
    const onOutside = (event: Event): void => {
      if (event.target instanceof Node && !container.current?.contains(event.target)) close();
    };
    const onKey = (event: KeyboardEvent): void => {
      // A dialog that was opened from the panel handles its own Escape.
      if (event.key !== 'Escape' || isInDialog(event.target)) return;
      // It is not for what is around the panel as well, for example the selection of the log.
      event.stopPropagation();
      close();
      button.current?.focus();
    };
    document.addEventListener('pointerdown', onOutside);
    document.addEventListener('focusin', onOutside);
    const inside = container.current;
    inside?.addEventListener('keydown', onKey);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onOutside);
      document.removeEventListener('focusin', onOutside);
      inside?.removeEventListener('keydown', onKey);
      document.removeEventListener('keydown', onKey);
    };
  }, [open]);
}

const isInDialog = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('dialog') !== null;
