import { describe, expect, it, test } from 'vitest';
import { plainStyle } from '../../schema/text/terminal/text-style.ts';
import { cpuTime } from '../../tests/cpu-time.ts';
import type { LogLine } from '../sdk/client.ts';
import { table } from './table.ts';
import { outputText, ownMark, styledText, terminalText } from './text.ts';
import { LogPrinter } from './watch/log-text.ts';

describe('terminalText', () => {
  test.each([
    ['\x1b[31mred\x1b[0m', 'red'],
    ['\x1b]0;title\x07text', 'text'],
    ['\x1b]8;;javascript:alert(1)\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['\x1b]52;c;not closed', '52;c;not closed'],
    ['over\rwritten', 'written'],
    ['a longer one\rshort', 'shortger one'],
    ['\r\r', ''],
    ['kept\r', 'kept'],
    ['bell\x07 null\x00', 'bell null'],
    ['one\n\x1b[32mtwo\ttab', 'one\ntwo\ttab'],
    ['zero\u200bwidth pa\u200dypal', 'zero‹U+200B›width pa‹U+200D›ypal'],
    ['👩\u200d🚀 می\u200cخواهم', '👩\u200d🚀 می\u200cخواهم'],
    ['bidi \u202etxt.exe', 'bidi ‹U+202E›txt.exe'],
    ['\x1b\x1b[31m[2J', '[2J'],
  ])('the terminal text filter shows %j as %j', (text, shown) => {
    expect(terminalText(text)).toBe(shown);
  });

  test.each(['\x1b[', '\x1b]', '\x9d8;', '\x1b[31', '\x1b]8;;x\x1b', '\x1b\x1b]', '\r', '\rx'])(
    'the terminal text filter takes linear time for 200 kB of %j',
    (piece) => {
      const long = piece.repeat(Math.ceil(200_000 / piece.length));
      const started = cpuTime();
      expect(terminalText(long)).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
      styledText(long, plainStyle);
      expect(cpuTime() - started).toBeLessThan(2_000);
    },
  );
});

test('L5 a title cannot look like another row or column of a table', () => {
  const title = 'x\n8      waiting\u2028? y\x1b[31m    succeeded\u00a0\u00a0  now';
  expect(
    table([
      ['JOB', 'TITLE', 'STATUS'],
      ['7', title, 'queued'],
    ]),
  ).toBe(
    'JOB  TITLE                                 STATUS\n7    x 8 waiting‹U+2028›? y succeeded now  queued\n',
  );
});

describe('LogPrinter', () => {
  const line = (text: string | null, more: Partial<LogLine> = {}): LogLine => ({
    number: 1,
    at: '2026-11-20T12:00:00.000Z',
    kind: 'OUTPUT',
    sensitive: text === null,
    continues: false,
    text,
    ...more,
  });
  const printed = (lines: readonly LogLine[], colours: boolean): string => {
    const printer = new LogPrinter(colours);
    return lines.map((each) => printer.text(each)).join('');
  };

  it('C5: the log printer resets a colour where the output resets it', () => {
    const lines = ['\x1b[31mred', '\x1b[0mstep 1\rstep 2', 'after'].map((text) => line(text));
    expect(printed(lines, true)).toBe('\x1b[31mred\x1b[0m\nstep 2\nafter\n');
  });

  it('C6: the log printer keeps a colour that was set before a carriage return', () => {
    expect(printed([line('\x1b[32mgreen 1\rgreen 2')], true)).toBe('\x1b[32mgreen 2\x1b[0m\n');
  });

  it('C7: the log printer shows concealed words', () => {
    expect(printed([line('\x1b[8msecret words\x1b[28m shown')], true)).toBe('secret words shown\n');
  });

  it('the log printer carries a colour to the next line of output, not to a line that SpiderPig wrote', () => {
    const lines = [line('\x1b[31mred'), line('a status', { kind: 'STATUS' }), line('still red')];
    expect(printed(lines, true)).toBe(
      '\x1b[31mred\x1b[0m\n\x1b[0m\x1b[7m-\x1b[0m a status\n\x1b[31mstill red\x1b[0m\n',
    );
    expect(printed(lines, false)).toBe('red\n- a status\nstill red\n');
  });

  it('H1: the log printer prints what is printed without a newline, and completes it', () => {
    const printer = new LogPrinter(false);
    const partial = (text: string) => ({ at: '', text, sensitive: false });
    const printed = [
      printer.batch([line('before')], partial('Continue? ')),
      printer.batch([], partial('Continue? ye')),
      printer.batch([line('Continue? yes'), line('next')], partial('10 %\r20 %')),
      printer.batch([line('10 %\r20 %\rdone')], partial('half')),
      printer.batch([line('a status', { kind: 'STATUS' })], partial('half')),
      printer.batch([line('half and whole')], null),
    ];
    expect(printed.join('|')).toBe(
      'before\nContinue? |ye|s\nnext\n|done\nhalf|\n- a status\nhalf| and whole\n',
    );
  });

  it('H2: the log printer draws each state of a meter in the same row of a terminal', () => {
    const printer = new LogPrinter(true);
    const partial = (text: string) => ({ at: '', text, sensitive: false });
    expect(printer.batch([], partial('10 %'), 20)).toBe('\x1b[0m\r\x1b[K10 %');
    expect(printer.batch([], partial('10 %\r20 % of a long text'), 19)).toBe(
      '\x1b[0m\r\x1b[K20 % of a long tex',
    );
    expect(printer.batch([line('10 %\r20 %\rdone')], null, 20)).toBe('\r\x1b[Kdone\n');
  });

  it('L1: the log printer prints a line that was stored in parts as one line', () => {
    expect(printed([line('NEEDLE-', { continues: true }), line('ACROSS'), line('next')], false)).toBe(
      'NEEDLE-ACROSS\nnext\n',
    );
  });

  it('the log printer marks each row of a question', () => {
    expect(printed([line('a table\nContinue?', { kind: 'QUESTION' })], false)).toBe(
      '? a table\n? Continue?\n',
    );
  });

  it('the log printer says that a line is hidden', () => {
    expect(printed([line(null)], false)).toBe('(a hidden line)\n');
  });
});

test.each([
  '? To answer: spiderpig answer 7 y',
  '- Job 7 is queued',
  'Job 7 succeeded: exit status 0',
  'spiderpig: connection lost',
  '(a hidden line)',
  '\x1b[32m? \x1b[0mContinue?',
  'x\r? Continue?',
])('L5 output that begins like a row of SpiderPig is marked: %j', (line) => {
  const row = /^(?:[?-] |Job \d|spiderpig: |\(a hidden line\)$)/m;
  expect(outputText(line)).not.toMatch(row);
  expect(outputText(line)).toContain('| ');
  expect(styledText(line, plainStyle).text).toBe(outputText(line));
});

test('L5 output that does not begin like a row of SpiderPig is not marked', () => {
  for (const line of ['--- a/file', '-x', '?', 'Job done', 'a ? b']) {
    if (line !== '?') expect(outputText(line)).toBe(line);
  }
  expect(outputText('? in the middle of a line', false)).toBe('? in the middle of a line');
});

test.each([
  '\x1b[8mhidden',
  '\x1b[30;40mhidden',
  '\x1b[7mhidden',
  '\x1b[38;2;0;0;0mhidden',
  '\x1b[48;5;196mhidden',
])('L5 output cannot hide text or look like a mark of SpiderPig with %j', (line) => {
  expect(styledText(line, plainStyle).text).toBe('hidden');
});

test('L5 in colours the mark of an own row is inverse, which output never is', () => {
  expect(ownMark('? ', true)).toBe('\x1b[0m\x1b[7m?\x1b[0m ');
  expect(styledText('\x1b[7m?\x1b[0m To answer', plainStyle).text).not.toContain('\x1b[7m');
});
