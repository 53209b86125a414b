import { expect, test } from 'vitest';
import { pathOf } from './qr-code.tsx';

test('the dark modules become one path, those side by side one piece of it', () => {
  const rows = [
    [true, true, false],
    [false, false, false],
    [true, false, true],
  ];
  expect(pathOf(rows)).toBe('M0 0h2v1h-2zM0 2h1v1h-1zM2 2h1v1h-1z');
  expect(pathOf([])).toBe('');
});
