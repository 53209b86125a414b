// Tests what the header says of the connection, and when.
import { expect, test } from 'vitest';
import { connectionInWords } from './connection.ts';

const heardAt = Date.parse('2026-11-20T12:03:04.000Z');

test('a live connection is live, whatever carries it', () => {
  expect(connectionInWords({ state: 'live', over: 'websocket' }, heardAt)).toMatchObject({
    words: 'live',
    tone: 'live',
  });
  expect(connectionInWords({ state: 'live', over: 'events' }, heardAt).hint).toContain('server-sent events');
  const polling = connectionInWords({ state: 'live', over: 'polling' }, heardAt);
  expect(polling.words).not.toBe('live');
  expect(polling.hint).toContain('can be a second old');
});

test('a lost connection is first reconnecting, then stale since the last word that came', () => {
  const connection = { state: 'reconnecting', lostAt: heardAt + 500, heardAt } as const;
  expect(connectionInWords(connection, heardAt + 1000).words).toBe('reconnecting…');
  expect(connectionInWords(connection, heardAt + 4000).words).toBe('stale since 12:03:04 UTC, reconnecting…');
});

test('a page that never heard anything does not pretend to have data', () => {
  const connection = { state: 'reconnecting', lostAt: heardAt, heardAt: null } as const;
  expect(connectionInWords(connection, heardAt).words).not.toContain('since');
});
