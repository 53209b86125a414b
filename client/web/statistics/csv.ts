// Owns tables as CSV (RFC 4180), and saving them. Owns no table.
import { harmlessLabel } from '../../../schema/text/harmless.ts';

/**
 * Where a spreadsheet may begin a formula: at the beginning of a cell, and after what separates cells in other languages and programs, also in full
 * width.
 */
const formula = /(^|[;|])(\s*)(?=[=+\-@\uff0b\uff0d\uff1d\uff20])/g;

/**
 * A cell, quoted where needed. Texts come from logs of scap: a formula gets an apostrophe, and characters that mislead are shown by their code
 * point. Numbers are never formulas.
 */
function cell(value: string | number): string {
  const text = typeof value === 'number' ? String(value) : harmlessLabel(value).replaceAll(formula, "$1$2'");
  return /[",;|]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The rows, the first one with the names of the columns. */
export const csvOf = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');

/** Saves a table as a file. */
export function saveCsv(name: string, rows: readonly (readonly (string | number)[])[]): void {
  const url = URL.createObjectURL(new Blob([csvOf(rows)], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
