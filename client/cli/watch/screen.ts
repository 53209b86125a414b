// Owns the terminal while a job is watched: the log scrolls above one line at the bottom, which shows the progress or the prompt of a question.
import type { Printer } from '../printer.ts';

const clearLine = '\r\x1b[2K';
/** Dim, and cut at the right edge instead of wrapped. */
const bottomStyle = (text: string, colours: boolean): string =>
  `\x1b[?7l${colours ? `\x1b[2m${text}\x1b[0m` : text}\x1b[?7h`;

/** Prints the log of a job. The bottom line exists only where stdout is a terminal. */
export class Screen {
  readonly #printer: Printer;
  readonly #hasBottom: boolean;
  #status: string | null = null;
  #redrawPrompt: (() => void) | null = null;
  #isDrawn = false;
  /** Whether the cursor is at the start of a line. */
  #atStart = true;

  constructor(printer: Printer) {
    this.#printer = printer;
    this.#hasBottom = printer.terminal.stdout.isTTY === true && !printer.json;
  }

  /** Prints text above the bottom line. */
  async print(text: string): Promise<void> {
    if (text === '') return;
    const clear = this.#isDrawn || this.#redrawPrompt !== null ? clearLine : '';
    this.#isDrawn = false;
    this.#atStart = text.endsWith('\n');
    await this.#printer.text(this.#hasBottom ? `${clear}${text}` : text);
    this.#draw();
  }

  /** Whether the bottom line belongs to a prompt. */
  get hasPrompt(): boolean {
    return this.#redrawPrompt !== null;
  }

  /** Sets the bottom line; null removes it. */
  showStatus(status: string | null): void {
    if (status === this.#status) return;
    this.#status = status;
    if (this.#redrawPrompt === null) this.#draw();
  }

  /** Gives the bottom line to a prompt, which `redraw` draws again after the log was printed; null ends that. */
  setPrompt(redraw: (() => void) | null): void {
    const { stdout } = this.#printer.terminal;
    if (this.#hasBottom && (this.#isDrawn || this.#redrawPrompt !== null)) stdout.write(clearLine);
    this.#isDrawn = false;
    this.#redrawPrompt = redraw;
    this.#draw();
  }

  #draw(): void {
    if (!this.#hasBottom || !this.#atStart) return;
    if (this.#redrawPrompt !== null) {
      this.#redrawPrompt();
      return;
    }
    const { stdout } = this.#printer.terminal;
    if (this.#status === null) {
      if (this.#isDrawn) stdout.write(clearLine);
      this.#isDrawn = false;
      return;
    }
    stdout.write(`${clearLine}${bottomStyle(this.#status, this.#printer.colours)}`);
    this.#isDrawn = true;
  }
}
