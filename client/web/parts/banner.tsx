// Owns the banner: a message below the header, on every page. Owns no wording.
import type { ComponentChildren } from 'preact';
import { Message } from './message.tsx';
import './banner.css';

export function Banner({ tone, children }: { tone: 'notice' | 'warning'; children: ComponentChildren }) {
  return (
    <div class="banner">
      <Message tone={tone} inline>
        {children}
      </Message>
    </div>
  );
}
