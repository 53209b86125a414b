import { expect, test } from 'vitest';
import { SignInRates } from './sign-in-rate.ts';

test('W3 the sign-ins of one address are limited, but not those of others or of a proxy on this host', () => {
  let now = 0;
  const rates = new SignInRates(() => now);
  const admitted = (address: string): number =>
    Array.from({ length: 100 }, () => rates.admits(address)).filter(Boolean).length;
  expect(admitted('192.0.2.1')).toBe(60);
  expect(admitted('192.0.2.2')).toBe(60);
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '']) expect(admitted(address)).toBe(100);
  now = 60_000;
  expect(admitted('192.0.2.1')).toBe(60);
  // The clock was set back.
  now = 1_000;
  expect(admitted('192.0.2.1')).toBe(60);
});

test('W3 the sign-ins of an IPv6 client that uses another address of its network for each attempt are limited', () => {
  const rates = new SignInRates(() => 0);
  const admitted = Array.from({ length: 100 }, (_, n) => rates.admits(`2001:db8:0:1::${n.toString(16)}`));
  expect(admitted.filter(Boolean)).toHaveLength(60);
  expect(rates.admits('2001:db8:0:2::1')).toBe(true);
});

test('W3 an address that made too many attempts is admitted after the clock was set back', () => {
  let now = 7_200_000;
  const rates = new SignInRates(() => now);
  for (let count = 0; count < 100; count++) rates.admits('192.0.2.1');
  now = 0;
  expect(rates.admits('192.0.2.1')).toBe(true);
});
