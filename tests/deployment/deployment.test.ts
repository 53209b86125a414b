// Tests whole deployments over the public API: tokens, mutations, graphql-ws subscriptions. Real processes, both databases.
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Job } from '../../schema/model/job/job.ts';
import { identify, isAlive } from '../../schema/model/runner/process.ts';
import { dialects, nightlyDialects } from '../support/database.ts';
import { useWorld } from '../support/shared-world.ts';
import { openWorld, program, type World } from '../support/world.ts';

const start = `mutation ($input: StartBackportInput!) { startBackport(input: $input) {
  __typename
  ... on StartBackportSuccess { job { id state title kind owner { name } changes { number subject verified } } }
  ... on InvalidChanges { message problems { input message } }
  ... on GerritUnavailable { message }
} }`;
const answer = `mutation ($input: AnswerInteractionInput!) { answerInteraction(input: $input) {
  __typename
  ... on AnswerInteractionSuccess { interaction { id answer answeredBy { name } } }
  ... on InteractionAlreadyAnswered { message interaction { answer answeredBy { name } answeredAt } }
  ... on InteractionGone { message }
  ... on AnswerNotAccepted { message }
} }`;
const stop = `mutation ($input: StopJobInput!) { stopJob(input: $input) {
  __typename
  ... on StopJobSuccess { job { id state } }
  ... on JobAlreadyEnded { message job { state } }
  ... on JobNotFound { message }
} }`;
const updates = `subscription ($id: ID!) { jobUpdates(id: $id) {
  id state status reason exitStatus logLineCount progress { percent } pendingInteraction { id kind prompt choices { label code } }
} }`;
const log = `subscription ($id: ID!, $after: Int!) { jobLog(jobId: $id, after: $after) {
  lines { number at kind text sensitive } cursor complete
} }`;

interface Line {
  number: number;
  kind: string;
  text: string | null;
  sensitive: boolean;
}
interface Update {
  id: string;
  state: string;
  reason: string | null;
  exitStatus: number | null;
  pendingInteraction: {
    id: string;
    kind: string;
    prompt: string;
    choices: { label: string; code: string }[];
  } | null;
}

interface Started {
  startBackport: {
    __typename: string;
    message?: string;
    problems?: { input: string; message: string }[];
    job?: {
      id: string;
      title: string;
      state: string;
      changes: { number: string; subject: string | null; verified: boolean }[];
    };
  };
}

async function startJob(world: World, token: string, input: Record<string, unknown> = {}): Promise<string> {
  const { startBackport } = await world.run<Started>(token, start, {
    input: { changes: ['1102340'], ...input },
  });
  if (!startBackport.job) throw new Error(`not started: ${JSON.stringify(startBackport)}`);
  return startBackport.job.id;
}

/** Follows the job until it ends or `seen` returns a true value. Returns the last update. */
async function follow(
  world: World,
  token: string,
  id: string,
  seen: (update: Update) => unknown = () => false,
): Promise<Update> {
  let last: Update | null = null;
  for await (const { jobUpdates } of world.subscribe<{ jobUpdates: Update }>(token, updates, { id })) {
    last = jobUpdates;
    if (await seen(jobUpdates)) break;
  }
  if (!last) throw new Error('no update came');
  return last;
}

/** Reads the log after the last of `lines`, until it is complete or `enough` returns true. */
async function readLog(
  world: World,
  token: string,
  id: string,
  lines: Line[] = [],
  enough: (lines: Line[]) => boolean = () => false,
): Promise<Line[]> {
  const after = lines.at(-1)?.number ?? 0;
  for await (const { jobLog } of world.subscribe<{ jobLog: { lines: Line[]; complete: boolean } }>(
    token,
    log,
    { id, after },
  )) {
    lines.push(...jobLog.lines);
    if (jobLog.complete || enough(lines)) break;
  }
  return lines;
}

const numbers = (lines: Line[]): number[] => lines.map((line) => line.number);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe.each(dialects)('a deployment on %s', (dialect) => {
  describe('with the simulated scap', () => {
    const shared = useWorld({ dialect });

    it('a job runs to its end, its questions are answered, and it is in the history after a restart', async () => {
      const { world } = shared;
      const [alice, bob] = [await world.token('deploy', 'alice'), await world.token('deploy', 'bob')];
      const id = await startJob(world, alice);
      const whole = readLog(world, bob, id);
      const asked: string[] = [];
      const end = await follow(world, bob, id, async ({ pendingInteraction }) => {
        if (!pendingInteraction || asked.includes(pendingInteraction.id)) return;
        asked.push(pendingInteraction.id);
        const code = pendingInteraction.choices[0]?.code;
        const { answerInteraction } = await world.run<{ answerInteraction: { __typename: string } }>(
          bob,
          answer,
          {
            input: { interactionId: pendingInteraction.id, answer: code },
          },
        );
        expect(answerInteraction.__typename).toBe('AnswerInteractionSuccess');
      });
      expect(end).toMatchObject({ state: 'SUCCEEDED', exitStatus: 0, pendingInteraction: null });
      expect(asked).toHaveLength(2);

      const lines = await whole;
      expect(numbers(lines)).toEqual(upTo(lines.length));
      expect(lines.length).toBeGreaterThan(100);
      expect(lines.filter((line) => line.kind === 'ANSWER').map((line) => line.text)).toEqual([
        'bob answered “Yes” (y)',
        'bob answered “Yes, continue with deployment” (y)',
      ]);
      const hidden = lines.filter((line) => line.sensitive);
      expect(hidden.length).toBeGreaterThan(3);
      expect(hidden.every((line) => line.text === null)).toBe(true);

      const logged = () => world.jobrunner?.stderr().match(/"job ended"/g) ?? [];
      await expect.poll(logged).toHaveLength(1);
      await world.kill(world.jobrunner, 'SIGTERM');
      await world.kill(world.server, 'SIGTERM');
      await world.startServer();
      await world.startJobrunner();
      expect(await readLog(world, alice, id)).toEqual(lines);
      const { jobs } = await world.run<{ jobs: { nodes: unknown[] } }>(
        alice,
        '{ jobs { nodes { id state owner { name } interactions { answer answeredBy { name } deliveredAt } } } }',
      );
      expect(jobs.nodes).toEqual([
        {
          id,
          state: 'SUCCEEDED',
          owner: { name: 'alice' },
          interactions: [
            { answer: 'y', answeredBy: { name: 'bob' }, deliveredAt: expect.any(String) },
            { answer: 'y', answeredBy: { name: 'bob' }, deliveredAt: expect.any(String) },
          ],
        },
      ]);
    });

    it('a job stopped by another person names that person, and the next job starts', async () => {
      const { world } = shared;
      const [alice, bob] = [await world.token('deploy', 'alice'), await world.token('deploy', 'bob')];
      const id = await startJob(world, alice);
      const next = await startJob(world, alice, { changes: ['1102341'] });
      await follow(world, alice, id, (update) => update.pendingInteraction);
      const { stopJob } = await world.run<{ stopJob: object }>(bob, stop, { input: { jobId: id } });
      expect(stopJob).toMatchObject({ __typename: 'StopJobSuccess', job: { state: 'STOPPING' } });
      expect(await follow(world, alice, id)).toMatchObject({
        state: 'STOPPED',
        reason: expect.stringContaining('Stopped by bob'),
      });
      expect(
        (await world.run<{ stopJob: object }>(bob, stop, { input: { jobId: id } })).stopJob,
      ).toMatchObject({
        __typename: 'JobAlreadyEnded',
        message: expect.stringContaining('Stopped by bob'),
      });
      await follow(world, alice, next, (update) => update.pendingInteraction);
      await world.run(bob, stop, { input: { jobId: next } });
      await follow(world, alice, next);
    });

    it('a revert asks for a reason as text', async () => {
      const { world } = shared;
      const token = await world.token();
      const id = await startJob(world, token, { changes: ['1102347'], revert: true });
      const { pendingInteraction } = await follow(world, token, id, (update) => update.pendingInteraction);
      expect(pendingInteraction).toMatchObject({ kind: 'TEXT', choices: [] });
      const say = (text: string) =>
        world.run<{ answerInteraction: { __typename: string } }>(token, answer, {
          input: { interactionId: pendingInteraction?.id, answer: text },
        });
      expect((await say('y\ny')).answerInteraction.__typename).toBe('AnswerNotAccepted');
      expect((await say('Broke the watchlist')).answerInteraction.__typename).toBe(
        'AnswerInteractionSuccess',
      );
      await follow(
        world,
        token,
        id,
        (update) => update.pendingInteraction && update.pendingInteraction.id !== pendingInteraction?.id,
      );
      await world.run(token, stop, { input: { jobId: id } });
      await follow(world, token, id);
    });
  });

  describe('with a scap that asks', () => {
    const shared = useWorld({ dialect, scap: program('question/asks-then-ends') });

    it('F1 one of many simultaneous answers is accepted, and the others receive who answered what and when', async () => {
      const { world } = shared;
      const tokens = await Promise.all(
        Array.from({ length: 8 }, (_, i) => world.token('deploy', `user${i}`)),
      );
      const [token = ''] = tokens;
      const id = await startJob(world, token, { acceptUnverified: true });
      const { pendingInteraction } = await follow(world, token, id, (update) => update.pendingInteraction);
      const input = (code: string) => ({ input: { interactionId: pendingInteraction?.id, answer: code } });
      const results = await Promise.all(
        tokens.map((each, i) =>
          world.run<{ answerInteraction: { __typename: string; message?: string } }>(
            each,
            answer,
            input(i % 2 ? 'y' : 'n'),
          ),
        ),
      );
      const kinds = results.map(({ answerInteraction }) => answerInteraction.__typename).sort();
      expect(kinds).toEqual([
        'AnswerInteractionSuccess',
        ...Array.from({ length: 7 }, () => 'InteractionAlreadyAnswered'),
      ]);
      const lines = await readLog(world, token, id);
      expect(lines.filter((line) => line.kind === 'ANSWER')).toHaveLength(1);
      expect(lines.filter((line) => line.text?.startsWith('got: '))).toHaveLength(1);
      const late = await world.run<{ answerInteraction: object }>(token, answer, input('y'));
      expect(late.answerInteraction).toMatchObject({
        __typename: 'InteractionAlreadyAnswered',
        message: expect.stringMatching(/user\d answered/),
      });
    });

    it('R5 a job whose supervisor is killed is lost, leaves no processes, and frees its lane', async () => {
      const { world } = shared;
      const token = await world.token();
      const id = await startJob(world, token, { acceptUnverified: true });
      await follow(world, token, id, (update) => update.pendingInteraction);
      const log = readLog(world, token, id);
      const job = await world.database.em().findOneOrFail(Job, { id: Number(id) });
      process.kill(job.supervisor?.pid ?? 0, 'SIGKILL');
      expect(await follow(world, token, id)).toMatchObject({
        state: 'LOST',
        pendingInteraction: null,
        reason: expect.stringMatching(/supervisor .* ended unexpectedly.*may be half done.*retry or revert/),
      });
      expect((await log).map((line) => line.kind)).toEqual(['QUESTION', 'QUESTION', 'QUESTION', 'EXIT']);
      expect(job.child && isAlive(job.child)).toBe(false);
      const next = await startJob(world, token, { acceptUnverified: true });
      await follow(world, token, next, (update) => update.pendingInteraction);
      await world.run(token, stop, { input: { jobId: next } });
      expect(await follow(world, token, next)).toMatchObject({ state: 'STOPPED' });
    });

    it('F3 a lost job names the accepted answer that may not have reached scap', async () => {
      const { world } = shared;
      const token = await world.token('deploy', 'alice');
      const id = await startJob(world, token, { acceptUnverified: true });
      const { pendingInteraction } = await follow(world, token, id, (update) => update.pendingInteraction);
      const { supervisor } = await world.database.em().findOneOrFail(Job, { id: Number(id) });
      const input = { interactionId: pendingInteraction?.id, answer: 'y' };
      process.kill(supervisor?.pid ?? 0, 'SIGSTOP');
      expect(
        (await world.run<{ answerInteraction: { __typename: string } }>(token, answer, { input }))
          .answerInteraction.__typename,
      ).toBe('AnswerInteractionSuccess');
      process.kill(supervisor?.pid ?? 0, 'SIGKILL');
      expect(await follow(world, token, id)).toMatchObject({
        state: 'LOST',
        reason: expect.stringContaining(
          'The answer “Yes” that alice gave to “The test program is ready. Go on?” may or may not have reached scap.',
        ),
      });
      const query = 'query ($id: ID!) { job(id: $id) { interactions { answer delivery } } }';
      expect(await world.run(token, query, { id })).toEqual({
        job: { interactions: [{ answer: 'y', delivery: 'UNKNOWN' }] },
      });
    });
  });

  it('a log that is followed over server restarts has no missing and no duplicate lines', async () => {
    await using world = await openWorld({ dialect, scap: program('output/echo-clock', 200, 600) });
    const token = await world.token();
    const id = await startJob(world, token, { acceptUnverified: true });
    const lines: Line[] = [];
    for (const some of [50, 200]) {
      await readLog(world, token, id, lines, (sofar) => sofar.length >= some);
      await world.kill(world.server);
      await world.startServer();
    }
    await readLog(world, token, id, lines);
    expect(numbers(lines)).toEqual(upTo(601));
    const printed = lines.slice(0, 600).map((line) => JSON.parse(line.text ?? '{}').n);
    expect(printed).toEqual(upTo(600));
    expect(lines.at(-1)?.kind).toBe('EXIT');
  });

  it('a job continues without its jobrunner until another jobrunner takes over', async () => {
    await using world = await openWorld({ dialect, scap: program('question/asks-twice') });
    const token = await world.token();
    const id = await startJob(world, token, { acceptUnverified: true });
    const first = await follow(world, token, id, (update) => update.pendingInteraction);
    await world.kill(world.jobrunner);
    const say = (interactionId: string | undefined) =>
      world.run<{ answerInteraction: { __typename: string } }>(token, answer, {
        input: { interactionId, answer: 'y' },
      });
    expect((await say(first.pendingInteraction?.id)).answerInteraction.__typename).toBe(
      'AnswerInteractionSuccess',
    );
    const second = await follow(
      world,
      token,
      id,
      (update) => update.pendingInteraction && update.pendingInteraction.id !== first.pendingInteraction?.id,
    );
    const next = await startJob(world, token, { acceptUnverified: true });
    await world.startJobrunner();
    expect((await say(second.pendingInteraction?.id)).answerInteraction.__typename).toBe(
      'AnswerInteractionSuccess',
    );
    expect(await follow(world, token, id)).toMatchObject({ state: 'SUCCEEDED' });
    await follow(world, token, next, (update) => update.state === 'WAITING');
    await world.run(token, stop, { input: { jobId: next, how: 'KILL' } });
    expect(await follow(world, token, next)).toMatchObject({ state: 'STOPPED' });
  });

  // The rest is about processes and requests. What they record is tested above.
  if (!nightlyDialects.includes(dialect)) return;

  describe('with a scap whose child leaves everything but its control group', () => {
    const shared = useWorld({
      dialect,
      scap: program('process/leaves-everything'),
      // The supervisor lets processes outside of scap's group wind down. This one does not end by itself while the test runs.
      environment: { SPIDERPIG_WINDING_DOWN: '1' },
    });

    it.each(['stopped', 'lost'])(
      'a job that is %s ends a process that only its control group identifies',
      async (how) => {
        const { world } = shared;
        const token = await world.token();
        const id = await startJob(world, token, { acceptUnverified: true });
        const lines = await readLog(world, token, id, [], (seen) => seen.length > 0);
        const runaway = identify(Number(/^child: ([0-9]+)$/.exec(lines[0]?.text ?? '')?.[1]));
        expect(isAlive(runaway)).toBe(true);
        const { supervisor } = await world.database.em().findOneOrFail(Job, { id: Number(id) });
        try {
          if (how === 'stopped') await world.run(token, stop, { input: { jobId: id } });
          else process.kill(supervisor?.pid ?? 0, 'SIGKILL');
          await follow(world, token, id);
          // Without control groups, such a process cannot be found (docs/operations.md).
          const { cgroup } = supervisor ?? {};
          expect(isAlive(runaway)).toBe(!cgroup);
          if (cgroup) await expect.poll(() => existsSync(cgroup)).toBe(false);
        } finally {
          if (isAlive(runaway)) process.kill(runaway.pid, 'SIGKILL');
        }
      },
    );
  });

  it('R1 changes that cannot be deployed are refused with a reason each, and no job is created', async () => {
    await using world = await openWorld({ dialect, jobrunner: false });
    const token = await world.token();
    const refused = async (changes: string[], more = {}) =>
      (await world.run<Started>(token, start, { input: { changes, ...more } })).startBackport;
    expect(await refused([])).toMatchObject({
      __typename: 'InvalidChanges',
      message: expect.stringContaining('at least one'),
    });
    expect(await refused(['1102340', '-x', '999', '1102346'])).toMatchObject({
      __typename: 'InvalidChanges',
      problems: [{ input: '-x' }],
    });
    expect(await refused(['1102340', '999', '1102346'])).toMatchObject({
      __typename: 'InvalidChanges',
      problems: [
        { input: '999', message: expect.stringMatching(/999/) },
        { input: '1102346', message: expect.stringMatching(/abandoned/i) },
      ],
    });
    world.gerrit.failure.status = 503;
    expect(await refused(['1102340'])).toMatchObject({
      __typename: 'GerritUnavailable',
      message: expect.stringContaining('503'),
    });
    const { jobs } = await world.run<{ jobs: { totalCount: number } }>(token, '{ jobs { totalCount } }');
    expect(jobs.totalCount).toBe(0);
    const plain = await refused(['1102340'], { acceptUnverified: true, idempotencyKey: 'k' });
    expect(plain).toMatchObject({
      job: { state: 'QUEUED', changes: [{ number: '1102340', subject: null, verified: false }] },
    });
    const again = await refused(['1102340'], { acceptUnverified: true, idempotencyKey: 'k' });
    expect(again.job?.id).toBe(plain.job?.id);
    expect(
      (await world.run<{ stopJob: object }>(token, stop, { input: { jobId: plain.job?.id } })).stopJob,
    ).toMatchObject({ job: { state: 'CANCELLED' } });
    expect(
      (await world.run<{ stopJob: object }>(token, stop, { input: { jobId: '999999' } })).stopJob,
    ).toMatchObject({ __typename: 'JobNotFound' });
  });
});
