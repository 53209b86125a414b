// Owns how untrusted text is made safe for the terminal: it shows what a terminal would show, and only styles pass. No sequence of it moves
// the cursor, hides or forges text.
import { harmless } from '../../schema/text/harmless.ts';
import { renderTerminalLine, visibleText } from '../../schema/text/terminal-line.ts';
import { sgrOf, type TextStyle } from '../../schema/text/text-style.ts';

/** SGR 0: the terminal's own style. */
export const reset = '\x1b[0m';

/** A prompt, a name or a message that is safe to print, without styles. Newlines are kept. */
export const terminalText = (text: string): string => harmless(visibleText(text));

/**
 * A line of output that is safe to print, in its styles. It ends in the terminal's own style, so nothing that follows is coloured by it.
 * @param before the style at the end of the line before
 */
export function styledText(line: string, before: TextStyle): { text: string; after: TextStyle } {
  const { spans, after } = renderTerminalLine(line, before);
  const text = spans
    .map((span) => {
      const style = sgrOf(span.style);
      return style === '' ? harmless(span.text) : `${style}${harmless(span.text)}${reset}`;
    })
    .join('');
  return { text, after };
}
