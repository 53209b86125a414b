// Owns the lines of one job's log that the page holds: their order, their colours, the window. Owns no request and no markup.
import type { LogLineKind } from '../generated/graphql.ts';
import { type Look, parseLine, plain, type Span, sameLook } from './ansi.ts';

/** A line as the server sends it. */
export interface LogLine {
  readonly number: number;
  readonly at: string;
  readonly kind: LogLineKind;
  readonly text: string | null;
  readonly sensitive: boolean;
}

/** Lines as the server sends them: those after a number, up to `cursor`; `complete` when no line will ever follow. */
export interface LogBatch {
  readonly lines: readonly LogLine[];
  readonly cursor: number;
  readonly complete: boolean;
}

/** What is shown in one row: a line, or a run of hidden lines that follow each other. */
export type LogRow = ShownRow | HiddenRow;

export interface ShownRow {
  readonly type: 'shown';
  readonly number: number;
  readonly at: string;
  readonly kind: LogLineKind;
  readonly sensitive: boolean;
  readonly spans: readonly Span[];
  /** The text as it came, kept so that its colours can be judged again when earlier lines arrive. */
  readonly text: string;
}

export interface HiddenRow {
  readonly type: 'hidden';
  /** Number of the first hidden line. */
  readonly number: number;
  readonly last: number;
  readonly at: string;
}

/** Rows that are drawn together; a block keeps its identity until one of its rows changes. */
export interface LogBlock {
  readonly key: number;
  readonly rows: readonly LogRow[];
}

/** What the page holds of a log. Line numbers run without gap from `first` to `last`; all of it is never changed in place. */
export interface LogWindow {
  readonly blocks: readonly LogBlock[];
  /** Number of the first line held; `last + 1` while none is. */
  readonly first: number;
  /** Number of the last line held or known to be before the window: the cursor from which to go on. */
  readonly last: number;
  readonly complete: boolean;
  /** The look at the end of the last line. */
  readonly look: Look;
}

/** Rows in a block: enough that a long log has few of them, few enough that redrawing one is cheap. */
const blockSize = 100;

/** A window that begins after line `after`. */
export function openWindow(after: number): LogWindow {
  return { blocks: [], first: after + 1, last: after, complete: false, look: plain };
}

/** How many lines the window holds. */
export function heldLines(window: LogWindow): number {
  return window.last - window.first + 1;
}

/**
 * The window with a batch behind it. Lines that it has already are left out, so a batch that comes twice does no harm.
 * A batch that begins later than the next line is refused (null): the caller asks again from `last`.
 */
export function appendBatch(window: LogWindow, batch: LogBatch): LogWindow | null {
  const fresh = batch.lines.filter((line) => line.number > window.last);
  const complete = window.complete || batch.complete;
  if (fresh.length === 0) return complete === window.complete ? window : { ...window, complete };
  const blocks = [...window.blocks];
  let open = blocks.pop() ?? { key: window.first, rows: [] };
  let rows = [...open.rows];
  let { last, look } = window;
  for (const line of fresh) {
    if (line.number !== last + 1) return null;
    last = line.number;
    const row = rowOf(line, look);
    look = row.after;
    const merged = mergedRow(rows.at(-1), row.row);
    if (merged !== null) {
      rows[rows.length - 1] = merged;
      continue;
    }
    if (rows.length >= blockSize) {
      blocks.push({ ...open, rows });
      open = { key: line.number, rows: [] };
      rows = [];
    }
    rows.push(row.row);
  }
  blocks.push({ ...open, rows });
  return { ...window, blocks, last, look, complete };
}

/** The window with earlier lines before it; those must reach up to `first - 1`, else the window stays as it is. */
export function prependBatch(window: LogWindow, batch: LogBatch): LogWindow {
  const lines = batch.lines.filter((line) => line.number < window.first);
  const [head] = lines;
  if (head === undefined || lines.at(-1)?.number !== window.first - 1) return window;
  const earlier = appendBatch(openWindow(head.number - 1), {
    lines,
    cursor: window.first - 1,
    complete: false,
  });
  if (earlier === null) return window;
  const { blocks, look } = recoloured(window, earlier.look);
  return { ...window, blocks: [...earlier.blocks, ...blocks], first: earlier.first, look };
}

/** Drops whole blocks from the beginning until at most `most` lines are left (or one block). */
export function trimmed(window: LogWindow, most: number): LogWindow {
  let { blocks, first } = window;
  while (blocks.length > 1 && window.last - first + 1 > most) {
    blocks = blocks.slice(1);
    first = blocks[0]?.rows[0]?.number ?? first;
  }
  return first === window.first ? window : { ...window, blocks, first };
}

/** The blocks as they look when the terminal looked like `look` before them: redone only until nothing differs any more. */
function recoloured(window: LogWindow, look: Look): { blocks: readonly LogBlock[]; look: Look } {
  if (sameLook(look, plain)) return window;
  let [newLook, oldLook] = [look, plain];
  const blocks: LogBlock[] = [];
  for (const block of window.blocks) {
    if (sameLook(newLook, oldLook)) {
      blocks.push(block);
      continue;
    }
    const rows = block.rows.map((row) => {
      if (row.type === 'hidden' || row.kind !== 'OUTPUT' || sameLook(newLook, oldLook)) return row;
      const parsed = parseLine(row.text, newLook);
      newLook = parsed.after;
      oldLook = parseLine(row.text, oldLook).after;
      return { ...row, spans: parsed.spans };
    });
    blocks.push({ ...block, rows });
  }
  return { blocks, look: sameLook(newLook, oldLook) ? window.look : newLook };
}

/** Only output of scap has colours and colours what follows; what it says in a prompt, say, stands in our own row plainly. */
function rowOf(line: LogLine, look: Look): { row: LogRow; after: Look } {
  const { number, at, kind, sensitive, text } = line;
  if (text === null) return { row: { type: 'hidden', number, last: number, at }, after: look };
  const own = kind !== 'OUTPUT';
  const parsed = parseLine(text, own ? plain : look);
  const words = own ? parsed.spans.map((span) => span.text).join('') : '';
  const spans = own ? [{ text: words, look: plain, link: null }] : parsed.spans;
  return {
    row: { type: 'shown', number, at, kind, sensitive, spans, text },
    after: own ? look : parsed.after,
  };
}

/** Two rows in one when both are hidden, else null. */
function mergedRow(before: LogRow | undefined, row: LogRow): LogRow | null {
  if (before?.type !== 'hidden' || row.type !== 'hidden') return null;
  return { ...before, last: row.last };
}
