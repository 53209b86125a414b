// Owns text that screen readers announce when it appears. They announce only changes inside a region that they know, so the text is hidden, with its place
// kept, until the browser has painted the region. Owns no wording.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import './status.css';

/** The class of the content of a live region that was mounted with it: hidden for the first frame. */
export function useArrival(): string {
  const [isKnown, setKnown] = useState(false);
  useEffect(() => setKnown(true), []);
  return isKnown ? '' : 'arriving';
}

/** Text that is announced when it appears, and when it changes. */
export function Status({
  as: Element = 'p',
  id,
  class: classes,
  children,
}: {
  as?: 'p' | 'span';
  id?: string;
  class?: string;
  children: ComponentChildren;
}) {
  const arrival = useArrival();
  return (
    <Element id={id} class={classes} role="status">
      <span class={arrival}>{children}</span>
    </Element>
  );
}
