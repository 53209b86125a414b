// Tests the sections of a log: they nest for any output.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { iso, mark, start } from '../../../../tests/component/log-mark.ts';
import { cpuTime } from '../../../../tests/cpu-time.ts';
import type { LogMarkKind } from '../../../generated/graphql.ts';
import type { Mark } from './mark.ts';
import { maxLevels, type Section, sectionsOf } from './section.ts';

const running = { complete: false, endedAt: null };
const ended = (seconds: number) => ({ complete: true, endedAt: start + seconds * 1000 });
const summary = (sections: readonly Section[]) =>
  sections.map(
    ({ kind, title, first, last, level, from, to }) =>
      `${'  '.repeat(level)}${kind} ${title} ${first}-${last ?? ''} ${to === null ? 'open' : (to - from) / 1000}`,
  );

test('a log without section marks has no sections', () => {
  expect(sectionsOf([], running)).toEqual([]);
  expect(sectionsOf([mark(3, 'ERROR', 'failed'), mark(9, 'QUESTION', 'Continue?')], ended(9))).toEqual([]);
});

test('a phase lasts until the next status or until scap exits, and contains steps', () => {
  const marks = [
    mark(1, 'STATUS', 'Merging'),
    mark(10, 'STATUS', 'Syncing'),
    mark(12, 'STARTED', 'sync-testservers'),
    mark(20, 'FINISHED', 'sync-testservers'),
    mark(30, 'EXIT', 'scap ended'),
  ];
  expect(summary(sectionsOf(marks, ended(31)))).toEqual([
    'phase Merging 1-9 9',
    'phase Syncing 10-29 20',
    '  step sync-testservers 12-20 8',
  ]);
});

test('an empty status ends the phase without starting another', () => {
  expect(summary(sectionsOf([mark(2, 'STATUS', 'Merging'), mark(6, 'STATUS', '')], running))).toEqual([
    'phase Merging 2-5 4',
  ]);
});

test('a long section title is shortened between words, and steps are paired by the full title', () => {
  const long = 'sync the files of all extensions to the test servers of both data centres, and then wait';
  const marks = [
    mark(1, 'STARTED', `${long} for one`),
    mark(2, 'STARTED', `${long} for two`),
    mark(5, 'FINISHED', `${long} for two`),
    mark(9, 'FINISHED', `${long} for one`),
    mark(10, 'STATUS', `${'x'.repeat(78)}😀${'x'.repeat(100)}`),
  ];
  const short = 'sync the files of all extensions to the test servers of both data centres, and…';
  expect(summary(sectionsOf(marks, running))).toEqual([
    `step ${short} 1-9 8`,
    `  step ${short} 2-5 3`,
    `phase ${'x'.repeat(78)}… 10- open`,
  ]);
});

test('a phase announced inside a step ends with the step', () => {
  const marks = [
    mark(1, 'STARTED', 'a'),
    mark(2, 'STATUS', 'Doing a'),
    mark(9, 'FINISHED', 'a'),
    mark(12, 'STARTED', 'b'),
    mark(13, 'STATUS', 'Doing b'),
    mark(19, 'FINISHED', 'b'),
  ];
  expect(summary(sectionsOf(marks, ended(20)))).toEqual([
    'step a 1-9 8',
    '  phase Doing a 2-9 7',
    'step b 12-19 7',
    '  phase Doing b 13-19 6',
  ]);
});

test('a phase ends where a step with its own phase starts', () => {
  const marks = [
    mark(1, 'STATUS', 'Before'),
    mark(5, 'STARTED', 'a'),
    mark(6, 'STATUS', 'Doing a'),
    mark(9, 'FINISHED', 'a'),
  ];
  expect(summary(sectionsOf(marks, running))).toEqual([
    'phase Before 1-4 4',
    'step a 5-9 4',
    '  phase Doing a 6-9 3',
  ]);
});

test('unfinished sections are open while the job runs and end with the job', () => {
  const marks = [mark(1, 'STATUS', 'Syncing'), mark(4, 'STARTED', 'a')];
  expect(summary(sectionsOf(marks, running))).toEqual(['phase Syncing 1- open', '  step a 4- open']);
  expect(summary(sectionsOf(marks, ended(10)))).toEqual(['phase Syncing 1- 9', '  step a 4- 6']);
  const next = [...marks, mark(8, 'STATUS', 'Rolling back'), mark(9, 'EXIT')];
  expect(summary(sectionsOf(next, ended(9)))).toEqual([
    'phase Syncing 1-7 7',
    '  step a 4-7 4',
    'phase Rolling back 8-8 1',
  ]);
});

test('the inner one of two overlapping steps is cut but keeps its duration', () => {
  const marks = [
    mark(1, 'STARTED', 'a'),
    mark(3, 'STARTED', 'b'),
    mark(5, 'FINISHED', 'a'),
    mark(9, 'FINISHED', 'b'),
    mark(11, 'FINISHED', 'never started'),
  ];
  expect(summary(sectionsOf(marks, running))).toEqual(['step a 1-5 4', '  step b 3-5 6']);
});

test('nested steps of the same name are paired from the inside out', () => {
  const marks = [
    mark(1, 'STARTED', 'a'),
    mark(2, 'STARTED', 'a'),
    mark(3, 'FINISHED', 'a'),
    mark(5, 'FINISHED', 'a'),
  ];
  expect(summary(sectionsOf(marks, running))).toEqual(['step a 1-5 4', '  step a 2-3 1']);
});

const kinds: readonly LogMarkKind[] = [
  'STATUS',
  'STARTED',
  'FINISHED',
  'QUESTION',
  'ANSWER',
  'STOP',
  'EXIT',
  'ERROR',
];
const anyMarks = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 4 }),
      // A clock can be set back.
      at: fc.integer({ min: -5, max: 300 }),
      kind: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom<LogMarkKind>('STARTED', 'FINISHED', 'STATUS') },
        { weight: 1, arbitrary: fc.constantFrom(...kinds) },
      ),
      text: fc.constantFrom('', 'a', 'b', 'c', '__proto__'),
    }),
    { maxLength: 120 },
  )
  .map((drafts) => {
    let number = 1;
    return drafts.map(({ gap, at, kind, text }): Mark => {
      number += gap;
      return { number, at: iso(at), kind, text };
    });
  });

test('sections nest or are disjoint, are ordered, and never end before they start, for any marks', () => {
  fc.assert(
    fc.property(anyMarks, fc.boolean(), (marks, complete) => {
      const sections = sectionsOf(marks, { complete, endedAt: complete ? start + 400_000 : null });
      const end = (section: Section): number => section.last ?? Number.POSITIVE_INFINITY;
      for (const [index, one] of sections.entries()) {
        expect(end(one)).toBeGreaterThanOrEqual(one.first);
        expect(one.to ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(one.from);
        if (complete) expect(one.to).not.toBeNull();
        expect(one.level).toBeLessThan(maxLevels);
        const enclosing = sections.filter(
          ({ first, last }) => first < one.first && (last === null || one.first <= last),
        );
        expect(enclosing).toHaveLength(one.level);
        for (const other of sections.slice(index + 1)) {
          expect(other.first).toBeGreaterThan(one.first);
          const disjoint = other.first > end(one);
          const nested = end(other) <= end(one);
          expect(disjoint || nested).toBe(true);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('the log computes the sections of 20,000 nested marks in linear time', () => {
  const marks = Array.from({ length: 20_000 }, (_, index) =>
    mark(index + 1, index % 3 === 2 ? 'STATUS' : 'STARTED', `step ${index % 7}`),
  );
  const from = cpuTime();
  const sections = sectionsOf(marks, ended(20_001));
  // It takes about 20 ms; a quadratic algorithm takes seconds.
  expect(cpuTime() - from).toBeLessThan(3000);
  expect(sections.length).toBeGreaterThan(0);
});
