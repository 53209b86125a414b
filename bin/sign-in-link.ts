// Owns how a sign-in link is printed. Not how it is created (schema/model/account/session.ts).
import { hostname } from 'node:os';
import { linkLifetime } from '../schema/model/account/sign-in-link.ts';
import { browserUrl } from '../schema/process/address.ts';
import type { Configuration } from '../schema/process/configuration/configuration.ts';
import { runningServerUrls } from '../schema/process/server-url.ts';

/** The line with a sign-in link. `url`: of the server, see {@link serverUrl}. `user` is the name that is shown. */
export function signInLine(
  { socket, publicUrl }: Pick<Configuration, 'socket' | 'publicUrl'>,
  { url, code, user }: { readonly url: string; readonly code: string; readonly user: string },
): string {
  const line = `sign in as ${user} (once, within ${linkLifetime / 60_000} minutes): ${url}/sign-in#code=${code}\n`;
  return socket === null || publicUrl !== null ? line : `${line}${tunnelLine(url, socket)}`;
}

/** How a browser reaches a server on a Unix socket. */
const tunnelLine = (url: string, socket: string): string =>
  `before you open it, run on your own machine: ssh -L ${new URL(url).port || '80'}:${socket} ${hostname()}\n`;

/** The URL for people: the public one, or else that on this host. */
export function serverUrl(configuration: Configuration): string {
  const { publicUrl, basePath } = configuration;
  return publicUrl === null ? runningUrl(configuration) : `${publicUrl}${basePath}`;
}

/**
 * The URL on this host of a running server of the data directory: of the one at the configured address, or else of the one that was started last.
 * Where none runs, the URL that a server would have.
 */
export function runningUrl(configuration: Configuration): string {
  const configured = browserUrl(configuration);
  const running = runningServerUrls(configuration.data);
  return running.find((url) => url === configured) ?? running[0] ?? configured;
}
