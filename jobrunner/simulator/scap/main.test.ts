// Tests the simulated scap as a real process tree, against docs/simulator.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { answerEffect, questionKey } from '../../../schema/text/question-key.ts';
import { compileCacheDirectory, entryUnderTest } from '../../../tests/support/package/build.ts';

const program = entryUnderTest('simulated-scap');
const key = 'k'.repeat(43);

/** What the simulator may send; the members that a type has not are undefined. */
interface Message {
  readonly iokey?: string;
  readonly type: string;
  readonly line?: string;
  readonly sensitive?: boolean | null;
  readonly status?: string | null;
  readonly progress?: Measured;
  readonly subtype?: string;
  readonly prompt?: string;
  readonly choices?: Record<string, string>;
  readonly default?: string | null;
}

interface Measured {
  readonly name: string;
  readonly totalTasks: number;
  readonly tasksInFlight: number | null;
  readonly tasksFinishedOk: number;
  readonly tasksFinishedFailed: number;
  readonly tasksFinishedTotal: number;
  readonly tasksRemaining: number;
  readonly progressFinished: boolean;
}

interface Run {
  readonly exitStatus: number | null;
  readonly exitSignal: string | null;
  readonly messages: readonly Message[];
  /** All that is not a message, without carriage returns and colours. */
  readonly plain: string;
  /** All output, as it was written. */
  readonly raw: string;
  /** The keys of the questions, see question-key.ts. */
  readonly asked: readonly (string | null)[];
  readonly questions: readonly Message[];
  /** Simulated processes that ran, by name. */
  readonly workers: ReadonlySet<string>;
}

interface Setting {
  /** The answers in order; null if none. After the last one standard input ends. */
  readonly answers?: readonly (string | null)[];
  readonly env?: Readonly<Record<string, string>>;
  /** False: without the key and without a terminal. */
  readonly withKey?: boolean;
  /** Whether to record the names of processes, which takes a while. */
  readonly watchWorkers?: boolean;
  /** Called for each message; may signal the process group. */
  readonly onMessage?: (message: Message, signal: (name: NodeJS.Signals) => void) => void;
}

/** The names of the living processes of a process group. */
function namesIn(group: number): string[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      const [, name = '', rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
      return Number(rest.split(' ')[2]) === group && !rest.startsWith('Z') ? [name] : [];
    } catch {
      return [];
    }
  });
}

async function run(args: readonly string[], setting: Setting = {}): Promise<Run> {
  // One pipe for stdout and stderr, as the jobrunner has it.
  const child = spawn('sh', ['-c', 'exec "$@" 2>&1', 'sh', process.execPath, program, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: compileCacheDirectory,
      ...(setting.withKey === false ? {} : { SPIDERPIG_IO_KEY: key }),
      SPIDERPIG_REAL_USER: 'amina',
      SPIDERPIG_SIMULATOR_SPEED: '200',
      FORCE_COLOR: '1',
      ...setting.env,
    },
  });
  const group = child.pid ?? 0;
  // A program that ends early takes no more answers.
  child.stdin.on('error', () => {});
  const exited = once(child, 'exit');
  const messages: Message[] = [];
  const plain: string[] = [];
  let raw = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    raw += text;
  });
  const questions: Message[] = [];
  const workers = new Set<string>();
  const answers = [...(setting.answers ?? [])];
  const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('line', (line) => {
    const start = line.indexOf('{"iokey"');
    if (start < 0) {
      plain.push(line);
      return;
    }
    expect(line.slice(start)).toMatch(/^\{[ -~]*\}$/);
    const { iokey, ...message } = JSON.parse(line.slice(start)) as Message;
    expect(iokey).toBe(key);
    messages.push(message);
    setting.onMessage?.(message, (name) => process.kill(-group, name));
    if (message.type !== 'interaction') return;
    questions.push(message);
    const answer = answers.shift();
    if (answer === null) return;
    if (answer === undefined) child.stdin.end();
    else child.stdin.write(`${answer}\n`);
  });
  const watching = setting.watchWorkers
    ? setInterval(() => {
        for (const name of namesIn(group)) workers.add(name);
      }, 100)
    : undefined;
  const [[exitStatus, exitSignal]] = await Promise.all([exited, once(lines, 'close')]);
  clearInterval(watching);
  return {
    exitStatus,
    exitSignal,
    messages,
    plain: plain.join('\n').replaceAll(/\x1b\[[0-9;]*m|\r/g, ''),
    raw,
    questions,
    asked: questions.map(({ prompt = '', choices = {} }) => questionKey(prompt, Object.values(choices))),
    workers,
  };
}

const statuses = ({ messages }: Run) =>
  messages.flatMap((message) => (message.status === undefined ? [] : [message.status]));
const measures = ({ messages }: Run) => messages.flatMap(({ progress }) => progress ?? []);

describe('an ordinary backport', () => {
  test('the simulated scap asks questions 4 and 10 and exits with 0', async () => {
    const result = await run(['backport', '--', '1102340'], { answers: ['y', 'y'] });
    expect(result).toMatchObject({ exitStatus: 0, asked: ['backport.confirm', 'testservers.continue'] });
    const [table, checks] = result.questions;
    expect(table?.prompt).toMatch(
      /^The following changes are scheduled for backport:\n┌─+┬[\s\S]*┘\nBackport the changes\?$/,
    );
    expect(table).toMatchObject({ choices: { Yes: 'y', No: 'n' }, default: 'n' });
    expect(checks).toMatchObject({
      choices: { 'Yes, continue with deployment': 'y', 'No, roll back deployment and terminate': 'n' },
      default: 'n',
    });
  });

  test('the simulated scap sets the statuses of scap, and an inner end clears the outer one', async () => {
    const result = await run(['backport', '1102340'], { answers: ['y', 'y'] });
    expect(statuses(result)).toEqual([
      'Waiting for changes to be merged. This may take some time if there are long running tests.',
      'All changes have been merged',
      'Checking out mediawiki-config',
      'Checking out 1.45.0-wmf.11',
      null,
      'Checking out 1.45.0-wmf.12',
      null,
      'Starting scap sync-world',
      'Updating l10n files',
      null,
      'Building container images',
      null,
      'Sync k8s testservers',
      null,
      'Sync baremetal testservers',
      'Restarting php-fpm',
      null,
      null,
      'Checking testservers',
      null,
      'Waiting user to confirm testservers deployment',
      'Continuing with deployment',
      'Sync k8s canaries',
      null,
      'Waiting 20 seconds for canary traffic...',
      'Sync k8s production',
      null,
      'Sync baremetal production',
      null,
      'Waiting 20 seconds for production traffic...',
      'Restarting php-fpm',
      null,
    ]);
  });

  test('measures under the names of scap, never in flight, and from 0 tasks', async () => {
    const result = await run(['backport', '1102340'], { answers: ['y', 'y'] });
    const steps = measures(result);
    expect(new Set(steps.map(({ name }) => name))).toEqual(
      new Set([
        'awaiting-backport-merges',
        'K8s deployment progress',
        'sync-testservers',
        'scap-cdb-rebuild',
        'sync_wikiversions',
        'php-fpm-restart',
        'sync-apaches',
      ]),
    );
    expect(new Set(steps.map(({ tasksInFlight }) => tasksInFlight))).toEqual(new Set([null]));
    expect(steps.some(({ totalTasks }) => totalTasks === 0)).toBe(true);
    expect(steps.length).toBeGreaterThan(300);
    expect(steps.length).toBeLessThan(420);
    for (const step of steps) {
      expect(step.tasksFinishedTotal).toBe(step.tasksFinishedOk + step.tasksFinishedFailed);
      expect(step.tasksRemaining).toBe(step.totalTasks - step.tasksFinishedTotal);
    }
  });

  test('the simulated scap hides the lines about patches, and logs the rest as plain text', async () => {
    const result = await run(['backport', '1102340'], { answers: ['y', 'y'] });
    expect(result.messages.filter(({ sensitive }) => sensitive === true)).toHaveLength(12);
    expect(result.plain).toContain('Started sync-prod-k8s');
    expect(result.plain).toMatch(/Finished scap sync-world: .* \(duration: \d\dm \d\ds\)/);
  });

  test('the simulated scap leaves a reset and a meter without a newline in front of messages', async () => {
    const { raw } = await run(['backport', '1102340'], { answers: ['y', 'y'] });
    expect(raw).toContain('\n\x1b[0m{"iokey"');
    expect(raw).toContain('0:00:02\r{"iokey"');
  });

  test('the simulated scap runs a nested scap and worker processes called helm and rsync in its process group', async () => {
    const { workers } = await run(['backport', '1102340'], {
      answers: ['y', 'y'],
      // Slow enough to see the workers on a busy machine, where perl needs a while to start.
      env: { SPIDERPIG_SIMULATOR_SPEED: '5' },
      watchWorkers: true,
    });
    expect([...workers]).toEqual(expect.arrayContaining(['helm', 'rsync']));
  });

  test('the simulated scap uses the default for an empty answer, and refuses an unknown one with a line', async () => {
    const result = await run(['backport', '1102340'], { answers: ['perhaps', 'Y', '', 'a'] });
    expect(result.messages).toContainEqual({
      type: 'line',
      line: "Invalid choice: 'perhaps'",
      sensitive: false,
    });
    expect(result.asked).toEqual([
      'backport.confirm',
      'backport.confirm',
      'testservers.continue',
      'rollback.acknowledge',
    ]);
    expect(statuses(result)).toContain('Rolling back deployment');
  });

  test('the simulated scap fails when standard input ends', async () => {
    const result = await run(['backport', '1102340']);
    expect(result.exitStatus).toBe(1);
    expect(result.plain).toContain('backport failed: <EOFError> EOF when reading a line');
  });
});

describe('questions', () => {
  // change or arguments, answers, keys of the questions, exit status
  test.each<readonly [string, readonly string[], readonly string[], number]>([
    ['--list', ['1102340', 'n'], ['backport.list', 'backport.confirm'], 0],
    ['--list', [''], ['backport.list'], 1],
    ['1102352', ['n'], ['backport.not-live'], 0],
    ['1102353', ['n'], ['backport.l10n-rebuild'], 0],
    ['1102354', ['n'], ['backport.dependency-warnings'], 0],
    ['1102340', ['n'], ['backport.confirm'], 0],
    ['1102355', ['y', 'n'], ['backport.confirm', 'backport.patch-set-changed'], 0],
    [
      '1102356',
      ['y', 'y', 'n'],
      ['backport.confirm', 'backport.show-diff', 'backport.unexpected-commits'],
      0,
    ],
    ['1102357', ['y', 'n'], ['backport.confirm', 'images.release-repository'], 1],
    ['1102358', ['y', 'x'], ['backport.confirm', 'checks.failed'], 1],
    [
      '1102358',
      ['y', 'r', 'n', 'a'],
      ['backport.confirm', 'checks.failed', 'testservers.continue', 'rollback.acknowledge'],
      1,
    ],
    [
      '1102348',
      ['y', 'y', 'b', 'a'],
      ['backport.confirm', 'testservers.continue', 'checks.failed', 'rollback.acknowledge'],
      1,
    ],
    ['1102359', ['y', 'y', 'i'], ['backport.confirm', 'testservers.continue', 'checks.failed'], 0],
    ['1102360', ['y', 'y', 'r'], ['backport.confirm', 'testservers.continue', 'kubernetes.stage-failed'], 0],
    [
      '1102361',
      ['y', 'y', 'b', 'c'],
      ['backport.confirm', 'testservers.continue', 'kubernetes.stage-failed', 'kubernetes.rollback-failed'],
      1,
    ],
    [
      '1102361',
      ['y', 'y', 'b', 'r', 'a'],
      [
        'backport.confirm',
        'testservers.continue',
        'kubernetes.stage-failed',
        'kubernetes.rollback-failed',
        'rollback.acknowledge',
      ],
      1,
    ],
    ['--revert 1102347', ['', 'n'], ['revert.reason', 'backport.confirm'], 0],
    ['--yes 1102355', ['n'], ['backport.patch-set-changed'], 0],
    ['--yes 1102356', ['n'], ['backport.unexpected-commits'], 0],
    ['--yes 1102340', [], [], 0],
    ['--yes --stop-before-sync 1102340', [], [], 0],
    ['1102362', ['y'], ['backport.confirm'], 0],
  ])('backport %s answered with %j asks %j and exits with %i', async (args, answers, keys, status) => {
    const result = await run(['backport', ...args.split(' ')], { answers });
    expect({ asked: result.asked, exitStatus: result.exitStatus }).toEqual({
      asked: keys,
      exitStatus: status,
    });
    const declined =
      keys.length > 0 && answerEffect(keys.at(-1) ?? null, answers.at(-1) ?? '') === 'declined';
    expect(result.plain.includes('Backport cancelled')).toBe(declined);
  });

  test('sync-world asks to confirm diffs, whose lines are sensitive', async () => {
    const result = await run(['sync-world', '--k8s-confirm-diffs', 'a test'], { answers: ['n'] });
    expect(result).toMatchObject({ exitStatus: 0, asked: ['kubernetes.confirm-diffs'] });
    expect(result.messages.filter(({ sensitive }) => sensitive)).toHaveLength(3);
  });

  test('the simulated scap offers the choices of scap in their order after failures', async () => {
    const checks = await run(['backport', '1102348'], { answers: ['y', 'y', 'b', 'a'] });
    expect(Object.entries(checks.questions[2]?.choices ?? {})).toEqual([
      ['Retry canary checks', 'r'],
      ['Ignore failure and continue deployment', 'i'],
      ['Roll back all stages and terminate', 'b'],
      ['Exit without rollback', 'x'],
    ]);
    expect(checks.questions.map((question) => question.default)).toEqual(['n', 'n', 'r', 'a']);
    expect(checks.messages).toContainEqual({ type: 'line', line: 'Result: rolled back', sensitive: false });
    expect(statuses(checks)).toContain('Rolling back k8s canaries');
  });
});

describe('refusals before any question', () => {
  test.each([
    ['77', /Change '77' not found/],
    ['x', /'x' is not a valid change number or URL/],
    ['1102344', /dependency '1102343', which is not merged or scheduled/],
    ['1102369', /dependency '1102342', which is not merged or scheduled/],
    ['1102346', /has been abandoned/],
    ['1102366', /work in progress/],
    ['1102367', /dependency cycle/],
    ['1102368', /not deployable to production/],
    ['--revert 1102340', /has not yet been merged and cannot be reverted/],
  ])('backport %s exits with 1 and says why', async (args, reason) => {
    const result = await run(['backport', ...args.split(' ')]);
    expect(result).toMatchObject({ exitStatus: 1, asked: [] });
    expect(result.plain).toMatch(reason);
  });

  test.each([
    ['1102363', /could require a rebase/],
    ['1102364', /rejected \(Code-Review -2\)/],
    ['1102365', /failed build tests/],
  ])('backport %s exits with 1 while it waits for the merge', async (change, reason) => {
    const result = await run(['backport', change], { answers: ['y'] });
    expect(result).toMatchObject({ exitStatus: 1, asked: ['backport.confirm'] });
    expect(result.plain).toMatch(reason);
  });
});

// At a speed at which a stage does not end before a signal arrives. They take some seconds, so they run at the same time.
describe.concurrent('signals', () => {
  test('SIGINT at a question of the leader ends it with 130', async () => {
    const result = await run(['backport', '1102340'], {
      onMessage: (message, signal) => {
        if (message.type === 'interaction') signal('SIGINT');
      },
      answers: [null],
    });
    expect(result).toMatchObject({ exitStatus: 130, asked: ['backport.confirm'] });
  });

  test('SIGINT during a Kubernetes stage ends the leader immediately, and helm winds down as an orphan', async () => {
    let sent = false;
    const result = await run(['backport', '1102340'], {
      answers: ['y', 'y'],
      env: { SPIDERPIG_SIMULATOR_SPEED: '2' },
      onMessage: ({ progress }, signal) => {
        if (sent || progress?.name !== 'K8s deployment progress' || progress.tasksFinishedOk === 0) return;
        sent = true;
        signal('SIGINT');
      },
    });
    expect(result.exitStatus).toBe(130);
    expect(result.asked).toEqual(['backport.confirm']);
    expect(result.plain).toContain('helm: testservers in eqiad: interrupted');
    expect(result.plain).toContain('helm: testservers in codfw: stopped');
  });

  test('SIGINT during a Kubernetes stage of sync-world asks to retry, and a retry goes on to success', async () => {
    let sent = false;
    const result = await run(['sync-world', 'a test'], {
      answers: ['r'],
      env: { SPIDERPIG_SIMULATOR_SPEED: '5' },
      onMessage: ({ progress }, signal) => {
        // The longest stage.
        if (sent || progress?.name !== 'K8s deployment progress' || progress.totalTasks < 1_000) return;
        if (progress.tasksFinishedOk === 0) return;
        sent = true;
        signal('SIGINT');
      },
    });
    expect(result).toMatchObject({ exitStatus: 0, asked: ['kubernetes.stage-failed'] });
  });

  test('SIGTERM ends scap without further output', async () => {
    const result = await run(['backport', '1102340'], {
      onMessage: (message, signal) => {
        if (message.type === 'interaction') signal('SIGTERM');
      },
      answers: [null],
    });
    expect(result).toMatchObject({ exitStatus: null, exitSignal: 'SIGTERM' });
  });
});

describe('the command line', () => {
  test('the simulated scap takes the default of a question when nobody can answer', async () => {
    const result = await run(['backport', '1102340'], { withKey: false });
    expect(result).toMatchObject({ exitStatus: 0, messages: [] });
    expect(result.plain).toContain('Backport cancelled');
  });

  test('version prints the version of scap', async () => {
    expect(await run(['version'])).toMatchObject({ exitStatus: 0, plain: '4.283.0' });
  });

  test('the simulated scap accepts the global options and passes -D to nested commands', async () => {
    const result = await run(
      ['backport', '-v', '--no-log-message', '-D', 'canary_wait_time:3', '--yes', '1102340'],
      {},
    );
    expect(result.exitStatus).toBe(0);
    expect(statuses(result)).toContain('Waiting 3 seconds for canary traffic...');
  });

  test.each([[[]], [['backport', '--force', '1102340']], [['deploy-everything']], [['backport', '-D', 'x']]])(
    'wrong usage %j exits with 2',
    async (args) => {
      const result = await run(args);
      expect(result).toMatchObject({ exitStatus: 2, messages: [] });
      expect(result.plain).toMatch(/^usage: scap [\s\S]*\nscap: error: .+$/);
    },
  );

  test.each(['fast', '0', '-1', 'NaN', ' 1'])('the speed %j is refused by name', async (speed) => {
    const result = await run(['backport', '1102340'], { env: { SPIDERPIG_SIMULATOR_SPEED: speed } });
    expect(result.exitStatus).toBe(2);
    expect(result.plain).toContain('SPIDERPIG_SIMULATOR_SPEED must be a number greater than 0');
  });

  test('a prolific change prints a hundred thousand lines', async () => {
    const result = await run(['backport', '--yes', '1102350']);
    expect(result.exitStatus).toBe(0);
    expect(result.plain.split('\n').length).toBeGreaterThan(100_000);
  });

  test('hostile text stays inside its messages and lines', async () => {
    const result = await run(['backport', '1102351'], { answers: ['y', 'n', 'a'] });
    expect(result.questions).toHaveLength(3);
    expect(result.plain).toContain('"prompt": "Delete everything?"');
  });
});
