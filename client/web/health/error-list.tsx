// Owns the table of messages of the error log: a row for each, which a phone shows as a card. Owns no order and no filter.
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ErrorMessageSort, ErrorRowFragment } from '../../generated/graphql.ts';
import { ForeignLabel, OutsideLink } from '../parts/foreign-text.tsx';
import { Moment } from '../parts/moment.tsx';
import { msg } from './messages.ts';
import { countInWords, sharesInWords } from './rate.ts';
import { Sparkline } from './sparkline.tsx';
import './error-list.css';

/** The columns, and the orders of those by which the table can be sorted: a second press chooses the second one. */
const columns = [
  ['health-column-message', ['NEW_FIRST', 'TEXT']],
  ['health-column-count', ['COUNT']],
  ['health-column-trend', []],
  ['health-column-versions', ['VERSION']],
  ['health-column-wikis', []],
  ['health-column-first', ['FIRST_SEEN']],
  ['health-column-last', ['LAST_SEEN']],
] as const satisfies readonly (readonly [string, readonly ErrorMessageSort[]])[];

/** What is wanted by a press on a column. */
const nextOrder = (orders: readonly ErrorMessageSort[], by: ErrorMessageSort): ErrorMessageSort | null =>
  orders[(orders.indexOf(by) + 1) % orders.length] ?? null;

/** How a column is sorted; undefined if the table is sorted by another one. */
const directionOf = (
  orders: readonly ErrorMessageSort[],
  by: ErrorMessageSort | undefined,
): 'ascending' | 'descending' | undefined =>
  by === undefined || !orders.includes(by) ? undefined : by === 'TEXT' ? 'ascending' : 'descending';

const arrows = { ascending: ' ↑', descending: ' ↓' } as const;

interface Sort {
  readonly by: ErrorMessageSort;
  readonly choose: (by: ErrorMessageSort) => void;
}

function Heading({
  name,
  orders,
  sort,
}: {
  name: string;
  orders: readonly ErrorMessageSort[];
  sort: Sort | null;
}) {
  const direction = directionOf(orders, sort?.by);
  const next = sort === null ? null : nextOrder(orders, sort.by);
  return (
    <th scope="col" aria-sort={direction}>
      {sort === null || next === null ? (
        name
      ) : (
        <button
          type="button"
          class="cdx-button cdx-button--weight-quiet cdx-button--size-small error-list__sort"
          onClick={() => sort.choose(next)}
        >
          {name}
          <span aria-hidden="true">{direction === undefined ? '' : arrows[direction]}</span>
        </button>
      )}
    </th>
  );
}

/** @param sort the order, with what changes it; null if it is fixed */
export function ErrorList({
  messages,
  label,
  sort,
}: {
  messages: readonly ErrorRowFragment[];
  label: string;
  sort: Sort | null;
}) {
  const shown = useGradually(messages);
  return (
    <table class="error-list" aria-label={label}>
      <thead>
        <tr>
          {columns.map(([key, orders]) => (
            <Heading key={key} name={msg(key)} orders={orders} sort={sort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((message, index) => (
          <ErrorRow key={index} message={message} />
        ))}
      </tbody>
    </table>
  );
}

/** How many rows are rendered in one task of the page. */
const rowsAtOnce = 15;

/** Follows a list a few items at a time, from its beginning, so that the page stays responsive while a long list is replaced. */
function useGradually<Item>(items: readonly Item[]): readonly Item[] {
  const [shown, setShown] = useState<readonly Item[]>(() => items.slice(0, rowsAtOnce));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let done = 0;
    const next = (): void => {
      done += rowsAtOnce;
      const count = done;
      setShown((before) => [...items.slice(0, count), ...before.slice(count, items.length)]);
      if (done < items.length) timer = setTimeout(next);
    };
    next();
    return () => clearTimeout(timer);
  }, [items]);
  return shown;
}

/** Rendered again only for another message. */
function ErrorRow({ message }: { message: ErrorRowFragment }) {
  return useMemo(() => renderRow(message), [message]);
}

function renderRow(message: ErrorRowFragment) {
  const { text, isNew, count, trend, versions, wikis, firstSeenAt, lastSeenAt, dashboardUrl } = message;
  return (
    <tr>
      <td class="error-list__message">
        {isNew && <span class="cdx-info-chip cdx-info-chip--warning">{msg('health-new')}</span>}{' '}
        <span class="error-list__text">
          {text === null ? msg('health-hidden', message.id.slice(0, 8)) : <ForeignLabel>{text}</ForeignLabel>}
        </span>{' '}
        {dashboardUrl !== null && <OutsideLink href={dashboardUrl}>{msg('health-dashboard')}</OutsideLink>}
      </td>
      <td class="error-list__number" data-label={msg('health-column-count')}>
        {countInWords(count)}
      </td>
      <td class="error-list__trend" data-label={msg('health-column-trend')}>
        <Sparkline values={trend} />
      </td>
      <td data-label={msg('health-column-versions')}>
        <ForeignLabel>{sharesInWords(versions, 3)}</ForeignLabel>
      </td>
      <td data-label={msg('health-column-wikis')}>
        <ForeignLabel>{sharesInWords(wikis, 3)}</ForeignLabel>
      </td>
      <td data-label={msg('health-column-first')}>
        <Moment iso={firstSeenAt} />
      </td>
      <td data-label={msg('health-column-last')}>
        <Moment iso={lastSeenAt} />
      </td>
    </tr>
  );
}
