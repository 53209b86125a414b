// Owns the button that sends a request: it says when the request is under way, sends none twice, and keeps the focus. Owns no request.
import type { ComponentProps } from 'preact';
import { useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import './send-button.css';

type ButtonProps = Omit<ComponentProps<'button'>, 'class' | 'disabled' | 'onBlur' | 'onFocus'>;

/**
 * A button that sends a request, or that a request can make unusable. The browser takes the focus from a button with the attribute `disabled`, and the
 * keyboard then begins at the top of the page again. So this one has the attribute only while it has no focus, and is `aria-disabled` otherwise.
 * @param sending whether its request is under way
 * @param working the words meanwhile; null: the same as before, for a button with an icon alone
 * @param blocked whether it can send nothing now, for another reason
 */
export function SendButton({
  sending = false,
  working = msg('parts-dialog-working'),
  blocked = false,
  class: classes = 'cdx-button',
  type = 'button',
  onClick,
  children,
  ...rest
}: ButtonProps & {
  readonly class?: string;
  readonly sending?: boolean;
  readonly working?: string | null;
  readonly blocked?: boolean;
}) {
  const [focused, setFocused] = useState(false);
  const inert = sending || blocked;
  const state = sending ? ' send-button--sending' : blocked ? ' send-button--blocked' : '';
  return (
    <button
      aria-disabled={inert || undefined}
      {...rest}
      type={type}
      class={classes + state}
      disabled={blocked && !sending && !focused}
      onFocus={() => setFocused(true)}
      onBlur={({ currentTarget }) => {
        // The button keeps the focus while another window is in front.
        if (document.activeElement !== currentTarget) setFocused(false);
      }}
      onClick={(event) => {
        // Enter in a field of its form clicks a submit button too.
        if (inert) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {sending && working !== null ? working : children}
    </button>
  );
}
