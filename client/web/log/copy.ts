// Owns the text of a copy of log lines. Pure. Owns no clipboard.
import { plainStyle } from '../../../schema/text/terminal/text-style.ts';
import type { LogLine } from './line/line.ts';
import { styledLine, textOfSpans } from './line/styled-line.ts';
import { msg } from './messages.ts';
import type { LineRange } from './scroll/rows.ts';

/** The largest number of lines in a copy. For more there is the download. */
export const maxCopiedLines = 10_000;

/** The visible text of a line, without colours; null if the line is hidden. */
function visibleTextOf(line: LogLine): string | null {
  if (line.text === null) return null;
  return textOfSpans(styledLine(line.text, plainStyle).spans);
}

/**
 * Lines without numbers and colours, below a header that says where they are from. Sensitive lines stay hidden, even if they are revealed on the page.
 * @param address the URL of the lines
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
  return `${[`${header}${times}`, address, '', ...linesInWords(lines)].join('\n')}\n`;
}

/** The visible texts of lines, without colours. A line that was stored in parts is whole, and hidden lines are counted. */
export function linesInWords(lines: readonly LogLine[]): string[] {
  const body: string[] = [];
  let hidden = 0;
  /** Whether the line before was stored in parts and the next one is its continuation. */
  let continued = false;
  for (const line of lines) {
    const text = visibleTextOf(line);
    if (text === null) {
      hidden++;
      continued = false;
      continue;
    }
    if (hidden > 0) body.push(`[${msg('log-hidden', hidden)}]`);
    hidden = 0;
    if (continued) body.push(`${body.pop() ?? ''}${text}`);
    else body.push(text);
    continued = line.continues;
  }
  if (hidden > 0) body.push(`[${msg('log-hidden', hidden)}]`);
  return body;
}
