// Owns random texts and JSON values, most of them odd. Pure.
import type { Random } from '../crash/random.ts';

const pieces = [
  '',
  'a',
  'ada',
  '0',
  '1102340',
  '-1',
  '1e999',
  '\u0000',
  '\ud800',
  '\u202e',
  '\u200b',
  '١٢٣',
  '１２３',
  ' ',
  '\t',
  '\r\n',
  '"',
  "'",
  '\\',
  '/',
  '//',
  '..',
  '%00',
  '%2f',
  ';',
  '=',
  ',',
  '@',
  '-x',
  '<script>',
  '$(id)',
  '`id`',
  'https://gerrit.example/r/c/mediawiki/core/+/1102340',
  'javascript:alert(1)',
  `I${'0'.repeat(40)}`,
  'x'.repeat(500),
  '__proto__',
  'constructor',
  'null',
  'é',
  'e\u0301',
  '🐷',
];

/** A text of up to six odd pieces. */
export const oddText = (random: Random): string =>
  Array.from({ length: random.integer(0, 6) }, () => random.pick(pieces)).join('');

/** A JSON value: a text, a number, a list, an object with odd names, or nothing. */
export function oddValue(random: Random, depth = 3): unknown {
  const kind = random.integer(0, depth > 0 ? 8 : 6);
  if (kind <= 2) return oddText(random);
  if (kind === 3) return random.pick([0, -1, 1.5, 1e308, 2 ** 53, -0, 1102340]);
  if (kind === 4) return random.pick([null, true, false]);
  if (kind === 5) return [];
  if (kind === 6) return {};
  const values = Array.from({ length: random.integer(0, 5) }, () => oddValue(random, depth - 1));
  if (kind === 7) return values;
  return Object.fromEntries(values.map((value) => [oddText(random).slice(0, 50), value]));
}

/** The same object with some members replaced by odd values, or left out. */
export function tampered(random: Random, value: unknown): unknown {
  if (random.chance(0.08)) return oddValue(random);
  if (Array.isArray(value)) return value.map((each) => tampered(random, each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(() => !random.chance(0.03))
      .map(([name, member]) => [name, tampered(random, member)]),
  );
}
