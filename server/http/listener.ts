// Owns the sockets on which a server listens: addresses with a port, a Unix socket, and sockets that systemd has opened. Not the requests (server.ts).
import { lookup } from 'node:dns/promises';
import { chmodSync, lstatSync, type Stats, unlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect, type ListenOptions } from 'node:net';
import { dirname } from 'node:path';
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import { ConfigurationError, errorCode } from '../../schema/process/error.ts';

/** Where a server listens. */
export interface ListenPlace extends Pick<Configuration, 'host' | 'port' | 'socket' | 'socketMode'> {
  /** Descriptors of listening sockets that systemd has opened; empty if none. They replace the same addresses of `host` and `port`. */
  readonly inherited: readonly number[];
}

/** A server that listens. */
export interface Listening {
  /** All of them have the same handlers. */
  readonly servers: readonly Server[];
  /** The port of the addresses; that of the place when there are none. */
  readonly port: number;
}

const loopback = ['127.0.0.1', '::1'];
/** How often another free port is tried when a port is free on one address but not on the next one. */
const maxPortAttempts = 20;
/** Error codes for an address that this host does not have. */
const missingAddress = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];

/**
 * Opens the sockets with servers that `create` makes. All or none: throws {@link ConfigurationError} when an address, or the other loopback address,
 * is taken. The process that holds `[::1]:PORT` is what `localhost` means to browsers and to sshd.
 */
export async function openListeners(place: ListenPlace, create: () => Server): Promise<Listening> {
  const inherited = await openInherited(place.inherited, create);
  try {
    if (place.socket !== null) {
      const servers = [await openSocket(place.socket, place.socketMode, create)];
      return { servers: [...inherited.servers, ...servers], port: place.port };
    }
    if (inherited.servers.length > 0 && inherited.addresses.length === 0)
      return { servers: inherited.servers, port: place.port };
    const port = inherited.port ?? place.port;
    const hosts = inherited.port === null ? await addressesOf(place.host) : withLoopback(inherited.addresses);
    const missing = hosts.filter((host) => !inherited.addresses.includes(host));
    const opened = await openAddresses(missing, port, create);
    return { servers: [...inherited.servers, ...opened.servers], port: opened.port };
  } catch (error) {
    await closeAll(inherited.servers);
    throw error;
  }
}

/** The addresses of a host name, with both loopback addresses if it has one of them. */
async function addressesOf(host: string): Promise<string[]> {
  try {
    const found = await lookup(host, { all: true });
    return withLoopback([...new Set(found.map(({ address }) => address))]);
  } catch {
    throw new ConfigurationError(
      `--host: ${host} is not an address of this host; choose one of its addresses`,
    );
  }
}

/** Adds the loopback addresses by which browsers also reach these ones. `::` includes them. Pure. */
function withLoopback(addresses: readonly string[]): string[] {
  if (addresses.includes('::')) return addresses.filter((each) => each !== '0.0.0.0');
  if (addresses.includes('0.0.0.0'))
    return [...new Set([...addresses, '::1'])].filter((each) => each !== '127.0.0.1');
  return addresses.some((each) => loopback.includes(each))
    ? [...new Set([...addresses, ...loopback])]
    : [...addresses];
}

/** Listens on the same port of all addresses. Port 0: any port that is free on all of them. */
async function openAddresses(
  hosts: readonly string[],
  port: number,
  create: () => Server,
): Promise<Listening> {
  for (let attempt = 1; ; attempt++) {
    const servers: Server[] = [];
    let chosen = port;
    try {
      for (const host of hosts) {
        const server = await openAddress(host, chosen, create, servers.length > 0 && host === '::1');
        if (server === null) continue;
        servers.push(server);
        chosen = portOf(server) ?? chosen;
      }
      return { servers, port: chosen };
    } catch (error) {
      await closeAll(servers);
      const isFree = port === 0 && servers.length > 0 && errorCode(error) === 'EADDRINUSE';
      if (!isFree || attempt >= maxPortAttempts) throw addressError(error, hosts[servers.length] ?? '', port);
    }
  }
}

/** Null: `optional`, and this host does not have the address. */
async function openAddress(
  host: string,
  port: number,
  create: () => Server,
  optional: boolean,
): Promise<Server | null> {
  try {
    return await listen(create(), { host, port });
  } catch (error) {
    if (optional && missingAddress.includes(errorCode(error))) return null;
    throw error;
  }
}

/** An error that the operator can fix as a ConfigurationError; any other error unchanged. Pure. */
function addressError(error: unknown, host: string, port: number): unknown {
  const address = `port ${port} of ${host}`;
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new ConfigurationError(`--port: ${address} is already in use; choose another`);
    case 'EACCES':
      return new ConfigurationError(`--port: this user may not listen on ${address}; choose another`);
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return new ConfigurationError(
        `--host: ${host} is not an address of this host; choose one of its addresses`,
      );
    default:
      return error;
  }
}

/** Listens on a Unix socket that only this user, or also its group, can open. Removes a socket that no server has open. */
async function openSocket(path: string, mode: number, create: () => Server): Promise<Server> {
  checkDirectory(dirname(path));
  await removeStaleSocket(path);
  // The socket must not be open to others before its mode is set.
  const before = process.umask(0o177);
  try {
    const server = await listen(create(), { path });
    chmodSync(path, mode);
    return server;
  } catch (error) {
    throw new ConfigurationError(`--socket: cannot listen on ${path} (${errorCode(error)})`);
  } finally {
    process.umask(before);
  }
}

/** Another user who can write to the directory could replace the socket while this server is stopped. Throws {@link ConfigurationError}. */
function checkDirectory(directory: string): void {
  let found: Stats;
  try {
    found = lstatSync(directory);
  } catch (error) {
    throw new ConfigurationError(
      `--socket: the directory ${directory} cannot be used (${errorCode(error)}); choose another path`,
    );
  }
  if (!found.isDirectory())
    throw new ConfigurationError(`--socket: ${directory} is not a directory; choose another path`);
  const isOurs = found.uid === 0 || found.uid === process.getuid?.();
  if (!isOurs || (found.mode & 0o022) !== 0)
    throw new ConfigurationError(
      `--socket: other users can write to the directory ${directory}; choose one that only this user can write to`,
    );
}

/** Removes a Unix socket that nobody answers at. Throws {@link ConfigurationError} for any other file, and when a server answers. */
async function removeStaleSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket())
    throw new ConfigurationError(`--socket: ${path} exists and is not a socket; choose another path`);
  if (await answersAt(path))
    throw new ConfigurationError(
      `--socket: another server already listens on ${path}; stop it, or choose another path`,
    );
  unlinkSync(path);
}

/** Whether a process accepts connections on a Unix socket. A full backlog (EAGAIN) also means that there is one. */
export const answersAt = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect({ path });
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error) => resolve(!['ECONNREFUSED', 'ENOENT'].includes(errorCode(error))));
  });

interface Inherited {
  readonly servers: readonly Server[];
  /** The IP addresses of those that are not Unix sockets. */
  readonly addresses: readonly string[];
  /** Null if all of them are Unix sockets, or there are none. */
  readonly port: number | null;
}

/** Uses sockets that were opened before this process started. */
async function openInherited(descriptors: readonly number[], create: () => Server): Promise<Inherited> {
  const servers: Server[] = [];
  const addresses: string[] = [];
  let port: number | null = null;
  for (const fd of descriptors) {
    try {
      const server = await listen(create(), { fd });
      servers.push(server);
      const address = server.address();
      if (typeof address !== 'object' || address === null) continue;
      addresses.push(address.address);
      if (port !== null && port !== address.port)
        throw new ConfigurationError(
          `the sockets of systemd have different ports: ${port} and ${address.port}; give all of them the same port`,
        );
      port = address.port;
    } catch (error) {
      await closeAll(servers);
      if (error instanceof ConfigurationError) throw error;
      throw new ConfigurationError(
        `LISTEN_FDS: descriptor ${fd} is not a listening socket (${errorCode(error)})`,
      );
    }
  }
  return { servers, addresses, port };
}

const portOf = (server: Server): number | null => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : null;
};

/** `fd`: the descriptor of a socket that listens already. */
function listen(server: Server, options: ListenOptions | { readonly fd: number }): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

const closeAll = async (servers: readonly Server[]): Promise<void> => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
};
