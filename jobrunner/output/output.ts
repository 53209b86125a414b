// Owns what follows from scap's output: lines in the log, status and progress, questions. Not how they are stored (recorder.ts).
import type { Question } from '../../schema/model/job/interaction.ts';
import type { JobChange } from '../../schema/model/job/job.ts';
import type { MaskedLine } from '../../schema/model/log/mask.ts';
import { terminalQuestion } from '../../schema/text/terminal/terminal-question.ts';
import type { JobLog } from '../supervisor/job-log.ts';
import { LineSplitter, type RawBlock, type RawLine } from './line.ts';
import {
  isMessage,
  keyPrefixLength,
  type Message,
  messageParts,
  messageStart,
  parseLine,
  withoutKey,
} from './protocol.ts';

/** Status and progress that scap reported, and what still runs after its exit. */
export type Report = Pick<JobChange, 'status' | 'lastStatus' | 'progress' | 'remaining'>;

/** What scap sent when its key is in a line that is not a message. */
const keyInOutput = 'a line that contains the key of this job but is not a message';

/** The beginning of a line whose newline has not come yet, as it may be stored. */
export interface UnfinishedLine {
  readonly text: string;
  /** Hidden: it may be the beginning of a message, which could be sensitive. */
  readonly sensitive: boolean;
  /** When its last bytes were read, in milliseconds since 1970 UTC. */
  readonly at: number;
}

/** What is called while output is read. */
export interface OutputListener {
  readonly onReport: (report: Report) => void;
  /** A status other than null. */
  readonly onStatus: (status: string, at: number) => void;
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
  /** The end of a piece of a long line that may be the beginning of the key. */
  #heldKey = '';
  #readAt = 0;
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
    this.#readAt = at;
    for (const part of this.#splitter.push(chunk)) this.#read(part, at);
  }

  /** The line that is being printed; null between two lines. */
  get unfinished(): UnfinishedLine | null {
    const rest = this.#heldKey + this.#splitter.rest;
    const text = withoutKey(rest, this.#key);
    const known = text.slice(0, text.length - keyPrefixLength(text, this.#key));
    const shown = this.#longLine?.masked?.preview(known) ?? this.#log.mask(known);
    if (shown === '') return null;
    const sensitive = this.#longLine?.sensitive ?? (text !== rest || messageStart(rest) !== null);
    return { text: shown, sensitive, at: this.#readAt };
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
    const holdsKey = line.text.includes(this.#key);
    const parts = holdsKey ? messageParts(line.text, this.#key) : [line.text];
    for (const [index, text] of parts.entries()) {
      if (holdsKey && isMessage(text, this.#key)) {
        this.#endLongLine(at);
        this.#follow(parseLine(text, this.#key, this.#log.mask), false, at);
        continue;
      }
      const continues = line.continues && index === parts.length - 1;
      if (this.#longLine !== null || continues) this.#follow(this.#pieceOf(text, continues), continues, at);
      else this.#follow(parseLine(text, this.#key, this.#log.mask), false, at);
      if (holdsKey && text.includes(this.#key)) this.#warnAboutMessage(keyInOutput, at);
    }
  }

  /** A message ends a long line before it, as a newline does. */
  #endLongLine(at: number): void {
    if (this.#longLine !== null) this.#follow(this.#pieceOf('', false), false, at);
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
  #pieceOf(piece: string, continues: boolean): Message {
    this.#longLine ??= { sensitive: messageStart(piece) === 0, masked: this.#log.maskedLongLine() };
    const { sensitive, masked } = this.#longLine;
    if (!continues) this.#longLine = null;
    const whole = withoutKey(this.#heldKey + piece, this.#key);
    const held = continues ? keyPrefixLength(whole, this.#key) : 0;
    this.#heldKey = held === 0 ? '' : whole.slice(-held);
    const text = whole.slice(0, whole.length - held);
    return { type: 'line', text: masked?.push(text, !continues) ?? text, sensitive };
  }

  #readStatus(status: string | null, at: number): void {
    if (status === null) {
      this.#listener.onReport({ status, progress: null });
      return;
    }
    this.#listener.onReport({ status, lastStatus: status, progress: null });
    this.#listener.onStatus(status, at);
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
