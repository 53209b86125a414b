// Tests which characters of foreign text are shown, replaced or removed.
import { expect, test } from 'vitest';
import { harmless, harmlessLabel, harmlessName } from './harmless.ts';
import { splitLinks } from './link.ts';

test('ordinary text of any script is not changed', () => {
  for (const text of [
    'plain',
    'naïve – “quoted”',
    'עברית',
    'می‌خواهم',
    'हिन्दी',
    '日本語',
    '👩‍🚀 ❤️ 1️⃣ ©️',
    '葛\u{e0100}城',
    '\u182d\u180b',
    'a\tb\nc',
  ]) {
    expect(harmless(text)).toBe(text);
  }
});

test('L1 characters that reorder, hide or imitate text are replaced by their code point', () => {
  expect(harmless('\u202eevil\u202c')).toBe('‹U+202E›evil‹U+202C›');
  expect(harmless('a\u200db')).toBe('a‹U+200D›b');
  expect(harmless('soft\u00adhyphen\u2028x\u3164')).toBe('soft‹U+00AD›hyphen‹U+2028›x‹U+3164›');
  expect(harmless('tag\u{e0041}')).toBe('tag‹U+E0041›');
  expect(harmless('a\u034fb\u17b4')).toBe('a‹U+034F›b‹U+17B4›');
  // A text can be hidden in selectors of variants, each of which is a byte.
  expect(harmless('a\ufe0f\ufe00\u{e0100}\u180b')).toBe('a‹U+FE0F›‹U+FE00›‹U+E0100›‹U+180B›');
  expect(harmless('❤\ufe0f\ufe0f葛\u{e0100}\u{e0101}')).toBe('❤\ufe0f‹U+FE0F›葛\u{e0100}‹U+E0101›');
});

test('control characters are removed, and a label is one line', () => {
  expect(harmless('a\x1b[1;31mb\x1b[0m\x00\x1b')).toBe('ab');
  expect(harmlessLabel(' two\n lines\t')).toBe('two lines');
});

test.each([
  ['ada', 'ada'],
  ['ada lovelace', 'ada lovelace'],
  ['ada ', 'ada␣'],
  [' ada', '␣ada'],
  ['ada  lovelace', 'ada␣␣lovelace'],
  ['ada\u00a0lovelace', 'ada‹U+00A0›lovelace'],
  ['ada\t\n', 'ada‹U+0009›‹U+000A›'],
  ['ada\x07', 'ada‹U+0007›'],
  ['a\u200bda', 'a‹U+200B›da'],
  ['  ', '␣␣'],
])('L1 nothing in the name %j is folded or removed', (name, shown) => {
  expect(harmlessName(name)).toBe(shown);
});

test('a URL is found without the punctuation around it', () => {
  const links = (text: string) =>
    splitLinks(text)
      .filter((piece) => piece.link !== null)
      .map((piece) => piece.text);
  expect(
    links('see https://example.org/a, or (https://example.org/b_(c)) and http://x.test/?q=1&r=2.'),
  ).toEqual(['https://example.org/a', 'https://example.org/b_(c)', 'http://x.test/?q=1&r=2']);
  expect(links('javascript:alert(1) ftp://x xhttps://y https://')).toEqual([]);
});

test('the pieces of a text join to the text', () => {
  const text = 'a https://example.org/…) b http://[ c https://x.test';
  expect(
    splitLinks(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
});
