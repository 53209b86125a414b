// Owns the built web page: its files as they were built, and index.html for every path that is a page. Not its building (client/web).
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { send } from './response.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

const notBuilt = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>SpiderPig</title></head>
  <body>
    <h1>The page has not been built</h1>
    <p>The server works. Run <code>npm run build</code> in the checkout, then load this page again.</p>
  </body>
</html>
`;

/** Paths that are pages of their own; any other is a page that says so. */
const pagePattern = /^\/(?:sign-in|account|jobs\/[^/]+)?$/;
/** What a file can be called: no segment begins with a dot, so there is no way up and nothing hidden. */
const filePattern = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/;

/** Answers a GET or HEAD of `path` from the built files in `directory`. */
export async function sendPage(response: ServerResponse, path: string, directory: string): Promise<void> {
  const type = types[extname(path)];
  if (filePattern.test(path) && type !== undefined && path !== '/index.html') {
    const body = await content(join(directory, path));
    if (body !== null) {
      const forever = path.startsWith('/assets/');
      send(response, 200, body, {
        'content-type': type,
        // The names in /assets/ hold a hash of what is in them.
        'cache-control': forever ? 'public, max-age=31536000, immutable' : 'no-cache',
      });
      return;
    }
  }
  const html = await content(join(directory, 'index.html'));
  send(response, pagePattern.test(path) ? 200 : 404, html ?? notBuilt, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
  });
}

/** What is in a file; null when there is none. */
async function content(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return null;
    throw error;
  }
}
