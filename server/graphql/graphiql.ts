// Owns GraphiQL: its HTML page and its files, all served from here. Not who may open it (route.ts).
import type { Exchange } from '../http/exchange.ts';
import { send, sendText, setSecurityHeaders } from '../http/response.ts';
import { sendStaticFile } from '../http/static-files.ts';
import type { Identity } from '../sign-in/identity.ts';
import { graphiqlHeader, graphiqlKey } from './trusted-document.ts';

const root = '/graphql/';
/** Where the page keeps its key, after which the base path follows; see client/web/sign-in/session.ts. */
const pageKeyStorage = 'spiderpig.pageKey';

/** `key`: base64url, so it needs no escaping; neither does a base path. */
const html = (key: string, basePath: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="graphiql-key" content="${key}">
    <title>SpiderPig GraphiQL</title>
    <link rel="stylesheet" href="${basePath}${root}graphiql.css">
  </head>
  <body id="body" class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
    <script src="${basePath}${root}before.js"></script>
    <script src="${basePath}${root}graphiql.js"></script>
    <script src="${basePath}${root}start.js"></script>
  </body>
</html>
`;

// Runs before the script of the package, which uses `fetch` as it is at that time. Adds the page key to each request.
const before = (basePath: string): string => `'use strict';
const plainFetch = window.fetch.bind(window);
window.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : String(input), location.href);
  const key = localStorage.getItem('${pageKeyStorage}${basePath}');
  if (url.origin !== location.origin || url.pathname !== '${basePath}/graphql' || key === null) return plainFetch(input, init);
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
  headers.set('x-spiderpig-page-key', key);
  headers.set('x-graphql-client-name', 'graphiql');
  headers.set('${graphiqlHeader}', document.querySelector('meta[name=graphiql-key]').content);
  return plainFetch(input, { ...init, headers });
};
const workers = { editorWorkerService: 'editor', json: 'json', graphql: 'graphql' };
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => '${basePath}${root}worker-' + (workers[label] ?? 'editor') + '.js',
};
`;

const start = `'use strict';
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), {
  title: 'SpiderPig GraphiQL',
  // GET never executes anything here, not even a subscription.
  method: 'POST',
  subscriptionsProtocol: 'SSE',
  defaultQuery: \`# Press Ctrl-Space to complete field names.
subscription {
  systemUpdates {
    version
    simulated
    activeJobs { id title state }
  }
}
\`,
});
`;

const script = 'text/javascript; charset=utf-8';

/** Sends the HTML page. It contains a key, so a script of another page cannot fetch it: only documents get it. */
export function sendGraphiqlPage(
  { request, response, host, context: { basePath } }: Exchange,
  { credentials }: Identity,
): void {
  if ((request.headers['sec-fetch-dest'] ?? 'document') !== 'document') {
    sendText(response, 403, 'GraphiQL can only be opened as a page.');
    return;
  }
  setSecurityHeaders(response, host, 'graphiql');
  send(response, 200, html(graphiqlKey(credentials) ?? '', basePath), {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
  });
}

/** Sends a file of GraphiQL (`/graphql/NAME`), or the “not found” page of the web client. */
export async function sendGraphiqlFile(exchange: Exchange): Promise<void> {
  const { response, path, context } = exchange;
  const name = path.slice(root.length);
  if (name === 'before.js' || name === 'start.js') {
    return send(response, 200, name === 'start.js' ? start : before(context.basePath), {
      'content-type': script,
      'cache-control': 'no-cache',
    });
  }
  const body = await packagedFile(name);
  if (body === undefined) return await sendStaticFile(exchange);
  send(response, 200, body, {
    'content-type': name.endsWith('.css') ? 'text/css; charset=utf-8' : script,
    'cache-control': 'private, max-age=3600',
  });
}

/** A file of the GraphiQL package; undefined if it has no file of this name. */
async function packagedFile(name: string): Promise<string | undefined> {
  if (!/^(graphiql\.(js|css)|worker-(editor|json|graphql)\.js)$/.test(name)) return undefined;
  // Loaded on demand: nine megabytes that most server processes never need.
  const pieces = await import('@graphql-yoga/render-graphiql/graphiql');
  const bodies: Readonly<Record<string, string>> = {
    'graphiql.js': pieces.js,
    'graphiql.css': pieces.css,
    'worker-editor.js': pieces.editorWorkerService,
    'worker-json.js': pieces.jsonWorker,
    'worker-graphql.js': pieces.graphqlWorker,
  };
  return bodies[name];
}
