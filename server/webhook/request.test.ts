import { promises as dns } from 'node:dns';
import { expect, it, vi } from 'vitest';
import { addressesByDns } from './request.ts';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** A resolver that answers as told. */
function resolverOf(v4: Error | string[], v6: Error | string[]): dns.Resolver {
  const resolver = new dns.Resolver();
  const answer = (given: Error | string[]) =>
    given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
  vi.spyOn(resolver, 'resolve4').mockImplementation((() => answer(v4)) as never);
  vi.spyOn(resolver, 'resolve6').mockImplementation((() => answer(v6)) as never);
  return resolver;
}

it('the addresses of a name are found by DNS when it has them of one kind only', async () => {
  const addressesOf = addressesByDns(resolverOf(failure('ESERVFAIL'), ['2001:db8::1']));
  expect(await addressesOf('push.test')).toEqual([{ address: '2001:db8::1', family: 6 }]);
});

it.each([
  ['ENODATA', 'ETIMEOUT', 'ETIMEOUT'],
  ['ENOTFOUND', 'ESERVFAIL', 'ESERVFAIL'],
  ['ESERVFAIL', 'ENODATA', 'ESERVFAIL'],
  ['ENOTFOUND', 'ENODATA', 'ENOTFOUND'],
])('of the reasons %s and %s of DNS names %s', async (first, second, named) => {
  const addressesOf = addressesByDns(resolverOf(failure(first), failure(second)));
  await expect(addressesOf('push.test')).rejects.toMatchObject({ code: named });
});
