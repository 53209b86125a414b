// Owns what is written into the log of a job: scap's output in lines that fit, and SpiderPig's own lines. All of it is masked here.
import { type LogLineKind, type LogPart, systemLine, systemLines } from '../../schema/model/log/line.ts';
import type { MaskedLine, Masks } from '../../schema/model/log/mask.ts';
import { safeCut } from '../../schema/text/terminal/cut.ts';
import { maxLineBytes, type RawBlock } from '../output/line.ts';

/** What takes the lines, such as a {@link Recorder}. */
export interface LogSink {
  /** Copies the lines and returns the number of the first. */
  log(part: LogPart): number;
}

/** The log of one job, as its supervisor writes it. */
export class JobLog {
  readonly #sink: LogSink;
  readonly #masks: Masks | null;
  readonly #clock: () => number;

  /** `masks`: null where no secrets are known. `clock`: the times of lines, in milliseconds since 1970 UTC. */
  constructor(sink: LogSink, masks: Masks | null, clock = Date.now) {
    this.#sink = sink;
    this.#masks = masks;
    this.#clock = clock;
  }

  /** Text with known secrets masked. */
  readonly mask = (text: string): string => this.#masks?.text(text) ?? text;

  /** Masks the pieces of a line that is too long to be held as a whole; null where no secrets are known. */
  maskedLongLine(): MaskedLine | null {
    return this.#masks?.longLine() ?? null;
  }

  /** Adds lines of output that were read together. */
  block({ bytes, count }: RawBlock, at: number): void {
    this.#sink.log({ at, count, bytes: this.#masks?.bytes(bytes) ?? bytes });
  }

  /** Adds output that is already masked. Text with newlines, and text that is too long for one line, becomes several lines. */
  output(
    text: string,
    { sensitive, continues }: { readonly sensitive: boolean; readonly continues: boolean },
    at: number,
  ): void {
    for (const line of text.split('\n')) {
      let rest = line;
      while (rest.length > maxLineBytes) {
        const cut = safeCut(rest, maxLineBytes);
        this.#sink.log({ at, kind: 'output', text: rest.slice(0, cut), sensitive, continues: true });
        rest = rest.slice(cut);
      }
      this.#sink.log({ at, kind: 'output', text: rest, sensitive, continues });
    }
  }

  /** Adds a question or an answer, with its line breaks, and returns the number of its first line. */
  notes(kind: 'question' | 'answer', text: string, at = this.#clock()): number {
    const lines = systemLines(kind, this.mask(text), at);
    const [number = 0] = lines.map((line) => this.#sink.log({ ...line, text: this.mask(line.text) }));
    return number;
  }

  /** Adds a line of SpiderPig's own and returns its number. */
  note(
    kind: Exclude<LogLineKind, 'output' | 'question' | 'answer'>,
    text: string,
    at = this.#clock(),
  ): number {
    const line = systemLine(kind, this.mask(text), at);
    // Masked again: joined into one line, the text can match a pattern that its parts did not.
    return this.#sink.log({ ...line, text: this.mask(line.text) });
  }
}
