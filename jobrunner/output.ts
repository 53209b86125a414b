// Owns what follows from scap's output: lines in the log, status and progress, questions. Not how they are stored (recorder.ts).
import type { Question } from '../schema/model/job/interaction.ts';
import type { JobChange } from '../schema/model/job/job.ts';
import type { MaskedLine } from '../schema/model/log/mask.ts';
import { terminalQuestion } from '../schema/text/terminal-question.ts';
import type { JobLog } from './job-log.ts';
import { LineSplitter, type RawBlock, type RawLine } from './line.ts';
import { type Message, parseLine, withoutKey } from './protocol.ts';

/** Status and progress that scap reported, and what still runs after its exit. */
export type Report = Pick<JobChange, 'status' | 'lastStatus' | 'progress' | 'remaining'>;

/** What is called while output is read. */
export interface OutputListener {
  readonly onReport: (report: Report) => void;
  /** `lineNumber`: the line of the log that shows the question. */
  readonly onQuestion: (question: Question, lineNumber: number, at: number) => void;
}

/** Reads the output of one scap. */
export class OutputReader {
  readonly #key: string;
  readonly #log: JobLog;
  readonly #listener: OutputListener;
  readonly #splitter = new LineSplitter();
  /** The line that arrives in pieces because it is too long for one. */
  #longLine: { readonly sensitive: boolean; readonly masked: MaskedLine | null } | null = null;
  #warnedAboutMessage = false;

  /** `key`: proves that a message comes from this job's scap. */
  constructor(key: string, log: JobLog, listener: OutputListener) {
    this.#key = key;
    this.#log = log;
    this.#listener = listener;
  }

  /** Reads a chunk of bytes that arrived at `at`. They are copied. */
  push(chunk: Buffer, at: number): void {
    for (const part of this.#splitter.push(chunk)) this.#read(part, at);
  }

  /** Reads what is left: a last line without a newline. */
  end(at: number): void {
    for (const part of this.#splitter.end()) this.#read(part, at);
  }

  #read(part: RawLine | RawBlock, at: number): void {
    if ('text' in part) {
      this.#readLine(part, at);
    } else if (part.bytes.includes(this.#key)) {
      for (const text of part.bytes.toString('utf8').split('\n').slice(0, -1))
        this.#readLine({ text, continues: false }, at);
    } else {
      this.#log.block(part, at);
    }
  }

  #readLine(line: RawLine, at: number): void {
    const isWhole = this.#longLine === null && !line.continues;
    const message = isWhole ? parseLine(line.text, this.#key, this.#log.mask) : this.#pieceOf(line);
    const { continues } = line;
    switch (message.type) {
      case 'line':
        this.#log.output(message.text, { sensitive: message.sensitive, continues }, at);
        break;
      case 'status':
        this.#readStatus(message.status, at);
        break;
      case 'progress':
        this.#listener.onReport({ progress: message.progress });
        break;
      case 'question':
        this.#readQuestion(message.question, at);
        break;
      case 'malformed':
        this.#log.output(message.text, { sensitive: message.sensitive, continues: false }, at);
        this.#warnAboutMessage(message.why, at);
        break;
    }
  }

  /** A piece of a long line is always output. If the line may be a message, it is hidden: the message could be sensitive. */
  #pieceOf(line: RawLine): Message {
    this.#longLine ??= { sensitive: line.text.startsWith('{'), masked: this.#log.maskedLongLine() };
    const { sensitive, masked } = this.#longLine;
    if (!line.continues) this.#longLine = null;
    const text = withoutKey(line.text, this.#key);
    return { type: 'line', text: masked?.push(text, !line.continues) ?? text, sensitive };
  }

  #readStatus(status: string | null, at: number): void {
    if (status === null) {
      this.#listener.onReport({ status, progress: null });
      return;
    }
    this.#listener.onReport({ status, lastStatus: status, progress: null });
    this.#log.note('status', status, at);
  }

  #readQuestion(question: Question, at: number): void {
    const lineNumber = this.#log.notes('question', terminalQuestion(question), at);
    this.#listener.onQuestion(question, lineNumber, at);
  }

  /** Adds one notice for each job: a scap that SpiderPig does not understand usually sends many such messages. */
  #warnAboutMessage(why: string, at: number): void {
    if (this.#warnedAboutMessage) return;
    this.#warnedAboutMessage = true;
    this.#log.note(
      'notice',
      `scap sent ${why}; it is kept as output. If scap now waits for an answer, it cannot be given from here: stop the job.`,
      at,
    );
  }
}
