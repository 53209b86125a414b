// Owns how the address of a server is written in a URL, and the URL by which a browser on this host reaches it. Pure.
import type { Configuration } from './configuration/configuration.ts';

/** A host as in a URL: IPv6 addresses in brackets. */
export const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/**
 * The URL for a browser on this host, with the base path, without a trailing slash. A server that listens on all addresses is reached at loopback; so is one on a Unix
 * socket, through `ssh -L PORT:SOCKET`.
 */
export function browserUrl({
  host,
  port,
  socket,
  basePath,
}: Pick<Configuration, 'host' | 'port' | 'socket' | 'basePath'>): string {
  const name = socket !== null || host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host;
  return `http://${hostInUrl(name)}:${port}${basePath}`;
}
