// Tests that a timeline's scale keeps the order of times, and leaves room for everything that is not a wait.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimelineItem } from './timeline.ts';
import { maxWaitShare, scaleOf } from './timeline-scale.ts';

const question = (from: number, to: number | null): TimelineItem => ({
  kind: 'question',
  title: 'Continue?',
  from,
  to,
  by: null,
  line: null,
});
const time = fc.oneof(fc.integer({ min: -50, max: 1_050 }), fc.integer({ min: -9, max: 1e9 }));

test('timeline positions are in the order of their times, from 0 to 1', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(time, fc.option(time)), { maxLength: 12 }),
      fc.array(time, { minLength: 2, maxLength: 20 }),
      fc.constantFrom(1_000, 1_000_000, 1e9),
      (questions, times, end) => {
        const items = questions.map(([from, to]) => question(from, to === null ? null : Math.max(from, to)));
        const scale = scaleOf({ from: 0, to: null, items }, end);
        expect(scale.positionOf(0)).toBe(0);
        expect(scale.positionOf(end)).toBeCloseTo(1);
        const positions = times.toSorted((one, other) => one - other).map((at) => scale.positionOf(at));
        for (const [index, position] of positions.entries()) {
          expect(position).toBeGreaterThanOrEqual((positions[index - 1] ?? 0) - 1e-9);
          expect(scale.positionOf(scale.timeAt(position))).toBeCloseTo(position, 5);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('long waits leave the work its share of the timeline, to one scale', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 1e8 })), {
        minLength: 1,
        maxLength: 20,
      }),
      (course) => {
        const items: TimelineItem[] = [];
        const work: [number, number][] = [];
        let at = 0;
        for (const [worked, waited] of course) {
          work.push([at, at + worked]);
          items.push(question(at + worked, at + worked + waited));
          at += worked + waited;
        }
        const scale = scaleOf({ from: 0, to: at, items }, at);
        const widths = work.map(([from, to]) => scale.positionOf(to) - scale.positionOf(from));
        expect(widths.reduce((sum, width) => sum + width, 0)).toBeGreaterThanOrEqual(1 - maxWaitShare - 1e-6);
        const [one = 0] = widths;
        for (const [index, [worked]] of course.entries())
          expect((widths[index] ?? 0) * (course[0]?.[0] ?? 0)).toBeCloseTo(one * worked);
      },
    ),
    { numRuns: 500 },
  );
});
