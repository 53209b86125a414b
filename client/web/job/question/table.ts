// Owns reading a table that scap has drawn with lines, so that a narrow screen can show its rows below each other. Pure. Owns no markup.

/** A text with one table in it. */
export interface DrawnTable {
  /** The lines before and after the table, without the blank ones at the edges. */
  readonly before: string;
  readonly after: string;
  /** The cells of each row, without the heads. At least one row with at least two cells. */
  readonly rows: readonly (readonly string[])[];
}

const border = /^\s*[\u2500-\u257f+=-]{3,}\s*$/;
const row = /^\s*[│|](.*)[│|]\s*$/;

/** The table in a text; null if none exists, there are several, or one of its rows is not like the others. Then the text is shown as it is. */
export function tableIn(text: string): DrawnTable | null {
  const lines = text.split('\n');
  const isDrawn = (line: string): boolean => border.test(line) || row.test(line);
  const first = lines.findIndex(isDrawn);
  const last = lines.findLastIndex(isDrawn);
  const drawn = lines.slice(first, last + 1);
  if (first < 0 || !drawn.every(isDrawn)) return null;
  const cells = drawn.flatMap((line) => {
    const inside = row.exec(line)?.[1];
    return inside === undefined ? [] : [inside.split(/[│|]/).map((cell) => cell.trim())];
  });
  const [heads, ...rows] = cells;
  const width = heads?.length ?? 0;
  // A cell that contains the sign of a border has more parts than there are heads.
  if (width < 2 || rows.length === 0 || rows.some((each) => each.length !== width)) return null;
  return {
    before: lines.slice(0, first).join('\n').trim(),
    after: lines
      .slice(last + 1)
      .join('\n')
      .trim(),
    rows,
  };
}
