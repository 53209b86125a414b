// Owns what a copy of log lines says. Pure. Owns no clipboard.

import { msg } from '../i18n/msg.ts';
import { parseLine, plainStyle } from './ansi.ts';
import type { LogLine } from './line.ts';
import type { LineRange } from './rows.ts';

/** Lines that a copy has at most; for more there is the download. */
export const mostCopied = 10_000;

/** The text of a line as it is seen, without colours. Null while it is hidden. */
export function wordsOf(line: LogLine): string | null {
  if (line.text === null) return null;
  return parseLine(line.text, plainStyle)
    .spans.map((span) => span.text)
    .join('');
}

/**
 * Lines with a header that says where they are from, without numbers and colours. Sensitive lines stay hidden, also those
 * that are shown on the page at the moment.
 * @param address of the lines
 */
export function copyOf(jobId: string, range: LineRange, lines: readonly LogLine[], address: string): string {
  const [first, last] = [lines[0], lines.at(-1)];
  const header = msg('log-copy-header', jobId, range.from, range.to, range.to - range.from + 1);
  const times =
    first === undefined || last === undefined
      ? ''
      : first.at === last.at
        ? msg('log-copy-time', first.at)
        : msg('log-copy-times', first.at, last.at);
  const body: string[] = [];
  let hidden = 0;
  for (const line of lines) {
    const words = wordsOf(line);
    if (words === null) {
      hidden++;
      continue;
    }
    if (hidden > 0) body.push(`[${msg('log-hidden', hidden)}]`);
    hidden = 0;
    body.push(words);
  }
  if (hidden > 0) body.push(`[${msg('log-hidden', hidden)}]`);
  return `${[`${header}${times}`, address, '', ...body].join('\n')}\n`;
}
