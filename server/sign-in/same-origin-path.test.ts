import { describe, expect, test } from 'vitest';
import { ownPath as ownPathOfPage } from '../../client/web/parts/own-path.ts';
import { ownPath } from './same-origin-path.ts';

describe.each([
  ['the server', ownPath],
  ['the page', ownPathOfPage],
])('%s', (_who, own) => {
  test.each([
    '/',
    '/jobs/7',
    '/?changes=1,2',
    '/jobs/7#L3-9',
    '/graphql?query=%7B%20a%20%7D',
    '/jobs/7?x=//y',
  ])('goes to %j after signing in', (path) => {
    expect(own(path)).toBe(path);
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
    // Back to where one comes from would be a circle.
    '/sign-in',
    '/sign-in#code=x',
    '/sign-in/provider',
    '/x/../sign-in',
  ])('C6: goes to the overview instead of %j', (wish) => {
    expect(own(wish)).toBe('/');
  });
});
