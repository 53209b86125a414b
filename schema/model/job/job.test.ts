import { describe, expect, it } from 'vitest';
import { dialects, openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { AuditEntry } from '../account/audit.ts';
import { unverifiedChange } from './change.ts';
import { claimJob, recordSupervisor } from './claim.ts';
import { endingOf, endJob } from './ending.ts';
import { enqueueJob, retryJob, titleOf } from './enqueue.ts';
import {
  AnswerNotAccepted,
  type AskedQuestion,
  answerInteraction,
  askInteraction,
  claimDuration,
  claimInteraction,
  claimOf,
  Interaction,
  InteractionAlreadyAnswered,
  InteractionGone,
  pendingInteraction,
  recordDelivery,
  undeliveredAnswers,
} from './interaction.ts';
import { Job, JobAlreadyEnded, JobNotEnded, JobNotFound } from './job.ts';
import { recordStart } from './report.ts';
import { requestStop, unhandledStops } from './stop.ts';

const someone = { host: 'h', boot: 'b', pid: 1, startTime: 2 };
const yesNo: AskedQuestion = {
  kind: 'choices',
  prompt: 'Go?',
  choices: [
    { label: 'Yes', code: 'y' },
    { label: 'No', code: 'n' },
  ],
  default: null,
};
const success = endingOf({ status: 0, signal: null }, null);

/** Asks on behalf of an active job. */
async function ask(world: TestDatabase, jobId: number, question: AskedQuestion): Promise<number> {
  const id = await askInteraction(world.database, jobId, question);
  if (id === null) throw new Error('the job is not active');
  return id;
}

describe.each(dialects)('jobs on %s', (dialect) => {
  async function running(world: Awaited<ReturnType<typeof openTestDatabase>>): Promise<number> {
    const { id } = await world.enqueue();
    await claimJob(world.database, 'r', ['default']);
    await recordSupervisor(world.database, id, someone);
    await recordStart(world.database, id, someone);
    return id;
  }

  it('jobs are claimed in order, one at a time per lane, by any jobrunner', async () => {
    await using world = await openTestDatabase(dialect);
    const databases = [world.database, await world.another(), await world.another()];
    const [first, second, elsewhere] = [
      await world.enqueue(),
      await world.enqueue(),
      await world.enqueue({ lane: 'other' }),
    ];
    const claim = async (lanes: string[]) =>
      (await Promise.all(databases.map((database, i) => claimJob(database, `r${i}`, lanes)))).filter(
        (id) => id !== null,
      );
    expect(await claim(['default'])).toEqual([first.id]);
    expect(await claim(['default'])).toEqual([]);
    expect(await claim(['default', 'other'])).toEqual([elsewhere.id]);
    expect(await endJob(world.database, first.id, endingOf({ status: 1, signal: null }, null))).toBe(true);
    expect(await claim(['default'])).toEqual([second.id]);
    expect(await claim([])).toEqual([]);
  });

  it('each job is claimed once by concurrent jobrunners', async () => {
    await using world = await openTestDatabase(dialect);
    const lanes = Array.from({ length: 12 }, (_, i) => `lane${i}`);
    for (const lane of lanes) await world.enqueue({ lane });
    const databases = [world.database, await world.another(), await world.another()];
    const claimed: number[] = [];
    await Promise.all(
      databases.map(async (database, i) => {
        for (let idle = 0; idle < 5; ) {
          const id = await claimJob(database, `r${i}`, lanes);
          if (id === null) idle++;
          else claimed.push(id);
        }
      }),
    );
    expect(new Set(claimed).size).toBe(claimed.length);
    expect(claimed.length).toBe(12);
  });

  it('only one of several supervisors takes a job', async () => {
    await using world = await openTestDatabase(dialect);
    const { id } = await world.enqueue();
    expect(await recordSupervisor(world.database, id, someone)).toBe(false);
    await claimJob(world.database, 'r', ['default']);
    const won = await Promise.all(
      [1, 2, 3, 4].map((pid) => recordSupervisor(world.database, id, { ...someone, pid })),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
  });

  it('a job ends once: the first reason wins', async () => {
    await using world = await openTestDatabase(dialect);
    const id = await running(world);
    expect(await endJob(world.database, id, success)).toBe(true);
    expect(await endJob(world.database, id, endingOf({ status: 1, signal: null }, null))).toBe(false);
    expect(await world.database.em().findOneOrFail(Job, { id })).toMatchObject({
      state: 'succeeded',
      exitStatus: 0,
    });
  });

  it('each change of a job increments its revision', async () => {
    await using world = await openTestDatabase(dialect);
    const id = await running(world);
    const revision = async () => (await world.database.em().findOneOrFail(Job, { id })).revision;
    const revisions = [await revision()];
    const question = await ask(world, id, yesNo);
    revisions.push(await revision());
    await answerInteraction(world.database, { interactionId: question, answer: 'y', user: world.bob });
    revisions.push(await revision());
    await requestStop(world.database, { jobId: id, mode: 'interrupt', user: world.bob });
    revisions.push(await revision());
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
  });

  it('a question that is asked again after an unknown outcome is stored once', async () => {
    await using world = await openTestDatabase(dialect);
    const id = await running(world);
    const question = { ...yesNo, lineNumber: 7 };
    const asked = await ask(world, id, question);
    expect(await ask(world, id, question)).toBe(asked);
    await answerInteraction(world.database, { interactionId: asked, answer: 'y', user: world.bob });
    // Answered meanwhile: it is not open again, and the answer stands.
    expect(await ask(world, id, question)).toBe(asked);
    expect(await pendingInteraction(world.database.em(), id)).toBeNull();
    expect(await ask(world, id, { ...yesNo, lineNumber: 8 })).not.toBe(asked);
  });

  it('an idempotency key creates one job per owner', async () => {
    await using world = await openTestDatabase(dialect);
    const request = {
      kind: 'backport' as const,
      changes: [unverifiedChange('1')],
      owner: world.alice,
      idempotencyKey: 'k',
    };
    const jobs = await Promise.all([1, 2, 3].map(() => enqueueJob(world.database, request)));
    expect(new Set(jobs.map((job) => job.id)).size).toBe(1);
    const other = await enqueueJob(world.database, { ...request, owner: world.bob });
    expect(other.id).not.toBe(jobs[0]?.id);
  });

  it('an ended job is retried as a new job', async () => {
    await using world = await openTestDatabase(dialect);
    const id = await running(world);
    await expect(retryJob(world.database, { jobId: id, owner: world.bob })).rejects.toThrow(JobNotEnded);
    await endJob(world.database, id, success);
    const retry = await retryJob(world.database, { jobId: id, owner: world.bob });
    expect(retry).toMatchObject({ state: 'queued', retryOf: id, owner: world.bob.id });
    await expect(retryJob(world.database, { jobId: 999_999, owner: world.bob })).rejects.toThrow(JobNotFound);
  });

  describe('questions', () => {
    it('one of many concurrent answers is accepted, and the others receive who answered what and when', async () => {
      await using world = await openTestDatabase(dialect);
      const id = await running(world);
      const interactionId = await ask(world, id, yesNo);
      const databases = [world.database, await world.another()];
      const answers = await Promise.allSettled(
        Array.from({ length: 16 }, (_, i) =>
          answerInteraction(databases[i % 2] ?? world.database, {
            interactionId,
            answer: i % 2 ? 'y' : 'n',
            user: i % 2 ? world.alice : world.bob,
          }),
        ),
      );
      expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
      for (const answer of answers) {
        if (answer.status === 'fulfilled') continue;
        expect(answer.reason).toBeInstanceOf(InteractionAlreadyAnswered);
        expect(answer.reason.message).toMatch(/(alice answered “Yes”|bob answered “No”) at \d{4}-/);
      }
      expect(await undeliveredAnswers(world.database.em(), id)).toHaveLength(1);
    });

    it('a question is open until answered, and its answer is delivered once', async () => {
      await using world = await openTestDatabase(dialect);
      const id = await running(world);
      const interactionId = await ask(world, id, yesNo);
      expect(await world.database.em().findOneOrFail(Job, { id })).toMatchObject({ state: 'waiting' });
      const interaction = await answerInteraction(world.database, {
        interactionId,
        answer: 'y',
        user: world.bob,
      });
      expect(await world.database.em().findOneOrFail(Job, { id })).toMatchObject({ state: 'running' });
      expect(await pendingInteraction(world.database.em(), id)).toBeNull();
      await recordDelivery(world.database, interaction, 5);
      await recordDelivery(world.database, interaction, 6);
      expect(await world.database.em().findOneOrFail(Interaction, { id: interactionId })).toMatchObject({
        deliveredAt: 5,
      });
      expect(await undeliveredAnswers(world.database.em(), id)).toEqual([]);
    });

    it('a claim names who handles a question, is taken over, expires, and ends with the answer', async () => {
      await using world = await openTestDatabase(dialect);
      const id = await running(world);
      const prompt = 'A table\n\nContinue?';
      const interactionId = await ask(world, id, { ...yesNo, prompt });
      const { revision } = await world.database.em().findOneOrFail(Job, { id });
      const first = await claimInteraction(world.database, { interactionId, user: world.alice }, 1_000);
      expect(claimOf(first, 2_000)).toEqual({ userId: world.alice.id, until: 1_000 + claimDuration });
      expect(claimOf(first, 1_000 + claimDuration)).toBeNull();
      expect(claimOf({ ...first, claimedAt: 86_400_000 }, 2_000)).toBeNull();
      // The page is notified of it as of any other change.
      expect((await world.database.em().findOneOrFail(Job, { id })).revision).toBeGreaterThan(revision);
      const second = await claimInteraction(world.database, { interactionId, user: world.bob }, 3_000);
      expect(claimOf(second, 4_000)?.userId).toBe(world.bob.id);
      const recorded = await world.database.em().find(AuditEntry, { action: 'claim' });
      expect(recorded.map(({ user, jobId, at, detail }) => [user, jobId, at, detail])).toEqual([
        [world.alice.id, id, 1_000, 'question 1 “Continue?”'],
        [world.bob.id, id, 3_000, 'question 1 “Continue?”'],
      ]);
      const answered = await answerInteraction(world.database, {
        interactionId,
        answer: 'y',
        user: world.alice,
      });
      expect(claimOf(answered, 4_000)).toBeNull();
      await expect(claimInteraction(world.database, { interactionId, user: world.bob })).rejects.toThrow(
        InteractionAlreadyAnswered,
      );
      await expect(
        claimInteraction(world.database, { interactionId: 999_999, user: world.bob }),
      ).rejects.toThrow(InteractionGone);
    });

    it.each(['', 'Y', 'y\ny', 'y\r', '\x03', 'yes', 'y'.repeat(1_000_000)])(
      'an answer that was not offered is rejected: %.12j',
      async (answer) => {
        await using world = await openTestDatabase(dialect);
        const id = await running(world);
        const interactionId = await ask(world, id, yesNo);
        const request = { interactionId, answer, user: world.bob };
        await expect(answerInteraction(world.database, request)).rejects.toThrow(AnswerNotAccepted);
        expect(await pendingInteraction(world.database.em(), id)).not.toBeNull();
      },
    );

    it('a text question accepts an empty line and rejects control characters', async () => {
      await using world = await openTestDatabase(dialect);
      const id = await running(world);
      const interactionId = await ask(world, id, { ...yesNo, kind: 'text', choices: [] });
      for (const answer of [
        'a\nb',
        'a\r',
        '\0',
        '\u2028',
        '\x1b[1m',
        '\u0085',
        '\ud800',
        'x'.repeat(4_001),
      ]) {
        await expect(
          answerInteraction(world.database, { interactionId, answer, user: world.bob }),
        ).rejects.toThrow(AnswerNotAccepted);
      }
      const { answer } = await answerInteraction(world.database, {
        interactionId,
        answer: '',
        user: world.bob,
      });
      expect(answer).toBe('');
    });

    it('a question is closed by the next question, by a stop, and by the job’s end', async () => {
      await using world = await openTestDatabase(dialect);
      const id = await running(world);
      const first = await ask(world, id, yesNo);
      const second = await ask(world, id, yesNo);
      const late = (interactionId: number) =>
        answerInteraction(world.database, { interactionId, answer: 'y', user: world.bob });
      await expect(late(first)).rejects.toThrow(InteractionGone);
      await requestStop(world.database, { jobId: id, mode: 'interrupt', user: world.bob });
      await expect(late(second)).rejects.toThrow(InteractionGone);
      const third = await ask(world, id, yesNo);
      await endJob(world.database, id, success);
      await expect(late(third)).rejects.toThrow(InteractionGone);
      await expect(late(999_999)).rejects.toThrow('There is no question');
    });
  });

  describe('stops', () => {
    it('a stop cancels a queued job, reaches an active job’s supervisor, and is refused after the end', async () => {
      await using world = await openTestDatabase(dialect);
      const id = await running(world);
      const queued = await world.enqueue();
      const stop = (jobId: number) =>
        requestStop(world.database, { jobId, mode: 'interrupt', user: world.bob });
      expect(await stop(queued.id)).toMatchObject({
        state: 'cancelled',
        reason: 'Cancelled by bob before it started.',
      });
      expect(await unhandledStops(world.database.em(), queued.id)).toEqual([]);
      expect(await stop(id)).toMatchObject({ state: 'stopping' });
      expect(await stop(id)).toMatchObject({ state: 'stopping' });
      expect((await unhandledStops(world.database.em(), id)).map(({ user }) => user.name)).toEqual([
        'bob',
        'bob',
      ]);
      await endJob(
        world.database,
        id,
        endingOf({ status: 130, signal: null }, { by: 'bob', steps: ['interrupt'] }),
      );
      await expect(stop(id)).rejects.toThrow(
        /already ended: stopped at .* Stopped by bob: scap was interrupted \(exit status 130\)/,
      );
      await expect(stop(id)).rejects.toThrow(JobAlreadyEnded);
      await expect(stop(999_999)).rejects.toThrow(JobNotFound);
    });
  });
});

describe('the title of a job', () => {
  const change = { ...unverifiedChange('7'), subject: 'Fix thumbnails' };
  it('the title of a job is its first change’s subject', () => {
    expect(titleOf({ kind: 'backport', changes: [change] })).toBe('Fix thumbnails');
    expect(titleOf({ kind: 'revert', changes: [change, change, change] })).toBe(
      'Revert: Fix thumbnails and 2 more',
    );
    expect(titleOf({ kind: 'backport', changes: [unverifiedChange('7')] })).toBe('change 7');
  });
});
