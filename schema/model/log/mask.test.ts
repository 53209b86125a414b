import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuTime } from '../../../tests/cpu-time.ts';
import { overwrittenText, visibleText } from '../../text/terminal/terminal-line.ts';
import { InvalidMask, Masks, maskOverlap, maskReplacement, parseMasks } from './mask.ts';

const masked = (patterns: readonly string[], text: string): string => new Masks(patterns).text(text);
const esc = '\x1b';

describe('a file of masks', () => {
  it('a mask file parses one pattern per line, with blank lines and comments', () => {
    expect(parseMasks('# known\n\n  hunter\\d+ \r\n(?<=password=)\\S{4,}\n#x\n')).toEqual([
      'hunter\\d+',
      '(?<=password=)\\S{4,}',
    ]);
    expect(parseMasks('')).toEqual([]);
  });

  it.each([
    ['good.\n(', 2, 'not a regular expression'],
    ['a*', 1, 'matches empty text'],
    ['(?=x)', 1, 'matches a single character'],
    ['\n\nx', 3, 'matches a single character ("x")'],
    ['.', 1, 'matches a single character'],
    ['\\S+', 1, 'matches a single character'],
    ['[а-я]', 1, 'matches a single character'],
    ['secret|', 1, 'matches empty text'],
    ['secret|漢', 1, 'matches a single character'],
    ['ab'.repeat(501), 1, 'longer than'],
    ['ab\n'.repeat(201), 201, 'more than 200'],
  ])('a harmful mask file is rejected: %#', (text, line, words) => {
    try {
      parseMasks(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidMask);
      expect(error).toMatchObject({ line, message: expect.stringContaining(words) });
    }
  });
});

describe('masking', () => {
  it('a mask replaces every match and nothing else', () => {
    expect(masked(['hunter\\d'], 'hunter2 and hunter3, not hunter')).toBe(
      '[masked] and [masked], not hunter',
    );
    expect(masked(['(?<=token=)\\w{3,}'], 'token=abcdef&x')).toBe('token=[masked]&x');
    expect(masked(['abc', 'bcd'], 'xabcdx abc')).toBe('x[masked]x [masked]');
    expect(masked(['abc', 'def'], 'abcdef')).toBe('[masked][masked]');
    expect(masked(['🐷🐷'], '🐷🐷🐷')).toBe('[masked]🐷');
  });

  it('a mask matches each line separately', () => {
    expect(masked(['^ab$'], 'ab\nabc\nab')).toBe('[masked]\nabc\n[masked]');
    expect(masked(['ab\\scd'], 'ab\ncd')).toBe('ab\ncd');
    expect(masked(['(?<!\\s)abc'], 'abc\n abc')).toBe('[masked]\n abc');
    expect(masked(['abc(?!\\s)'], 'x\nabc\nabc ')).toBe('x\n[masked]\nabc ');
    expect(masked(['[^]*abc'], 'x\nyabc\nz')).toBe('x\n[masked]\nz');
    expect(masked(['abc$'], 'abc\r')).toBe('[masked]\r');
  });

  it('S1: a mask masks a secret interrupted by escape sequences or invisible characters, and ends its colours', () => {
    for (const between of [
      `${esc}[31m`,
      `${esc}[38;2;1;2;3m`,
      `${esc}]8;;https://x.example/\x07`,
      `${esc}]0;title${esc}\\`,
      `${esc}(B`,
      '\x9b1m',
      '\u200b',
      '\u202e',
      '\0',
      '\b',
      '\xad',
      '\ufeff',
    ]) {
      const text = [...'hunter2'].join(between);
      expect(masked(['hunter\\d'], `a ${text} b`)).toBe('a [masked] b');
      expect(masked(['hunter\\d'], `${between}a ${text} b`)).toBe(`${between}a [masked] b`);
    }
    expect(masked(['hunter\\d'], `${esc}[31mhunt${esc}[1mer${esc}[0m2 rest`)).toBe(
      `${esc}[31m[masked]${esc}[0m rest`,
    );
  });

  it('a mask masks a secret inside an escape sequence', () => {
    const link = `${esc}]8;;https://x.example/?token=hunter2\x07here${esc}]8;;\x07`;
    expect(masked(['hunter\\d'], link)).toBe(
      `${esc}]8;;https://x.example/?token=[masked]\x07here${esc}]8;;\x07`,
    );
    expect(masked(['ter\\d'], `${esc}]hunter2`)).not.toContain('hunter2');
  });

  it('S1: a mask ignores matches so short that they would blank a log', () => {
    // Refused at the start already; what slips through does no harm.
    expect(new Masks(['(?<=a)b', 'x*', '\\b']).text('abab xxx yx')).toBe('abab [masked] yx');
  });

  it('masking returns the same buffer if nothing matches', () => {
    const bytes = Buffer.from('grün\nplain\n');
    expect(new Masks(['hunter\\d']).bytes(bytes)).toBe(bytes);
    expect(new Masks(['hunter\\d']).bytes(Buffer.from('ü hunter2\nx\n')).toString()).toBe('ü [masked]\nx\n');
  });

  it('S1: a mask masks a secret wherever its line is split', () => {
    const secret = 'hunter2024';
    const alphabet = fc.constantFrom(
      'a',
      'hunter',
      '🐷',
      `${esc}[1m`,
      secret,
      [...secret].join(`${esc}[31m`),
      '20',
    );
    fc.assert(
      fc.property(
        fc.array(alphabet, { maxLength: 40 }),
        fc.array(fc.nat(400), { maxLength: 6 }),
        fc.nat(5_000),
        (parts, cuts, padding) => {
          const line = 'p'.repeat(padding) + parts.join('') + 'q'.repeat(padding);
          const masks = new Masks(['hunter2024']);
          const long = masks.longLine();
          let given = '';
          let from = 0;
          for (const cut of [...cuts]
            .sort((a, b) => a - b)
            .map((cut) => Math.min(line.length, padding + cut))) {
            given += long.push(line.slice(from, cut), false);
            from = cut;
          }
          given += long.push(line.slice(from), true);
          expect(given).toBe(masks.text(line));
          expect(given.replaceAll(/\x1b\[\d+m/g, '')).not.toContain(secret);
        },
      ),
    );
  });

  it('a mask works across pieces of a long line, with lookbehind, and holds back little', () => {
    const masks = new Masks(['(?<=password=)\\S{8,40}']);
    for (const before of [65_500, 65_530, 65_536 - 9, 65_536, 65_536 - maskOverlap - 20, 61_440]) {
      const line = `${' '.repeat(before)}password=abcdefghijklmnop ${' '.repeat(70_000)}`;
      const long = masks.longLine();
      const pieces = [];
      for (let from = 0; from < line.length; from += 65_536)
        pieces.push(long.push(line.slice(from, from + 65_536), from + 65_536 >= line.length));
      expect(pieces.join('')).toBe(line.replace('abcdefghijklmnop', maskReplacement));
      expect(pieces[0]?.length).toBeGreaterThanOrEqual(65_536 - maskOverlap - 1_024);
      expect(masks.text(`${line}\nx`)).toBe(`${pieces.join('')}\nx`);
    }
  });

  it('a match longer than the held-back text is masked in bounded memory', () => {
    const long = new Masks(['key:\\S{9,}']).longLine();
    let given = '';
    for (let n = 0; n < 20; n++)
      given += long.push(n === 0 ? `a key:${'s'.repeat(9_000)}` : 's'.repeat(9_000), false);
    given += long.push(' end', true);
    expect(given).toMatch(/^a \[masked\]/);
    // A known secret is not longer than 64 Ki.
    expect(given.length).toBeLessThan(20 * 9_000 - 65_536);
  });

  it('L3: text full of escape sequences is masked in linear time', () => {
    const masks = new Masks(['hunter\\d{4}', 'AKIA[A-Z0-9]{16}']);
    const time = (text: string): number => {
      const from = cpuTime();
      masks.text(text);
      return cpuTime() - from;
    };
    for (const part of [
      `${esc}]`,
      `${esc}[`,
      `${esc}[1`,
      `${esc}[31mx`,
      `${esc}]8;;`,
      `${esc}${esc}`,
      `${esc}P`,
      '\x9d',
    ])
      expect(time(part.repeat(Math.ceil(1_000_000 / part.length)))).toBeLessThan(2_000);
  });
});

describe('secrets that are printed with movements of the cursor', () => {
  const masks = new Masks(['hunter\\d+', 'Bearer [a-z0-9]{6,}']);
  it.each([
    ['a backspace', 'password huX\bnter42 ok'],
    ['several backspaces', 'password XXX\b\b\bhunter42 ok'],
    ['a carriage return', 'XXXter42\rhun'],
    ['a carriage return and a colour', 'XXXter42\r\x1b[31mhun\x1b[0m'],
    ['a movement to a column', 'ter42\x1b[1Gpassword hunter42'],
    ['a movement to the right', '\x1b[3Cter42\x1b[1Ghun'],
    ['an erasure', 'hunXXX\b\b\b\x1b[Kter42'],
    ['a later overwriting', 'password huX\bnter42\rdone                 '],
    ['colours', 'hun\x1b[1mter\x1b[0m42'],
    ['a title', 'hun\x1b]0;title\x07ter42'],
    ['a control string of an 8-bit terminal', 'hun\x9d0;title\x9cter42'],
    ['invisible characters', 'hun\u200bter\u00ad42'],
    ['invisible characters and a backspace', 'huX\bn\u200bter42'],
  ])('a mask masks a secret that %s interrupts', (_name, line) => {
    const masked = masks.text(`before\n${line}\nafter`);
    const [before, shown = '', after] = masked.split('\n');
    expect([before, after]).toEqual(['before', 'after']);
    for (const form of [visibleText(shown), ...overwrittenText(shown)])
      expect(form.replaceAll(/[\u200b\u00ad]/g, '')).not.toMatch(/hunter\d/);
    expect(shown).toContain(maskReplacement);
  });

  it('a line whose overwritten text is not a secret is kept', () => {
    const line = 'copied 10 %\rcopied 20 %';
    expect(masks.text(line)).toBe(line);
  });
});
