// Owns how text from outside (scap, Gerrit, people) is shown: as text nodes, in its own direction, its addresses linked.
import { type ComponentChildren, Fragment } from 'preact';
import { harmless, harmlessLabel } from './harmless.ts';
import { splitLinks } from './link.ts';

/** Text of several lines, with http(s) addresses as links. */
export function ForeignText({ children }: { children: string }) {
  return (
    <bdi class="foreign-text" dir="auto">
      <Linked text={harmless(children)} />
    </bdi>
  );
}

/** A name or a title: one line, no links. */
export function ForeignLabel({ children }: { children: string }) {
  return <bdi>{harmlessLabel(children)}</bdi>;
}

/** Text that is known to be harmless, with its addresses linked. */
export function Linked({ text }: { text: string }) {
  return (
    <>
      {splitLinks(text).map((piece) =>
        piece.link === null ? piece.text : <OutsideLink href={piece.link}>{piece.text}</OutsideLink>,
      )}
    </>
  );
}

/** A link to somewhere else, in a tab of its own; the other side learns nothing of this page. `href` is http(s). */
export function OutsideLink({ href, children }: { href: string; children: string }) {
  return (
    <a class="outside" href={href} target="_blank" rel="noopener noreferrer" dir="ltr">
      {breakable(children)}
    </a>
  );
}

/** With places to break at on a narrow screen, which else breaks it anywhere, even before the full stop after it. */
function breakable(address: string): ComponentChildren {
  return address.split(/(?<=[^:/][/?&=])(?=[^/])/).map((piece, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {piece}
    </Fragment>
  ));
}
