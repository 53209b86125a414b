// Owns the download of a log: `/jobs/N/log.txt`. Not who may download it (route.ts).
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { rowNumber } from '../../schema/graphql/id.ts';
import { Job } from '../../schema/model/job/job.ts';
import type { StoredChunk } from '../../schema/model/log/chunk.ts';
import { decodeLines, plainLines } from '../../schema/model/log/chunk.ts';
import type { LogLine, PartialLine } from '../../schema/model/log/line.ts';
import { readChunks } from '../../schema/model/log/log.ts';
import { readPartialLine } from '../../schema/model/log/partial-line.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { visibleText } from '../../schema/text/terminal/terminal-line.ts';
import { recordDownload } from '../account/download-audit.ts';
import type { Exchange } from '../http/exchange.ts';
import { sendText } from '../http/response.ts';
import { openStream, tooManyStreams } from '../live/event-stream.ts';
import type { Identity } from '../sign-in/identity.ts';

/** The text in place of a sensitive line. */
export const hiddenLine = '[sensitive line hidden]';
/** How many stored bytes are read at a time. */
const bytesPerRead = 262_144;
/** How many bytes are sent at a time. */
const bytesPerWrite = 262_144;

/**
 * Lines as text, each with a newline. Joins the parts of a line that was stored as several, and replaces a sensitive line as a whole.
 * `previous`: set if the first line continues the one before it. Pure.
 */
export function plainText(lines: readonly LogLine[], previous: { hidden: boolean } | null): string {
  let text = '';
  let before = previous;
  for (const line of lines) {
    if (!line.sensitive) text += line.text;
    else if (!before?.hidden) text += hiddenLine;
    if (!line.continues) text += '\n';
    before = line.continues ? { hidden: line.sensitive } : null;
  }
  return text;
}

export interface DownloadOptions {
  /** Whether the log is sent as it was printed; otherwise each line is sent as a terminal shows it, without colours. */
  readonly colours: boolean;
}

/** The text of one log, chunk by chunk. Most chunks are copied as bytes, without decoding their lines (bench: store). */
export class LogText {
  readonly #colours: boolean;
  #last = 0;
  /** Set if the last line continues in the next chunk. */
  #continued: { hidden: boolean } | null = null;
  /** The beginning of a line that continues in the next chunk. */
  #held = '';

  constructor({ colours }: DownloadOptions) {
    this.#colours = colours;
  }

  /** The number of the last line returned so far. */
  get last(): number {
    return this.#last;
  }

  /** The text of the next chunk. Lines that were returned before are skipped. */
  add(chunk: StoredChunk): Uint8Array {
    const { firstNumber, lineCount, at, body } = chunk;
    const isNew = firstNumber === this.#last + 1;
    const plain = isNew && this.#continued === null ? plainLines(chunk) : null;
    if (plain) {
      this.#last = firstNumber + lineCount - 1;
      return this.#colours || !mayHoldControls(plain)
        ? plain
        : Buffer.from(visibleText(Buffer.from(plain).toString('utf8')));
    }
    const lines = decodeLines(body, firstNumber, at).filter(({ number }) => number > this.#last);
    const text = plainText(lines, this.#continued);
    const last = lines.at(-1);
    if (last) {
      this.#last = last.number;
      this.#continued = last.continues ? { hidden: last.sensitive } : null;
    }
    return Buffer.from(this.#colours ? text : this.#visible(text));
  }

  /** The rest of the text. The log of a running job can end within a line: `partial` is what is being printed. */
  end(partial: PartialLine | null): string {
    const rest = this.#held + (partial === null ? '' : this.#textOf(partial));
    this.#held = '';
    if (this.#continued === null && partial === null) return rest;
    return `${this.#colours ? rest : visibleText(rest)}\n`;
  }

  #textOf({ text, sensitive }: PartialLine): string {
    if (!sensitive) return text;
    return this.#continued?.hidden === true ? '' : hiddenLine;
  }

  /** Only whole lines can be rendered. A line that is longer than the limit is rendered in parts. */
  #visible(text: string): string {
    const whole = this.#held + text;
    const end = this.#continued ? whole.lastIndexOf('\n') + 1 : whole.length;
    const cut = whole.length - end > longestHeld ? whole.length : end;
    this.#held = whole.slice(cut);
    return visibleText(whole.slice(0, cut));
  }
}

/** How much of an unfinished line is held, in UTF-16 units. */
const longestHeld = 4_194_304;
/** The first UTF-8 byte of U+0080 to U+00BF, some of which begin escape sequences. */
const c1Byte = 0xc2;
/** Whether a terminal may show something else than these bytes. */
const mayHoldControls = (bytes: Uint8Array): boolean => bytes.includes(c1Byte) || bytes.some(isControl);
const isControl = (byte: number): boolean => byte === 0x7f || (byte < 0x20 && byte !== 0x09 && byte !== 0x0a);

/** Sends the lines that exist now. `?colours=no` sends the visible text only. 404 for an unknown job. */
export async function sendJobLog(exchange: Exchange, identity: Identity): Promise<void> {
  const { request, response, context, path, query } = exchange;
  const jobId = rowNumber(path.split('/', 3)[2] ?? '');
  if (jobId === null || !(await context.sources.jobs.load(jobId)))
    return sendText(response, 404, 'This job does not exist.');
  if (!openStream(response, identity, context))
    return sendText(response, 503, tooManyStreams, { 'retry-after': '5' });
  if (!(await recordDownload(exchange, identity, jobId))) return;
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': `attachment; filename="spiderpig-job-${jobId}.log.txt"`,
    'cache-control': 'no-store',
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  await streamLog(response, context.db, jobId, { colours: query.get('colours') !== 'no' });
}

/** Streams a log with back-pressure. Stops when the client disconnects. */
async function streamLog(
  response: ServerResponse,
  db: Database,
  jobId: number,
  options: DownloadOptions,
): Promise<void> {
  const disconnected = new AbortController();
  response.once('close', () => disconnected.abort());
  const { signal } = disconnected;
  const text = new LogText(options);
  let buffered: Uint8Array[] = [];
  let size = 0;
  const send = async (): Promise<void> => {
    const writable = response.write(buffered.length === 1 ? buffered[0] : Buffer.concat(buffered, size));
    buffered = [];
    size = 0;
    if (!writable) await once(response, 'drain', { signal }).catch(() => {});
  };
  while (!signal.aborted) {
    const chunks = await readChunks(db, jobId, text.last, bytesPerRead);
    if (chunks.length === 0) break;
    for (const chunk of chunks) {
      if (signal.aborted) return;
      const bytes = text.add(chunk);
      buffered.push(bytes);
      size += bytes.byteLength;
      // Small chunks are sent together. A compressed chunk is only decompressed after the client has read the previous ones.
      if (size >= bytesPerWrite) await send();
    }
  }
  if (size > 0 && !signal.aborted) await send();
  const partial = signal.aborted ? null : await readPartialLine(db, jobId);
  if (signal.aborted) return;
  // A log that is being removed is incomplete: the connection is reset, so that the client notices it.
  if ((await db.em().count(Job, { id: jobId, removedAt: null })) === 0) response.destroy();
  else response.end(text.end(partial));
}
