// Tests the texts for the state of the connection.
import { expect, test } from 'vitest';
import { learnServerTime } from '../state/server-clock.ts';
import { connectionInWords } from './connection.ts';

const lastMessageAt = Date.parse('2026-11-20T12:03:04.000Z');

test('a live connection is shown as live over each transport', () => {
  expect(connectionInWords({ state: 'live', over: 'websocket' }, lastMessageAt)).toMatchObject({
    words: 'live',
    tone: 'live',
  });
  expect(connectionInWords({ state: 'live', over: 'events' }, lastMessageAt).hint).toContain(
    'server-sent events',
  );
  const polling = connectionInWords({ state: 'live', over: 'polling' }, lastMessageAt);
  expect(polling.words).not.toBe('live');
  expect(polling.hint).toContain('can be a second old');
});

test('a lost connection is shown as reconnecting, then as not connected since the last message', () => {
  const connection = { state: 'reconnecting', lostAt: lastMessageAt + 500, lastMessageAt } as const;
  expect(connectionInWords(connection, lastMessageAt + 1000).words).toBe('reconnecting…');
  expect(connectionInWords(connection, lastMessageAt + 4000).words).toBe('not connected since 12:03:04 UTC');
});

test('a page that never connected does not show a time of the last message', () => {
  const connection = { state: 'reconnecting', lostAt: lastMessageAt, lastMessageAt: null } as const;
  expect(connectionInWords(connection, lastMessageAt).words).not.toContain('since');
});

test('the time of the last message is that of the server, when the clock of the browser is wrong', () => {
  const connection = { state: 'reconnecting', lostAt: lastMessageAt + 500, lastMessageAt } as const;
  const sentAt = Date.now();
  learnServerTime(new Date(sentAt + 600_000).toUTCString(), sentAt);
  const { words } = connectionInWords(connection, lastMessageAt + 4000);
  learnServerTime(new Date(sentAt).toUTCString(), sentAt);
  expect(words).toMatch(/^not connected since 12:13:0\d UTC$/);
});
