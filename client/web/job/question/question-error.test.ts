// Tests which error lines belong to an open question.
import { expect, test } from 'vitest';
import type { Mark } from '../../log/mark/mark.ts';
import { errorsBefore } from './question-error.ts';

const error = (number: number): Mark => ({
  number,
  at: '2026-11-20T12:00:00.000Z',
  kind: 'ERROR',
  text: `e${number}`,
});

test('a question has the last three errors after the question before it', () => {
  const marks = [3, 12, 13, 14, 15, 25].map(error);
  const asked = [{ lineNumber: 10 }, { lineNumber: 20 }];
  expect(errorsBefore({ lineNumber: 20 }, asked, marks).map(({ number }) => number)).toEqual([13, 14, 15]);
});

test('a question without a known line has no errors', () => {
  expect(errorsBefore({ lineNumber: null }, [], [error(3)])).toEqual([]);
});
