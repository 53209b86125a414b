import { describe, expect, test } from 'vitest';
import { terminalText } from './text.ts';

describe('terminalText', () => {
  test.each([
    ['\x1b[31mred\x1b[0m', '\x1b[31mred\x1b[0m', 'red'],
    ['\x1b[38:2::1:2:3mfine\x1b[m', '\x1b[38:2::1:2:3mfine\x1b[m', 'fine'],
    ['\x1b[2J\x1b[Hcleared', 'cleared', 'cleared'],
    ['\x1b]0;title\x07text', 'text', 'text'],
    ['\x1b]8;;javascript:alert(1)\x1b\\link\x1b]8;;\x1b\\', 'link', 'link'],
    ['\x1b]52;c;not closed', '52;c;not closed', '52;c;not closed'],
    ['\x9b2Jeight bits\x9d0;t\x9c', 'eight bits', 'eight bits'],
    ['over\rwritten', 'written', 'written'],
    ['\r\r', '', ''],
    ['\rx', 'x', 'x'],
    ['kept\r', 'kept', 'kept'],
    ['bell\x07 back\b null\x00', 'bell back null', 'bell back null'],
    ['one\n\x1b[32mtwo\ttab', 'one\n\x1b[32mtwo\ttab', 'one\ntwo\ttab'],
    ['zero\u200bwidth pa\u200dypal', 'zero‹U+200B›width pa‹U+200D›ypal', 'zero‹U+200B›width pa‹U+200D›ypal'],
    ['👩\u200d🚀 می\u200cخواهم', '👩\u200d🚀 می\u200cخواهم', '👩\u200d🚀 می\u200cخواهم'],
    ['bidi \u202etxt.exe', 'bidi ‹U+202E›txt.exe', 'bidi ‹U+202E›txt.exe'],
    ['\x1b\x1b[31m[2J', '\x1b[31m[2J', '[2J'],
  ])('of %j is %j in colour and %j without', (text, coloured, plain) => {
    expect(terminalText(text, true)).toBe(coloured);
    expect(terminalText(text, false)).toBe(plain);
  });

  test.each(['\x1b[', '\x1b]', '\x9d8;', '\x1b[31', '\x1b]8;;x\x1b', '\x1b\x1b]', '\r', '\rx'])(
    'takes linear time for a megabyte of %j',
    (piece) => {
      const long = piece.repeat(Math.ceil(1_000_000 / piece.length));
      const started = performance.now();
      expect(terminalText(long, true)).not.toMatch(/[\x07\x08\x9b\x9d]/);
      expect(performance.now() - started).toBeLessThan(2_000);
    },
  );
});
