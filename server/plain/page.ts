// Owns the frame of the plain pages: they need no script, no WebSocket and no other request than for their style sheet.
import type { Exchange } from '../http/exchange.ts';
import { send } from '../http/response.ts';
import { type Content, html } from './html.ts';

/** What a plain page shows. */
export interface PlainPage {
  readonly status?: number;
  readonly title: string;
  readonly body: Content;
  /** The seconds after which the browser loads the page again, if the reader chose that; null if it does not change. */
  readonly refresh?: number | null;
}

export function sendPlainPage(
  { response, query, context: { basePath } }: Pick<Exchange, 'response' | 'query' | 'context'>,
  { status = 200, title, body, refresh = null }: PlainPage,
): void {
  // By choice: a page that is loaded again by itself interrupts a screen reader, and moves what is being read.
  const follows = refresh !== null && query.has('follow');
  const choice = follows
    ? html`<a href="?">Stop loading again</a>`
    : html`<a href="?follow">Load again every ${refresh} seconds</a>`;
  const page = html`<!doctype html>
<html lang="en" dir="ltr">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    ${follows ? html`<meta http-equiv="refresh" content="${refresh}">` : null}
    <title>${title} – SpiderPig</title>
    <link rel="stylesheet" href="${basePath}/plain.css">
  </head>
  <body>
    <nav>
      <a href="${basePath}/plain">All jobs</a>
      <a href="">Load again</a>
      ${refresh === null ? null : choice}
      <a href="${basePath}/">Interactive page</a>
    </nav>
    <main>
      <h1>${title}</h1>
      ${body}
    </main>
  </body>
</html>
`;
  send(response, status, page.text, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
  });
}

/** A moment, in UTC. */
export const moment = (at: number): Content => {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
};

/** Says that the session cookie alone does not give access here. */
export const sendNeedsHttps = (exchange: Exchange): void =>
  sendPlainPage(exchange, {
    status: 403,
    title: 'Not available at this address',
    body: html`<p>Pages without scripts are shown only at the public https address of SpiderPig: at a loopback address every program on this host
        receives the session cookie, and this page could not know who asks.</p>
      <p>On the deployment host, <code>spiderpig jobs</code> lists the jobs, and <code>spiderpig watch N</code> shows job N and asks its questions.</p>`,
  });
