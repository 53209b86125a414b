// Owns the section of one figure: a table whose rows can have a bar, and its download as CSV. Owns no figure.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { TableHead } from '../parts/table-head.tsx';
import { followLink } from '../route.ts';
import { saveCsv } from './csv.ts';
import { msg } from './messages.ts';

/** A cell: what the CSV has, and how the page shows it, if otherwise. */
export type Cell = string | number | { readonly value: string | number; readonly shown: ComponentChildren };

const exportedOf = (cell: Cell): string | number => (typeof cell === 'object' ? cell.value : cell);
const shownOf = (cell: Cell): ComponentChildren => (typeof cell === 'object' ? cell.shown : cell);

/**
 * @param name the name of the CSV file
 * @param rows the cells of each row; the first one names the row
 * @param bars a bar for each row, shown in a last column; the table has its numbers
 * @param legend the words for the colours of the bars or of the plot
 * @param open the address of the history with all jobs of the figure
 * @param folded whether a long table is opened on request, because a plot shows the same
 * @param empty what is said instead of a table without rows
 */
export function FigureTable({
  heading,
  name,
  columns,
  rows,
  bars,
  legend,
  open,
  folded = false,
  empty,
  note,
  children,
}: {
  heading: string;
  name: string;
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
  bars?: readonly ComponentChildren[];
  legend?: Legend;
  open?: string;
  folded?: boolean;
  empty?: string;
  note?: string;
  children?: ComponentChildren;
}) {
  const headingId = useId();
  return (
    <section class="figure" aria-labelledby={headingId}>
      <div class="figure__head">
        <h2 class="section-heading" id={headingId}>
          {heading}
        </h2>
        {rows.length > 0 && open !== undefined && (
          <a href={open} onClick={followLink} aria-label={msg('statistics-open-figure', heading)}>
            {msg('statistics-open-all')}
          </a>
        )}
        {rows.length > 0 && (
          <button
            type="button"
            class="cdx-button cdx-button--weight-quiet figure__csv"
            aria-label={msg('statistics-csv', heading)}
            onClick={() => saveCsv(name, [columns, ...rows.map((row) => row.map(exportedOf))])}
          >
            {msg('statistics-csv-button')}
          </button>
        )}
      </div>
      {note !== undefined && <p class="hint">{note}</p>}
      {rows.length > 0 && legend !== undefined && <LegendLine legend={legend} />}
      {children}
      {rows.length === 0 ? (
        <p class="empty">{empty}</p>
      ) : (
        <Folded words={folded && rows.length > maxOpen ? msg('statistics-rows', rows.length) : null}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: an element that scrolls must be reachable by keyboard */}
          <div class="figure__table scrolls" tabIndex={0}>
            <table>
              <TableHead columns={columns}>{bars && <td aria-hidden="true" />}</TableHead>
              <tbody>
                {rows.map(([first = '', ...rest], index) => (
                  <tr key={String(exportedOf(first))}>
                    <th scope="row">{shownOf(first)}</th>
                    {rest.map((cell, column) => (
                      <td key={columns[column + 1]}>{shownOf(cell)}</td>
                    ))}
                    {bars && (
                      <td class="figure__bar" aria-hidden="true">
                        {bars[index]}
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Folded>
      )}
    </section>
  );
}

/** From how many rows on a table that can be folded is. */
const maxOpen = 20;

/** @param words what opens the content; null if it is open */
function Folded({ words, children }: { words: string | null; children: ComponentChildren }) {
  if (words === null) return children;
  return (
    <details>
      <summary>{words}</summary>
      {children}
    </details>
  );
}

/** The kinds of parts, each with its words. */
type Legend = readonly (readonly [kind: string, words: string])[];

function LegendLine({ legend }: { legend: Legend }) {
  return (
    <ul class="figure__legend" aria-hidden="true">
      {legend.map(([kind, words]) => (
        <li key={kind}>
          <span class={`bar__part bar__part--${kind}`} />
          {words}
        </li>
      ))}
    </ul>
  );
}

interface BarPart {
  readonly kind: string;
  readonly value: number;
}

/** A bar of parts, each as wide as its share of `most`. `kind` chooses the colour and the pattern. */
export function Bar({ parts, most }: { parts: readonly BarPart[]; most: number }) {
  return (
    <span class="bar">
      {parts.map(({ kind, value }) =>
        value === 0 ? null : (
          <span
            key={kind}
            class={`bar__part bar__part--${kind}`}
            style={{ width: `${most > 0 ? (value / most) * 100 : 0}%` }}
          />
        ),
      )}
    </span>
  );
}
