// Tests what marks amount to: sections that can be folded whatever was printed, and the timeline.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogMarkKind } from '../../generated/graphql.ts';
import { type Mark, mostLevels, type Section, sectionsOf, timelineOf } from './outline.ts';

const begun = Date.parse('2026-11-24T12:00:00.000Z');
const iso = (seconds: number): string => new Date(begun + seconds * 1000).toISOString();
/** A mark whose line was printed as many seconds after the start as its number. */
const mark = (number: number, kind: LogMarkKind, text = ''): Mark => ({
  number,
  at: iso(number),
  kind,
  text,
});
const running = { complete: false, endedAt: null };
const ended = (seconds: number) => ({ complete: true, endedAt: begun + seconds * 1000 });
const brief = (sections: readonly Section[]) =>
  sections.map(
    ({ kind, title, first, last, level, from, to }) =>
      `${'  '.repeat(level)}${kind} ${title} ${first}-${last ?? ''} ${to === null ? 'open' : (to - from) / 1000}`,
  );

describe('sections', () => {
  test('output that nobody knows has none', () => {
    expect(sectionsOf([], running)).toEqual([]);
    expect(sectionsOf([mark(3, 'ERROR', 'boom'), mark(9, 'QUESTION', 'Continue?')], ended(9))).toEqual([]);
  });

  test('a status lasts until the next one, the last one until scap ends; steps lie within', () => {
    const marks = [
      mark(1, 'STATUS', 'Merging'),
      mark(10, 'STATUS', 'Syncing'),
      mark(12, 'STARTED', 'sync-testservers'),
      mark(20, 'FINISHED', 'sync-testservers'),
      mark(30, 'EXIT', 'scap ended'),
    ];
    expect(brief(sectionsOf(marks, ended(31)))).toEqual([
      'phase Merging 1-9 9',
      'phase Syncing 10-29 20',
      '  step sync-testservers 12-20 8',
    ]);
  });

  test('a status that is taken back ends its phase and begins none', () => {
    expect(brief(sectionsOf([mark(2, 'STATUS', 'Merging'), mark(6, 'STATUS', '')], running))).toEqual([
      'phase Merging 2-5 4',
    ]);
  });

  test('a long title is shortened between words, and steps are paired by the whole of it', () => {
    const long = 'sync the files of all extensions to the test servers of both data centres, and then wait';
    const marks = [
      mark(1, 'STARTED', `${long} for one`),
      mark(2, 'STARTED', `${long} for two`),
      mark(5, 'FINISHED', `${long} for two`),
      mark(9, 'FINISHED', `${long} for one`),
      mark(10, 'STATUS', `${'x'.repeat(78)}😀${'x'.repeat(100)}`),
    ];
    const short = 'sync the files of all extensions to the test servers of both data centres, and…';
    expect(brief(sectionsOf(marks, running))).toEqual([
      `step ${short} 1-9 8`,
      `  step ${short} 2-5 3`,
      `phase ${'x'.repeat(78)}… 10- open`,
    ]);
  });

  test('a status said within a step ends with the step', () => {
    const marks = [
      mark(1, 'STARTED', 'a'),
      mark(2, 'STATUS', 'Doing a'),
      mark(9, 'FINISHED', 'a'),
      mark(12, 'STARTED', 'b'),
      mark(13, 'STATUS', 'Doing b'),
      mark(19, 'FINISHED', 'b'),
    ];
    expect(brief(sectionsOf(marks, ended(20)))).toEqual([
      'step a 1-9 8',
      '  phase Doing a 2-9 7',
      'step b 12-19 7',
      '  phase Doing b 13-19 6',
    ]);
  });

  test('a status before a step that has its own ends where the step begins', () => {
    const marks = [
      mark(1, 'STATUS', 'Before'),
      mark(5, 'STARTED', 'a'),
      mark(6, 'STATUS', 'Doing a'),
      mark(9, 'FINISHED', 'a'),
    ];
    expect(brief(sectionsOf(marks, running))).toEqual([
      'phase Before 1-4 4',
      'step a 5-9 4',
      '  phase Doing a 6-9 3',
    ]);
  });

  test('what is not finished is open while the job runs, and ends with it', () => {
    const marks = [mark(1, 'STATUS', 'Syncing'), mark(4, 'STARTED', 'a')];
    expect(brief(sectionsOf(marks, running))).toEqual(['phase Syncing 1- open', '  step a 4- open']);
    expect(brief(sectionsOf(marks, ended(10)))).toEqual(['phase Syncing 1- 9', '  step a 4- 6']);
    const next = [...marks, mark(8, 'STATUS', 'Rolling back'), mark(9, 'EXIT')];
    expect(brief(sectionsOf(next, ended(9)))).toEqual([
      'phase Syncing 1-7 7',
      '  step a 4-7 4',
      'phase Rolling back 8-8 1',
    ]);
  });

  test('of two steps that cross the inner one is cut where it is folded, and keeps its time', () => {
    const marks = [
      mark(1, 'STARTED', 'a'),
      mark(3, 'STARTED', 'b'),
      mark(5, 'FINISHED', 'a'),
      mark(9, 'FINISHED', 'b'),
      mark(11, 'FINISHED', 'never begun'),
    ];
    expect(brief(sectionsOf(marks, running))).toEqual(['step a 1-5 4', '  step b 3-5 6']);
  });

  test('steps of one name within each other are paired from within', () => {
    const marks = [
      mark(1, 'STARTED', 'a'),
      mark(2, 'STARTED', 'a'),
      mark(3, 'FINISHED', 'a'),
      mark(5, 'FINISHED', 'a'),
    ];
    expect(brief(sectionsOf(marks, running))).toEqual(['step a 1-5 4', '  step a 2-3 1']);
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
        // Clocks are set back, too.
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

  test('whatever the marks: sections lie within each other or apart, are in order, and never end before they begin', () => {
    fc.assert(
      fc.property(anyMarks, fc.boolean(), (marks, complete) => {
        const sections = sectionsOf(marks, { complete, endedAt: complete ? begun + 400_000 : null });
        const end = (section: Section): number => section.last ?? Number.POSITIVE_INFINITY;
        for (const [index, one] of sections.entries()) {
          expect(end(one)).toBeGreaterThanOrEqual(one.first);
          expect(one.to ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(one.from);
          if (complete) expect(one.to).not.toBeNull();
          expect(one.level).toBeLessThan(mostLevels);
          const around = sections.filter(
            ({ first, last }) => first < one.first && (last === null || one.first <= last),
          );
          expect(around).toHaveLength(one.level);
          for (const other of sections.slice(index + 1)) {
            expect(other.first).toBeGreaterThan(one.first);
            const apart = other.first > end(one);
            const within = end(other) <= end(one);
            expect(apart || within).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('twenty thousand marks that nest without end take no time to speak of', () => {
    const marks = Array.from({ length: 20_000 }, (_, index) =>
      mark(index + 1, index % 3 === 2 ? 'STATUS' : 'STARTED', `step ${index % 7}`),
    );
    const from = performance.now();
    const sections = sectionsOf(marks, ended(20_001));
    // Some 20 ms; what is quadratic takes seconds.
    expect(performance.now() - from).toBeLessThan(3000);
    expect(sections.length).toBeGreaterThan(0);
  });
});

describe('the timeline', () => {
  const job = { startedAt: iso(0), finishedAt: null, interactions: [], stops: [] };
  const question = (id: string, asked: number, answered: number | null) => ({
    id,
    prompt: `Question ${id}`,
    askedAt: iso(asked),
    answeredAt: answered === null ? null : iso(answered),
    answeredBy: answered === null ? null : { name: 'Amina' },
  });

  test('there is none before the job has started', () => {
    expect(timelineOf({ ...job, startedAt: null }, [], false)).toBeNull();
  });

  test('questions have their waiting time and the line at which they were asked, of several lines the first', () => {
    const marks = [
      mark(5, 'QUESTION', 'Explanation'),
      mark(6, 'QUESTION', 'Continue?'),
      mark(8, 'ANSWER', 'Amina answered'),
      mark(20, 'QUESTION', 'Really?'),
    ];
    const asked = { ...job, interactions: [question('2', 20, null), question('1', 5, 8)] };
    expect(timelineOf(asked, marks, false)?.items).toEqual([
      { kind: 'question', title: 'Question 1', from: begun + 5000, to: begun + 8000, by: 'Amina', line: 5 },
      { kind: 'question', title: 'Question 2', from: begun + 20_000, to: null, by: null, line: 20 },
    ]);
    // Before the marks have come it is drawn all the same.
    expect(timelineOf(asked, [], false)?.items).toMatchObject([{ line: null }, { line: null }]);
  });

  test('a question that nobody answered waits until the job ends', () => {
    const over = { ...job, finishedAt: iso(60), interactions: [question('1', 5, null)] };
    expect(timelineOf(over, [], true)).toMatchObject({
      to: begun + 60_000,
      items: [{ from: begun + 5000, to: begun + 60_000, by: null }],
    });
  });

  test('of a step that is around all others those within it are shown, with stops and errors', () => {
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
});
