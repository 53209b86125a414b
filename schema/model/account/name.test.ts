import { expect, test } from 'vitest';
import { nameKey, normalizedName, userNamePattern } from './name.ts';
import { looksLike } from './name-likeness.ts';

test.each(['ada', 'Ada Lovelace', 'ünïcode', 'a.b@c-d_e', '李雷', 'x'.repeat(85)])(
  'C13 %s is an allowed user name',
  (name) => {
    expect(userNamePattern.test(name)).toBe(true);
  },
);

test.each([
  ['a blank at the end', 'ada '],
  ['two blanks', 'ada  l'],
  ['a zero-width space', 'ad\u200ba'],
  ['a Hangul filler, which is a letter', 'ada\u3164'],
  ['a halfwidth Hangul filler', 'ada\uffa0'],
  ['a Hangul choseong filler', '\u115fada'],
  ['a soft hyphen', 'ad\u00ada'],
  ['a no-break space', 'ada\u00a0l'],
  ['a right-to-left override', 'ad\u202ea'],
  ['a leading dash', '-ada'],
  ['86 characters', 'x'.repeat(86)],
])('C13 a user name with %s is refused', (_, name) => {
  expect(userNamePattern.test(name)).toBe(false);
});

test.each([
  ['case', 'Ada', 'ada'],
  ['blanks around it', ' ada ', 'ada'],
  ['composition', 'ju\u0308rgen', 'j\u00fcrgen'],
  ['fullwidth letters', '\uff41da', 'ada'],
])('C13 names that differ in %s are the same name', (_, one, other) => {
  expect(nameKey(one)).toBe(nameKey(other));
  expect(looksLike(one, other)).toBe(false);
});

test('C13 a name is stored composed and without blanks around it', () => {
  expect(normalizedName(' ju\u0308rgen ')).toBe('j\u00fcrgen');
});

test.each([
  ['Cyrillic', 'аdа', 'ada'],
  ['Greek', 'οps', 'ops'],
  ['a Roman numeral', 'ad\u217c', 'adl'],
])('C13 a name with %s letters looks like one in Latin letters', (_, one, other) => {
  expect(nameKey(one) !== nameKey(other) ? looksLike(one, other) : true).toBe(true);
});

test('C13 names in ASCII, and names with different accents, are not taken for each other', () => {
  expect(looksLike('alice1', 'alicel')).toBe(false);
  expect(looksLike('barn', 'bam')).toBe(false);
  expect(looksLike('jürgen', 'jurgen')).toBe(false);
});
