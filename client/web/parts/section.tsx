// Owns a part of a page with its heading. Owns no content.
import type { ComponentChildren } from 'preact';

/** @param beside stands at the end of the line of the heading */
export function Section({
  heading,
  beside,
  children,
}: {
  heading: string;
  beside?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section aria-label={heading}>
      <div class="section-head">
        <h2 class="section-heading">{heading}</h2>
        {beside}
      </div>
      {children}
    </section>
  );
}
