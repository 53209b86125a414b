// Owns the files of the built web client, and its index.html for all other paths. Not its build (client/web).
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Exchange } from './exchange.ts';
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
    <h1>The web client has not been built</h1>
    <p>The server is running. Run <code>npm run build</code> in the checkout, then reload this page.</p>
  </body>
</html>
`;

/** Paths that the web client has a page for. For all others it shows “not found”, with status 404. */
const pagePattern = /^\/(?:mediawiki\/backport\/?|sign-in|account|jobs\/[^/]+)?$/;
/** Allowed file paths. No segment begins with a dot, so neither `..` nor a hidden file can be requested. */
const filePattern = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/;

/** Sends a file of the built web client, or its index.html. */
export async function sendStaticFile({ response, context, path }: Exchange): Promise<void> {
  const directory = context.staticDirectory;
  const type = types[extname(path)];
  if (filePattern.test(path) && type !== undefined && path !== '/index.html') {
    const body = await content(join(directory, path));
    if (body !== null) {
      const immutable = path.startsWith('/assets/');
      send(response, 200, body, {
        'content-type': type,
        // File names in /assets/ contain a hash of the content.
        'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
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

/** The content of a file; null if it does not exist. */
async function content(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return null;
    throw error;
  }
}
