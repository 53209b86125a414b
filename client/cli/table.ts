// Owns tables as text: aligned columns, which fit the width of the terminal. Not where they are printed (printer.ts).
import { safeCut } from '../../schema/text/terminal/cut.ts';
import { terminalLabel } from './text.ts';

type Rows = readonly (readonly string[])[];

/** Between two columns. */
const gap = '  ';
/** A column of text is not made narrower than this. */
const minWidth = 12;

/**
 * Rows with aligned columns; the first row has their names. Where they are wider than the terminal, long texts are shortened; where that is not enough,
 * each row becomes a list of its values. Pure.
 * @param columns the width of the terminal; null where the output is not for one
 */
export function table(rows: Rows, columns: number | null = null): string {
  const cells = rows.map((row) => row.map(terminalLabel));
  const widths = fitted(widthsOf(cells), columns);
  if (widths === null) return list(cells);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => shortened(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0))
      .join(gap)
      .trimEnd();
  return cells.map((row) => `${line(row)}\n`).join('');
}

const widthsOf = (cells: Rows): number[] =>
  cells.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );

/** The widths with which the columns fit: the widest ones are made as narrow as the next. Null if they do not fit. */
function fitted(widths: readonly number[], columns: number | null): readonly number[] | null {
  if (columns === null) return widths;
  const room = columns - gap.length * (widths.length - 1);
  const limited = (limit: number): number[] => widths.map((width) => Math.min(width, limit));
  for (let limit = Math.max(...widths, minWidth); limit >= minWidth; limit--) {
    const narrow = limited(limit);
    if (narrow.reduce((sum, width) => sum + width, 0) <= room) return narrow;
  }
  return null;
}

const shortened = (cell: string, width: number): string =>
  cell.length > width ? `${cell.slice(0, safeCut(cell, width - 1)).trimEnd()}…` : cell;

/** Each row as lines with the name of a column and its value, and an empty line between two rows. */
function list([names = [], ...rows]: Rows): string {
  const width = Math.max(...names.map((name) => name.length));
  return rows
    .map((row) =>
      row
        .flatMap((cell, at) => (cell === '' ? [] : [`${(names[at] ?? '').padEnd(width)}${gap}${cell}\n`]))
        .join(''),
    )
    .join('\n');
}
