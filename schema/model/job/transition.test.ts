import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialects, openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { DomainError } from '../error.ts';
import { claimJob, recordSupervisor } from './claim.ts';
import { endingOf, endJob } from './ending.ts';
import { answerInteraction, askInteraction, pendingInteraction } from './interaction.ts';
import { Job } from './job.ts';
import { recordReport, recordStart } from './report.ts';
import { activeStates, endedStates, hasEnded, type JobState, jobStates, transitions } from './state.ts';
import { requestStop, stopModes } from './stop.ts';

const someone = { host: 'h', boot: 'b', pid: 1, startTime: 2 };

/** What anybody can do to a job at any moment, sensible or not. Domain errors are answers. */
const actions: Record<string, (world: TestDatabase, id: number) => Promise<unknown>> = {
  enqueue: (world) => world.enqueue(),
  claim: (world) => claimJob(world.database, 'r', ['default']),
  supervise: (world, id) => recordSupervisor(world.database, id, someone),
  start: (world, id) => recordStart(world.database, id, someone),
  report: (world, id) => recordReport(world.database, id, { status: 'x' }),
  ask: (world, id) =>
    askInteraction(world.database, id, { kind: 'text', prompt: '?', choices: [], default: null }),
  async answer(world, id) {
    const question = await pendingInteraction(world.database.em(), id);
    if (question)
      await answerInteraction(world.database, { interactionId: question.id, answer: 'x', user: world.bob });
  },
  ...Object.fromEntries(
    stopModes.map((mode) => [
      mode,
      (world: TestDatabase, jobId: number) => requestStop(world.database, { jobId, mode, user: world.bob }),
    ]),
  ),
  succeed: (world, id) => endJob(world.database, id, endingOf({ status: 0, signal: null }, null)),
  fail: (world, id) => endJob(world.database, id, endingOf({ status: 1, signal: null }, null)),
  stopped: (world, id) =>
    endJob(world.database, id, endingOf({ status: 130, signal: null }, { by: 'bob', steps: ['interrupt'] })),
  lose: (world, id) =>
    endJob(world.database, id, { state: 'lost', reason: 'x', exit: { status: null, signal: null } }),
};

describe('the diagram of states', () => {
  it('every state is reachable from queued, and no final state can be left', () => {
    const reached = new Set<JobState>(['queued']);
    for (const state of reached) for (const next of transitions[state]) reached.add(next);
    expect([...reached].sort()).toEqual([...jobStates].sort());
    for (const state of endedStates) expect(transitions[state]).toEqual([]);
  });
});

describe.each(dialects)('random sequences of actions on jobs on %s', (dialect) => {
  it('jobs make only allowed transitions, with one active job per lane', async () => {
    await using world = await openTestDatabase(dialect);
    const step = fc.record({ action: fc.constantFrom(...Object.keys(actions)), job: fc.nat(2) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        await world.database.execute('delete from job', []);
        for (const { action, job } of steps) {
          const before = await world.database.em().find(Job, {}, { orderBy: { id: 'asc' } });
          await actions[action]?.(world, before[job]?.id ?? 0).catch((error) => {
            // What is refused says why.
            if (!(error instanceof DomainError)) throw error;
          });
          const after = await world.database.em().find(Job, {}, { orderBy: { id: 'asc' } });
          for (const was of before) {
            const is = after.find(({ id }) => id === was.id);
            if (is?.state !== was.state) expect(transitions[was.state]).toContain(is?.state);
            if (hasEnded(was.state)) expect(is?.revision).toBe(was.revision);
            if (is && hasEnded(is.state))
              expect(await pendingInteraction(world.database.em(), is.id)).toBeNull();
          }
          expect(
            after.filter(({ state }) => activeStates.some((active) => active === state)).length,
          ).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: dialect === 'sqlite' ? 60 : 25 },
    );
  });
});
