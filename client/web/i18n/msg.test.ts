// Tests how a message is put together with its parameters.
import { expect, test, vi } from 'vitest';
import '../account/messages.ts';
import '../admin/messages.ts';
import '../log/messages.ts';
import { enumMsg, msg } from './msg.ts';

test.each([
  '{{PLURAL:1|one|two}}',
  '[[Page]]',
  '[https://example.org x]',
  '$1 $2',
  '<b>bold</b>',
  '|',
  '\\',
  '&amp;',
])('a parameter is inserted as it is, not read as markup: %s', (input) => {
  expect(msg('admin-people-ban-ask', input)).toBe(`Ban ${input}?`);
  // A message with a template goes through the parser.
  expect(msg('log-copy-header', input, 1, 2, 2)).toBe(`Job ${input}, lines 1–2`);
});

test.each([
  [0, '0 attempts are left.'],
  [1, 'One attempt is left.'],
  [2, '2 attempts are left.'],
])('%i takes its plural form: %s', (count, words) => {
  expect(msg('sign-in-second-factor-tries-left', count)).toBe(words);
});

test('large numbers have separators where the message asks for them', () => {
  expect(msg('log-search-count', 12_345)).toBe('12,345 matches');
  expect(msg('log-search-place', 1_234, 12_345)).toBe('1,234 of 12,345');
});

test.each([
  [1, 'one day'],
  [30, '30 days'],
  [365, 'a year'],
])('an explicit plural form wins for %i days', (days, words) => {
  expect(msg('account-tokens-days', days)).toBe(words);
});

test('no message makes rules or formats again, which takes longer than the message itself', () => {
  const made = [vi.spyOn(Intl, 'PluralRules'), vi.spyOn(Intl, 'NumberFormat')];
  try {
    expect(msg('log-search-count', 12_345)).toBe('12,345 matches');
    expect(made.map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  } finally {
    vi.restoreAllMocks();
  }
});

test('a value of an enum has its own message', () => {
  expect(enumMsg('admin-audit-action', 'SIGN_OUT_OF_ALL')).toBe('all sessions ended');
});

test.each(['CONSTRUCTOR', 'NEW_VALUE'])('an enum value of a newer server is shown as itself: %s', (value) => {
  const newer: { readonly state: 'QUEUED' } = JSON.parse(JSON.stringify({ state: value }));
  expect(enumMsg('job-state', newer.state)).toBe(value.toLowerCase().replaceAll('_', ' '));
});
