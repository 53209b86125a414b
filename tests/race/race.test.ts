// Tests a few races that only one participant may win, on both databases. `npm run nightly` runs many.
import { describe, expect, it } from 'vitest';
import { dialects } from '../support/database.ts';
import { raceAnswers } from './answer.ts';
import { raceForJobs } from './queue.ts';

const rounds = 20;
const jobs = 10;

describe.each(dialects)('on %s', (dialect) => {
  it('F1 two servers accept one of eight simultaneous answers and report it to the others', async () => {
    const { wins, violations } = await raceAnswers({ dialect, rounds });
    expect(violations).toEqual([]);
    expect([...wins.values()].reduce((sum, count) => sum + count)).toBe(rounds);
  });

  it('five jobrunners start each queued job once, and one at a time in each lane', async () => {
    const { states, violations } = await raceForJobs({ dialect, jobs, limit: 150_000 });
    expect(violations).toEqual([]);
    expect(states).toEqual(new Map([['succeeded', jobs]]));
  });
});
