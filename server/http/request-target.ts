// Owns the forms of the target of a request, and how it is divided into path and query. Not what they mean (exchange.ts, base-path.ts).
import type { IncomingMessage } from 'node:http';

/** The path and the query of the target of a request. A query may contain further question marks. Pure. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const [path = ''] = target.split('?', 1);
  return { path, query: target.slice(path.length + 1) };
}

/**
 * Turns a request for an absolute URL, as some proxies send it (`GET http://HOST/PATH HTTP/1.1`), into one for its path. The host of the URL replaces the
 * `Host` header, which must be ignored then (RFC 9112, section 3.2.2).
 */
export function useOriginForm(request: Pick<IncomingMessage, 'url' | 'headers'>): void {
  const [, host, target = ''] = /^https?:\/\/([^/?#@]*)([/?].*)?$/i.exec(request.url ?? '') ?? [];
  if (host === undefined) return;
  request.headers.host = host;
  request.url = target.startsWith('/') ? target : `/${target}`;
}
