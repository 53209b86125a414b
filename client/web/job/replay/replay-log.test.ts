// Tests which lines a replay shows at a time, and how few it loads from a long log.
import { expect, test } from 'vitest';
import type { LogLine } from '../../log/line/line.ts';
import { positionAfter, speedBeside } from './playback.ts';
import { pageLength, ReplayLog, shownLines } from './replay-log.ts';

const line = (number: number, at: number): LogLine => ({
  number,
  at: new Date(at).toISOString(),
  kind: 'OUTPUT',
  text: `line ${number}`,
  sensitive: false,
  continues: false,
});

/** A log whose line n is printed at n seconds. */
function logOf(length: number) {
  const requests: number[] = [];
  const log = new ReplayLog(length, (after, first) => {
    requests.push(first);
    const count = Math.max(0, Math.min(first, length - after));
    return Promise.resolve(
      Array.from({ length: count }, (_, index) => line(after + index + 1, (after + index + 1) * 1_000)),
    );
  });
  return { log, requests };
}

test('a view has the lines that were printed by then, across the border of a page', async () => {
  const { log } = logOf(1_200);
  expect(await log.at(500)).toEqual({ rows: [], count: 0, nextAt: 1_000 });
  const border = await log.at((pageLength + 2) * 1_000);
  expect(border.count).toBe(pageLength + 2);
  expect(border.rows.map((row) => row.line.number)).toEqual(
    Array.from({ length: shownLines }, (_, index) => pageLength + 3 - shownLines + index),
  );
  expect(border.nextAt).toBe((pageLength + 3) * 1_000);
  expect((await log.at(pageLength * 1_000)).nextAt).toBe((pageLength + 1) * 1_000);
  expect(await log.at(9_000_000)).toMatchObject({ count: 1_200, nextAt: null });
});

test('a jump in a log of a million lines loads few of them, and a short step none', async () => {
  const { log, requests } = logOf(1_000_000);
  expect((await log.at(765_432_000)).count).toBe(765_432);
  expect(requests.reduce((sum, first) => sum + first, 0)).toBeLessThan(2 * pageLength + 30);
  const before = requests.length;
  expect((await log.at(765_440_000)).count).toBe(765_440);
  expect(requests.length).toBe(before);
});

test('a page that could not be loaded is loaded again', async () => {
  let fails = true;
  const log = new ReplayLog(1, () =>
    fails ? Promise.reject(new Error('away')) : Promise.resolve([line(1, 1_000)]),
  );
  await expect(log.at(2_000)).rejects.toThrow('away');
  fails = false;
  expect((await log.at(2_000)).count).toBe(1);
});

test('a colour continues from line to line, also across the border of a page', async () => {
  const log = new ReplayLog(pageLength + 1, (after, first) =>
    Promise.resolve(
      Array.from({ length: Math.min(first, pageLength + 1 - after) }, (_, index) => {
        const number = after + index + 1;
        const text = number === pageLength ? '\u001b[31mred' : 'text';
        return { ...line(number, number * 1_000), text };
      }),
    ),
  );
  const { rows } = await log.at((pageLength + 1) * 1_000);
  expect(rows.slice(-2).map(({ textStyle }) => textStyle.foreground)).toEqual([null, 1]);
});

test('the last line is known, also if it was printed after the end of the job', async () => {
  expect(await logOf(3).log.lastAt()).toBe(3_000);
  expect(await logOf(0).log.lastAt()).toBeNull();
});

test('an empty log has no lines', async () => {
  expect(await logOf(0).log.at(1)).toEqual({ rows: [], count: 0, nextAt: null });
});

test('playback is as fast as its speed, skips waits by choice, and ends at the end', () => {
  const step = {
    position: 1_000,
    elapsed: 250,
    speed: 10,
    duration: 60_000,
    next: 30_000,
    skipsWaits: false,
  } as const;
  expect(positionAfter(step)).toBe(3_500);
  expect(positionAfter({ ...step, skipsWaits: true })).toBe(29_500);
  expect(positionAfter({ ...step, skipsWaits: true, next: 5_000 })).toBe(3_500);
  expect(positionAfter({ ...step, skipsWaits: true, next: null })).toBe(3_500);
  expect(positionAfter({ ...step, position: 59_900 })).toBe(60_000);
  expect([speedBeside(10, 1), speedBeside(1, -1), speedBeside(60, 1)]).toEqual([30, 1, 60]);
});
