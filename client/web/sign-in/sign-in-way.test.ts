// Tests what the sign-in page makes of its address, and of what the server tells it.
import { expect, test } from 'vitest';
import { arrivalIn, providerIn, providerPath, signInPath } from './sign-in-way.ts';

const at = (address: string) => arrivalIn(new URL(address, 'http://127.0.0.1:8888'));

test('a page that was wanted is what comes after signing in', () => {
  expect(at('/jobs/7?a=b#L3')).toEqual({ code: null, problem: null, next: '/jobs/7?a=b#L3' });
  expect(at('/')).toEqual({ code: null, problem: null, next: '/' });
  // The fragment of another page is its own.
  expect(at('/jobs/7#code=x')).toEqual({ code: null, problem: null, next: '/jobs/7#code=x' });
});

test('the fragment of the sign-in page brings a code, or a problem, and where to go on', () => {
  expect(at('/sign-in#code=x')).toEqual({ code: 'x', problem: null, next: '/' });
  expect(at('/sign-in#code=x&next=%2Fjobs%2F7%23L3')).toEqual({
    code: 'x',
    problem: null,
    next: '/jobs/7#L3',
  });
  expect(at('/sign-in#problem=denied&next=%2Fjobs%2F7')).toEqual({
    code: null,
    problem: 'denied',
    next: '/jobs/7',
  });
  expect(at('/sign-in?next=%2Fjobs%2F7').next).toBe('/jobs/7');
});

test('C6: what anybody can have written into an address leads nowhere else', () => {
  for (const evil of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)']) {
    const next = encodeURIComponent(evil);
    expect(at(`/sign-in#code=x&next=${next}`).next).toBe('/');
    expect(at(`/sign-in?next=${next}`).next).toBe('/');
  }
});

test('addresses carry where to go on', () => {
  expect(signInPath('/')).toBe('/sign-in');
  expect(at(signInPath('/jobs/7?a=b#L3')).next).toBe('/jobs/7?a=b#L3');
  expect(providerPath('/jobs/7?a=b')).toBe('/sign-in/provider?next=%2Fjobs%2F7%3Fa%3Db');
});

test('what the server says of the provider is read, and nonsense is none', () => {
  expect(providerIn({ link: true, provider: { name: 'idp.example', available: true } })).toEqual({
    name: 'idp.example',
    available: true,
  });
  expect(providerIn({ provider: { name: 'idp.example' } })?.available).toBe(false);
  for (const nonsense of [null, 'x', {}, { provider: null }, { provider: { name: 1 } }])
    expect(providerIn(nonsense)).toBeNull();
});
