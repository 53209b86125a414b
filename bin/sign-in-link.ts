// Owns how a sign-in link is printed. Not how it is created (schema/model/account/session.ts).
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { linkLifetime } from '../schema/model/account/sign-in-link.ts';
import { browserUrl } from '../schema/process/address.ts';
import type { Configuration } from '../schema/process/configuration/configuration.ts';

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

/** The URL on this host: that of the running server, as it wrote it to the data directory; where none runs, the URL that it would have. */
export function runningUrl(configuration: Configuration): string {
  const file = join(configuration.data, 'server.url');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : browserUrl(configuration);
}
