// Owns how untrusted text is made safe for the terminal: it shows what a terminal would show, and only styles pass. No sequence of it moves
// the cursor, hides or forges text.
import { harmless, harmlessLabel } from '../../schema/text/harmless.ts';
import { renderTerminalLine, visibleText } from '../../schema/text/terminal/terminal-line.ts';
import { sgrOf, type TextStyle } from '../../schema/text/terminal/text-style.ts';

/** SGR 0: the terminal's own style. */
export const reset = '\x1b[0m';

/** A prompt, a name or a message that is safe to print, without styles. Newlines are kept. */
export const terminalText = (text: string): string => harmless(visibleText(text));

/** The same as one row, in which blanks are folded: in a table, or beside our own words. Line breaks and blanks in it cannot look like other rows or columns. */
export const terminalLabel = (text: string): string => harmlessLabel(visibleText(text));

/** How SpiderPig's own rows begin, in a log and after it. Only they do: see {@link outputText}. */
const ownRow = /^(?:[?>-] |[?>-]$|Job \d|spiderpig: |\(a hidden line\)$|\| )/;
/** Stands before a row of output that begins like one of SpiderPig's own. */
const outputMark = '| ';

/**
 * Output that is safe to print, without styles. A row that begins like one of SpiderPig's own is marked, so that output cannot ask a question or report
 * an end. `isStart`: whether it begins a row.
 */
export const outputText = (text: string, isStart = true): string =>
  terminalText(text)
    .split('\n')
    .map((row, at) => (ownRow.test(row) && (isStart || at > 0) ? `${outputMark}${row}` : row))
    .join('\n');

/**
 * The styles of output that a terminal gets: those that cannot hide text, nor look like the inverse marks of SpiderPig. A background can have the
 * colour of the text, and black and white can be the colour of the terminal.
 */
function allowedStyle(style: TextStyle): TextStyle {
  const { foreground } = style;
  return {
    ...style,
    background: null,
    inverse: false,
    foreground: isLegible(foreground) ? foreground : null,
  };
}

/** Whether a colour is legible on a dark and on a light terminal. Pure. */
function isLegible(colour: TextStyle['foreground']): boolean {
  if (colour === null) return true;
  if (typeof colour === 'number') return ![0, 7, 15].includes(colour);
  const [red, green, blue] = colour;
  const light = 0.299 * red + 0.587 * green + 0.114 * blue;
  return light >= 48 && light <= 224;
}

/**
 * A line of output that is safe to print, in its styles. It ends in the terminal's own style, so nothing that follows is coloured by it.
 * @param before the style at the end of the line before
 * @param isStart whether it begins a row
 */
export function styledText(
  line: string,
  before: TextStyle,
  isStart = true,
): { text: string; after: TextStyle } {
  const { spans, after } = renderTerminalLine(line, before);
  const plain = outputText(line, isStart);
  // A marked row has no styles: the mark must be legible.
  if (plain !== terminalText(line)) return { text: plain, after };
  const text = spans
    .map((span) => {
      const style = sgrOf(allowedStyle(span.style));
      return style === '' ? harmless(span.text) : `${style}${harmless(span.text)}${reset}`;
    })
    .join('');
  return { text, after };
}

/** A mark of SpiderPig's own rows. In colours it is inverse, which output never is: not even where a long row of it is wrapped. */
export const ownMark = (mark: string, colours: boolean): string =>
  colours ? `${reset}\x1b[7m${mark.trimEnd()}${reset} ` : mark;
