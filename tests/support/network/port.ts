// Owns free ports for services that cannot choose one themselves, or whose address must be known before they start.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const lowest = 10_000;

/** The lowest port that the kernel gives to a connection or to a server without a fixed port. */
function lowestEphemeral(): number {
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
  } catch {
    return 32_768;
  }
}

/** Throws if the address is not one of this machine. */
async function canListen(port: number, address: string): Promise<boolean> {
  const probe = createServer().listen(port, address);
  try {
    await once(probe, 'listening');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  } finally {
    probe.close();
  }
}

/**
 * A port of the address that nothing uses. It is below those that the kernel gives out by itself: otherwise a connection of another test could take it
 * before the service starts.
 */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  const count = lowestEphemeral() - lowest;
  for (;;) {
    const port = lowest + Math.floor(Math.random() * count);
    if (await canListen(port, address)) return port;
  }
}
