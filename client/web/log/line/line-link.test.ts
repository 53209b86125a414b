// Tests the address fragments of lines.
import { expect, test } from 'vitest';
import { hashOf, linesOf } from './line-link.ts';

test('the link reader reads fragments of lines in either order, and those it writes', () => {
  expect(linesOf('#L340')).toEqual({ from: 340, to: 340 });
  expect(linesOf('#L340-L352')).toEqual({ from: 340, to: 352 });
  expect(linesOf('#L352-340')).toEqual({ from: 340, to: 352 });
  for (const range of [
    { from: 1, to: 1 },
    { from: 7, to: 999_999 },
  ]) {
    expect(linesOf(hashOf(range))).toEqual(range);
  }
});

test('other fragments name no lines', () => {
  for (const wrong of [
    '',
    '#',
    '#L',
    '#L0',
    '#l5',
    '#L5-',
    '#L5x',
    '#content',
    '#L99999999999',
    '#L1-L2-L3',
  ]) {
    expect(linesOf(wrong), wrong).toBeNull();
  }
});
