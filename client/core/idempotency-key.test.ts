// Tests which requests share an idempotency key.
import { expect, test } from 'vitest';
import { IdempotencyKey, newIdempotencyKey } from './idempotency-key.ts';

test('an idempotency key stays the same for the same input until the request succeeds', () => {
  let count = 0;
  const key = new IdempotencyKey(() => `key ${++count}`);
  expect(key.for({ changes: ['1'] })).toBe('key 1');
  expect(key.for({ changes: ['1'] })).toBe('key 1');
  expect(key.for({ changes: ['1'], acceptUnverified: true })).toBe('key 2');
  key.succeeded();
  expect(key.for({ changes: ['1'], acceptUnverified: true })).toBe('key 3');
});

test('a stored idempotency key is used again after a reload, for the same input until the request succeeds', () => {
  let count = 0;
  let stored: string | null = null;
  const open = () =>
    new IdempotencyKey(() => `key-${++count}`, {
      read: () => stored,
      write: (value) => {
        stored = value;
      },
    });
  const input = { changes: ['1 2'] };
  expect(open().for(input)).toBe('key-1');
  expect(open().for(input)).toBe('key-1');
  expect(open().for({ changes: [] })).toBe('key-2');
  const key = open();
  expect(key.for({ changes: [] })).toBe('key-2');
  key.succeeded();
  expect(stored).toBeNull();
  expect(open().for({ changes: [] })).toBe('key-3');
  stored = 'nonsense';
  expect(open().for(input)).toBe('key-4');
});

test('an idempotency key is 128 random bits', () => {
  expect(newIdempotencyKey()).toMatch(/^[0-9a-f]{32}$/);
  expect(newIdempotencyKey()).not.toBe(newIdempotencyKey());
});
