// Tests the pieces of a line: they are the whole text, matches are exact, and links keep their whole address.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitLinks } from '../../../../schema/text/link.ts';
import { plainStyle } from '../../../../schema/text/terminal/text-style.ts';
import { cpuTime } from '../../../../tests/cpu-time.ts';
import { cutPieces, piecesOf } from './highlight.ts';

const red = { ...plainStyle, foreground: 1 };

test('pieces are the text of the line, and exactly the matches are highlighted', () => {
  const spans = fc.array(
    fc.record({
      text: fc.string({ unit: fc.constantFrom('a', 'T12 ', 'https://x.org ', ' ', 'é'), maxLength: 12 }),
      style: fc.constantFrom(plainStyle, red),
      link: fc.constantFrom(null, 'https://example.org/'),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(spans, fc.uniqueArray(fc.nat(90), { maxLength: 10 }), (all, cuts) => {
      const text = all.map((span) => span.text).join('');
      const points = cuts.sort((one, other) => one - other);
      const matches = points.flatMap((from, index) =>
        index % 2 === 0 && points[index + 1] !== undefined ? [{ from, to: points[index + 1] ?? from }] : [],
      );
      const pieces = piecesOf(all, null, matches);
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      let at = 0;
      for (const piece of pieces) {
        for (let index = 0; index < piece.text.length; index++, at++) {
          const inside = matches.some(({ from, to }) => at >= from && at < to);
          expect(piece.highlighted).toBe(inside);
        }
      }
    }),
  );
});

test('a match within a URL leaves each piece linked to the whole URL', () => {
  const pieces = piecesOf(
    [{ text: 'see https://example.org/abc now', style: plainStyle, link: null }],
    null,
    [{ from: 12, to: 19 }],
  );
  expect(
    pieces.filter((piece) => piece.link === 'https://example.org/abc').map((piece) => piece.text),
  ).toEqual(['https://', 'example', '.org/abc']);
});

test('task IDs link to Phabricator, and change IDs to the configured Gerrit', () => {
  const id = `I${'0123456789abcdef'.repeat(3).slice(0, 40)}`;
  const links = (text: string, gerrit: string | null = 'https://gerrit.example.org/') =>
    splitLinks(text, gerrit)
      .filter((piece) => piece.link !== null)
      .map((piece) => [piece.text, piece.link]);
  expect(links('fixes T12345, (T99) and T7')).toEqual([
    ['T12345', 'https://phabricator.wikimedia.org/T12345'],
    ['T99', 'https://phabricator.wikimedia.org/T99'],
  ]);
  expect(links(`Change-Id: ${id}`)).toEqual([[id, `https://gerrit.example.org/q/${id}`]]);
  expect(links(`Change-Id: ${id}`, null)).toEqual([]);
  expect(links(`Change-Id: ${id}`, 'javascript:alert(1)')).toEqual([]);
  for (const text of ['XT12345', 'T12345x', 't12345', 'T0123', 'path/T12345/x', `${id}0`, `x${id}`]) {
    expect(links(text), text).toEqual([]);
  }
  // A task ID within a URL is not a separate link.
  expect(links('https://example.org/T12345')).toEqual([
    ['https://example.org/T12345', 'https://example.org/T12345'],
  ]);
});

test('the highlighter splits a megabyte of incomplete links in linear time', () => {
  for (const hostile of [
    'T1'.repeat(500_000),
    'I0'.repeat(500_000),
    'https://'.repeat(120_000),
    'I'.repeat(1_000_000),
  ]) {
    const from = cpuTime();
    splitLinks(hostile, 'https://gerrit.example.org');
    expect(cpuTime() - from).toBeLessThan(3000);
  }
});

test('T3: an address that continues in another style is linked as a whole', () => {
  const underlined = { ...plainStyle, underline: true };
  const pieces = piecesOf(
    [
      { text: 'https://example.org/', style: underlined, link: null },
      { text: 'path', style: { ...underlined, bold: true }, link: null },
    ],
    null,
    [],
  );
  expect(pieces.map(({ text, link }) => [text, link])).toEqual([
    ['https://example.org/', 'https://example.org/path'],
    ['path', 'https://example.org/path'],
  ]);
});

test('L6: a cut never leaves half of a character', () => {
  const pieces = piecesOf([{ text: 'FF🚀GG', style: plainStyle, link: null }], null, []);
  expect(cutPieces(pieces, 3).map(({ text }) => text)).toEqual(['FF']);
  expect(cutPieces(pieces, 4).map(({ text }) => text)).toEqual(['FF🚀']);
});
