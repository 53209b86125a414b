// Owns the frame of pages with one narrow column: sign-in, no access, not found. Owns no content.
import type { ComponentChildren } from 'preact';
import './narrow-page.css';

/** @param name a class for the styles of this page */
export function NarrowPage({ name = '', children }: { name?: string; children: ComponentChildren }) {
  return (
    <main class={name === '' ? 'narrow' : `narrow ${name}`} id="content" tabIndex={-1}>
      {children}
    </main>
  );
}
