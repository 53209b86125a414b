import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { claimJob } from '../../schema/model/job/claim.ts';
import { endJob } from '../../schema/model/job/ending.ts';
import {
  answerInteraction,
  deliveryOf,
  Interaction,
  pendingInteraction,
} from '../../schema/model/job/interaction.ts';
import { Job } from '../../schema/model/job/job.ts';
import type { TrainParameters } from '../../schema/model/job/kind/train.ts';
import { hasEnded } from '../../schema/model/job/state.ts';
import { requestStop, Stop, type StopMode } from '../../schema/model/job/stop.ts';
import type { LogLine } from '../../schema/model/log/line.ts';
import { countLines, readLines } from '../../schema/model/log/log.ts';
import { Masks } from '../../schema/model/log/mask.ts';
import { readPartialLine } from '../../schema/model/log/partial-line.ts';
import { identify, isAlive } from '../../schema/model/runner/process.ts';
import { currentSupervision } from '../../schema/model/runner/supervision.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { Listener } from '../../schema/model/store/doorbell.ts';
import { packageRoot } from '../../schema/process/files.ts';
import { readStaging } from '../../schema/process/staging.ts';
import { trainGroupsOf } from '../../schema/text/train.ts';
import { nightlyDialects, openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { superviseJob } from '../../tests/support/supervise.ts';
import { jobMarkOf } from '../process/environment.ts';
import { processesOf } from '../process/process.ts';
import {
  createStaging,
  newVersion,
  oldVersion,
  readWikiVersions,
  writeWikiVersions,
} from '../simulator/train/staging.ts';

/** A job that is supervised in this process. Its scap is a test program; database, pipe and processes are real. */
class Run {
  readonly world: TestDatabase;
  readonly jobId: number;
  readonly #ended: Promise<void>;

  private constructor(world: TestDatabase, jobId: number, ended: Promise<void>) {
    this.world = world;
    this.jobId = jobId;
    this.#ended = ended;
  }

  static async start(
    world: TestDatabase,
    scap: readonly string[],
    {
      stopGrace = 0,
      windingDown = 900,
      database = world.database,
      masks = null,
      accountCheck = false,
      staging = null,
      work,
    }: {
      accountCheck?: boolean;
      staging?: string | null;
      work?: Parameters<TestDatabase['enqueue']>[0];
      stopGrace?: number;
      windingDown?: number;
      database?: Database;
      masks?: Masks | null;
    } = {},
  ): Promise<Run> {
    const { id } = await world.enqueue(work);
    await claimJob(world.database, 'test', ['default']);
    const ended = superviseJob({
      database,
      jobId: id,
      scap,
      staging,
      accountCheck,
      stopGrace,
      windingDown,
      masks,
      environment: {
        PATH: process.env['PATH'],
        SPIDERPIG_DATABASE_URL: 'postgresql://secret',
        HOME: '/nowhere',
      },
    });
    return new Run(world, id, ended);
  }

  async job(): Promise<Job> {
    return await this.world.database.em().findOneOrFail(Job, { id: this.jobId });
  }

  /** Resolves with the first result of `look` that is not empty, calling it after each ring. */
  async until<T>(topic: 'jobs' | 'log', look: () => Promise<T | null | false>): Promise<T> {
    using doorbell = this.world.database.doorbell.listen(topic, 'jobs');
    for (;;) {
      const found = await look();
      if (found) return found;
      if (hasEnded((await this.job()).state)) throw new Error('the job ended first');
      await doorbell.nextRing(AbortSignal.timeout(20_000));
    }
  }

  question = (): Promise<Interaction> =>
    this.until('jobs', () => pendingInteraction(this.world.database.em(), this.jobId));

  async answer(answer: string): Promise<void> {
    const { id } = await this.question();
    await answerInteraction(this.world.database, { interactionId: id, answer, user: this.world.bob });
  }

  async stop(mode: StopMode = 'interrupt'): Promise<void> {
    await requestStop(this.world.database, { jobId: this.jobId, mode, user: this.world.bob });
  }

  /** Waits for a line of output that matches. */
  line = (pattern: RegExp): Promise<LogLine> =>
    this.until('log', async () => (await this.lines()).find((line) => pattern.test(line.text)) ?? null);

  async lines(): Promise<LogLine[]> {
    const count = await countLines(this.world.database, this.jobId);
    const lines: LogLine[] = [];
    while (lines.length < count)
      lines.push(...(await readLines(this.world.database, this.jobId, lines.length, 10_000)));
    return lines;
  }

  async end(): Promise<Job> {
    await this.#ended;
    return await this.job();
  }

  async text(): Promise<string[]> {
    return (await this.lines()).filter((line) => line.kind === 'output').map((line) => line.text);
  }
}

const program = (name: string, ...args: (string | number)[]): string[] => [
  process.execPath,
  join(packageRoot, 'tests/programs', `${name}.ts`),
  ...args.map(String),
];

/** A bash script in place of scap. */
const shell = (script: string): string[] => ['bash', '-c', script];

/** scap that exits 0.1 s after SIGINT, while two processes named helm need until a file exists to clean up. */
const leavesHelm = (file: string): string => `
  trap 'sleep 0.1; exit 130' INT
  helm='$| = 1; $0 = "helm"; $SIG{INT} = sub { sleep 1 until -e "${file}"; print "helm rolled back\\n"; exit }; print "helm runs\\n"; sleep 1 for 1 .. 300'
  for n in 1 2; do perl -e "$helm" & done
  while :; do sleep 0.1; done`;

// Each test has its own database, and most of them wait for processes, so they run at the same time.
describe.concurrent.each(nightlyDialects)('the supervisor on %s', (dialect) => {
  it('S1 the supervisor masks known secrets in output, statuses and questions', async () => {
    await using world = await openTestDatabase(dialect);
    const masks = new Masks(['hunter\\d{4}', 'AKIA[A-Z0-9]{16}']);
    const run = await Run.start(world, program('output/tells-secrets'), { masks });
    const question = await run.question();
    expect(question).toMatchObject({
      prompt: 'Use [masked]\nor not?',
      choices: [
        { label: 'With [masked]', code: 'y' },
        { label: 'Without', code: 'n' },
      ],
    });
    await run.answer('y');
    await run.end();
    const lines = await run.lines();
    const { database } = world;
    const rows = await database.execute('select body from log_chunk', []);
    const stored = rows.map((row) =>
      row['body'] instanceof Uint8Array ? Buffer.from(row['body']).toString() : '',
    );
    expect(
      [...stored, ...lines.map(({ text }) => text), JSON.stringify(await run.job())].join('\n'),
    ).not.toMatch(/unter\d|AKIA/);
    const texts = lines.map(({ text }) => text);
    expect(texts.slice(0, 5)).toEqual([
      'plain [masked] line',
      'ordinary',
      '\x1b[1mbold [masked]\x1b[0m\x1b[0m rest',
      'said [masked]',
      'twice: [masked] [masked]',
    ]);
    expect(texts).toContain('deploying with [masked]');
    const joined = texts.filter((text) => text.startsWith('zz')).join('');
    expect(joined).toContain('zz');
    expect(lines.filter(({ continues }) => continues).length).toBeGreaterThan(0);
  });

  it("the supervisor passes an answer to scap's stdin and logs who answered what", async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, program('question/asks-then-ends'));
    expect(await run.question()).toMatchObject({
      kind: 'choices',
      choices: [
        { label: 'Yes', code: 'y' },
        { label: 'No', code: 'n' },
      ],
    });
    expect(await run.job()).toMatchObject({ state: 'waiting' });
    await run.answer('n');
    expect(await run.end()).toMatchObject({
      state: 'succeeded',
      exitStatus: 0,
      exitSignal: null,
      reason: 'Done. scap reported no errors.',
    });
    const lines = await run.lines();
    expect(lines.map((line) => line.number)).toEqual(lines.map((_, index) => index + 1));
    expect(lines.map((line) => line.kind)).toEqual([
      'question',
      'question',
      'question',
      'answer',
      'output',
      'exit',
    ]);
    expect(lines[3]?.text).toBe('bob answered “No” (n)');
    expect(lines[4]?.text).toBe('got: n');
    const [question] = await world.database.em().find(Interaction, { job: run.jobId });
    expect(question?.deliveredAt).toBeGreaterThanOrEqual(question?.answeredAt ?? Number.NaN);
  });

  it('the supervisor handles a second question, and a question that scap repeats', async () => {
    await using world = await openTestDatabase(dialect);
    const twice = await Run.start(world, program('question/asks-twice'));
    await twice.answer('y');
    await twice.answer('n');
    expect((await twice.end()).state).toBe('succeeded');
    const again = await Run.start(world, program('question/asks-and-reasks'));
    await again.answer('y');
    await again.answer('y');
    expect((await again.end()).state).toBe('succeeded');
    expect((await again.text()).at(-1)).toBe('got: y');
  });

  it('the supervisor delivers an empty text answer', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, program('question/asks-text'));
    expect((await run.question()).kind).toBe('text');
    await run.answer('');
    await run.end();
    expect((await run.text()).at(-1)).toBe('got: ""');
  });

  it('R6 the supervisor records 100,000 lines completely and in order', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, program('output/floods', 100_000));
    expect((await run.end()).state).toBe('succeeded');
    const text = await run.text();
    expect(text).toHaveLength(100_000);
    expect(text.findIndex((line, index) => !line.startsWith(`line ${index + 1} of 100000 `))).toBe(-1);
  });

  it("the supervisor fails the job with scap's exit status or signal", async () => {
    await using world = await openTestDatabase(dialect);
    const status = await Run.start(world, program('process/exits-with', 3));
    expect(await status.end()).toMatchObject({
      state: 'failed',
      exitStatus: 3,
      reason: expect.stringMatching(/^Failed \(exit status 3\)\./),
    });
    const signal = await Run.start(world, program('process/dies-by-signal', 'SIGSEGV'));
    expect(await signal.end()).toMatchObject({ state: 'failed', exitStatus: null, exitSignal: 'SIGSEGV' });
  });

  it('the supervisor records the outcome, the command and the key of a question', async () => {
    await using world = await openTestDatabase(dialect);
    const yesNo = { Yes: 'y', No: 'n' };
    const follow = async (steps: readonly object[], ...answers: readonly string[]) => {
      const run = await Run.start(world, program('follows-script', JSON.stringify(steps)));
      for (const answer of answers) await run.answer(answer);
      return { run, job: await run.end(), lines: await run.lines() };
    };
    const confirm = {
      ask: 'The changes:\n┌──┐\n└──┘\nBackport the changes?',
      choices: yesNo,
      exits: { n: 0 },
    };
    const declined = await follow([confirm], 'n');
    expect(declined.job).toMatchObject({
      state: 'succeeded',
      outcome: 'declined',
      reason: 'bob declined at “Backport the changes?”; nothing was deployed.',
    });
    expect(declined.lines.at(-1)).toMatchObject({ kind: 'exit', text: declined.job.reason });
    expect(declined.job.command).toEqual([
      ...program('follows-script', JSON.stringify([confirm])),
      'backport',
      ...declined.job.changes.map(({ number }) => number),
    ]);
    const [question] = await world.database.em().find(Interaction, { job: declined.job.id });
    expect(question?.key).toBe('backport.confirm');

    const beta = [confirm, { line: '12:00:00 Skipping sync since there are no deployable commits.' }];
    expect((await follow(beta, 'y')).job).toMatchObject({ state: 'succeeded', outcome: 'nothing_to_do' });

    const failing = [
      { status: 'Sync k8s canaries' },
      { line: '12:00:00 ERROR: \x1b[31mcanaries\x1b[0m are red' },
      { status: null },
      { exit: 70 },
    ];
    const failed = await follow(failing);
    expect(failed.job).toMatchObject({
      state: 'failed',
      outcome: 'failed',
      lastStatus: 'Sync k8s canaries',
      lastError: { number: 2, text: '12:00:00 ERROR: canaries are red' },
      reason:
        'Failed after “Sync k8s canaries” (exit status 70). Last error: “12:00:00 ERROR: canaries are red”.',
    });

    const testservers = 'Changes synced to the testservers (x)\n\nContinue with deployment?';
    const back = await follow([{ ask: testservers, choices: yesNo, exits: { n: 1 } }], 'n');
    expect(back.job).toMatchObject({ state: 'failed', outcome: 'rolled_back' });
  });

  it('F2 the supervisor closes the open question when scap dies', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, program('question/dies-mid-question'));
    const job = await run.end();
    expect(hasEnded(job.state)).toBe(true);
    expect(await pendingInteraction(world.database.em(), run.jobId)).toBeNull();
  });

  it('the supervisor records a last line without a newline', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, program('output/half-line'));
    await run.line(/ready/);
    await run.stop();
    const job = await run.end();
    expect(job.state).toBe('stopped');
    expect((await run.text()).join('')).not.toBe('');
  });

  it('R3 the supervisor survives invalid UTF-8, deep JSON, malformed messages and a forged key', async () => {
    await using world = await openTestDatabase(dialect);
    for (const [name, args, last] of [
      ['output/bad-bytes', [65_536, 1], 'end'],
      ['output/deep-json', [100_000], 'end'],
      ['output/unknown-messages', [], 'end'],
      ['output/forged-key', [], /true: the last line/],
    ] as const) {
      const run = await Run.start(world, program(name, ...args));
      expect(await run.end()).toMatchObject({ state: 'succeeded' });
      expect((await run.text()).at(-1)).toMatch(last);
      expect(await pendingInteraction(world.database.em(), run.jobId)).toBeNull();
    }
  });

  it('the supervisor adds one notice for malformed messages, one for each unreadable question, and the number of progress messages', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, program('output/unknown-messages'));
    await run.end();
    const notices = (await run.lines()).filter((line) => line.kind === 'notice').map(({ text }) => text);
    expect(
      notices.filter((text) => text.startsWith('scap asked a question that cannot be read')),
    ).toHaveLength(7);
    expect(notices.filter((text) => text.includes('it is kept as output'))).toHaveLength(1);
    expect(notices.at(-1)).toContain('4 progress messages that cannot be read');
    expect(notices).toHaveLength(9);
  });

  it('R6 the supervisor records a line of ten megabytes in marked pieces', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, program('output/long-line', 10_000_000));
    await run.end();
    const output = (await run.lines()).filter((line) => line.kind === 'output');
    const whole = output.slice(0, -1);
    expect(output.at(-1)?.text).toBe('end');
    expect(whole.map((line) => line.text).join('')).toHaveLength(10_000_000);
    expect(whole.every((line, index) => line.continues === index < whole.length - 1)).toBe(true);
  });

  it('the supervisor splits a message with newlines into lines that keep its sensitivity', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, program('output/multi-line'));
    await run.end();
    const lines = await run.lines();
    expect(lines.some((line) => line.text.includes('\n'))).toBe(false);
    expect(lines.some((line) => line.sensitive)).toBe(true);
  });

  it('F3 logs that an answer was not delivered when scap ended first', async () => {
    await using world = await openTestDatabase(dialect);
    // A supervisor whose doorbell never rings.
    const doorbell = { ...world.database.doorbell, listen: () => new Listener(() => {}) };
    const run = await Run.start(world, program('question/asks-then-ends'), {
      database: { ...world.database, doorbell: doorbell },
    });
    await run.question();
    const { child } = await run.job();
    await run.answer('y');
    process.kill(child?.pid ?? 0, 'SIGKILL');
    expect((await run.end()).state).toBe('failed');
    const interaction = await world.database.em().findOneOrFail(Interaction, { job: run.jobId });
    expect(deliveryOf(interaction, await run.job())).toBe('failed');
    expect((await run.lines()).map((line) => line.text)).toContain(
      'bob answered “Yes”, but scap had ended: the answer was not delivered.',
    );
  });

  it('the supervisor kills scap when another process has ended the job, and keeps the reason as the last line', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, program('question/asks-then-ends'));
    await run.question();
    const { child, supervision } = await run.job();
    const reason = 'Given up.';
    await endJob(world.database, run.jobId, { state: 'lost', reason, exit: { status: null, signal: null } });
    expect(await run.end()).toMatchObject({
      state: 'lost',
      reason: 'Given up. scap was asking “Go on?”.',
      exitSignal: null,
    });
    expect(child && isAlive(child)).toBe(false);
    expect((await run.lines()).at(-1)).toMatchObject({
      kind: 'exit',
      text: 'Given up. scap was asking “Go on?”.',
    });
    expect(supervision).toBe(currentSupervision);
  });

  describe('when the job is stopped', () => {
    it('the supervisor interrupts scap and names who stopped it', async () => {
      await using world = await openTestDatabase(dialect);
      const run = await Run.start(world, program('question/asks-then-ends'), { stopGrace: 30 });
      await run.question();
      await run.stop();
      const job = await run.end();
      expect(job).toMatchObject({
        state: 'stopped',
        reason: expect.stringMatching(/^Stopped by bob: scap was interrupted \(/),
      });
      expect((await run.lines()).filter((line) => line.kind === 'stop')).toHaveLength(1);
    });

    it('B3 the supervisor sends one signal for several stops that it finds together', async () => {
      await using world = await openTestDatabase(dialect);
      // It runs for a while after the first signal, to see whether others follow.
      const script = `trap 'echo sigint; got=1' INT; echo ready; until [ "$got" ]; do sleep 0.1; done; for n in 1 2 3; do sleep 0.1; done`;
      const run = await Run.start(world, shell(script));
      await run.line(/ready/);
      await world.database.write(['orders'], async (em) => {
        const stop = { job: run.jobId, requestedBy: world.bob.id, requestedAt: 1 } as const;
        for (const mode of ['interrupt', 'interrupt', 'interrupt'] as const)
          await em.insert(Stop, { ...stop, mode });
      });
      await run.end();
      const steps = (await run.lines()).filter(({ kind }) => kind === 'stop').map(({ text }) => text);
      expect(steps.slice(0, 3)).toEqual([
        'bob stops the job (interrupt); a later stop replaces this one, so no signal was sent for it.',
        'bob stops the job (interrupt); a later stop replaces this one, so no signal was sent for it.',
        'bob stops the job: SIGINT was sent to the process group of scap.',
      ]);
      expect((await run.text()).filter((text) => text === 'sigint')).toEqual(['sigint']);
    });

    it('the supervisor ends the stop with an answer that lets scap continue, and judges by the exit status', async () => {
      await using world = await openTestDatabase(dialect);
      const run = await Run.start(world, program('question/asks-after-sigint'));
      await run.line(/ready/);
      await run.stop();
      await run.question();
      expect(await run.job()).toMatchObject({ state: 'stopping' });
      await run.answer('r');
      expect(await run.end()).toMatchObject({ state: 'succeeded', exitStatus: 0 });
      const steps = (await run.lines()).filter(({ kind }) => kind === 'stop').map(({ text }) => text);
      expect(steps.at(-1)).toBe('An answer has ended the stop: scap continues.');
    });

    it('the supervisor kills scap immediately when the stop mode is kill', async () => {
      await using world = await openTestDatabase(dialect);
      const run = await Run.start(world, program('process/ignores-term'), { stopGrace: 600 });
      await run.line(/ready/);
      await run.stop('kill');
      expect(await run.end()).toMatchObject({
        state: 'stopped',
        exitSignal: 'SIGKILL',
        reason: expect.stringContaining('scap was killed'),
      });
    });

    it('the supervisor does not start scap when the stop came first', async () => {
      await using world = await openTestDatabase(dialect);
      const { id } = await world.enqueue();
      await claimJob(world.database, 'test', ['default']);
      await requestStop(world.database, { jobId: id, mode: 'interrupt', user: world.bob });
      await superviseJob({ database: world.database, jobId: id, scap: program('process/exits-with', 0) });
      expect(await world.database.em().findOneOrFail(Job, { id })).toMatchObject({
        state: 'stopped',
        reason: 'Stopped by bob before scap was started.',
        child: null,
      });
    });
  });
});

// What the supervisor does with processes, signals and pipes is the same on both databases.
describe.concurrent('the supervisor and its processes', () => {
  const dialect = 'sqlite';

  it('the supervisor fails the job with the reason when scap cannot be started', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, ['/no/such/scap']);
    expect(await run.end()).toMatchObject({
      state: 'failed',
      exitStatus: null,
      reason: expect.stringMatching(/^scap could not be started: .*ENOENT/),
    });
    expect((await run.lines()).map((line) => line.kind)).toEqual(['exit']);
  });

  it('H1, H2 the supervisor records what is printed without a newline, and keeps one line of it', async () => {
    await using world = await openTestDatabase(dialect);
    const script = `echo before; printf "Continue (yes/no)? "; trap 'echo no; exit 0' INT; while :; do sleep 0.05; printf "\\r%s" more; done`;
    const run = await Run.start(world, shell(script));
    const read = () => readPartialLine(world.database, run.jobId);
    const first = await run.until('log', read);
    expect(first).toMatchObject({ text: expect.stringContaining('Continue (yes/no)? '), sensitive: false });
    const next = await run.until('log', async () => ((await read())?.text === first.text ? null : read()));
    expect(next.text.startsWith(first.text)).toBe(true);
    await run.stop();
    await run.end();
    expect(await read()).toBeNull();
    expect(await run.text()).toEqual([
      'before',
      expect.stringMatching(/^Continue \(yes\/no\)\? (\rmore)+no$/),
    ]);
  });

  it('the supervisor hides a message that is too long to be parsed, because it may be sensitive', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, program('output/long-line', 5_000_000, 'message'));
    await run.end();
    const lines = (await run.lines()).filter((line) => line.kind === 'output');
    expect(lines.at(-1)).toMatchObject({ text: 'end', sensitive: false });
    expect(lines.slice(0, -1).every((line) => line.sensitive)).toBe(true);
    expect(lines.length).toBeGreaterThan(50);
  });

  it('R4 the supervisor passes only the key, the job mark and the user to scap, and no file descriptor', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, program('process/prints-environment'));
    await run.end();
    const { env, argv, descriptors } = JSON.parse((await run.text())[0] ?? '{}');
    expect(Object.keys(env).sort()).toEqual([
      'FORCE_COLOR',
      'HOME',
      'PATH',
      'SPIDERPIG_IO_KEY',
      'SPIDERPIG_JOB',
      'SPIDERPIG_REAL_USER',
    ]);
    expect(env.SPIDERPIG_IO_KEY).toBe('[key]');
    expect(env.SPIDERPIG_REAL_USER).toBe('alice');
    expect(argv.slice(-2)).toEqual(['backport', '1102340']);
    expect(JSON.stringify(descriptors)).not.toMatch(/sqlite|doorbell|postgresql/);
  });

  describe.runIf(process.getuid?.() === 0)('with scap as another user (this part needs root)', () => {
    /** A command in place of scap, run as the user `nobody` by the wrapper that docs/operations.md describes. */
    const asNobody = (script: string): string[] => [
      'setpriv',
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      '--no-new-privs',
      ...shell(script),
    ];

    it('R4 the supervisor answers a scap of another user, which reads neither the database nor the supervisor', async () => {
      await using world = await openTestDatabase(dialect);
      const file = (await world.database.execute('pragma database_list', []).catch(() => []))[0]?.['file'];
      const run = await Run.start(
        world,
        asNobody(`
          id -u
          head -c 1 '${String(file ?? '/proc/1/environ')}' 2>&1 >/dev/null | grep -o 'Permission denied'
          cat /proc/$PPID/environ 2>&1 >/dev/null | grep -o 'Permission denied'
          ls /proc/$PPID/fd 2>&1 >/dev/null | grep -o 'Permission denied'
          kill -TERM $PPID 2>&1 | grep -o 'Operation not permitted'
          printf '{"iokey":"%s","type":"interaction","subtype":"input_line","prompt":"Name?"}\n' "$SPIDERPIG_IO_KEY"
          read -r name; echo "name: $name"`),
      );
      await run.answer('ada');
      expect((await run.end()).state).toBe('succeeded');
      const denied = 'Permission denied';
      const refused = [denied, denied, denied, 'Operation not permitted'];
      expect(await run.text()).toEqual(['65534', ...refused, 'name: ada']);
    });

    it('R5 the supervisor kills a scap of another user with its children', async () => {
      await using world = await openTestDatabase(dialect);
      const script = "trap '' INT TERM; setsid sleep 600 & echo $!; echo $$; while :; do sleep 600; done";
      const run = await Run.start(world, asNobody(script));
      const pids = await run.until('log', async () => {
        const text = await run.text();
        return text.length < 2 ? null : text.map(Number);
      });
      await run.stop('kill');
      expect((await run.end()).state).toBe('stopped');
      expect(pids.filter((pid) => pid > 0 && existsSync(`/proc/${pid}/exe`))).toEqual([]);
    });
  });

  it('R6 the supervisor records for a while what a process prints that scap left behind', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, program('output/output-after-exit'));
    expect((await run.end()).state).toBe('succeeded');
    expect((await run.text()).some((line) => line.startsWith('late'))).toBe(true);
  });

  it('the supervisor waits for a scap that has closed its output', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, program('output/closes-stdout'));
    await run.until('jobs', async () => (await run.job()).state === 'running');
    await run.stop('terminate');
    expect(await run.end()).toMatchObject({ state: 'stopped' });
  });

  it('the supervisor stops a scap that never reads its answer', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, program('question/never-reads-stdin'));
    await run.answer('y');
    await run.stop();
    expect(await run.end()).toMatchObject({ state: 'stopped', exitStatus: 130 });
  });

  it('E1 the supervisor fails the job when scap is ended by a signal that Node has no name for', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, shell('echo a; kill -34 $$; sleep 1'));
    expect(await run.end()).toMatchObject({
      state: 'failed',
      exitStatus: null,
      exitSignal: 'SIGRTMIN',
      reason: expect.stringContaining('SIGRTMIN'),
    });
  });

  it('E1 the supervisor fails the job when its launcher is killed, because the exit is unknown', async () => {
    await using world = await openTestDatabase(dialect);
    const run = await Run.start(world, shell('sleep 0.5; kill -KILL $PPID; sleep 0.2; exit 0'));
    expect(await run.end()).toMatchObject({
      state: 'failed',
      exitStatus: null,
      exitSignal: null,
      reason: expect.stringContaining('unknown'),
    });
  });

  it('E3 a job succeeds although a process that scap left behind does not stop printing', async ({
    onTestFinished,
  }) => {
    await using world = await openTestDatabase(dialect);
    const directory = mkdtempSync(join(tmpdir(), 'spiderpig-ticks-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    // It ends when the directory is removed.
    const script = `( for n in $(seq 600); do [ -e ${directory} ] || exit; echo tick; sleep 0.5; done ) & echo deployed; exit 0`;
    const run = await Run.start(world, shell(script));
    await run.until('jobs', async () =>
      (await run.job()).status?.startsWith('scap has exited (exit status 0)'),
    );
    await run.stop();
    expect(await run.end()).toMatchObject({ state: 'succeeded', exitStatus: 0 });
    const texts = (await run.lines()).map(({ text }) => text);
    expect(texts).toContain('bob stops the job, but scap has exited already: no signal was sent.');
    const ticks = texts.filter((text) => text === 'tick').length;
    expect(ticks).toBeGreaterThan(5);
    // The job has ended before the process.
    expect(ticks).toBeLessThan(600);
  });

  it('the reason names the status of scap if a process that it left behind still prints after the exit', async () => {
    await using world = await openTestDatabase(dialect);
    const status = `printf '{"iokey":"%s","type":"status","status":"Canary checks"}\\n' "$SPIDERPIG_IO_KEY"`;
    const run = await Run.start(
      world,
      shell(`${status}; (for n in 1 2 3 4 5 6; do sleep 0.7; echo tick; done) & exit 3`),
    );
    expect(await run.end()).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/^Failed in “Canary checks” \(exit status 3\)\./),
    });
    const notices = (await run.lines()).filter(({ kind }) => kind === 'notice').map(({ text }) => text);
    expect(notices[0]).toMatch(/^scap has exited \(exit status 3\); a process that it left behind \(/);
  });

  it('E5 the supervisor discards the output of a process that scap left behind, and does not end that process', async ({
    onTestFinished,
  }) => {
    await using world = await openTestDatabase(dialect);
    const directory = mkdtempSync(join(tmpdir(), 'spiderpig-beats-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const beats = join(directory, 'beats');
    writeFileSync(beats, '');
    // It ends when its file is removed.
    const beat = `for n in $(seq 300); do sleep 1; [ -e ${beats} ] || exit; echo beat; echo beat >> ${beats}; done`;
    const script = `setsid sh -c 'echo pid $$; ${beat}' & sleep 0.3; exit 0`;
    const run = await Run.start(world, shell(script));
    const { text } = await run.line(/^pid /);
    const service = identify(Number(text.slice('pid '.length)));
    expect(await run.end()).toMatchObject({ state: 'succeeded' });
    // Its next writes succeed: the first one after the end may have begun before it.
    const before = statSync(beats).size;
    await vi.waitUntil(() => statSync(beats).size >= before + 2 * 'beat\n'.length, { timeout: 60_000 });
    expect(isAlive(service)).toBe(true);
  });

  it('E6 the supervisor gives scap a pipe as stdin and no other descriptor, also none that SpiderPig inherited', async () => {
    await using world = await openTestDatabase(dialect);
    const script = `ls /proc/self/fd; [ -p /dev/stdin ] && echo pipe; : < /dev/stdin && echo opened
      export HOME=$(mktemp -d); echo 'echo read bashrc' > "$HOME/.bashrc"; bash -c 'echo inner'`;
    const run = await Run.start(world, shell(script));
    await run.end();
    expect(await run.text()).toEqual(['0', '1', '2', '3', 'pipe', 'opened', 'inner']);
  });

  describe('when the job is stopped', () => {
    it('with a grace time a stop escalates to SIGTERM and SIGKILL when scap ignores the signal before', async () => {
      await using world = await openTestDatabase(dialect);
      const deaf = await Run.start(world, program('process/ignores-term'), { stopGrace: 0.3 });
      await deaf.line(/ready/);
      await deaf.stop();
      expect(await deaf.end()).toMatchObject({
        state: 'stopped',
        exitSignal: 'SIGKILL',
        reason: expect.stringContaining('interrupted, then terminated, then killed ('),
      });
    });

    it('the supervisor sends SIGINT again for a second interrupt, and SIGTERM only for terminate', async () => {
      await using world = await openTestDatabase(dialect);
      const script = `trap 'echo got $((++n))' INT; trap 'echo terminated; exit 3' TERM; echo ready; while :; do sleep 0.05; done`;
      const run = await Run.start(world, shell(script));
      await run.line(/ready/);
      await run.stop();
      await run.line(/got 1/);
      await run.stop();
      await run.line(/got 2/);
      await run.stop('terminate');
      expect(await run.end()).toMatchObject({ state: 'stopped', exitStatus: 3 });
      expect((await run.text()).filter((line) => line !== 'Terminated')).toEqual([
        'ready',
        'got 1',
        'got 2',
        'terminated',
      ]);
    });

    it('the supervisor waits for processes that wind down after scap has exited, and says which', async ({
      onTestFinished,
    }) => {
      await using world = await openTestDatabase(dialect);
      const directory = mkdtempSync(join(tmpdir(), 'spiderpig-helm-'));
      onTestFinished(() => rmSync(directory, { recursive: true }));
      const file = join(directory, 'file');
      const run = await Run.start(world, shell(leavesHelm(file)));
      // Before, they ignore SIGINT.
      await run.until(
        'log',
        async () => (await run.text()).filter((line) => line === 'helm runs').length === 2,
      );
      await run.stop();
      const winding = await run.until('jobs', async () => {
        const job = await run.job();
        return (job.remaining?.length ?? 0) > 1 && job;
      });
      expect(winding).toMatchObject({ state: 'stopping', status: expect.stringContaining('winding down: ') });
      const helm = winding.remaining?.filter(({ name }) => name === 'helm') ?? [];
      expect(helm).toHaveLength(2);
      expect(Math.abs(Date.now() - (helm[0]?.since ?? 0))).toBeLessThan(60_000);
      writeFileSync(file, '');
      expect(await run.end()).toMatchObject({ state: 'stopped', exitStatus: 130, remaining: null });
      expect((await run.text()).filter((line) => line === 'helm rolled back')).toHaveLength(2);
      const steps = (await run.lines()).filter(({ kind }) => kind === 'stop').map(({ text }) => text);
      expect(steps[0]).toBe('bob stops the job: SIGINT was sent to the process group of scap.');
      expect(steps[1]).toMatch(/^scap has exited \(exit status 130\), but .*helm \(2\)/);
      expect(steps.at(-1)).toBe('All processes of the job have ended.');
    });

    it('the supervisor kills what winds down longer than the limit, and names it', async () => {
      await using world = await openTestDatabase(dialect);
      const script = `(trap '' INT; sleep 60) & trap 'exit 130' INT; echo ready; while :; do sleep 0.05; done`;
      const run = await Run.start(world, shell(script), { windingDown: 1 });
      await run.line(/ready/);
      await run.stop();
      expect(await run.end()).toMatchObject({ state: 'stopped', exitStatus: 130 });
      const steps = (await run.lines()).filter(({ kind }) => kind === 'stop').map(({ text }) => text);
      expect(steps.at(-1)).toMatch(/^Not ended within 1 s after scap: SIGKILL is sent to .*sleep \(1\)/);
    });

    it('the supervisor kills what winds down when a user asks for it', async () => {
      await using world = await openTestDatabase(dialect);
      const script = `(trap '' INT; sleep 60) & trap 'exit 130' INT; echo ready; while :; do sleep 0.05; done`;
      const run = await Run.start(world, shell(script));
      await run.line(/ready/);
      await run.stop();
      await run.line(/but processes of the job still run/);
      await run.stop('kill');
      expect(await run.end()).toMatchObject({ state: 'stopped', exitStatus: 130 });
    });

    it('the supervisor leaves no process of scap if its launcher is killed while it starts it', async () => {
      await using world = await openTestDatabase(dialect);
      const run = await Run.start(world, shell('kill -9 $PPID; sleep 1'));
      const { state, reason } = await run.end();
      expect(state).toBe('failed');
      expect(reason).toMatch(/its launcher was killed|exit status unknown/);
      const jobMark = jobMarkOf(world.database.url, run.jobId);
      expect(processesOf({ jobMark, leader: null, cgroup: null }).own).toEqual([]);
    });

    it('the supervisor starts no scap for an owner without a Unix account, where accounts are checked', async () => {
      await using world = await openTestDatabase(dialect);
      const run = await Run.start(world, shell('echo started'), { accountCheck: true });
      expect(await run.end()).toMatchObject({
        state: 'failed',
        outcome: 'failed',
        exitStatus: null,
        reason: expect.stringMatching(
          /^scap could not be started: “\w+”, to whom .* is not a Unix account on this host\. Nothing was deployed\./,
        ),
      });
      expect(await run.text()).toEqual([]);
    });

    it('the supervisor starts no scap for a train if the wikis have changed since it was requested', async ({
      onTestFinished,
    }) => {
      await using world = await openTestDatabase(dialect);
      const directory = mkdtempSync(join(tmpdir(), 'spiderpig-staging-'));
      onTestFinished(() => rmSync(directory, { recursive: true }));
      createStaging(directory);
      const before = trainGroupsOf(await readStaging(directory)).map(({ name, shares }) => ({
        group: name,
        versions: shares.map(({ version, wikis }) => ({ version, count: wikis.length })),
      }));
      const parameters: TrainParameters = {
        station: 'testwikis',
        from: 'start',
        version: newVersion,
        oldVersion,
        excludedWikis: [],
        wikiCount: 3,
        before,
      };
      const start = () =>
        Run.start(world, shell('echo started'), { staging: directory, work: { parameters } });
      const unchanged = await start();
      await unchanged.end();
      expect(await unchanged.text()).toEqual(['started']);

      writeWikiVersions(directory, readWikiVersions(directory).set('testwiki', newVersion));
      const changed = await start();
      expect(await changed.end()).toMatchObject({
        state: 'failed',
        exitStatus: null,
        reason: expect.stringContaining(`In testwikis, 1 wiki runs ${newVersion} now, 0 before.`),
      });
      expect(await changed.text()).toEqual([]);

      rmSync(join(directory, 'wikiversions.json'));
      expect(await (await start()).end()).toMatchObject({
        state: 'failed',
        reason: expect.stringContaining('the staging directory cannot be read'),
      });
    });

    it('R5 the supervisor kills every process of the job, also one that left the process group', async () => {
      await using world = await openTestDatabase(dialect);
      const run = await Run.start(world, program('process/leaves-group'));
      const { text } = await run.line(/^child: /);
      const runaway = identify(Number(text.slice('child: '.length)));
      expect(isAlive(runaway)).toBe(true);
      const { child } = await run.job();
      await run.stop('kill');
      await run.end();
      expect(child && isAlive(child)).toBe(false);
      expect(isAlive(runaway)).toBe(false);
    });
  });
});
