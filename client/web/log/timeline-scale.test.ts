// Tests that a timeline's scale keeps the order of all moments and room for all that is no wait, whatever was asked and when.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimelineItem } from './outline.ts';
import { mostWaiting, scaleOf } from './timeline-scale.ts';

const question = (from: number, to: number | null): TimelineItem => ({
  kind: 'question',
  title: 'Continue?',
  from,
  to,
  by: null,
  line: null,
});
const moment = fc.oneof(fc.integer({ min: -50, max: 1_050 }), fc.integer({ min: -9, max: 1e9 }));

test('moments keep their order, from 0 to 1, and waits that are not shortened are to scale', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(moment, fc.option(moment)), { maxLength: 12 }),
      fc.array(moment, { minLength: 2, maxLength: 20 }),
      fc.constantFrom(1_000, 1_000_000, 1e9),
      (asked, moments, end) => {
        const items = asked.map(([from, to]) => question(from, to === null ? null : Math.max(from, to)));
        const scale = scaleOf({ from: 0, to: null, items }, end);
        expect(scale.placeOf(0)).toBe(0);
        expect(scale.placeOf(end)).toBeCloseTo(1);
        const places = moments.toSorted((one, other) => one - other).map((at) => scale.placeOf(at));
        for (const [index, place] of places.entries())
          expect(place).toBeGreaterThanOrEqual((places[index - 1] ?? 0) - 1e-9);
      },
    ),
    { numRuns: 500 },
  );
});

test('whatever waits, the work has its share of the whole, to one scale', () => {
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
        const widths = work.map(([from, to]) => scale.placeOf(to) - scale.placeOf(from));
        expect(widths.reduce((sum, width) => sum + width, 0)).toBeGreaterThanOrEqual(1 - mostWaiting - 1e-6);
        const [one = 0] = widths;
        for (const [index, [worked]] of course.entries())
          expect((widths[index] ?? 0) * (course[0]?.[0] ?? 0)).toBeCloseTo(one * worked);
      },
    ),
    { numRuns: 500 },
  );
});
