// Tests which query a search becomes, also for hostile text.
import { expect, test } from 'vitest';
import { queryOfSearch } from './query.ts';

const gerritUrl = 'https://gerrit.example.org/r/';

test.each([
  ['', 'status:open -is:wip'],
  ['1102340', 'change:1102340'],
  ['1102340, 1102341', 'change:1102340 OR change:1102341'],
  [`${gerritUrl}c/a/b/+/1102340/3`, 'change:1102340'],
  ['I0123456789abcdef', 'change:I0123456789abcdef'],
  ['Fix thumbnails', '"Fix" "thumbnails" -status:abandoned'],
  ['a" OR status:open "b', '"a" "OR" "status:open" "b" -status:abandoned'],
  ['fix 1102340', '"fix" "1102340" -status:abandoned'],
])('the search %j becomes the query %j', (search, query) => {
  expect(queryOfSearch(search, gerritUrl)).toBe(query);
});

test.each(['9999999999', '"" \\ {}', '--'])('the search %j can match nothing', (search) => {
  expect(queryOfSearch(search, gerritUrl)).toBeNull();
});
