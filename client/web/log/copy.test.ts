// Tests the text of a copy of log lines.
import { expect, test } from 'vitest';
import { copyOf } from './copy.ts';
import type { LogLine } from './line/line.ts';

const line = (number: number, text: string | null): LogLine => ({
  number,
  at: `2026-11-20T12:00:0${number}.000Z`,
  kind: 'OUTPUT',
  text,
  sensitive: text === null,
  continues: false,
});

test('a copy names its source, and contains neither colours nor hidden lines', () => {
  const lines = [line(3, '\x1b[31mred\x1b[0m end'), line(4, null), line(5, null), line(6, '10 %\r100 %')];
  expect(copyOf('7', { from: 3, to: 6 }, lines, 'http://host/jobs/7#L3-L6')).toBe(
    [
      'Job 7, lines 3–6, 2026-11-20T12:00:03.000Z to 2026-11-20T12:00:06.000Z',
      'http://host/jobs/7#L3-L6',
      '',
      'red end',
      '[2 sensitive lines hidden]',
      '100 %',
      '',
    ].join('\n'),
  );
});

test('L1: a line that was stored in parts is one line of a copy', () => {
  const parts = [{ ...line(1, 'NEEDLE-'), continues: true }, line(2, 'ACROSS'), line(3, 'next')];
  expect(copyOf('7', { from: 1, to: 3 }, parts, 'https://example.org/jobs/7')).toContain(
    '\nNEEDLE-ACROSS\nnext\n',
  );
});
