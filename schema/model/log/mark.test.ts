import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cpuTime } from '../../../tests/cpu-time.ts';
import { decodeBytes } from './chunk.ts';
import { chunkOf } from './chunk-draft.ts';
import type { NewLogLine } from './line.ts';
import type { Continuation } from './line-scan.ts';
import { fullMarkBudget, type MarkBudget, marksIn, maxMarkTextLength, outputMark } from './mark.ts';

const line = (text: string, more: Partial<NewLogLine> = {}): NewLogLine => ({
  at: 5,
  kind: 'output',
  text,
  sensitive: false,
  continues: false,
  ...more,
});

const marksOf = (
  lines: readonly NewLogLine[],
  inside: Continuation = null,
  room: MarkBudget = fullMarkBudget,
) => marksIn(decodeBytes(chunkOf(lines, 1).body(), 1, lines[0]?.at ?? 0), inside, room).marks;

describe('a line of output', () => {
  test.each([
    ['12:03:04 Started prep', { kind: 'started', text: 'prep' }],
    ['Started scap sync-world: T1', { kind: 'started', text: 'scap sync-world: T1' }],
    ['[main] 12:03:04 Finished prep (duration: 00m 03s)', { kind: 'finished', text: 'prep' }],
    ['[2026-11-20T12:03:04] Finished a (b) c (duration: 01h 00m 03s)', { kind: 'finished', text: 'a (b) c' }],
    ['Traceback (most recent call last):', { kind: 'error', text: 'Traceback (most recent call last):' }],
    ['12:03:04 ERROR - no host', { kind: 'error', text: '12:03:04 ERROR - no host' }],
    ['x CRITICAL: disk', { kind: 'error', text: 'x CRITICAL: disk' }],
    ['fatal: not a git repository', { kind: 'error', text: 'fatal: not a git repository' }],
    ['error: pathspec', { kind: 'error', text: 'error: pathspec' }],
    ['ValueError: no', { kind: 'error', text: 'ValueError: no' }],
    ['scap.cli.SomeException: no', { kind: 'error', text: 'scap.cli.SomeException: no' }],
    [
      'PHP Fatal error:  Uncaught TypeError: Cite',
      { kind: 'error', text: 'PHP Fatal error:  Uncaught TypeError: Cite' },
    ],
  ])('“%s” is a mark', (text, mark) => {
    expect(outputMark(text)).toEqual(mark);
  });

  test.each([
    'Logstash: 0 errors a second before, 0.3 after: fine',
    '0 ERRORS',
    'wrote ERROR.txt and logs/ERROR',
    'NO-ERROR',
    'error rate: 0',
    'an error occurred',
    'Finished without a duration',
    '!log ada@deploy1003 Finished scap backport of 7',
    'Restarted prep',
    'Started',
    '',
  ])('“%s” is not a mark', (text) => {
    expect(outputMark(text)).toBeNull();
  });
});

describe('marks', () => {
  test('the mark scan recognises SpiderPig’s lines by kind and output lines by visible text', () => {
    const marks = marksOf([
      line('Deploying', { kind: 'status' }),
      line('\x1b[1m12:03:04 \x1b[1mStarted prep\x1b[0m'),
      line('nothing'),
      line('Continue?', { kind: 'question', at: 6 }),
      line('ada: y', { kind: 'answer', at: 7 }),
      line('ada asked for a stop', { kind: 'stop', at: 8 }),
      line('10%\r12:03:05 \x1b[1mFinished prep\x1b[0m (duration: 00m 01s)', { at: 9 }),
      line('scap exited with 0', { kind: 'exit', at: 9 }),
      line('ERROR: what came after it is not recorded', { kind: 'notice', at: 9 }),
    ]);
    expect(marks.map(({ number, at, kind, text }) => [number, at, kind, text])).toEqual([
      [1, 5, 'status', 'Deploying'],
      [2, 5, 'started', 'prep'],
      [4, 6, 'question', 'Continue?'],
      [5, 7, 'answer', 'ada: y'],
      [6, 8, 'stop', 'ada asked for a stop'],
      [7, 9, 'finished', 'prep'],
      [8, 9, 'exit', 'scap exited with 0'],
    ]);
  });

  test('the mark scan marks a question of several lines once', () => {
    const row = (text: string, at: number) => line(text, { kind: 'question', at });
    const marks = marksOf([row('Changes:', 5), row('┌──┐', 5), row('Continue?', 5), row('Really?', 6)]);
    expect(marks.map(({ number, text }) => [number, text])).toEqual([
      [1, 'Changes:'],
      [4, 'Really?'],
    ]);
  });

  test('the mark scan marks neither sensitive lines nor continuations', () => {
    const started = 'Started prep';
    expect(
      marksOf([
        line(started, { sensitive: true }),
        line(started, { continues: true }),
        line(started, { continues: true }),
        line(started),
        line(started),
      ]).map(({ number }) => number),
    ).toEqual([2, 5]);
    expect(
      marksOf([line(started), line(started)], { hidden: false, tail: '' }).map(({ number }) => number),
    ).toEqual([2]);
    expect(marksOf([line(started, { continues: true }), line('')], { hidden: true, tail: '' })).toEqual([]);
  });

  test('the mark scan limits marks, output marks more strictly, and shortens text between characters', () => {
    const flood = [
      ...Array.from({ length: 5 }, () => line('ERROR')),
      line('Continue?', { kind: 'question' }),
      line(`ERROR ${'😀'.repeat(500)}`),
    ];
    expect(marksOf(flood, null, { all: 9, output: 3 }).map(({ number }) => number)).toEqual([1, 2, 3, 6]);
    expect(marksOf(flood, null, { all: 2, output: 3 })).toHaveLength(2);
    const text = marksOf(flood).at(-1)?.text ?? '';
    expect(text.length).toBeLessThanOrEqual(maxMarkTextLength);
    expect(text.isWellFormed()).toBe(true);
  });

  test('the mark scan finds the same marks however lines are distributed over chunks', () => {
    const texts = [
      'x',
      '',
      'Started a',
      'Finished a (duration: 1s)',
      'ERROR',
      'Started \x1b',
      '\rERROR',
      'rror',
    ];
    const some = fc.record({
      text: fc.constantFrom(...texts),
      at: fc.integer({ min: 5, max: 7 }),
      sensitive: fc.boolean(),
      kind: fc.constantFrom('output', 'output', 'output', 'status', 'notice'),
    });
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 30 }), (lines) => {
        const list = lines.map((one) =>
          line(one.text, { ...one, sensitive: one.sensitive && one.kind === 'output' }),
        );
        const alone = list.flatMap((one, index) =>
          marksOf([one]).map((mark) => ({
            ...mark,
            at: Math.max(one.at, list[0]?.at ?? 0),
            number: index + 1,
          })),
        );
        expect(marksOf(list)).toEqual(alone);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['one long line', [line(`Started ${'x'.repeat(1_000_000)}`)]],
    ['words that are almost errors', [line('AError AException ERRO rror '.repeat(40_000))]],
    ['brackets', [line('['.repeat(1_000_000))]],
    ['digits', [line('12:03:04 '.repeat(100_000))]],
    ['escapes', [line('\x1b[1mERROR\x1b'.repeat(80_000))]],
    ['writing that is turned around', [line('\u202eERROR\u2066'.repeat(80_000))]],
    ['short lines of other moments', Array.from({ length: 100_000 }, (_, at) => line('x', { at }))],
    ['durations', [line(`Finished ${'(duration: '.repeat(80_000)}`)]],
  ])('the mark scan marks a megabyte of %s in linear time', (_what, lines) => {
    const began = cpuTime();
    marksOf(lines);
    // Squared it would be minutes.
    expect(cpuTime() - began).toBeLessThan(5_000);
  });
});
