// Owns the output of a command: text for people or JSON for programs, and colours. Not the log of a watched job (screen.ts).
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { jsonLine } from '../../schema/text/terminal/json-line.ts';
import type { LogBatch } from '../sdk/client.ts';
import type { Output } from './command.ts';
import { table } from './table.ts';
import { terminalText } from './text.ts';

/** The standard streams. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable;
}

/** Prints the results of a command. */
export class Printer {
  readonly terminal: Terminal;
  /** Whether results are JSON objects. */
  readonly json: boolean;
  /** Whether output has colours. */
  readonly colours: boolean;

  constructor(terminal: Terminal, { json, color }: Output) {
    this.terminal = terminal;
    this.json = json;
    this.colours = !json && (color === 'always' || (color === 'auto' && terminal.stdout.isTTY === true));
  }

  /** Prints text as it is; resolves when stdout accepts more (back-pressure). Nothing with `--json`. */
  async text(text: string): Promise<void> {
    if (!this.json) await this.#write(text);
  }

  /** Prints rows with aligned columns, the first one with their names. Nothing with `--json`. */
  async table(rows: readonly (readonly string[])[]): Promise<void> {
    const { isTTY, columns } = this.terminal.stdout;
    await this.text(table(rows, isTTY === true ? (columns ?? null) : null));
  }

  /** Prints an object as one line. Only with `--json`. */
  async object(value: Readonly<Record<string, unknown>>): Promise<void> {
    if (this.json) await this.#write(jsonLine(value));
  }

  /** Prints each line of a batch as an object, and the beginning of a line whose newline has not come yet. Only with `--json`. */
  async batch(job: string, { lines, partial }: LogBatch): Promise<void> {
    for (const line of lines) await this.object({ type: 'line', job, ...line });
    if (partial) await this.object({ type: 'partial', job, ...partial });
  }

  /** A remark for people, on stderr: it is not part of the result. */
  remark(text: string): void {
    this.terminal.stderr.write(`spiderpig: ${terminalText(text)}\n`);
  }

  async #write(text: string): Promise<void> {
    if (!this.terminal.stdout.write(text)) await once(this.terminal.stdout, 'drain');
  }
}
