// @vitest-environment happy-dom
// Tests the access to the storage of the browser where the browser blocks it.
import { afterEach, expect, test, vi } from 'vitest';
import { readStored, removeStored, storeValue } from './browser-storage.ts';

afterEach(() => vi.unstubAllGlobals());

test('a value is stored for all tabs', () => {
  storeValue('key', 'stored');
  expect(localStorage.getItem('key')).toBe('stored');
  expect(readStored('key')).toBe('stored');
  removeStored('key');
  expect(readStored('key')).toBeNull();
});

test('a value lasts as long as the page where the browser blocks site data', () => {
  const blocked = (): never => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  };
  vi.stubGlobal('localStorage', { getItem: blocked, setItem: blocked, removeItem: blocked });
  expect(readStored('key')).toBeNull();
  storeValue('key', 'kept');
  expect(readStored('key')).toBe('kept');
  removeStored('key');
  expect(readStored('key')).toBeNull();
});
