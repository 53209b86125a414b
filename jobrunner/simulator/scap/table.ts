// Owns the table of changes that scap prints in box-drawing characters. Pure.
import type { SampleChange } from '../change.ts';

/** The greatest width of a subject; longer ones continue in the next line. */
const subjectWidth = 100;

/** The table of changes, one a row, without a newline at its end. `mergeable`: with that column. */
export function changeTable(changes: readonly SampleChange[], mergeable = false): string {
  const header = ['#', 'Project', 'Branch', 'Subject', ...(mergeable ? ['Mergeable'] : [])];
  const rows = changes.flatMap((change) => {
    const [subject = '', ...more] = fold(change.subject, subjectWidth);
    const cells = [
      String(change.number),
      change.project.replace('mediawiki/', ''),
      change.branch,
      subject,
      ...(mergeable ? [String(change.behaviour !== 'not-mergeable')] : []),
    ];
    return [cells, ...more.map((text) => ['', '', '', text, ...(mergeable ? [''] : [])])];
  });
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const rule = (left: string, cross: string, right: string) =>
    `${left}${widths.map((width) => '─'.repeat(width + 2)).join(cross)}${right}`;
  const line = (cells: readonly string[], align: (cell: string, column: number) => string) =>
    `│ ${cells.map(align).join(' │ ')} │`;
  const centred = (cell: string, column: number) => {
    const space = (widths[column] ?? 0) - cell.length;
    return `${' '.repeat(Math.floor(space / 2))}${cell}${' '.repeat(Math.ceil(space / 2))}`;
  };
  const aligned = (cell: string, column: number) => {
    if (header[column] === '#') return cell.padStart(widths[column] ?? 0);
    if (header[column] === 'Subject') return cell.padEnd(widths[column] ?? 0);
    return centred(cell, column);
  };
  return [
    rule('┌', '┬', '┐'),
    line(header, centred),
    rule('├', '┼', '┤'),
    ...rows.map((row) => line(row, aligned)),
    rule('└', '┴', '┘'),
  ].join('\n');
}

/** Splits a text into lines of at most `width` characters, between words where there are any. */
function fold(text: string, width: number): string[] {
  return (
    text.match(new RegExp(`.{1,${width}}(?:\\s+|$)|.{${width}}`, 'gsu'))?.map((line) => line.trimEnd()) ?? [
      text,
    ]
  );
}
