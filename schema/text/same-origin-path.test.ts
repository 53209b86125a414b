import { describe, expect, test } from 'vitest';
import { sameOriginPath } from './same-origin-path.ts';

describe('sameOriginPath', () => {
  test.each([
    '/',
    '/jobs/7',
    '/?changes=1,2',
    '/jobs/7#L3-9',
    '/graphql?query=%7B%20a%20%7D',
    '/jobs/7?x=//y',
  ])('the path check accepts the same-origin path %j', (path) => {
    expect(sameOriginPath(path)).toBe(path);
  });

  test.each([
    null,
    '',
    'jobs/7',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '\\/evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    ' //evil.example',
    '/\t/evil.example',
    '\t//evil.example',
    '/\n/evil.example',
    '/jobs/7\r\nset-cookie: a=b',
    '/\u0000',
    '/a b',
    '/\u0085',
    '/.//evil.example',
    '/x/..//evil.example',
    '/%2e//evil.example',
    '/\ud800',
    `/${'x'.repeat(2_000)}`,
    // A redirect back to the sign-in page would be a loop.
    '/sign-in',
    '/sign-in#code=x',
    '/sign-in/provider',
    '/x/../sign-in',
  ])('C6: the path check replaces %j by /', (path) => {
    expect(sameOriginPath(path)).toBe('/');
  });
});
