// Owns the Unix account of this process, and whether a name is that of an account on this host. scap attributes deployments to one, and its children look it up.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import { errorCode } from './error.ts';

/** The configuration file of scap on a deployment host. */
const scapConfiguration = '/etc/scap.cfg';

/** Whether this is a deployment host: scap attributes deployments to Unix accounts there. */
export const isDeploymentHost = (): boolean => existsSync(scapConfiguration);

/** The name of the Unix user of this process; `uid4242` for one without an entry in the list of users, as in a container. */
export const unixUserName = (): string =>
  withEntry(() => userInfo().username) ?? `uid${process.getuid?.() ?? ''}`;

/** The absolute path of the home of this process's user; null if it has none. */
export function homeDirectory(): string | null {
  const home = withEntry(homedir);
  return home !== null && isAbsolute(home) ? home : null;
}

/** What is read from the entry of this user; null if there is no entry. */
function withEntry(read: () => string): string | null {
  try {
    return read();
  } catch (error) {
    if (errorCode(error) === 'ERR_SYSTEM_ERROR') return null;
    throw error;
  }
}

/** Names of accounts. Others, such as numbers, would be read as something else by `id`. */
const accountName = /^[a-z_][a-z0-9_.-]*\$?$/i;
/** How long the look-up may take, in milliseconds. A directory service can be slow. */
const lookUpLimit = 10_000;

/** Whether a Unix account of this name exists on this host, in any of its directories. Rejects if that cannot be found out. */
export async function hasUnixAccount(name: string): Promise<boolean> {
  if (!accountName.test(name)) return false;
  return await new Promise((resolve, reject) => {
    execFile('id', ['-u', '--', name], { timeout: lookUpLimit }, (error) => {
      if (error === null) resolve(true);
      else if (error.code === 1) resolve(false);
      else reject(new Error(`the Unix account "${name}" could not be looked up: ${error.message.trim()}`));
    });
  });
}
