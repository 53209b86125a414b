// Races that only one can win, a few of each on both databases; `npm run race` holds many.
import { describe, expect, it } from 'vitest';
import { dialects } from '../support/database.ts';
import { raceAnswers } from './answer.ts';
import { raceForJobs } from './queue.ts';

/** Five jobrunners and a supervisor for each job need their time on a busy machine. */
const timeout = 240_000;
const rounds = 50;
const jobs = 20;

describe.each(dialects)('on %s', (dialect) => {
  it('F1 one of eight simultaneous answers over two servers counts, and the others are told which', {
    timeout,
  }, async () => {
    const { wins, faults } = await raceAnswers({ dialect, rounds });
    expect(faults).toEqual([]);
    expect([...wins.values()].reduce((sum, count) => sum + count)).toBe(rounds);
  });

  it('of five jobrunners one starts each queued job, and none while another runs in its lane', {
    timeout,
  }, async () => {
    const { states, faults } = await raceForJobs({ dialect, jobs, limit: 220_000 });
    expect(faults).toEqual([]);
    expect(states).toEqual(new Map([['succeeded', jobs]]));
  });
});
