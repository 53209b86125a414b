// Owns the Host and Origin checks, against requests from other web sites and DNS rebinding. Pure.
import type { IncomingMessage } from 'node:http';
import { hostInUrl } from '../../schema/process/address.ts';

/** Why a request is refused before it is routed. */
export interface Rejection {
  readonly status: 400 | 403 | 421;
  readonly code: 'BAD_REQUEST' | 'ORIGIN_NOT_ALLOWED' | 'MISDIRECTED_REQUEST';
  readonly message: string;
}

const hostPattern = /^(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/;

/** The names and addresses of this server. */
export interface OwnNames {
  readonly host: string;
  readonly port: number;
  readonly allowed: readonly string[];
  /** The public URL, without a trailing slash; null if not configured. */
  readonly publicUrl: string | null;
}

/** Whether `Host` is the public host. The port is ignored, since a proxy may omit it. Pure. */
export function isPublicHost(host: string | undefined, publicUrl: string | null): boolean {
  return publicUrl !== null && host?.toLowerCase().replace(/:[0-9]+$/, '') === new URL(publicUrl).hostname;
}

/** Whether many clients can have this address: that of a proxy or a tunnel on this host, or of a Unix socket (empty). Pure. */
export const isSharedAddress = (address: string): boolean => /^(127\.|::1$|::ffff:127\.|$)/.test(address);

/**
 * What is counted in place of a client's address: a host with IPv6 has a whole network of 2^64 addresses and can use another one for each request. Pure.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address;
  const [before = '', after] = address.split('%', 1)[0]?.split('::') ?? [];
  const groupsOf = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const [head, tail] = [groupsOf(before), groupsOf(after)];
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}

/** Whether the client is on this host: at loopback, or at a Unix socket, which has no address. Pure. */
export const isLocalClient = ({ socket }: Pick<IncomingMessage, 'socket'>): boolean =>
  isSharedAddress(socket.remoteAddress ?? '');

const withoutPort = (host: string): string => host.replace(/:[0-9]+$/, '');

/** Names of loopback, which no other web site can have. */
const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Whether `Host` is this server itself: the listening address, or loopback. From a client on this host, loopback may have any port: it is the other
 * end of a tunnel. No other web site has such a name, so this does not allow DNS rebinding. Pure.
 */
function isOwnHost(host: string, own: OwnNames, isLocal: boolean): boolean {
  const names = [hostInUrl(own.host.toLowerCase()), ...loopbackNames];
  if (names.some((name) => host === `${name}:${own.port}` || (own.port === 80 && host === name))) return true;
  return isLocal && loopbackNames.includes(withoutPort(host));
}

/** Whether `Host` is the public host, or an allowed host (with any port, unless it names one). Pure. */
function isConfiguredHost(host: string, own: OwnNames): boolean {
  // Without TLS the port of the public URL must match: other ports of that host can be other servers.
  if (own.publicUrl !== null && host === new URL(own.publicUrl).host) return true;
  if (own.publicUrl?.startsWith('https:') && isPublicHost(host, own.publicUrl)) return true;
  return own.allowed.some((allowed) => {
    const name = allowed.toLowerCase();
    return name === host || name === withoutPort(host) || hostInUrl(name) === withoutPort(host);
  });
}

/** What the checks of a request depend on, besides its headers. */
interface RequestKind {
  /** Whether the client is on this host. */
  readonly isLocal: boolean;
  /** Whether it asks for a WebSocket. */
  readonly upgrade?: boolean;
}

/** Checks the Host, and the Origin of requests that can have effects and of upgrades. `null`: accepted. Pure. */
export function rejectionOf(
  request: Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'method'>,
  own: OwnNames,
  { isLocal, upgrade = false }: RequestKind,
): Rejection | null {
  const host = request.headers.host?.toLowerCase() ?? '';
  const hosts = request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length > 1) return malformed('There must be one Host header.');
  if (!hostPattern.test(host)) return malformed('The Host header is malformed.');
  const isOwn = isOwnHost(host, own, isLocal);
  if (!isOwn && !isConfiguredHost(host, own)) {
    return {
      status: 421,
      code: 'MISDIRECTED_REQUEST',
      message: `Unknown host “${host}”. Use the address of this server, or start it with --allowed-hosts ${withoutPort(host)}.`,
    };
  }
  const { origin } = request.headers;
  const reads = !upgrade && (request.method === 'GET' || request.method === 'HEAD');
  // Tools send no Origin. Browsers always send it with such requests, and web pages cannot change it.
  if (reads || origin === undefined || origin === own.publicUrl) return null;
  // At a public host with TLS, a page without TLS may come from an attacker. This server itself has no TLS, so a request to its own address came without TLS.
  const requiresTls = own.publicUrl?.startsWith('https:') && isPublicHost(host, own.publicUrl);
  if (origin === `https://${host}` && !isOwn) return null;
  if (origin === `http://${host}` && !requiresTls) return null;
  return { status: 403, code: 'ORIGIN_NOT_ALLOWED', message: originMessage(origin, host) };
}

const malformed = (message: string): Rejection => ({ status: 400, code: 'BAD_REQUEST', message });

/** Names both possible causes of a refused Origin: another web site, and a proxy that changes the Host. Pure. */
function originMessage(origin: string, host: string): string {
  const name = URL.canParse(origin) ? new URL(origin).hostname : null;
  if (name === null)
    return `Requests from other web sites are refused: the Origin is “${origin.slice(0, 100)}”.`;
  const [page, named] = [
    `The page was opened at ${origin.slice(0, 300)}`,
    `the request names the host ${host}`,
  ];
  return name === withoutPort(host)
    ? `${page}, but ${named}: the address and the proxy do not agree. The proxy must pass on the Host header with its port (nginx: proxy_set_header Host $http_host), and the address must be http or https as the server expects.`
    : `${page}, but ${named}. Requests from other web sites are refused. If this is not another web site, the address and the proxy do not agree: the proxy must pass on the Host header (nginx: proxy_set_header Host $http_host).`;
}
