// Tests the filter in the address of the page of errors.
import { expect, test } from 'vitest';
import { everything, type Filter, filterOf, withFilter } from './error-filter-address.ts';

test('an address names the filter of the page of errors, and other parameters stay', () => {
  const filter: Filter = {
    minutes: 5,
    text: 'time out & more',
    version: '1.45.0-wmf.13',
    target: 'CANARIES',
    onlyNew: true,
    sort: 'LAST_SEEN',
  };
  const search = withFilter('?x=1', filter);
  expect(search).toBe(
    '?x=1&q=time+out+%26+more&minutes=5&version=1.45.0-wmf.13&servers=canaries&new=yes&sort=last-seen',
  );
  expect(filterOf(search)).toEqual(filter);
  expect(withFilter(search, everything)).toBe('?x=1');
});

test('an address without a valid filter shows all errors', () => {
  for (const search of ['', '?minutes=7&servers=mars&sort=constructor&new=no', '?minutes=&version='])
    expect(filterOf(search)).toEqual(everything);
});
