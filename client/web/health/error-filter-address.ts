// Owns how the address of the page of errors names its filter. Pure. Owns no field (error-filter.tsx).
import type { ErrorMessageSort, ErrorTarget } from '../../generated/graphql.ts';
import { type Filter, ranges, targets } from './error-filter.tsx';

/** All errors of the last hour. */
export const everything: Filter = {
  minutes: 60,
  text: '',
  version: null,
  target: null,
  onlyNew: false,
  sort: 'NEW_FIRST',
};

const sorts: readonly ErrorMessageSort[] = ['NEW_FIRST', 'COUNT', 'LAST_SEEN', 'FIRST_SEEN'];

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
export function withFilter(search: string, filter: Filter): string {
  const query = new URLSearchParams(search);
  const words: Readonly<Record<string, string>> = {
    q: filter.text,
    minutes: filter.minutes === everything.minutes ? '' : String(filter.minutes),
    version: filter.version ?? '',
    servers: filter.target === null ? '' : wordOf(filter.target),
    new: filter.onlyNew ? 'yes' : '',
    sort: filter.sort === everything.sort ? '' : wordOf(filter.sort),
  };
  for (const [name, value] of Object.entries(words)) {
    if (value === '') query.delete(name);
    else query.set(name, value);
  }
  const written = query.toString();
  return written === '' ? '' : `?${written}`;
}

const wordOf = (value: ErrorTarget | ErrorMessageSort): string => value.toLowerCase().replaceAll('_', '-');
