// Owns what a terminal shows of one line of output: its visible characters, their styles and links, and what was overwritten. Pure.
// The page, the search, the terminal client and the download all use it, so that they show the same text. Not how a style is drawn.
import { eastAsianWidth } from 'get-east-asian-width';
import { plainStyle, styleAfter, type TextStyle } from './text-style.ts';

/** A run of text of one style. `link` is the target of an OSC 8 hyperlink as printed, not checked; null without one. */
export interface TextSpan {
  /** No control character but tab. */
  readonly text: string;
  readonly style: TextStyle;
  readonly link: string | null;
}

/** One line of output, as a terminal shows it at the end of the line. */
export interface TerminalLine {
  readonly spans: readonly TextSpan[];
  /** The style at the end of the line: the next line begins with it. */
  readonly after: TextStyle;
  /** Earlier states of the line that are no longer visible in it, oldest first: `['10%', '20%']` of a progress meter that ended at 30 %. */
  readonly overwritten: readonly string[];
}

/** The width of the terminal that output is rendered for, in columns. Movements to the right end at its last column; text is never wrapped. */
const terminalColumns = 120;
const tabWidth = 8;

// Each piece is matched once, at one place (sticky), by alternatives that begin differently and cannot give back more than they
// took: the time is linear in the length of the line for any content.
const textRun = /[^\x00-\x08\x0a-\x1f\x7f-\x9f]+/y;
const controlSequence = /(?:\x1b\[|\x9b)([0-?]*)([ -/]*)([@-~]?)/y;
const controlString = /(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])([^\x07\x18\x1a\x1b\x9c]*)(\x07|\x1b\\|\x9c)?/y;
const otherEscape = /\x1b[ -/]*([0-~]?)/y;

const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const strings = /\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f]/;
/** What moves the cursor or erases: without any of these, a line is its text without sequences. It may match inside a control string. */
const movement = /[\x08\x0b\x0c\r]|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-HJKPXZ`adefsu]|\x1b[78DEM]/;
/** Every control sequence, control string and control character. Linear, for the same reason as above. */
const sequence =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])([^\n\x07\x18\x1a\x1b\x9c]*)(\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * Renders one line of output without its newline.
 * @param line what was printed; a newline in it is drawn as a blank
 * @param before the style at the end of the line before
 */
export function renderTerminalLine(line: string, before: TextStyle): TerminalLine {
  const text = withoutFinalReturns(line);
  const row = movement.test(text) ? new GridRow() : new PlainRow();
  const after = interpret(text, before, row);
  return { ...row.finish(), after };
}

/** The visible text of lines that are separated by newlines; it has as many lines. */
export function visibleText(lines: string): string {
  if (!control.test(lines)) return lines;
  if (!movement.test(lines)) return withoutSequences(lines);
  return lines.split('\n').map(visibleLine).join('\n');
}

function visibleLine(line: string): string {
  const text = withoutFinalReturns(line);
  if (!movement.test(text)) return withoutSequences(text);
  return renderTerminalLine(text, plainStyle)
    .spans.map((span) => span.text)
    .join('');
}

/** Earlier states of a line that are no longer visible in it, oldest first. See {@link TerminalLine.overwritten}. */
export function overwrittenText(line: string): readonly string[] {
  const text = withoutFinalReturns(line);
  return movement.test(text) ? renderTerminalLine(text, plainStyle).overwritten : [];
}

/** Whether a line moves the cursor or erases, so that its visible text is not what was written. It may be wrong about a control string. */
export const movesCursor = (line: string): boolean => movement.test(line);

/** What was written to the terminal, without the sequences between it, and the position in `text` of each of its UTF-16 units. */
export function writtenText(text: string): { text: string; positions: Uint32Array } {
  const positions = new Uint32Array(text.length);
  let written = '';
  let from = 0;
  const take = (to: number): void => {
    for (let at = from; at < to; at++) positions[written.length + at - from] = at;
    written += text.slice(from, to);
  };
  for (const { index, 0: whole, 1: held, 2: end } of text.matchAll(sequence)) {
    take(index);
    // The text of a control string that is never closed is shown.
    from = held && end === undefined ? index + whole.length - held.length : index + whole.length;
  }
  take(text.length);
  return { text: written, positions };
}

/** Removing a sequence can only leave text: every control character is removed, also one that no sequence follows. */
function withoutSequences(text: string): string {
  if (!strings.test(text)) return text.replace(sequence, '');
  // The text of a control string that is never closed stays: it would hide the rest of the line.
  return text.replace(sequence, (_whole, held: string | undefined, end: string | undefined) =>
    !held || end !== undefined ? '' : held.replaceAll(controls, ''),
  );
}

/** Not /\r+$/: it takes quadratic time for a line of carriage returns. */
function withoutFinalReturns(line: string): string {
  let end = line.length;
  while (line[end - 1] === '\r') end--;
  return end === line.length ? line : line.slice(0, end);
}

/** What a line is drawn on. */
interface Row {
  write(text: string, style: TextStyle, link: string | null): void;
  /** A control sequence that moves the cursor or erases. `count` is its first parameter, null where it is missing. */
  control(final: string, count: number | null, second: number | null): void;
  finish(): { spans: readonly TextSpan[]; overwritten: readonly string[] };
}

/** Reads a line and draws it. Returns the style at its end. Unknown sequences are ignored. A link ends with its line. */
function interpret(line: string, before: TextStyle, row: Row): TextStyle {
  let style = before;
  let link: string | null = null;
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(line);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  while (at < line.length) {
    const text = take(textRun);
    if (text !== null) {
      row.write(text[0], style, link);
      continue;
    }
    const csi = take(controlSequence);
    if (csi !== null) {
      const [, parameters = '', intermediates = '', final = ''] = csi;
      if (intermediates !== '') continue;
      if (final === 'm') style = styleAfter(parameters, style);
      else if (/^[0-9;]*$/.test(parameters)) row.control(final, ...counts(parameters));
      continue;
    }
    const string = take(controlString);
    if (string !== null) {
      const [whole, body = '', end] = string;
      if (end === undefined) {
        const held = body.replaceAll(controls, '');
        if (held !== '') row.write(held, style, link);
      } else if (whole.startsWith('\x1b]8;') || whole.startsWith('\x9d8;')) {
        link = body.slice(body.indexOf(';', 2) + 1) || null;
      }
      continue;
    }
    const other = take(otherEscape);
    if (other !== null) {
      row.control(`ESC ${other[1]}`, null, null);
      continue;
    }
    row.control(line[at] ?? '', null, null);
    at++;
  }
  return style;
}

function counts(parameters: string): [number | null, number | null] {
  const [first = '', second = ''] = parameters.split(';', 2);
  return [first === '' ? null : Number(first), second === '' ? null : Number(second)];
}

/** A line in which the cursor only moves forward by writing. */
class PlainRow implements Row {
  readonly #spans: { text: string; style: TextStyle; link: string | null }[] = [];

  write(text: string, style: TextStyle, link: string | null): void {
    const last = this.#spans.at(-1);
    if (last !== undefined && last.style === style && last.link === link) last.text += text;
    else this.#spans.push({ text, style, link });
  }

  control(): void {}

  finish(): { spans: readonly TextSpan[]; overwritten: readonly string[] } {
    return { spans: this.#spans, overwritten: [] };
  }
}

/** The characters of one column: `text` is empty in the second column of a wide character. */
interface Cell {
  text: string;
  style: TextStyle;
  link: string | null;
}

const blank: Cell = { text: ' ', style: plainStyle, link: null };

/** How many characters of earlier states are kept for each character of a line: without a limit, a long line rewritten often takes quadratic time. */
const keptPerCharacter = 4;
const keptAtLeast = 4_096;
/** How many columns may be erased or moved for each character of a line. Beyond that, movements are ignored, for the same reason. */
const workPerCharacter = 4;
const workAtLeast = 65_536;

/** A line whose cursor moves: a grid of one row. Movements to other rows begin a new one, which is shown behind the present one. */
class GridRow implements Row {
  #cells: Cell[] = [];
  /** Rows that were left by a vertical movement. */
  readonly #before: Cell[][] = [];
  #column = 0;
  #saved = 0;
  #written = 0;
  readonly #states: string[] = [];
  #kept = 0;
  #work = 0;
  /** Whether the state before the present overwriting is recorded already. */
  #recorded = false;

  write(text: string, style: TextStyle, link: string | null): void {
    this.#written += text.length;
    for (const character of text) {
      if (character === '\t') {
        this.#forward(tabWidth - (this.#column % tabWidth));
        continue;
      }
      this.#put(character, style, link);
    }
  }

  #put(character: string, style: TextStyle, link: string | null): void {
    const width = widthOf(character);
    if (width === 0) {
      const cell = this.#cells[this.#column - 1];
      if (cell !== undefined) this.#cells[this.#column - 1] = { ...cell, text: cell.text + character };
      return;
    }
    if (this.#column < this.#cells.length) this.#overwrite(this.#column, this.#column + width);
    this.#fill(this.#column);
    this.#splitWide(this.#column);
    this.#splitWide(this.#column + width);
    this.#cells[this.#column] = { text: character, style, link };
    if (width === 2) this.#cells[this.#column + 1] = { text: '', style, link };
    this.#column += width;
  }

  control(final: string, count: number | null, second: number | null): void {
    if (this.#work > workPerCharacter * this.#written + workAtLeast) {
      this.#column = this.#cells.length;
      return;
    }
    this.#work++;
    const distance = Math.max(1, count ?? 1);
    // Clearing the screen begins a new screen. Terminals keep the old one in their scrollback, so its text stays visible.
    const clears = final === 'J' && (count ?? 0) >= 2;
    if (clears || /^[ABdeEFHf\x0b\x0c]$|^ESC [DEM]$/.test(final)) this.#leaveRow(final, second);
    else if (/^[KJXP@]$/.test(final)) this.#edit(final, count, distance);
    else this.#move(final, distance);
  }

  #move(final: string, distance: number): void {
    switch (final) {
      case '\r':
        this.#moveTo(0);
        break;
      case '\x08':
        this.#moveTo(this.#column - 1);
        break;
      case 'D':
        this.#moveTo(this.#column - distance);
        break;
      case 'C':
      case 'a':
        this.#forward(distance);
        break;
      case 'G':
      case '`':
        this.#moveTo(Math.min(distance - 1, Math.max(terminalColumns - 1, this.#column)));
        break;
      case 'Z':
        this.#moveTo((Math.ceil(this.#column / tabWidth) - distance) * tabWidth);
        break;
      case 's':
      case 'ESC 7':
        this.#saved = this.#column;
        break;
      case 'u':
      case 'ESC 8':
        this.#moveTo(this.#saved);
        break;
    }
  }

  #edit(final: string, count: number | null, distance: number): void {
    if (final === 'X') this.#erase(this.#column, this.#column + distance);
    else if (final === 'P') this.#delete(distance);
    else if (final === '@') this.#insert(distance);
    else if ((count ?? 0) === 0) this.#erase(this.#column, this.#cells.length);
    else if (count === 1) this.#erase(0, this.#column + 1);
    else if (count === 2) this.#erase(0, this.#cells.length);
  }

  #moveTo(column: number): void {
    const target = Math.max(0, column);
    if (target < this.#column) this.#recorded = false;
    this.#column = target;
  }

  #forward(distance: number): void {
    const last = Math.max(terminalColumns - 1, this.#column);
    this.#column = Math.min(this.#column + distance, last);
  }

  /** Output continues in another row of the terminal. The text of this row stays visible. */
  #leaveRow(final: string, column: number | null): void {
    if (textOf(this.#cells).trim() !== '') this.#before.push(this.#cells);
    this.#cells = [];
    const target = /^[EF]$|^ESC E$/.test(final) ? 0 : /^[Hf]$/.test(final) ? (column ?? 1) - 1 : this.#column;
    this.#column = Math.max(0, Math.min(target, terminalColumns - 1));
    this.#recorded = false;
  }

  #erase(from: number, to: number): void {
    const end = Math.min(to, this.#cells.length);
    if (from >= end) return;
    this.#work += end - from;
    this.#overwrite(from, end);
    this.#splitWide(from);
    this.#splitWide(end);
    if (end === this.#cells.length) this.#cells.length = from;
    else this.#cells.fill(blank, from, end);
    this.#recorded = false;
  }

  #delete(count: number): void {
    if (this.#column >= this.#cells.length) return;
    this.#work += this.#cells.length;
    this.#overwrite(this.#column, this.#cells.length);
    this.#splitWide(this.#column);
    this.#splitWide(this.#column + count);
    this.#cells.splice(this.#column, count);
  }

  #insert(count: number): void {
    if (this.#column >= this.#cells.length) return;
    this.#work += this.#cells.length;
    this.#overwrite(this.#column, this.#cells.length);
    this.#splitWide(this.#column);
    // What is pushed over the edge of the terminal is gone.
    const length = Math.max(terminalColumns, this.#cells.length);
    const blanks = Array<Cell>(Math.min(count, terminalColumns)).fill(blank);
    this.#cells.splice(this.#column, 0, ...blanks);
    this.#cells.length = Math.min(length, this.#cells.length);
  }

  #fill(to: number): void {
    this.#work += Math.max(0, to - this.#cells.length);
    while (this.#cells.length < to) this.#cells.push(blank);
  }

  /** A wide character of which one half is overwritten is gone: its other half becomes a blank. */
  #splitWide(column: number): void {
    if (this.#cells[column]?.text !== '') return;
    this.#cells[column] = blank;
    this.#cells[column - 1] = blank;
  }

  /** Records the present state before cells that are not blank are overwritten, once until the cursor moves back again. */
  #overwrite(from: number, to: number): void {
    if (this.#recorded) return;
    let visible = false;
    for (let column = from; column < to && !visible; column++) {
      const text = this.#cells[column]?.text ?? ' ';
      visible = text !== ' ' && text !== '\u00a0';
    }
    if (!visible) return;
    this.#recorded = true;
    if (this.#kept > keptPerCharacter * this.#written + keptAtLeast) return;
    const state = textOf(this.#cells).trimEnd();
    this.#kept += this.#cells.length;
    if (state !== this.#states.at(-1)) this.#states.push(state);
  }

  finish(): { spans: readonly TextSpan[]; overwritten: readonly string[] } {
    const plain = new PlainRow();
    const rows = [...this.#before, this.#cells].filter((row) => textOf(row).trim() !== '');
    for (const [index, row] of rows.entries()) {
      // A row reached by a vertical movement often begins at the column that was left: its indentation means nothing.
      const first = index === 0 ? 0 : row.findIndex(({ text }) => text !== ' ');
      if (index > 0) plain.write(' ', plainStyle, null);
      for (const { text, style, link } of row.slice(first)) if (text !== '') plain.write(text, style, link);
    }
    const { spans } = plain.finish();
    const visible = spans.map(({ text }) => text).join('');
    return { spans, overwritten: this.#states.filter((state) => !visible.startsWith(state)) };
  }
}

const textOf = (cells: readonly Cell[]): string => cells.map(({ text }) => text).join('');

/** How many columns a character takes: 0 for one that joins the character before it. */
function widthOf(character: string): 0 | 1 | 2 {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (/\p{Mn}|\p{Me}|[\u200b-\u200d]/u.test(character)) return 0;
  return eastAsianWidth(code) === 2 ? 2 : 1;
}
