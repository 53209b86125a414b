// Owns which Host and Origin a request may carry: what keeps other web pages and rebound names away. Pure.
import type { IncomingMessage } from 'node:http';

/** Why a request is turned away before anything of it is looked at. */
export interface Rejection {
  readonly status: 400 | 403 | 421;
  readonly message: string;
}

/** A host as it stands in a URL: IPv6 in brackets. */
export const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const hostPattern = /^(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/;

/** What a request is judged by. */
export interface OwnNames {
  readonly host: string;
  readonly port: number;
  readonly allowed: readonly string[];
  /** What browsers call this server, without a slash at its end; null: that is not configured. */
  readonly publicUrl: string | null;
}

/** Whether somebody calls the server by its public name. A proxy may leave the port out. Pure. */
export function isPublicHost(host: string | undefined, publicUrl: string | null): boolean {
  return publicUrl !== null && host?.toLowerCase().replace(/:[0-9]+$/, '') === new URL(publicUrl).hostname;
}

/** The values of `Host` that are ours: the address that is listened on, loopback, the public name, and what the operator allowed (with any port unless one is named). */
export function allowsHost(host: string, own: OwnNames): boolean {
  const names = [own.host, 'localhost', '127.0.0.1', '::1'].map((name) => hostInUrl(name.toLowerCase()));
  if (names.some((name) => host === `${name}:${own.port}` || (own.port === 80 && host === name))) return true;
  const withoutPort = host.replace(/:[0-9]+$/, '');
  // Of a public address on this very machine the port counts: other ports there are other servers.
  if (own.publicUrl !== null && host === new URL(own.publicUrl).host) return true;
  if (own.publicUrl?.startsWith('https:') && isPublicHost(host, own.publicUrl)) return true;
  return own.allowed.some((allowed) => {
    const name = allowed.toLowerCase();
    return name === host || name === withoutPort || hostInUrl(name) === withoutPort;
  });
}

/** Judges a request by its Host, and by its Origin where it could do something or reads over a socket. `null`: let it in. */
export function rejectionOf(
  request: Pick<IncomingMessage, 'headers' | 'method'>,
  own: OwnNames,
  upgrade = false,
): Rejection | null {
  const host = request.headers.host?.toLowerCase() ?? '';
  if (!hostPattern.test(host)) return { status: 400, message: 'The Host header is malformed.' };
  if (!allowsHost(host, own)) {
    return {
      status: 421,
      message: `This server is not known as “${host}”. Use its own address, or start it with --allowed-hosts ${host}.`,
    };
  }
  const { origin } = request.headers;
  const reads = !upgrade && (request.method === 'GET' || request.method === 'HEAD');
  // Tools send no Origin. A browser always does where it matters, and pages cannot forge it.
  if (reads || origin === undefined || origin === own.publicUrl) return null;
  // By its public name the server is called over TLS alone: a page that came without it may be anybody's.
  const tlsAlone = own.publicUrl?.startsWith('https:') && isPublicHost(host, own.publicUrl);
  if (origin === `https://${host}` || (origin === `http://${host}` && !tlsAlone)) return null;
  return { status: 403, message: 'Requests from other web pages are refused.' };
}
