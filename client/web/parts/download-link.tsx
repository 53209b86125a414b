// Owns a link that downloads a file of the server. A link cannot send the page key, so each download asks for a ticket first.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { addressOf, pathAt } from '../base-path.ts';
import { pageHeaders } from '../connection/wire.ts';
import { msg } from '../i18n/msg.ts';
import { pageKey } from '../sign-in/session.ts';

interface DownloadLinkProps {
  readonly title?: string;
  readonly 'aria-label'?: string;
  readonly class: string;
  /** The address of the file, with its query. */
  readonly href: string;
  readonly children: ComponentChildren;
}

/** Milliseconds for which a failed download is shown. */
const failureShown = 5_000;

export function DownloadLink({ href, children, ...rest }: DownloadLinkProps) {
  const [failed, setFailed] = useState(false);
  const download = async (): Promise<void> => {
    const ticket = await fetchTicket(href);
    if (ticket === null) {
      setFailed(true);
      setTimeout(() => setFailed(false), failureShown);
      return;
    }
    const link = document.createElement('a');
    link.href = `${href}${href.includes('?') ? '&' : '?'}${new URLSearchParams({ ticket })}`;
    link.download = '';
    link.click();
  };
  return (
    <>
      <a
        {...rest}
        href={href}
        download
        onClick={(event) => {
          event.preventDefault();
          void download();
        }}
      >
        {children}
      </a>
      {failed && <span role="alert">{msg('parts-download-failed')}</span>}
    </>
  );
}

/** A ticket for one download; null when the server did not give one. */
async function fetchTicket(href: string): Promise<string | null> {
  try {
    const response = await fetch(addressOf('/ticket'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...pageHeaders(pageKey.value) },
      body: JSON.stringify({ path: pathAt(href) }),
    });
    const answer: unknown = response.ok ? await response.json() : null;
    const ticket: unknown =
      typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'ticket') : null;
    return typeof ticket === 'string' ? ticket : null;
  } catch {
    return null;
  }
}
