// Owns the look of a panel beside the log: a heading and what belongs to it. Owns no content.
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
