import { expect, it } from 'vitest';
import { cpuTime } from '../../tests/cpu-time.ts';
import { safeAddress, splitLinks } from './link.ts';

const linksIn = (text: string): (string | null)[] =>
  splitLinks(text, 'https://gerrit.example.org/r/')
    .map(({ link }) => link)
    .filter((link) => link !== null);

it.each([
  ['T1: a URL before CJK punctuation', 'see https://example.org\u3001next', ['https://example.org/']],
  ['a URL before a full-width bracket', '（https://example.org/a）', ['https://example.org/a']],
  [
    'a path with letters of another script',
    'https://de.example.org/wiki/Zürich.',
    ['https://de.example.org/wiki/Z%C3%BCrich'],
  ],
  ['a host name in another script', 'https://exämple.org/', []],
  ['a host name that continues in another script', 'https://example.orgä/', []],
  ['a user name that looks like a host', 'https://example.org@evil.example/', []],
  ['a URL in brackets', '(see https://example.org/a_(b)).', ['https://example.org/a_(b)']],
  ['a URL in quotes', '"https://example.org/a"', ['https://example.org/a']],
  [
    'a URL with a port and a query',
    'https://example.org:8443/a?b=c#d,',
    ['https://example.org:8443/a?b=c#d'],
  ],
  ['a task id', 'Fix T12345: x', ['https://phabricator.wikimedia.org/T12345']],
  [
    'a change id',
    `I${'0123456789'.repeat(4)}`,
    [`https://gerrit.example.org/r/q/I${'0123456789'.repeat(4)}`],
  ],
  ['an abbreviated change id', 'I0123456 was merged', ['https://gerrit.example.org/r/q/I0123456']],
  ['a word that begins like a change id', 'I0123456z', []],
  ['javascript', 'javascript:alert(1)', []],
])('the link search links %s', (_name, text, links) => {
  expect(linksIn(text)).toEqual(links);
  expect(
    splitLinks(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
});

it('the link search takes linear time', () => {
  const began = cpuTime();
  for (const text of [
    'https://a'.repeat(20_000),
    'http://'.repeat(30_000),
    `https://${'a'.repeat(100_000)}ä`,
  ])
    splitLinks(text);
  expect(cpuTime() - began).toBeLessThan(5_000);
});

it('the link search does not link an address with a user name', () => {
  expect(safeAddress('https://a:b@example.org/')).toBeNull();
  expect(safeAddress('https://example.org')).toBe('https://example.org/');
});
