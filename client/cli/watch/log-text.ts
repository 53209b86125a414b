// Owns how the lines of a log are printed in a terminal. Not when (watch.ts, log.ts).
import { movesCursor } from '../../../schema/text/terminal/terminal-line.ts';
import { plainStyle } from '../../../schema/text/terminal/text-style.ts';
import type { LogBatch, LogLine } from '../../sdk/client.ts';
import { outputText, ownMark, reset, styledText, terminalText } from '../text.ts';

/** Prints the lines of one log in their order. A style set on one line stays set on the following ones until it is reset. */
export class LogPrinter {
  readonly #colours: boolean;
  /** Whether the output goes to a terminal, where a row can be drawn again. */
  readonly #redraws: boolean;
  #style = plainStyle;
  /** The printed beginning of a line whose newline has not come yet. */
  #partial = '';
  /** How much of the next line is printed already, in UTF-16 units. */
  #printed = 0;
  /** Whether the last printed line was only a part of a line. */
  #continues = false;

  constructor(colours: boolean, redraws = colours) {
    this.#colours = colours;
    this.#redraws = redraws;
  }

  /**
   * The lines of a batch, and what is being printed after them, cut to `columns`. A terminal shows each state of a meter; elsewhere a line
   * whose cursor moves is printed only once it is complete.
   */
  batch(lines: readonly LogLine[], partial: LogBatch['partial'], columns = 80): string {
    let text = '';
    for (const line of lines) {
      text += this.#endPartial(line);
      text += this.text(line);
    }
    const now = partial?.text ?? '';
    if (this.#continues || (!this.#redraws && movesCursor(now))) return text;
    const shown = outputText(now);
    if (this.#redraws) {
      const row = shown.slice(0, columns - 1);
      if (row !== this.#partial) text += `${this.#colours ? reset : ''}\r\x1b[K${row}`;
      this.#partial = row;
    } else if (shown.startsWith(this.#partial)) {
      text += shown.slice(this.#partial.length);
      this.#partial = shown;
    }
    return text;
  }

  /** What to print before text that does not belong to the log. */
  interruption(): string {
    return this.#endPartial(null);
  }

  /** What to print after the last batch. */
  end(): string {
    return this.#partial === '' ? '' : '\n';
  }

  /** Ends the row of a partial line before `next`: on a terminal it is erased; elsewhere `next` continues it, or it ends with a newline. */
  #endPartial(next: LogLine | null): string {
    const printed = this.#partial;
    this.#partial = '';
    if (printed === '') return '';
    if (this.#redraws) return '\r\x1b[K';
    if (next?.kind !== 'OUTPUT' || next.text === null) return '\n';
    this.#printed = outputText(next.text).startsWith(printed) ? printed.length : 0;
    return this.#printed === 0 ? '\n' : '';
  }

  /** One line with its newline. A line that was stored in parts has one only after its last part. */
  text(line: LogLine): string {
    const end = line.continues ? '' : '\n';
    const isStart = !this.#continues;
    this.#continues = line.continues;
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
        return `${this.#output(line.text, isStart)}${end}`;
    }
  }

  #output(text: string, isStart: boolean): string {
    const printed = this.#printed;
    this.#printed = 0;
    // With colours but without a terminal, the plain beginning of the line has been printed already.
    if (!this.#colours || printed > 0) return outputText(text, isStart).slice(printed);
    const styled = styledText(text, this.#style, isStart);
    this.#style = styled.after;
    return styled.text;
  }

  /** A line that SpiderPig wrote: each of its rows has the mark. */
  #own(mark: string, text: string): string {
    const shown = ownMark(mark, this.#colours);
    return `${shown}${terminalText(text).replaceAll('\n', `\n${shown}`)}`;
  }
}
