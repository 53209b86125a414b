// Owns the GraphiQL page: self-contained, from the package's own pieces, with the page's key on each request. Not who may open it (server.ts).
import type { ServerResponse } from 'node:http';
import { secure, send } from '../response.ts';
import { graphiqlHeader } from './trusted-document.ts';

const root = '/graphql/';

/** `key`: base64url, so nothing in it needs to be quoted. */
const page = (key: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="graphiql-key" content="${key}">
    <title>SpiderPig GraphiQL</title>
    <link rel="stylesheet" href="${root}graphiql.css">
  </head>
  <body id="body" class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
    <script src="${root}before.js"></script>
    <script src="${root}graphiql.js"></script>
    <script src="${root}start.js"></script>
  </body>
</html>
`;

// Runs before the package's script: it takes \`fetch\` as it finds it.
const before = `'use strict';
const plainFetch = window.fetch.bind(window);
window.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : String(input), location.href);
  const key = localStorage.getItem('spiderpig.pageKey');
  if (url.origin !== location.origin || url.pathname !== '/graphql' || key === null) return plainFetch(input, init);
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
  headers.set('x-spiderpig-page-key', key);
  headers.set('x-graphql-client-name', 'graphiql');
  headers.set('${graphiqlHeader}', document.querySelector('meta[name=graphiql-key]').content);
  return plainFetch(input, { ...init, headers });
};
const workers = { editorWorkerService: 'editor', json: 'json', graphql: 'graphql' };
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => '${root}worker-' + (workers[label] ?? 'editor') + '.js',
};
`;

const start = `'use strict';
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), {
  title: 'SpiderPig GraphiQL',
  // GET never executes anything here, not even a subscription.
  method: 'POST',
  subscriptionsProtocol: 'SSE',
  defaultQuery: \`# What SpiderPig can tell, and do. Press Ctrl-Space for what can be asked.
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

/** Answers a GET of the page (`/graphql`) or of one of its pieces (`/graphql/…`). `key`: what the page sends with what it asks. `false`: there is no such piece. */
export async function sendGraphiql(
  response: ServerResponse,
  path: string,
  host: string,
  key: string | null,
): Promise<boolean> {
  if (path === '/graphql') {
    secure(response, host, 'graphiql');
    send(response, 200, page(key ?? ''), {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    });
    return true;
  }
  const piece = path.slice(root.length);
  if (piece === 'before.js' || piece === 'start.js') {
    send(response, 200, piece === 'start.js' ? start : before, {
      'content-type': script,
      'cache-control': 'no-cache',
    });
    return true;
  }
  if (!/^(graphiql\.(js|css)|worker-(editor|json|graphql)\.js)$/.test(piece)) return false;
  // Nine megabytes that hardly any server process ever needs.
  const pieces = await import('@graphql-yoga/render-graphiql/graphiql');
  const bodies: Readonly<Record<string, string>> = {
    'graphiql.js': pieces.js,
    'graphiql.css': pieces.css,
    'worker-editor.js': pieces.editorWorkerService,
    'worker-json.js': pieces.jsonWorker,
    'worker-graphql.js': pieces.graphqlWorker,
  };
  const body = bodies[piece];
  if (body === undefined) return false;
  send(response, 200, body, {
    'content-type': piece.endsWith('.css') ? 'text/css; charset=utf-8' : script,
    'cache-control': 'private, max-age=3600',
  });
  return true;
}
