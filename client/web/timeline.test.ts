// Tests what is drawn of a timeline: to scale, in words, and bounded.
import { expect, test } from 'vitest';
import type { TimelineItem } from './log-outline.ts';
import { offset } from './time.ts';
import { partsOf } from './timeline.tsx';

const phase = (from: number, to: number | null, title = 'sync'): TimelineItem => ({
  kind: 'phase',
  title,
  from,
  to,
  line: from + 1,
});

test('phases are drawn to scale, and one that goes on reaches to now', () => {
  const parts = partsOf(
    { from: 0, to: null, items: [phase(0, 25_000), phase(25_000, null)] },
    100_000,
    offset,
  );
  expect(parts.map(({ from, width }) => [from, width])).toEqual([
    [0, 0.25],
    [0.25, 0.75],
  ]);
  expect(parts.map(({ label }) => label)).toEqual(['sync, +00:00, 0:25', 'sync, +00:25, 1:15 so far']);
});

test('a question says how long it waited and who answered', () => {
  const question: TimelineItem = {
    kind: 'question',
    title: 'All fine.\n\nContinue?',
    from: 10_000,
    to: 52_000,
    by: 'ada',
    line: 4,
  };
  const [part] = partsOf({ from: 0, to: 60_000, items: [question] }, 60_000, offset);
  expect(part).toMatchObject({ name: '?0:42', label: 'Question: Continue?, +00:10, 0:42, answered by ada' });
});

test('thousands of phases and errors are gathered', () => {
  const items: TimelineItem[] = Array.from({ length: 20_000 }, (_, index) =>
    index % 2 === 0 ? phase(index, index + 1) : { kind: 'error', title: 'ERROR', at: index, line: index },
  );
  const parts = partsOf({ from: 0, to: 20_000, items }, 20_000, offset);
  expect(parts.length).toBeGreaterThan(100);
  expect(parts.length).toBeLessThan(400);
  // Nothing is left out in silence.
  const counted = (word: string) =>
    parts.reduce((sum, { label }) => sum + Number(new RegExp(`^(\\d+) ${word}`).exec(label)?.[1] ?? 0), 0);
  expect(counted('short phases')).toBe(10_000);
  expect(counted('errors')).toBeGreaterThan(9_900);
});

test('moments outside of the job stay inside of the bar', () => {
  const parts = partsOf({ from: 1_000, to: 2_000, items: [phase(500, 3_000)] }, 2_000, offset);
  expect(parts).toMatchObject([{ from: 0, width: 1 }]);
});
