// Owns the raw download of a log: `/jobs/N/log.txt`. Not who may have it (server.ts).
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Job } from '../../schema/model/job/job.ts';
import type { StoredChunk } from '../../schema/model/log/chunk.ts';
import { decodeLines, plainLines } from '../../schema/model/log/chunk.ts';
import type { LogLine } from '../../schema/model/log/line.ts';
import { readChunks } from '../../schema/model/log/log.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { withoutEscapes } from '../../schema/text/escape.ts';

/** What stands for a sensitive line. */
export const hiddenLine = '[sensitive line hidden]';
/** How much one read takes of a log, in bytes as they are stored, and how much is sent at once, in bytes. */
const bytesPerRead = 262_144;
const bytesPerWrite = 262_144;

/**
 * Lines as text, each with a newline; pieces of a line that was too long for one are joined again, and a hidden one is hidden as a whole.
 * `inside`: whether the line before goes on in the first of these. Pure.
 */
export function plainText(lines: readonly LogLine[], inside: { hidden: boolean } | null): string {
  let text = '';
  let before = inside;
  for (const line of lines) {
    if (!line.sensitive) text += line.text;
    else if (!before?.hidden) text += hiddenLine;
    if (!line.continues) text += '\n';
    before = line.continues ? { hidden: line.sensitive } : null;
  }
  return text;
}

/** What a download is to have. */
export interface DownloadWish {
  /** Whether escape sequences stay as scap wrote them. */
  readonly colours: boolean;
}

/** The text of one log, chunk by chunk. Most chunks are bytes that go through as they are: no line of theirs is looked at (bench: store). */
export class LogText {
  readonly #colours: boolean;
  /** The number of the last line given. */
  #last = 0;
  #inside: { hidden: boolean } | null = null;
  /** What may be the beginning of a sequence, of a line that goes on in the next chunk. */
  #held = '';

  constructor({ colours }: DownloadWish) {
    this.#colours = colours;
  }

  /** The number of the last line given so far. */
  get last(): number {
    return this.#last;
  }

  /** The text of the next chunk, which may begin with lines that were given already. */
  add(chunk: StoredChunk): Uint8Array {
    const { firstNumber, lineCount, at, body } = chunk;
    const isNew = firstNumber === this.#last + 1;
    const plain = isNew && this.#inside === null ? plainLines(chunk) : null;
    if (plain) {
      this.#last = firstNumber + lineCount - 1;
      return this.#colours || !mayHoldEscapes(plain)
        ? plain
        : Buffer.from(withoutEscapes(Buffer.from(plain).toString('utf8')));
    }
    const lines = decodeLines(body, firstNumber, at).filter(({ number }) => number > this.#last);
    const text = plainText(lines, this.#inside);
    const last = lines.at(-1);
    if (last) {
      this.#last = last.number;
      this.#inside = last.continues ? { hidden: last.sensitive } : null;
    }
    return Buffer.from(this.#colours ? text : this.#stripped(text));
  }

  /** What is still to come at the end: the log of a running job can end within a line. */
  end(): string {
    const rest = this.#held;
    this.#held = '';
    return this.#inside ? `${withoutEscapes(rest)}\n` : rest;
  }

  #stripped(text: string): string {
    const whole = this.#held + text;
    // A sequence does not go over the end of a line, but a line that was cut may have been cut in one.
    const begun = this.#inside ? whole.lastIndexOf('\x1b') : -1;
    const cut = begun >= 0 && whole.length - begun < longestSequence ? begun : whole.length;
    this.#held = whole.slice(cut);
    return withoutEscapes(whole.slice(0, cut));
  }
}

/** In UTF-16 units; a longer one that lies over the cut of a line is not known for one. */
const longestSequence = 4_096;
const escapeSign = 0x1b;
/** The first byte of U+0080 to U+00BF, which some sequences begin with. */
const latin = 0xc2;
const mayHoldEscapes = (bytes: Uint8Array): boolean => bytes.includes(escapeSign) || bytes.includes(latin);

/** Sends the lines that exist now, as fast as the client takes them; ends early when it leaves. */
export async function sendLog(
  response: ServerResponse,
  db: Database,
  jobId: number,
  wish: DownloadWish = { colours: true },
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': `attachment; filename="spiderpig-job-${jobId}.log.txt"`,
    'cache-control': 'no-store',
  });
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const text = new LogText(wish);
  let waiting: Uint8Array[] = [];
  let size = 0;
  const send = async (): Promise<void> => {
    const taken = response.write(waiting.length === 1 ? waiting[0] : Buffer.concat(waiting, size));
    waiting = [];
    size = 0;
    if (!taken) await once(response, 'drain', { signal: gone.signal }).catch(() => {});
  };
  while (!gone.signal.aborted) {
    const chunks = await readChunks(db, jobId, text.last, bytesPerRead);
    if (chunks.length === 0) break;
    for (const chunk of chunks) {
      if (gone.signal.aborted) return;
      const bytes = text.add(chunk);
      waiting.push(bytes);
      size += bytes.byteLength;
      // Small chunks go together; of compressed ones no more is there at once than the client has taken.
      if (size >= bytesPerWrite) await send();
    }
  }
  if (size > 0 && !gone.signal.aborted) await send();
  if (gone.signal.aborted) return;
  // What is left of a log that is being removed is not the whole of it: the transfer breaks off, so that nobody takes it for that.
  if ((await db.em().count(Job, { id: jobId, removedAt: null })) === 0) response.destroy();
  else response.end(text.end());
}
