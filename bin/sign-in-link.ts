// Owns how a sign-in link is printed. Not how it is created (schema/model/account/session.ts).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkLifetime } from '../schema/model/account/sign-in-link.ts';
import type { Configuration } from '../schema/process/configuration.ts';

/** The line with a sign-in link. `user` is the name that is shown. */
export function signInLine(url: string, code: string, user: string): string {
  return `sign in as ${user} (once, within ${linkLifetime / 60_000} minutes): ${url}/sign-in#code=${code}\n`;
}

/** The URL of the running server, as it wrote it to the data directory; where none runs, the URL that it would have. */
export function serverUrl(configuration: Configuration): string {
  const file = join(configuration.data, 'server.url');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const host = configuration.host.includes(':') ? `[${configuration.host}]` : configuration.host;
  return `http://${host}:${configuration.port}`;
}
