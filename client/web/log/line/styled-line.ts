// Owns the spans that the page draws for one line of a log: what a terminal shows, with characters that could mislead made visible.
import { harmless } from '../../../../schema/text/harmless.ts';
import { safeAddress } from '../../../../schema/text/link.ts';
import { renderTerminalLine, type TextSpan } from '../../../../schema/text/terminal/terminal-line.ts';
import { plainStyle, type TextStyle } from '../../../../schema/text/terminal/text-style.ts';

/** A line as it is drawn. */
export interface StyledLine {
  /** `link` is an http(s) address or null. A line of several rows has spans that are one newline. */
  readonly spans: readonly TextSpan[];
  readonly after: TextStyle;
  /** Earlier states of the line that were overwritten, oldest first. */
  readonly overwritten: readonly string[];
}

/** @param before the style at the end of the line before */
export function styledLine(line: string, before: TextStyle): StyledLine {
  const spans: TextSpan[] = [];
  const overwritten: string[] = [];
  let style = before;
  for (const [index, row] of line.split('\n').entries()) {
    if (index > 0) spans.push({ text: '\n', style: plainStyle, link: null });
    const rendered = renderTerminalLine(row, style);
    // Not `push(...spans)`: a hostile line can have more spans than a call may have arguments.
    for (const span of rendered.spans) {
      spans.push({
        ...span,
        text: harmless(span.text),
        link: span.link === null ? null : safeAddress(span.link),
      });
    }
    for (const state of rendered.overwritten) overwritten.push(harmless(state));
    style = rendered.after;
  }
  return { spans, after: style, overwritten };
}

/** The text of spans. */
export const textOfSpans = (spans: readonly TextSpan[]): string => spans.map(({ text }) => text).join('');
