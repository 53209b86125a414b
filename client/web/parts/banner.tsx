// Owns the banner: a message below the header, on every page. Owns no wording.
import type { ComponentChildren } from 'preact';
import { Message } from './message.tsx';
import './banner.css';

export function Banner({
  tone,
  onDismiss,
  children,
}: {
  tone: 'notice' | 'success' | 'warning' | 'error';
  /** Without it, the banner stays as long as its reason. */
  onDismiss?: () => void;
  children: ComponentChildren;
}) {
  return (
    <div class="banner">
      <Message tone={tone} inline {...(onDismiss === undefined ? {} : { onDismiss })}>
        {children}
      </Message>
    </div>
  );
}
