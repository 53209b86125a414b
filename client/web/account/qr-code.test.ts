import { expect, test } from 'vitest';
import { pathOf } from './qr-code.tsx';

test('adjacent dark modules of a QR code become one piece of the path', () => {
  const rows = [
    [true, true, false],
    [false, false, false],
    [true, false, true],
  ];
  expect(pathOf(rows)).toBe('M0 0h2v1h-2zM0 2h1v1h-1zM2 2h1v1h-1z');
  expect(pathOf([])).toBe('');
});
