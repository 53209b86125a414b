// Tests the layout of a timeline: positions, labels, and a limited number of parts.
import { expect, test } from 'vitest';
import { offset } from '../../state/time.ts';
import type { TimelineItem } from './timeline.ts';
import { partsOf } from './timeline-part.ts';

const phase = (from: number, to: number | null, title = 'sync'): TimelineItem => ({
  kind: 'phase',
  title,
  from,
  to,
  line: from + 1,
});

test('timeline phases are to scale, and an open phase ends now', () => {
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

test('a question in the timeline says how long it waited and who answered', () => {
  const question: TimelineItem = {
    kind: 'question',
    title: 'All fine.\n\nContinue?',
    from: 10_000,
    to: 52_000,
    by: 'ada',
    line: 4,
  };
  const [part] = partsOf({ from: 0, to: 120_000, items: [question] }, 120_000, offset);
  expect(part).toMatchObject({ name: '0:42', label: 'Question: Continue?, +00:10, 0:42, answered by ada' });
});

test('a wait of hours is shortened and says so, while the rest stays to scale', () => {
  const hour = 3_600_000;
  const question = (from: number, to: number | null, by: string | null = 'ada'): TimelineItem => ({
    kind: 'question',
    title: 'Continue?',
    from,
    to,
    by,
    line: from,
  });
  const tick: TimelineItem = { kind: 'error', title: 'ERROR', at: 60_000 + hour, line: 7 };
  // One minute, an hour of waiting within the second phase, one minute, two seconds of waiting, 58 seconds.
  const items = [
    phase(0, 60_000, 'one'),
    phase(60_000, hour + 120_000, 'two'),
    question(60_000, 60_000 + hour),
    tick,
    question(hour + 120_000, hour + 122_000),
    phase(hour + 122_000, null, 'three'),
  ];
  const parts = partsOf({ from: 0, to: null, items }, hour + 180_000, offset);
  const [one, two, long, error, short, three] = parts;
  // The work takes 178 s and gets 60 % of the width.
  const second = 0.6 / 178;
  expect(one?.width).toBeCloseTo(60 * second);
  expect(short?.width).toBeCloseTo(2 * second);
  expect(three?.width).toBeCloseTo(58 * second);
  expect(long?.width).toBeCloseTo(0.4 - 2 * second);
  expect(two?.width).toBeCloseTo(0.4 - 2 * second + 60 * second);
  expect(error?.from).toBeCloseTo((long?.from ?? 0) + (long?.width ?? 0));
  expect((three?.from ?? 0) + (three?.width ?? 0)).toBeCloseTo(1);
  expect(parts.map(({ shortened }) => shortened)).toEqual([false, false, true, false, false, false]);
  expect(long).toMatchObject({
    name: '1 h 00 min',
    label: 'Question: Continue?, +01:00, 1 h 00 min (not drawn to scale), answered by ada',
  });
  expect(two?.label).toBe('two, +01:00, 1:01:00');
  expect(short?.name).toBe('0:02');
  // While a question waits, the phases before it keep their width.
  const open = [phase(0, 60_000, 'one'), question(60_000, null, null)];
  for (const waited of [1, 10, 1_000]) {
    const [before, waiting] = partsOf({ from: 0, to: null, items: open }, 60_000 + waited * hour, offset);
    expect(before?.width).toBeCloseTo(0.6);
    expect(waiting).toMatchObject({
      shortened: true,
      label: expect.stringContaining('so far (not drawn to scale'),
    });
  }
});

test('a job that only waited is drawn as one wait', () => {
  const question: TimelineItem = { kind: 'question', title: 'x', from: 0, to: null, by: null, line: null };
  expect(partsOf({ from: 0, to: null, items: [question] }, 9e9, offset)).toMatchObject([
    { from: 0, width: 1, shortened: false },
  ]);
});

test('thousands of phases and errors are merged into a few hundred parts', () => {
  const items: TimelineItem[] = Array.from({ length: 20_000 }, (_, index) =>
    index % 2 === 0 ? phase(index, index + 1) : { kind: 'error', title: 'ERROR', at: index, line: index },
  );
  const parts = partsOf({ from: 0, to: 20_000, items }, 20_000, offset);
  expect(parts.length).toBeGreaterThan(100);
  expect(parts.length).toBeLessThan(400);
  // Every item is counted in a label.
  const counted = (word: string) =>
    parts.reduce((sum, { label }) => sum + Number(new RegExp(`^(\\d+) ${word}`).exec(label)?.[1] ?? 0), 0);
  expect(counted('short phases')).toBe(10_000);
  expect(counted('errors')).toBeGreaterThan(9_900);
});

test('items outside of the time of the job stay inside of the timeline', () => {
  const parts = partsOf({ from: 1_000, to: 2_000, items: [phase(500, 3_000)] }, 2_000, offset);
  expect(parts).toMatchObject([{ from: 0, width: 1 }]);
});

test('the name of a phase ends where a question covers it', () => {
  const question: TimelineItem = {
    ...{ kind: 'question', title: 'Continue?', from: 40_000, to: 60_000, by: 'ada', line: 4 },
  };
  const parts = partsOf(
    { from: 0, to: null, items: [phase(0, 20_000), phase(20_000, 100_000), question] },
    100_000,
    offset,
  );
  expect(parts.map(({ kind, visible }) => [kind, visible])).toEqual([
    ['phase', 1],
    ['phase', 0.25],
    ['question', 1],
  ]);
});
