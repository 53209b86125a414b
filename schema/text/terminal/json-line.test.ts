import { expect, test } from 'vitest';
import { jsonLine } from './json-line.ts';

test('L5 a JSON line has no character that controls a terminal, and parses to the same value', () => {
  const value = { text: 'a\x9b31m\u202eb\u200bc\u{e0041}d\ne\x1b[2J\u034f\ufe0f\u{e0100}\u180b' };
  const line = jsonLine(value);
  expect(line).toMatch(/^[ -~]+\n$/);
  expect(JSON.parse(line)).toEqual(value);
});
