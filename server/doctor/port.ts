// Owns the check that the server can listen on its port or Unix socket, or already does, and that no other program does.
import { lstatSync, readFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:http';
import { createServer } from 'node:net';
import { hostInUrl } from '../../schema/process/address.ts';
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import { errorCode } from '../../schema/process/error.ts';
import { runningServerUrls } from '../../schema/process/server-url.ts';
import { answersAt } from '../http/listener.ts';
import { type Finding, fail, ok, requestTimeout, warn } from './finding.ts';

/** The findings about the address and port, or the Unix socket, of the server. */
export async function listenFindings(
  configuration: Pick<
    Configuration,
    'host' | 'port' | 'socket' | 'basePath' | 'allowedHosts' | 'publicUrl' | 'data'
  >,
): Promise<Finding[]> {
  const { host, port, socket, basePath } = configuration;
  if (socket !== null) return [await socketFinding(socket, basePath)];
  const findings = [];
  for (const each of sameServer(host))
    findings.push(await portFinding({ ...configuration, host: each, port }));
  return findings.filter((found) => found !== null);
}

/** The addresses that browsers may take for the same server. Pure. */
function sameServer(host: string): string[] {
  return ['localhost', '127.0.0.1', '::1'].includes(host) ? ['127.0.0.1', '::1'] : [host];
}

async function socketFinding(socket: string, basePath: string): Promise<Finding> {
  const name = `socket: ${socket}`;
  const found = lstatSync(socket, { throwIfNoEntry: false });
  if (found === undefined) return ok(`${name} is free`);
  if (!found.isSocket())
    return fail(`${name} is not a socket`, 'remove it, or choose another path with --socket');
  if (found.uid !== 0 && found.uid !== process.getuid?.())
    return fail(
      `${name} belongs to another user (uid ${found.uid})`,
      'remove it, and choose a directory that only SpiderPig can write to',
    );
  if (!(await answersAt(socket)))
    return ok(`${name} is left from a stopped server; the next start replaces it`);
  return (await isSpiderPig({ socketPath: socket }, basePath))
    ? ok(`${name}: SpiderPig responds`)
    : fail(`${name}: another program answers`, 'stop it, or choose another path with --socket');
}

/** Null if this host has no such loopback address, so nobody can listen on it. */
async function portFinding({
  host,
  port,
  basePath,
  allowedHosts,
  publicUrl,
  data,
}: Pick<
  Configuration,
  'host' | 'port' | 'basePath' | 'allowedHosts' | 'publicUrl' | 'data'
>): Promise<Finding | null> {
  const address = `${hostInUrl(host)}:${port}`;
  const error = await listenError(host, port);
  if (error === null) {
    const isLoopback = /^(localhost|127\.|::1$)/.test(host);
    return isLoopback || allowedHosts.length > 0 || publicUrl !== null
      ? ok(`port: ${address} is free`)
      : warn(
          `port: ${address} is free, but open to the network without TLS and without a host name`,
          'listen on 127.0.0.1 behind a proxy with TLS, and set --public-url to the URL of the proxy',
        );
  }
  if (host === '::1' && (error === 'EADDRNOTAVAIL' || error === 'EAFNOSUPPORT')) return null;
  if (error !== 'EADDRINUSE')
    return fail(`port: cannot listen on ${address} (${error})`, 'choose another with --port or --host');
  const owner = portOwner(host, port);
  if (owner !== null && owner !== 0 && owner !== process.getuid?.())
    return fail(
      `port: a program of another user (uid ${owner}) listens on ${address}. Browsers that open SpiderPig may send it their sign-in`,
      'find out whose it is and stop it, or use a Unix socket (--socket)',
    );
  return (await isSpiderPig({ host, port }, basePath))
    ? ownerFinding(address, port, data)
    : fail(`port: another program listens on ${address}`, 'stop it, or choose another port with --port');
}

/** Whose SpiderPig responds at the address: one of this data directory, which has the URLs of its servers, or another one. */
function ownerFinding(address: string, port: number, data: string): Finding {
  const urls = runningServerUrls(data);
  // The default port of http is not in a parsed URL.
  if (urls.some((each) => URL.canParse(each) && Number(new URL(each).port || 80) === port))
    return ok(`port: SpiderPig responds at ${address}`);
  const [url = null] = urls;
  const own = url === null ? 'no server of this data directory runs' : `the server of ${data} is at ${url}`;
  return warn(
    `port: another SpiderPig responds at ${address}; ${own}`,
    url === null
      ? 'choose another port with --port'
      : `open ${url}, and give doctor the options of that server`,
  );
}

/** The error code of listening on the port; null if the port is free. */
const listenError = (host: string, port: number): Promise<string | null> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve(errorCode(error)));
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });

/** The uid of the process that listens on a loopback address, from Linux' table of sockets; null if not found. */
function portOwner(host: string, port: number): number | null {
  const table = host.includes(':') ? 'tcp6' : 'tcp';
  const loopback = host.includes(':') ? '00000000000000000000000001000000' : '0100007F';
  const any = host.includes(':') ? '0'.repeat(32) : '00000000';
  const wanted = [loopback, any].map(
    (address) => `${address}:${port.toString(16).toUpperCase().padStart(4, '0')}`,
  );
  try {
    for (const line of readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1)) {
      const [, local = '', , state, , , , uid] = line.trim().split(/\s+/);
      // 0A is LISTEN.
      if (state === '0A' && wanted.includes(local)) return Number(uid);
    }
  } catch {
    // Not Linux, or /proc is not mounted.
  }
  return null;
}

/** Whether SpiderPig answers at an address or a Unix socket. */
const isSpiderPig = (
  place: Pick<RequestOptions, 'host' | 'port' | 'socketPath'>,
  basePath: string,
): Promise<boolean> =>
  new Promise((resolve) => {
    // Not fetch, which cannot use a Unix socket.
    const probe = request({
      ...place,
      path: `${basePath}/healthz`,
      signal: AbortSignal.timeout(requestTimeout),
    });
    probe.setHeader('host', place.socketPath ? 'localhost' : `${hostInUrl(place.host ?? '')}:${place.port}`);
    probe.once('error', () => resolve(false));
    probe.once('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200 && response.headers['content-security-policy'] !== undefined);
    });
    probe.end();
  });
