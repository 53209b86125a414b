// Owns how the lines of a log are printed in a terminal. Not when (watch.ts, main.ts).
import { plainStyle } from '../../schema/text/text-style.ts';
import type { LogLine } from '../sdk/client.ts';
import { reset, styledText, terminalText } from './text.ts';

/** Prints the lines of one log in their order. A style set on one line stays set on the following ones until it is reset. */
export class LogPrinter {
  readonly #colours: boolean;
  #style = plainStyle;

  constructor(colours: boolean) {
    this.#colours = colours;
  }

  /** One line with its newline. A line that was stored in parts has one only after its last part. */
  text(line: LogLine): string {
    const end = line.continues ? '' : '\n';
    if (line.text === null) return `(a hidden line)${end}`;
    switch (line.kind) {
      case 'QUESTION':
        return `${this.#own('? ', line.text)}\n`;
      case 'ANSWER':
      case 'STOP':
      case 'STATUS':
      case 'EXIT':
      case 'NOTICE':
        return `${this.#own('- ', line.text)}\n`;
      default:
        // Output, or a kind of a newer server.
        return `${this.#output(line.text)}${end}`;
    }
  }

  #output(text: string): string {
    if (!this.#colours) return terminalText(text);
    const styled = styledText(text, this.#style);
    this.#style = styled.after;
    return styled.text;
  }

  /** A line that SpiderPig wrote: each of its rows has the mark. */
  #own(mark: string, text: string): string {
    const rows = terminalText(text).replaceAll('\n', `\n${mark}`);
    return `${this.#colours ? reset : ''}${mark}${rows}`;
  }
}
