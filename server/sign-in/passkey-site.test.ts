import { expect, test } from 'vitest';
import { passkeySiteOf } from './passkey-site.ts';

test('C19 passkeys belong to the public URL, or to localhost at any port, and never to an IP address', () => {
  const publicUrl = 'https://spiderpig.example';
  const site = { host: 'spiderpig.example', origin: publicUrl };
  expect(passkeySiteOf('spiderpig.example', publicUrl)).toEqual(site);
  expect(passkeySiteOf('SpiderPig.example:443', publicUrl)).toEqual(site);
  expect(passkeySiteOf('localhost:9000', publicUrl)).toEqual({
    host: 'localhost',
    origin: 'http://localhost:9000',
  });
  expect(passkeySiteOf('127.0.0.1:8888', null)).toBeNull();
  expect(passkeySiteOf('192.0.2.1', 'https://192.0.2.1')).toBeNull();
  expect(passkeySiteOf('other.example', publicUrl)).toBeNull();
});
