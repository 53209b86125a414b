// Owns which network addresses webhooks may reach. Pure. Not the requests (request.ts).
import { BlockList, isIP, isIPv4 } from 'node:net';

/** Networks that are not part of the public Internet, with their standards: loopback, link-local, private and reserved ones. */
const specialNetworks = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '::ffff:0:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/');
    list.addSubnet(address, Number(prefix), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
}

const special = blockListOf(specialNetworks);

/** IPv4 addresses as IPv6 ones, in the form that Node shows. */
const mapped = /^::ffff:([0-9.]+)$/i;

/** Decides whether a webhook may reach an address. @param allowed networks that it may reach although they are not public */
export function addressFilter(allowed: readonly string[]): (address: string) => boolean {
  const permitted = blockListOf(allowed);
  return (given) => {
    const [, inner] = mapped.exec(given) ?? [];
    const address = inner ?? given.replace(/%.*$/, '');
    if (isIP(address) === 0) return false;
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    return permitted.check(address, family) || !special.check(address, family);
  };
}
