// Owns the files of the built web client, and its index.html for all other paths. Not its build (client/web).
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { errorCode } from '../../schema/process/error.ts';
import { existsAt, pageAt } from '../../schema/text/page-path.ts';
import { sendReloadScript, sendUnbuiltPage } from '../plain/unbuilt-page.ts';
import { credentialsOfRequest } from '../sign-in/identity.ts';
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
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** Allowed file paths. No segment begins with a dot, so neither `../..` nor a hidden file can be requested. */
const filePattern = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/;

/** The encodings in which the build has written each file of text, best first, with the endings of their names. */
const encodings = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
] as const;

/** Sends a file of the built web client, or its index.html. */
export async function sendStaticFile(exchange: Exchange): Promise<void> {
  if (sendReloadScript(exchange)) return;
  const { context, path } = exchange;
  const directory = context.staticDirectory;
  const type = types[extname(path)];
  if (filePattern.test(path) && type !== undefined && path !== '/index.html') {
    const found = await readEncoded(join(directory, path), exchange);
    if (found !== null) {
      // File names in /assets/ contain a hash of the content.
      const cached = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
      sendFound(exchange, 200, found, type, cached);
      return;
    }
  }
  const html = await readIndex(join(directory, 'index.html'), exchange);
  if (html === null) return await sendUnbuiltPage(exchange);
  // The web client shows “not found” at other paths.
  const status = existsAt(path) ? 200 : 404;
  const link = await preloadLink(directory, exchange);
  sendFound(exchange, status, html, 'text/html; charset=utf-8', 'no-cache', {
    vary: 'Accept-Encoding, Cookie',
    ...(link === '' ? {} : { link }),
  });
}

/**
 * A `Link` header with the files that the page at the path needs beside those of index.html, which the build has listed; empty if none exist, and for a
 * browser that has not signed in: it sees only how to do that. Styles are requested with CORS, as the page does: otherwise the browser does not use them.
 */
async function preloadLink(directory: string, { context, path, request }: Exchange): Promise<string> {
  const page = credentialsOfRequest(request.headers, context.gate) === null ? undefined : pageAt(path)?.page;
  const text = page === undefined ? null : await content(join(directory, 'preloads.json'));
  if (page === undefined || text === null) return '';
  const files: Readonly<Record<string, readonly string[]>> = JSON.parse(text.toString());
  return (files[page] ?? [])
    .map((file) => {
      const relation = file.endsWith('.css') ? 'preload; as=style; crossorigin' : 'modulepreload';
      return `<${context.basePath}${file}>; rel=${relation}`;
    })
    .join(', ');
}

/** The content of a file, perhaps compressed. */
interface Found {
  readonly body: Buffer;
  /** Null if not compressed. */
  readonly encoding: string | null;
}

function sendFound(
  { request, response }: Exchange,
  status: number,
  { body, encoding }: Found,
  type: string,
  cacheControl: string,
  others: Readonly<Record<string, string>> = {},
): void {
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = { 'cache-control': cacheControl, etag: tag, vary: 'Accept-Encoding', ...others };
  if (status === 200 && matches(request.headers['if-none-match'], tag)) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  send(response, status, body, {
    'content-type': type,
    ...headers,
    ...(encoding === null ? {} : { 'content-encoding': encoding }),
  });
}

/** Whether `If-None-Match` names this tag, or any. A proxy may have marked it as weak. Pure. */
const matches = (header: string | undefined, tag: string): boolean =>
  header?.split(',').some((each) => ['*', tag].includes(each.trim().replace(/^W\//, ''))) ?? false;

/** The index.html, in which every path begins with the base path. Only at `/` it is sent as it was built and compressed. */
async function readIndex(file: string, exchange: Exchange): Promise<Found | null> {
  const { basePath } = exchange.context;
  if (basePath === '') return await readEncoded(file, exchange);
  const html = (await content(file))?.toString();
  if (html === undefined) return null;
  return { body: Buffer.from(withBasePath(html, basePath)), encoding: null };
}

/** Adds the base path to the URLs of the built index.html, and to the element from which the page learns it (client/web/base-path.ts). Pure. */
export const withBasePath = (html: string, basePath: string): string =>
  html.replaceAll(/(<[^>]* (?:src|href|content)=")\//g, `$1${basePath}/`);

/** The file in the best encoding that exists and that the client accepts; null if the file does not exist. */
async function readEncoded(file: string, { request }: Exchange): Promise<Found | null> {
  const accepted = acceptedEncodings(String(request.headers['accept-encoding'] ?? ''));
  for (const { name, ending } of encodings) {
    const body = accepted.has(name) ? await content(`${file}${ending}`) : null;
    if (body !== null) return { body, encoding: name };
  }
  const body = await content(file);
  return body && { body, encoding: null };
}

/** The names in an `Accept-Encoding` header, without those that it excludes by `q=0`. Pure. */
function acceptedEncodings(header: string): Set<string> {
  const accepted = new Set<string>();
  for (const each of header.split(',')) {
    const [name = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
    if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) accepted.add(name);
  }
  return accepted;
}

/** The error codes for a path where no file is, or where none can be: its names may be longer than those of files. */
const absentCodes: readonly string[] = ['ENOENT', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG'];

/** The content of a file; null if it does not exist. */
async function content(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (absentCodes.includes(errorCode(error))) return null;
    throw error;
  }
}
