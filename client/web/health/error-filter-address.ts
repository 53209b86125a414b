// Owns the filter of the page of errors, and how the address of the page names it. Pure. Owns no field (error-filter.tsx).
import type { ErrorMessageSort, ErrorTarget } from '../../generated/graphql.ts';
import { withQuery } from '../state/query.ts';

/** The time ranges to choose from, in minutes. Ten minutes are what scap's own page of errors counts. */
export const ranges = [5, 10, 15, 30, 60] as const;
/** The servers to choose from. */
export const targets = ['TESTSERVERS', 'CANARIES', 'PRODUCTION'] as const satisfies readonly ErrorTarget[];

/** What the page shows, and in which order. */
export interface Filter {
  readonly minutes: number;
  readonly text: string;
  readonly version: string | null;
  readonly target: ErrorTarget | null;
  readonly onlyNew: boolean;
  readonly sort: ErrorMessageSort;
}

/** All errors of the last hour. */
export const everything: Filter = {
  minutes: 60,
  text: '',
  version: null,
  target: null,
  onlyNew: false,
  sort: 'NEW_FIRST',
};

const sorts: readonly ErrorMessageSort[] = [
  'NEW_FIRST',
  'COUNT',
  'LAST_SEEN',
  'FIRST_SEEN',
  'VERSION',
  'TEXT',
];

/** The filter that the query of an address names: `?q=timeout&minutes=5&servers=canaries&new=yes`. Anything else is ignored. */
export function filterOf(search: string): Filter {
  const query = new URLSearchParams(search);
  const word = (name: string): string => (query.get(name) ?? '').slice(0, 200);
  return {
    minutes: ranges.find((minutes) => String(minutes) === word('minutes')) ?? everything.minutes,
    text: word('q'),
    version: word('version') === '' ? null : word('version'),
    target: targets.find((target) => wordOf(target) === word('servers')) ?? null,
    onlyNew: word('new') === 'yes',
    sort: sorts.find((sort) => wordOf(sort) === word('sort')) ?? everything.sort,
  };
}

/** The query of an address with this filter; other parameters stay as they are. */
export const withFilter = (search: string, filter: Filter): string =>
  withQuery(search, {
    q: filter.text,
    minutes: filter.minutes === everything.minutes ? '' : String(filter.minutes),
    version: filter.version ?? '',
    servers: filter.target === null ? '' : wordOf(filter.target),
    new: filter.onlyNew ? 'yes' : '',
    sort: filter.sort === everything.sort ? '' : wordOf(filter.sort),
  });

const wordOf = (value: ErrorTarget | ErrorMessageSort): string => value.toLowerCase().replaceAll('_', '-');
