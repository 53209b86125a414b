import { expect, test } from 'vitest';
import { NewSockets } from './new-socket.ts';

test('W3 one address opens few WebSockets before it says who it is, also with many addresses of one network', () => {
  const sockets = new NewSockets({ total: 100, perAddress: 3 });
  const opened = (addresses: readonly string[]): number =>
    addresses.filter((address) => {
      if (!sockets.admits(address)) return false;
      sockets.add(address, () => {});
      return true;
    }).length;
  expect(opened(['192.0.2.1', '192.0.2.1', '::ffff:192.0.2.1', '192.0.2.1', '::ffff:192.0.2.1'])).toBe(3);
  expect(opened(['192.0.2.2'])).toBe(1);
  expect(opened(['2001:db8::1', '2001:db8::2', '2001:db8:0:0:f::3', '2001:db8::4'])).toBe(3);
  expect(opened(['2001:db8:0:1::1'])).toBe(1);
  // A proxy or a tunnel on this host stands for many people.
  expect(opened(['127.0.0.1', '127.0.0.1', '127.0.0.1', '::1', ''])).toBe(5);
});
