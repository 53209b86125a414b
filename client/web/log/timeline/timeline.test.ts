// Tests the timeline of a job: which items it has, with which times and lines.
import { expect, test } from 'vitest';
import { iso, mark, start } from '../../../../tests/component/log-mark.ts';
import { timelineOf } from './timeline.ts';

const job = { startedAt: iso(0), finishedAt: null, interactions: [], stops: [] };
const question = (id: string, asked: number, answered: number | null) => ({
  id,
  prompt: `Question ${id}`,
  askedAt: iso(asked),
  answeredAt: answered === null ? null : iso(answered),
  answeredBy: answered === null ? null : { name: 'Amina' },
});

test('a job that has not started has no timeline', () => {
  expect(timelineOf({ ...job, startedAt: null }, [], false)).toBeNull();
});

test('a question in the timeline has its waiting time and its first line', () => {
  const marks = [
    mark(5, 'QUESTION', 'Explanation'),
    mark(6, 'QUESTION', 'Continue?'),
    mark(8, 'ANSWER', 'Amina answered'),
    mark(20, 'QUESTION', 'Really?'),
  ];
  const asked = { ...job, interactions: [question('2', 20, null), question('1', 5, 8)] };
  expect(timelineOf(asked, marks, false)?.items).toEqual([
    { kind: 'question', title: 'Question 1', from: start + 5000, to: start + 8000, by: 'Amina', line: 5 },
    { kind: 'question', title: 'Question 2', from: start + 20_000, to: null, by: null, line: 20 },
  ]);
  // It is shown before its marks have arrived.
  expect(timelineOf(asked, [], false)?.items).toMatchObject([{ line: null }, { line: null }]);
});

test('an unanswered question waits until the job ends', () => {
  const over = { ...job, finishedAt: iso(60), interactions: [question('1', 5, null)] };
  expect(timelineOf(over, [], true)).toMatchObject({
    to: start + 60_000,
    items: [{ from: start + 5000, to: start + 60_000, by: null }],
  });
});

test('a timeline shows the steps inside an all-enclosing step, with stops and errors', () => {
  const marks = [
    mark(1, 'STARTED', 'scap backport'),
    mark(2, 'STARTED', 'merge'),
    mark(4, 'FINISHED', 'merge'),
    mark(5, 'STARTED', 'sync'),
    mark(6, 'ERROR', 'ERROR: no'),
    mark(7, 'STOP', 'Amina asked to interrupt'),
    mark(9, 'FINISHED', 'sync'),
    mark(10, 'FINISHED', 'scap backport'),
  ];
  const stops = [{ id: '1', requestedAt: iso(7), requestedBy: { name: 'Amina' } }];
  expect(timelineOf({ ...job, stops }, marks, false)?.items).toMatchObject([
    { kind: 'phase', title: 'merge', line: 2 },
    { kind: 'phase', title: 'sync', line: 5 },
    { kind: 'error', title: 'ERROR: no', line: 6 },
    { kind: 'stop', by: 'Amina', line: 7 },
  ]);
});
