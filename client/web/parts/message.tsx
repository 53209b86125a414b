// Owns the component for messages: notice, success, warning, error. Owns no wording.
import {
  cdxIconAlert,
  cdxIconClose,
  cdxIconError,
  cdxIconInfoFilled,
  cdxIconSuccess,
} from '@wikimedia/codex-icons';
import type { ComponentChildren } from 'preact';
import { msg } from '../i18n/msg.ts';
import { Icon } from './icon.tsx';
import { Sentence } from './sentence.tsx';
import { useArrival } from './status.tsx';
import './message.css';

const icons = {
  notice: cdxIconInfoFilled,
  success: cdxIconSuccess,
  warning: cdxIconAlert,
  error: cdxIconError,
};

/** A message, with the commands of a sentence as code. Screen readers announce an error immediately, others when they are idle. */
export function Message({
  tone,
  inline = false,
  onDismiss,
  children,
}: {
  tone: keyof typeof icons;
  inline?: boolean;
  onDismiss?: () => void;
  children: ComponentChildren;
}) {
  const arrival = useArrival();
  const classes = `message cdx-message ${inline ? 'cdx-message--inline' : 'cdx-message--block'} cdx-message--${tone}`;
  return (
    <div class={classes} role={tone === 'error' ? 'alert' : 'status'}>
      <span class="message__icon">
        <Icon icon={icons[tone]} size="medium" />
      </span>
      {/* An alert is announced with its content. */}
      <div class={`cdx-message__content ${tone === 'error' ? '' : arrival}`}>
        {typeof children === 'string' ? <Sentence>{children}</Sentence> : children}
      </div>
      {onDismiss && (
        <button
          type="button"
          class="cdx-button cdx-button--weight-quiet cdx-button--icon-only cdx-button--size-small"
          aria-label={msg('parts-message-dismiss')}
          onClick={onDismiss}
        >
          <Icon icon={cdxIconClose} />
        </button>
      )}
    </div>
  );
}
