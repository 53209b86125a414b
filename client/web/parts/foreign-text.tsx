// Owns how text from scap, Gerrit and people is shown: as text nodes, with its own direction and with links.
import { type ComponentChildren, Fragment } from 'preact';
import { harmless, harmlessLabel, harmlessName } from '../../../schema/text/harmless.ts';
import { splitLinks } from '../../../schema/text/link.ts';
import './foreign-text.css';

/** Text of several lines, with http and https URLs as links. */
export function ForeignText({ children }: { children: string }) {
  return (
    <bdi class="foreign-text" dir="auto">
      <Linked text={harmless(children)} />
    </bdi>
  );
}

/** A name or a title: one line without links. */
export function ForeignLabel({ children }: { children: string }) {
  return <bdi>{harmlessLabel(children)}</bdi>;
}

/** The name of a user or a token: two different names never look the same. */
export function ForeignName({ children }: { children: string }) {
  return <bdi>{harmlessName(children)}</bdi>;
}

/** Text that went through `harmless` already, with its URLs as links. */
function Linked({ text }: { text: string }) {
  return (
    <>
      {splitLinks(text).map((piece) =>
        piece.link === null ? piece.text : <OutsideLink href={piece.link}>{piece.text}</OutsideLink>,
      )}
    </>
  );
}

/** A link to another site. It opens in a new tab and sends no referrer. @param href an http or https URL */
export function OutsideLink({ href, children }: { href: string; children: string }) {
  return (
    <a class="outside" href={href} target="_blank" rel="noopener noreferrer" dir="ltr">
      {breakable(children)}
    </a>
  );
}

/** Adds places for line breaks. Without them, a narrow screen breaks a URL anywhere, even before the full stop after it. */
function breakable(url: string): ComponentChildren {
  return url.split(/(?<=[^:/][/?&=])(?=[^/])/).map((piece, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {piece}
    </Fragment>
  ));
}
