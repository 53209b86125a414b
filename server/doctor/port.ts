// Owns the check that the server can listen on its port, or already does.
import { createServer } from 'node:net';
import type { Configuration } from '../../schema/process/configuration.ts';
import { errorCode } from '../../schema/process/error.ts';
import { hostInUrl } from '../origin.ts';
import { type Finding, fail, ok, requestTimeout, warn } from './finding.ts';

export async function portFinding({
  host,
  port,
  allowedHosts,
  provider,
}: Pick<Configuration, 'host' | 'port' | 'allowedHosts' | 'provider'>): Promise<Finding> {
  const address = `${hostInUrl(host)}:${port}`;
  const error = await listenError(host, port);
  if (error === null) {
    const isLoopback = /^(localhost|127\.|::1$)/.test(host);
    return isLoopback || allowedHosts.length > 0 || provider !== null
      ? ok(`port: ${address} is free`)
      : warn(
          `port: ${address} is free, but open to the network without TLS and without a host name`,
          'listen on 127.0.0.1 behind a proxy with TLS, and add the host name of the proxy to --allowed-hosts',
        );
  }
  if (error !== 'EADDRINUSE')
    return fail(`port: cannot listen on ${address} (${error})`, 'choose another with --port or --host');
  return (await isSpiderPig(address))
    ? ok(`port: SpiderPig responds at ${address}`)
    : fail(`port: another program listens on ${address}`, 'stop it, or choose another port with --port');
}

/** The error code of listening on the port; null: the port is free. */
const listenError = (host: string, port: number): Promise<string | null> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve(errorCode(error)));
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });

async function isSpiderPig(address: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${address}/healthz`, {
      redirect: 'error',
      signal: AbortSignal.timeout(requestTimeout),
    });
    return (await response.text()) === 'ok\n' && response.headers.has('content-security-policy');
  } catch {
    // The program on the port does not speak HTTP.
    return false;
  }
}
