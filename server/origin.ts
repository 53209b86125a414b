// Owns the Host and Origin checks, against requests from other web sites and DNS rebinding. Pure.
import type { IncomingMessage } from 'node:http';

/** Why a request is refused before it is routed. */
export interface Rejection {
  readonly status: 400 | 403 | 421;
  readonly message: string;
}

/** A host as in a URL: IPv6 addresses in brackets. */
export const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const hostPattern = /^(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/;

/** The names and addresses of this server. */
export interface OwnNames {
  readonly host: string;
  readonly port: number;
  readonly allowed: readonly string[];
  /** The public URL, without a trailing slash; null: not configured. */
  readonly publicUrl: string | null;
}

/** Whether `Host` is the public host. The port is ignored, since a proxy may omit it. Pure. */
export function isPublicHost(host: string | undefined, publicUrl: string | null): boolean {
  return publicUrl !== null && host?.toLowerCase().replace(/:[0-9]+$/, '') === new URL(publicUrl).hostname;
}

/** Whether `Host` is this server: the listening address, loopback, the public host, or an allowed host (with any port, unless it names one). */
function allowsHost(host: string, own: OwnNames): boolean {
  const names = [own.host, 'localhost', '127.0.0.1', '::1'].map((name) => hostInUrl(name.toLowerCase()));
  if (names.some((name) => host === `${name}:${own.port}` || (own.port === 80 && host === name))) return true;
  const withoutPort = host.replace(/:[0-9]+$/, '');
  // Without TLS the port of the public URL must match: other ports of that host can be other servers.
  if (own.publicUrl !== null && host === new URL(own.publicUrl).host) return true;
  if (own.publicUrl?.startsWith('https:') && isPublicHost(host, own.publicUrl)) return true;
  return own.allowed.some((allowed) => {
    const name = allowed.toLowerCase();
    return name === host || name === withoutPort || hostInUrl(name) === withoutPort;
  });
}

/** Checks the Host, and the Origin of requests that can have effects and of upgrades. `null`: accepted. */
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
      message: `Unknown host “${host}”. Use the address of this server, or start it with --allowed-hosts ${host}.`,
    };
  }
  const { origin } = request.headers;
  const reads = !upgrade && (request.method === 'GET' || request.method === 'HEAD');
  // Tools send no Origin. Browsers always send it with such requests, and web pages cannot change it.
  if (reads || origin === undefined || origin === own.publicUrl) return null;
  // At a public host with TLS, a page without TLS may come from an attacker.
  const requiresTls = own.publicUrl?.startsWith('https:') && isPublicHost(host, own.publicUrl);
  if (origin === `https://${host}` || (origin === `http://${host}` && !requiresTls)) return null;
  return { status: 403, message: 'Requests from other web sites are refused.' };
}
