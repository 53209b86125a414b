// Owns the frame of a panel beside the log: a heading and its content. Owns no content.
import type { ComponentChildren } from 'preact';
import './panel.css';

export function Panel({ heading, children }: { heading: string; children: ComponentChildren }) {
  return (
    <section class="panel" aria-label={heading}>
      <h2 class="panel__heading">{heading}</h2>
      {children}
    </section>
  );
}
