// Owns what explains a question: its text, folded when it is long, and copying it. Owns no question and no reading of tables (table.ts).
import { useId, useState } from 'preact/hooks';
import { msg } from '../../i18n/msg.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ForeignLabel, ForeignText } from '../../parts/foreign-text.tsx';
import { isNarrow } from '../../state/narrow.ts';
import { type DrawnTable, tableIn } from './table.ts';
import './explanation.css';

/** An explanation of at most so many lines is shown whole. A phone has less room: the answers are to be on the screen, too. */
const short = { wide: 12, narrow: 4 };
/** A shorter text is selected as quickly as copied. */
const worthCopying = 3;

/** @param aligned whether it is a table or a listing, which is not wrapped */
export function Explanation({ text, aligned }: { text: string; aligned: boolean }) {
  const id = useId();
  const [chosen, setChosen] = useState<boolean | null>(null);
  const table = isNarrow.value && aligned ? tableIn(text) : null;
  const lines = text.split('\n').length;
  /** How many are shown: a table has one for each row, without its frame. */
  const shown = table === null ? lines : linesOf(table.before) + table.rows.length + linesOf(table.after);
  const isShort = shown <= (isNarrow.value ? short.narrow : short.wide);
  const isOpen = chosen ?? isShort;
  return (
    <div class="explanation">
      <section
        id={id}
        class={`explanation__text scrolls${isOpen ? '' : ' explanation__text--folded'}`}
        aria-label={msg('job-question-explanation')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an element that scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {table !== null ? <TableRows table={table} /> : <Text aligned={aligned}>{text}</Text>}
      </section>
      {(!isShort || lines >= worthCopying) && (
        <p class="explanation__tools">
          {!isShort && (
            <button
              type="button"
              class="cdx-button cdx-button--size-small cdx-button--weight-quiet"
              aria-expanded={isOpen}
              aria-controls={id}
              onClick={() => setChosen(!isOpen)}
            >
              {isOpen ? msg('job-question-fold') : msg('job-question-unfold', shown)}
            </button>
          )}
          {lines >= worthCopying && <CopyButton words={text} label={msg('job-question-copy')} quiet />}
        </p>
      )}
    </div>
  );
}

const linesOf = (text: string): number => (text === '' ? 0 : text.split('\n').length);

function Text({ aligned, children }: { aligned: boolean; children: string }) {
  const content = <ForeignText>{children}</ForeignText>;
  return aligned ? <pre>{content}</pre> : <p>{content}</p>;
}

/** The rows of a table below each other: of each the first and the last cell, which are the number and the subject, and below them the rest. */
function TableRows({ table: { before, rows, after } }: { table: DrawnTable }) {
  return (
    <>
      {before !== '' && <Text aligned={false}>{before}</Text>}
      <ul class="explanation__rows">
        {rows.map((cells) => (
          <li key={cells.join('|')}>
            <strong>
              <ForeignLabel>{cells[0] ?? ''}</ForeignLabel>
            </strong>{' '}
            <ForeignLabel>{cells.at(-1) ?? ''}</ForeignLabel>
            {cells.length > 2 && (
              <span class="hint">
                <ForeignLabel>{cells.slice(1, -1).join(msg('app-separator'))}</ForeignLabel>
              </span>
            )}
          </li>
        ))}
      </ul>
      {after !== '' && <Text aligned={false}>{after}</Text>}
    </>
  );
}
