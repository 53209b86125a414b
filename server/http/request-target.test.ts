// Tests the forms of the target of a request.
import { expect, test } from 'vitest';
import { useOriginForm } from './request-target.ts';

const formOf = (url: string): [string, string | undefined] => {
  const request = { url, headers: { host: 'header.example' } };
  useOriginForm(request);
  return [request.url, request.headers.host];
};

test('a request for an absolute URL is one for its path at the host of the URL', () => {
  expect(formOf('http://other.example:80/jobs/7?text=why?')).toEqual([
    '/jobs/7?text=why?',
    'other.example:80',
  ]);
  expect(formOf('HTTPS://[::1]/graphql')).toEqual(['/graphql', '[::1]']);
  expect(formOf('http://other.example')).toEqual(['/', 'other.example']);
  expect(formOf('http://other.example?text=x')).toEqual(['/?text=x', 'other.example']);
  // An empty host is refused later, like an empty header.
  expect(formOf('http:///jobs')).toEqual(['/jobs', '']);
});

test('a request for a path keeps its path and its Host header', () => {
  for (const url of [
    '/',
    '/jobs/7?next=http://other.example/',
    '//other.example/',
    '*',
    'http://user@other.example/',
  ])
    expect(formOf(url)).toEqual([url, 'header.example']);
});
