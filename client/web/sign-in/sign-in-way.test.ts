// Tests how the URL of the sign-in page and the answer on the provider are parsed.
import { expect, test } from 'vitest';
import { parseArrival, parseProvider, providerPath, signInPath } from './sign-in-way.ts';

const at = (address: string) => parseArrival(new URL(address, 'http://127.0.0.1:8888'));

test('signing in continues to the page that was requested', () => {
  expect(at('/jobs/7?a=b#L3')).toEqual({
    code: null,
    problem: null,
    startsProvider: false,
    next: '/jobs/7?a=b#L3',
  });
  expect(at('/')).toEqual({ code: null, problem: null, startsProvider: false, next: '/' });
  // The fragment of another page is not parsed.
  expect(at('/jobs/7#code=x')).toEqual({
    code: null,
    problem: null,
    startsProvider: false,
    next: '/jobs/7#code=x',
  });
});

test('the fragment of the sign-in page has a code or a problem, and the path to continue to', () => {
  expect(at('/sign-in#code=x')).toEqual({ code: 'x', problem: null, startsProvider: false, next: '/' });
  expect(at('/sign-in#code=x&next=%2Fjobs%2F7%23L3')).toEqual({
    code: 'x',
    problem: null,
    startsProvider: false,
    next: '/jobs/7#L3',
  });
  expect(at('/sign-in#problem=denied&next=%2Fjobs%2F7')).toEqual({
    code: null,
    problem: 'denied',
    startsProvider: false,
    next: '/jobs/7',
  });
  expect(at('/sign-in?next=%2Fjobs%2F7').next).toBe('/jobs/7');
});

test('C6: a URL from elsewhere cannot redirect to another origin', () => {
  for (const evil of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)']) {
    const next = encodeURIComponent(evil);
    expect(at(`/sign-in#code=x&next=${next}`).next).toBe('/');
    expect(at(`/sign-in?next=${next}`).next).toBe('/');
  }
});

test('sign-in paths contain the path to continue to', () => {
  expect(signInPath('/')).toBe('/sign-in');
  expect(at(signInPath('/jobs/7?a=b#L3')).next).toBe('/jobs/7?a=b#L3');
  expect(providerPath('/jobs/7?a=b')).toBe('/sign-in/provider?next=%2Fjobs%2F7%3Fa%3Db');
});

test('the provider is parsed, and an invalid response has no provider', () => {
  expect(parseProvider({ link: true, provider: { name: 'idp.example', available: true } })).toEqual({
    name: 'idp.example',
    available: true,
  });
  expect(parseProvider({ provider: { name: 'idp.example' } })?.available).toBe(false);
  for (const nonsense of [null, 'x', {}, { provider: null }, { provider: { name: 1 } }])
    expect(parseProvider(nonsense)).toBeNull();
});
