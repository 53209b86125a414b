// Owns what follows from scap's output: lines in the log, status and progress, questions. Not how they are stored (recorder.ts).
import type { Question } from '../schema/model/job/interaction.ts';
import type { JobChange } from '../schema/model/job/job.ts';
import type { MaskedLine } from '../schema/model/log/mask.ts';
import { terminalQuestion } from '../schema/text/terminal-question.ts';
import type { JobLog } from './job-log.ts';
import { LineSplitter, type RawBlock, type RawLine } from './line.ts';
import { isMessage, type Message, messageParts, parseLine, withoutKey } from './protocol.ts';

/** Status and progress that scap reported, and what still runs after its exit. */
export type Report = Pick<JobChange, 'status' | 'lastStatus' | 'progress' | 'remaining'>;

/** What scap sent when its key is in a line that is no message. */
const keyInOutput = 'a line that contains the key of this job but is no message';

/** What is called while output is read. */
export interface OutputListener {
  readonly onReport: (report: Report) => void;
  /** `lineNumber`: the line of the log that shows the question. */
  readonly onQuestion: (question: Question, lineNumber: number, at: number) => void;
}

/** How many notices about unreadable questions a job has at most. scap waits after each, so only a broken program sends more. */
const maxQuestionNotices = 20;

/** Reads the output of one scap. */
export class OutputReader {
  readonly #key: string;
  readonly #log: JobLog;
  readonly #listener: OutputListener;
  readonly #splitter = new LineSplitter();
  /** The line that arrives in pieces because it is too long for one. */
  #longLine: { readonly sensitive: boolean; readonly masked: MaskedLine | null } | null = null;
  #warnedAboutMessage = false;
  #warnedAboutKey = false;
  /** The number of progress messages that could not be read. scap sends many a second, so only the first is kept. */
  #malformedProgress = 0;
  #malformedQuestions = 0;

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
    if (this.#malformedProgress > 1)
      this.#log.note(
        'notice',
        `scap sent ${this.#malformedProgress} progress messages that cannot be read. Only the first is kept.`,
        at,
      );
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
    if (!isWhole) {
      this.#follow(this.#pieceOf(line), line.continues, at);
      if (line.text.includes(this.#key)) this.#warnAboutMessage(keyInOutput, at);
      return;
    }
    for (const part of line.text.includes(this.#key) ? messageParts(line.text, this.#key) : [line.text]) {
      const message = parseLine(part, this.#key, this.#log.mask);
      this.#follow(message, false, at);
      if (message.type === 'line' && part.includes(this.#key) && !isMessage(part, this.#key))
        this.#warnAboutMessage(keyInOutput, at);
    }
  }

  #follow(message: Message, continues: boolean, at: number): void {
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
        if (message.kind === 'progress' && ++this.#malformedProgress > 1) break;
        this.#log.output(message.text, { sensitive: message.sensitive, continues: false }, at);
        if (message.kind === 'question') this.#warnAboutQuestion(message.why, at);
        else this.#warnAboutMessage(message.why, at);
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

  /** Adds a notice for each question that cannot be read: scap waits for an answer that nobody is asked for. */
  #warnAboutQuestion(why: string, at: number): void {
    if (++this.#malformedQuestions > maxQuestionNotices) return;
    this.#log.note(
      'notice',
      `scap asked a question that cannot be read (${why}), and now waits. It cannot be answered from here: stop the job.`,
      at,
    );
  }

  /** Adds one notice for each job: a scap that SpiderPig does not understand usually sends many such messages. */
  #warnAboutMessage(why: string, at: number): void {
    // Counted apart: a tool that prints its environment must not hide the notice about a question that cannot be read.
    if (why === keyInOutput ? this.#warnedAboutKey : this.#warnedAboutMessage) return;
    if (why === keyInOutput) this.#warnedAboutKey = true;
    else this.#warnedAboutMessage = true;
    this.#log.note(
      'notice',
      `scap sent ${why}; it is kept as output. If scap now waits for an answer, it cannot be given from here: stop the job.`,
      at,
    );
  }
}
