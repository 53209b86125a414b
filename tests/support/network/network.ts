// Owns hosts for a test: network namespaces on a bridge, each with its own host name, that can be disconnected. Linux only, needs root.
import { execFileSync } from 'node:child_process';

const ip = (...args: string[]): void => {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

/** A host. {@link Host.command} starts processes on it. */
export interface Host {
  readonly name: string;
  /** Its address, from which others see its connections. */
  readonly address: string;
  /** The prefix of a command that runs on this host, under its host name. */
  readonly command: readonly string[];
  /** Drops all packets from and to this host without an error to either side. */
  disconnect(): void;
  reconnect(): void;
}

/** The hosts of a test, and the address at which they reach this machine. */
export interface Network extends Disposable {
  readonly address: string;
  readonly hosts: readonly Host[];
}

/** The reason why network namespaces cannot be created here. Null if they can. */
export function whyNoNetwork(): string | null {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const probe = `spiderpig-${process.pid}`;
  try {
    ip('netns', 'add', probe);
    ip('netns', 'delete', probe);
    return null;
  } catch {
    return 'network namespaces cannot be created here';
  }
}

/** Creates hosts with these names, which have at most eight letters. They are removed on disposal. */
export function openNetwork(...names: string[]): Network {
  // Link names and addresses are shared by the whole machine, so they contain the process id.
  const own = process.pid;
  const subnet = `10.${200 + ((own >> 8) % 50)}.${own & 255}`;
  const bridge = `sp${own}`;
  const undo: (() => void)[] = [];
  const dispose = (): void => {
    for (const step of undo.splice(0).reverse()) step();
  };
  try {
    ip('link', 'add', bridge, 'type', 'bridge');
    undo.push(() => ip('link', 'delete', bridge));
    const address = `${subnet}.1`;
    ip('address', 'add', `${address}/24`, 'dev', bridge);
    ip('link', 'set', bridge, 'up');
    const hosts = names.map((name, index) => {
      const space = `${bridge}-${name}`;
      const link = `${bridge}v${index}`;
      ip('netns', 'add', space);
      undo.push(() => ip('netns', 'delete', space));
      ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
      // A process that is still running would keep the link and its namespace.
      undo.push(() => ip('link', 'delete', link));
      ip('link', 'set', link, 'master', bridge, 'up');
      const hostAddress = `${subnet}.${2 + index}`;
      ip('-n', space, 'address', 'add', `${hostAddress}/24`, 'dev', 'eth0');
      ip('-n', space, 'link', 'set', 'lo', 'up');
      ip('-n', space, 'link', 'set', 'eth0', 'up');
      const withHostName = `hostname ${name} && exec "$@"`;
      return {
        name,
        address: hostAddress,
        command: ['ip', 'netns', 'exec', space, 'unshare', '--uts', 'sh', '-c', withHostName, 'sh'],
        disconnect: () => ip('link', 'set', link, 'nomaster'),
        reconnect: () => ip('link', 'set', link, 'master', bridge),
      };
    });
    return { address, hosts, [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}
