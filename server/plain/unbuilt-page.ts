// Owns what is shown in place of the web client while it is not built: that it is being built, that this failed, or how to build it. Not the build (bin/web-client.ts).
import { readFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import type { Exchange } from '../http/exchange.ts';
import { isLocalClient } from '../http/origin.ts';
import { send } from '../http/response.ts';
import { type Content, html } from './html.ts';

/** Loads the page again, with the code of a sign-in link, which is behind the # of its address: without it the browser may only move to the #. */
const reload = { path: '/reload.js', script: 'setTimeout(() => location.reload(), 500);\n' };

/** Answers a request for the web client, which is not built. 503: the page is only not there yet. */
export async function sendUnbuiltPage(exchange: Exchange): Promise<void> {
  const { context } = exchange;
  const errorFile = context.webClientError;
  if (errorFile === null) return sendStatus(exchange, notBuilt);
  const errors = await readFile(errorFile, 'utf8').catch(() => null);
  if (errors === null) return sendStatus(exchange, building(context.basePath));
  sendStatus(exchange, failed(isAtThisHost(exchange) ? stripVTControlCharacters(errors) : null));
}

/** Whether the browser is on this host, or at a tunnel to it, and not behind a proxy on it. Others need not know the paths on this host. */
const isAtThisHost = ({ request, context }: Exchange): boolean =>
  isLocalClient(request) && context.publicUrl === null && request.headers['x-forwarded-for'] === undefined;

/**
 * Sends the script that loads a status page again, if that is its path. Also when the web client was built since the page was sent: without the script,
 * the page would stay.
 */
export function sendReloadScript({ response, path, context }: Exchange): boolean {
  if (path !== reload.path || context.webClientError === null) return false;
  send(response, 200, reload.script, {
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'no-store',
  });
  return true;
}

/** What a status page says. */
interface Status {
  readonly title: string;
  readonly body: Content;
  readonly script?: string;
}

const notBuilt: Status = {
  title: 'The web client has not been built',
  body: html`<p>The server is running. Run <code>npm run build</code> in the checkout, then reload this page.</p>`,
};

const building = (basePath: string): Status => ({
  title: 'The web client is being built…',
  body: html`<p>The server is running. This is the first start in this checkout; the page appears here in some seconds, by itself.</p>`,
  script: `${basePath}${reload.path}`,
});

const failed = (errors: string | null): Status => ({
  title: 'The web client could not be built',
  body: html`<p>The server is running. ${errors === null ? 'The terminal in which it was started has the error.' : 'The error:'}</p>
    ${errors === null ? null : html`<pre>${errors}</pre>`}
    <p>Run <code>npm run build</code> in the checkout when it is fixed, then reload this page.</p>`,
});

function sendStatus({ response }: Exchange, { title, body, script }: Status): void {
  const page = html`<!doctype html>
<html lang="en" dir="ltr">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} – SpiderPig</title>
    ${script === undefined ? null : html`<script src="${script}" defer></script>`}
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      ${body}
    </main>
  </body>
</html>
`;
  send(response, 503, page.text, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'retry-after': '1',
  });
}
