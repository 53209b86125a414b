import { expect, test } from 'vitest';
import { networkOf, rejectionOf } from './origin.ts';

const own = { host: '127.0.0.1', port: 8888, allowed: ['spiderpig.test'], publicUrl: null };
const post = (host: string, origin: string, isLocal = true) =>
  rejectionOf(
    { method: 'POST', headers: { host, origin }, rawHeaders: ['Host', host, 'Origin', origin] },
    own,
    {
      isLocal,
    },
  );

test('C2 a request with two Host headers is refused', () => {
  const rawHeaders = ['Host', '127.0.0.1:8888', 'host', 'evil.example'];
  const twice = { method: 'GET', headers: { host: '127.0.0.1:8888' }, rawHeaders };
  expect(rejectionOf(twice, own, { isLocal: true })?.status).toBe(400);
});

test('C2 loopback with another port is accepted only from a client on this host', () => {
  for (const host of ['localhost:9999', '127.0.0.1:9999', '[::1]:9999', 'localhost']) {
    expect(post(host, `http://${host}`)).toBeNull();
    expect(post(host, `http://${host}`, false)?.status).toBe(421);
  }
  for (const host of [
    'evil.example:8888',
    'localhost.evil.example',
    '127.0.0.1.evil.example:8888',
    '127.0.0.2:1',
  ])
    expect(post(host, `http://${host}`)?.status).toBe(421);
});

test('C1 an https Origin is refused at an address of this server, which has no TLS', () => {
  expect(post('127.0.0.1:8888', 'https://127.0.0.1:8888')?.status).toBe(403);
  expect(post('spiderpig.test', 'https://spiderpig.test')).toBeNull();
});

test.each([
  ['spiderpig.test', 'https://spiderpig.test:8443'],
  ['127.0.0.1:8888', 'https://spiderpig.test'],
])(
  'W5 W6 a proxy that changes the Host (%s for a page at %s) is named as a possible cause',
  (host, origin) => {
    const rejection = post(host, origin);
    expect(rejection?.status).toBe(403);
    expect(rejection?.message).toContain('the address and the proxy do not agree');
    expect(rejection?.message).toContain('$http_host');
    expect(rejection?.message).toContain(origin);
  },
);

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1::3:4:5:6', '2001:db8:1:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1:2', '0:0:0:0::/64'],
])('W3 the address %s is counted as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
