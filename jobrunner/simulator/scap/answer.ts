// Owns reading answers from standard input as Python's input() does: one line when asked, the rest stays for the next question.
import type { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

/**
 * The lines of a stream, read only on demand. `\n`, `\r\n` and `\r` all end a line, as in Python's text
 * mode; that is why an answer may hold no control character.
 */
export class AnswerLines {
  readonly #input: Readable;
  #buffer = '';
  #ended = false;
  #listening = false;
  #wake: () => void = () => {};

  constructor(input: Readable) {
    this.#input = input;
  }

  /**
   * The next line without its end, or null when the stream has ended. A last line without an end counts.
   * Rejects with the signal's reason when it is aborted.
   */
  async next(signal?: AbortSignal): Promise<string | null> {
    for (;;) {
      signal?.throwIfAborted();
      const line = this.#take();
      if (line !== undefined) return line;
      if (this.#ended) return null;
      await this.#more(signal);
    }
  }

  /**
   * Leaves what arrives from now on to another process with the same stream. A pause alone does not: after it, Node reads again
   * to fill its buffer.
   */
  async release(): Promise<void> {
    if (!this.#listening || this.#ended) return;
    await turn();
    this.#input.resume();
    this.#input.pause();
    await turn();
  }

  /** Reads no more; lets the process end. */
  close(): void {
    this.#ended = true;
    this.#input.destroy();
  }

  #take(): string | undefined {
    // A carriage return at the very end may be half of a \r\n.
    const end = /\r\n|\n|\r(?!$)/.exec(this.#buffer);
    if (end) {
      const line = this.#buffer.slice(0, end.index);
      this.#buffer = this.#buffer.slice(end.index + end[0].length);
      return line;
    }
    if (!this.#ended || this.#buffer === '') return undefined;
    const last = this.#buffer.replace(/\r$/, '');
    this.#buffer = '';
    return last;
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    const ended = () => {
      this.#ended = true;
      this.#wake();
    };
    this.#input.setEncoding('utf8');
    this.#input.on('data', (text: string) => {
      this.#buffer += text;
      this.#wake();
    });
    this.#input.on('end', ended);
    this.#input.on('close', ended);
    this.#input.on('error', ended);
  }

  #more(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = () => {
        signal?.removeEventListener('abort', stop);
        this.#wake = () => {};
        this.#input.pause();
      };
      const stop = () => {
        finish();
        reject(signal?.reason);
      };
      this.#wake = () => {
        finish();
        resolve();
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.#listen();
      this.#input.resume();
    });
  }
}
