import { expect, it } from 'vitest';
import { JobClock } from './job-clock.ts';

/** A clock of a job whose two clocks the test sets. */
function clockOf(queuedAt: number) {
  const time = { wall: 1_000_000, monotonic: 50 };
  const clock = new JobClock(
    queuedAt,
    () => time.wall,
    () => time.monotonic,
  );
  return { time, clock };
}

it('B13 the job clock follows the monotonic clock, also when the clock of the host is set', () => {
  const { time, clock } = clockOf(0);
  expect(clock.now()).toBe(1_000_000);
  time.wall = 0;
  time.monotonic += 1_500.4;
  expect(clock.now()).toBe(1_001_500);
  time.wall = 9_999_999;
  expect(clock.now()).toBe(1_001_500);
});

it('B13 the job clock does not start before the job was queued', () => {
  const { time, clock } = clockOf(1_600_000);
  expect(clock.now()).toBe(1_600_000);
  time.monotonic += 10;
  expect(clock.now()).toBe(1_600_010);
});

it('B13 the job clock records nothing earlier than the answer that it follows', () => {
  const { time, clock } = clockOf(0);
  clock.follow(1_000_500);
  clock.follow(null);
  expect(clock.now()).toBe(1_000_500);
  time.monotonic += 501;
  expect(clock.now()).toBe(1_000_501);
});
