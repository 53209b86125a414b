// Owns several hosts on one machine, for a test: network namespaces with names of their own, on a bridge, that can be cut off. Linux, and root.
import { execFileSync } from 'node:child_process';

const ip = (...args: string[]): void => {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

/** A host: what it runs is started by {@link Host.command}. */
export interface Host {
  readonly name: string;
  /** What comes before a command so that it runs there, under the host's name. */
  readonly command: readonly string[];
  /** Its cable is out: what it sends and what is sent to it is lost, and nobody is told. */
  cut(): void;
  mend(): void;
}

/** The hosts of a test, and the address at which they reach the machine itself. */
export interface Network extends Disposable {
  readonly address: string;
  readonly hosts: readonly Host[];
}

/** Why there can be no network here; null: there can. */
export function whyNoNetwork(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are of Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const probe = `spiderpig-${process.pid}`;
  try {
    ip('netns', 'add', probe);
    ip('netns', 'delete', probe);
    return null;
  } catch {
    return 'network namespaces cannot be made here';
  }
}

/** Makes hosts of these names, of at most eight letters. Disposing removes all of it. */
export function openNetwork(...names: string[]): Network {
  // Of this process alone: names of links are of the whole machine, and so are addresses.
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
      const cable = `${bridge}v${index}`;
      ip('netns', 'add', space);
      undo.push(() => ip('netns', 'delete', space));
      ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
      // A process that ends late would keep it, with its namespace.
      undo.push(() => ip('link', 'delete', cable));
      ip('link', 'set', cable, 'master', bridge, 'up');
      ip('-n', space, 'address', 'add', `${subnet}.${2 + index}/24`, 'dev', 'eth0');
      ip('-n', space, 'link', 'set', 'lo', 'up');
      ip('-n', space, 'link', 'set', 'eth0', 'up');
      const named = `hostname ${name} && exec "$@"`;
      return {
        name,
        command: ['ip', 'netns', 'exec', space, 'unshare', '--uts', 'sh', '-c', named, 'sh'],
        cut: () => ip('link', 'set', cable, 'nomaster'),
        mend: () => ip('link', 'set', cable, 'master', bridge),
      };
    });
    return { address, hosts, [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}
