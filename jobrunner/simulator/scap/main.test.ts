// The simulated scap as a real child process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readArguments } from './main.ts';

const program = fileURLToPath(new URL('./main.ts', import.meta.url));
const key = 'k'.repeat(43);

/** What the simulator may send; the members that a type has not are undefined. */
interface Message {
  readonly iokey?: string;
  readonly type: string;
  readonly line?: string;
  readonly sensitive?: boolean | null;
  readonly status?: string | null;
  readonly progress?: Measured;
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

interface Question {
  readonly prompt: string;
  readonly subtype: string;
  readonly choices?: Record<string, string>;
  readonly default: string | null;
}

interface Performance {
  readonly exitStatus: number | null;
  readonly exitSignal: string | null;
  readonly messages: readonly Message[];
  /** What is no message, and what came on standard error. */
  readonly plain: readonly string[];
  readonly stderr: string;
  readonly questions: readonly Question[];
  /** The text of all `line` messages, one a line, colours included. */
  readonly said: string;
}

interface Staging {
  /** What to answer to the question of that number (from 0): a line, or null to close standard input. */
  readonly answer?: (question: Question, number: number) => string | null;
  /** Called for each message, to interrupt at a known point. */
  readonly onMessage?: (message: Message, interrupt: () => void) => void;
  /** All that is written before the first question is asked. */
  readonly input?: string;
  readonly env?: Record<string, string>;
  /** False: without the key, as a person at a terminal would start it. */
  readonly withKey?: boolean;
}

async function perform(args: readonly string[], staging: Staging = {}): Promise<Performance> {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...(staging.withKey === false ? {} : { SPIDERPIG_IO_KEY: key }),
      SPIDERPIG_REAL_USER: 'amina',
      SPIDERPIG_SIMULATOR_SPEED: '200',
      FORCE_COLOR: '1',
      ...staging.env,
    },
  });
  // A program that is killed or ends early takes no more answers; that is not what a test is about.
  child.stdin.on('error', () => {});
  if (staging.input !== undefined) child.stdin.end(staging.input);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const messages: Message[] = [];
  const plain: string[] = [];
  const questions: Question[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (!line.includes(key)) {
      plain.push(line);
      return;
    }
    // The decoding edge of this test: every line with the key must be one JSON object in ASCII.
    expect(line).toMatch(/^\{[ -~]*\}$/);
    const { iokey, ...members } = JSON.parse(line) as Message;
    expect(iokey).toBe(key);
    const message: Message = members;
    messages.push(message);
    staging.onMessage?.(message, () => child.kill('SIGINT'));
    if (message.type !== 'interaction') return;
    const question = members as unknown as Question;
    questions.push(question);
    if (!staging.answer) return;
    const reply = staging.answer(question, questions.length - 1);
    if (reply === null) child.stdin.end();
    else child.stdin.write(`${reply}\n`);
  });
  const [[exitStatus, exitSignal]] = await Promise.all([once(child, 'close'), once(lines, 'close')]);
  const said = messages.flatMap((message) => (message.type === 'line' ? [message.line] : [])).join('\n');
  return { exitStatus, exitSignal, messages, plain, stderr, questions, said };
}

const yes = () => 'y';
const ofType = (performance: Performance, type: string) =>
  performance.messages.filter((message) => message.type === type);

const measured = (performance: Performance) =>
  performance.messages.flatMap((message) => message.progress ?? []);

describe('an ordinary backport', () => {
  test('asks two questions, goes through every phase and succeeds', async () => {
    const play = await perform(['backport', '--', '1102340'], { answer: yes });
    expect(play.exitStatus).toBe(0);
    expect(play.questions.map(({ prompt }) => prompt.split('\n\n').at(-1))).toEqual([
      'Backport the changes?',
      'Continue with deployment?',
    ]);
    expect(play.questions[0]?.choices).toEqual({ Yes: 'y', No: 'n' });
    expect(play.questions[1]?.choices).toEqual({
      'Yes, continue with deployment': 'y',
      'No, roll back deployment and terminate': 'n',
    });
    for (const phase of [
      'prep',
      'sync-testservers',
      'check-canaries',
      'sync-production',
      'php-fpm-restarts',
    ]) {
      expect(play.said).toContain(`Started ${phase}`);
      expect(play.said).toMatch(new RegExp(`Finished ${phase}.* \\(duration: \\d\\dm \\d\\ds\\)`));
    }
    expect(play.said).toContain('Deploying as amina');
    expect(play.said).toContain('Watchlist: Do not lose the namespace filter when paging');
  });

  test('is as large as a real one: about 120 lines, a tenth sensitive, 350 measurements, 30 statuses', async () => {
    const play = await perform(['backport', '1102340'], { answer: yes });
    const lines = ofType(play, 'line');
    const total = lines.length + play.plain.length + play.stderr.trimEnd().split('\n').length;
    expect(total).toBeGreaterThan(100);
    expect(total).toBeLessThan(140);
    expect(lines.filter((line) => line.sensitive === true)).toHaveLength(12);
    expect(new Set(lines.map((line) => line.sensitive))).toEqual(new Set([true, false, null, undefined]));
    expect(measured(play).length).toBeGreaterThan(320);
    expect(measured(play).length).toBeLessThan(380);
    expect(ofType(play, 'status').length).toBeGreaterThan(25);
  });

  test('has statuses in pairs, a text and then null', async () => {
    const play = await perform(['backport', '1102340'], { answer: yes });
    const statuses = ofType(play, 'status').map((message) => message.status !== null);
    statuses.pop(); // The last one clears the status.
    expect(statuses).toEqual(statuses.map((_, index) => index % 2 === 0));
  });

  test('measures in numbers that agree with each other, hundreds of hosts in production', async () => {
    const play = await perform(['backport', '1102340'], { answer: yes });
    for (const step of measured(play)) {
      expect(step.tasksFinishedTotal).toBe(step.tasksFinishedOk + step.tasksFinishedFailed);
      expect(step.tasksRemaining).toBe(step.totalTasks - step.tasksFinishedTotal);
      expect(step.progressFinished).toBe(step.tasksRemaining === 0);
    }
    const last = measured(play).findLast((step) => step.name === 'Production');
    expect(last).toMatchObject({ totalTasks: 312, tasksFinishedOk: 312, progressFinished: true });
  });

  test('opens a colour on one line and resets it on a later one', async () => {
    const play = await perform(['backport', '1102340'], { answer: yes });
    const table = play.said.split('\n').filter((line) => line.includes('+---------+'));
    expect(table[0]).toMatch(/^\x1b\[36m\+/);
    expect(table[0]).not.toContain('\x1b[0m');
    expect(table.at(-1)).toContain('\x1b[0m');
  });

  test('lets nested tools print what they like: no key, a \\r meter, bytes that are not UTF-8', async () => {
    const play = await perform(['backport', '1102340'], { answer: yes });
    expect(play.plain).toContain(
      '{"type": "line", "line": "written by a post-checkout hook, not by scap", "iokey": "?"}',
    );
    expect(play.plain.join('\n')).toContain('Receiving objects: 100%');
    expect(play.plain).toContain('warning: unable to access caf\ufffd/\ufffd\ufffd.php');
    expect(play.stderr).toContain('DeprecationWarning');
  });

  test('has no colours where they are not wanted', async () => {
    const play = await perform(['backport', '1102340'], { answer: yes, env: { FORCE_COLOR: '0' } });
    expect(play.said).not.toContain('\x1b');
  });
});

describe('answers', () => {
  test('an answer that is not a choice is named and the question asked again in a new message', async () => {
    const play = await perform(['backport', '1102340'], {
      answer: (_, number) => ['perhaps', 'y', '', 'y'][number] ?? 'n',
    });
    expect(play.exitStatus).toBe(0);
    expect(play.said).toContain('"perhaps" is not one of the choices (y, n)');
    // The second question has no default, so the empty line is refused too.
    expect(play.questions).toHaveLength(4);
    expect(play.questions[1]).toEqual(play.questions[0]);
  });

  test('an empty line stands for the default where there is one', async () => {
    const play = await perform(['backport', '1102340'], { answer: (_, number) => (number === 0 ? '' : 'y') });
    expect(play.questions[0]?.default).toBe('y');
    expect(play.questions[1]?.default).toBeNull();
    expect(play).toMatchObject({ exitStatus: 0, questions: { length: 2 } });
  });

  test('what is written before it is asked for waits for the next question', async () => {
    const play = await perform(['backport', '1102340'], { input: 'y\ny\n' });
    expect(play).toMatchObject({ exitStatus: 0, questions: { length: 2 } });
  });

  test('no to the first question cancels with nothing synced', async () => {
    const play = await perform(['backport', '1102340'], { answer: () => 'n' });
    expect(play).toMatchObject({ exitStatus: 1, questions: { length: 1 } });
    expect(play.said).toContain('Backport cancelled');
    expect(measured(play)).toEqual([]);
  });

  test('no to the second question rolls the test servers back', async () => {
    const play = await perform(['backport', '1102340'], {
      answer: (_, number) => (number === 0 ? 'y' : 'n'),
    });
    expect(play).toMatchObject({ exitStatus: 1, questions: { length: 2 } });
    expect(measured(play).at(-1)).toMatchObject({ name: 'Roll-back', totalTasks: 8, progressFinished: true });
    expect(play.said).not.toContain('Started sync-production');
  });

  test('the end of standard input aborts', async () => {
    const play = await perform(['backport', '1102340'], {
      answer: (_, number) => (number === 0 ? 'y' : null),
    });
    expect(play.exitStatus).toBe(1);
    expect(play.said).toContain('nobody can answer');
    expect(measured(play).at(-1)).toMatchObject({ name: 'Roll-back', progressFinished: true });
  });
});

describe('a revert', () => {
  test('asks for the reason in free text first', async () => {
    const play = await perform(['backport', '--revert', '--', '1102340'], {
      answer: (question) => (question.subtype === 'input_line' ? 'T412077 is back, see <log>' : 'y'),
    });
    expect(play.exitStatus).toBe(0);
    expect(play.questions.map((question) => question.subtype)).toEqual(['input_line', 'choices', 'choices']);
    expect(play.questions[0]?.prompt).toContain('Reason for revert?');
    expect(play.questions[1]?.prompt).toContain('Revert the changes?');
    expect(play.said).toContain('(T412077 is back, see <log>)');
  });

  test('takes an empty reason', async () => {
    const play = await perform(['backport', '--revert', '1102340'], { input: '\ny\ny\n' });
    expect(play.exitStatus).toBe(0);
    expect(play.said).toContain('No reason given');
  });
});

describe('changes that are not ordinary', () => {
  test('a failing one breaks the canaries, is rolled back and ends with status 1', async () => {
    const play = await perform(['backport', '1102348'], { answer: yes });
    expect(play.exitStatus).toBe(1);
    expect(play.stderr).toContain('PHP Fatal error');
    expect(play.said).toContain('Canary checks failed after 1102348');
    expect(measured(play).some((step) => step.tasksFinishedFailed > 0)).toBe(true);
    expect(measured(play).at(-1)).toMatchObject({
      name: 'Roll-back',
      totalTasks: 19,
      progressFinished: true,
    });
  });

  test('a slow one takes ten times as long by its own account', async () => {
    const play = await perform(['backport', '1102349'], {
      answer: yes,
      env: { SPIDERPIG_SIMULATOR_SPEED: '5000' },
    });
    expect(play.exitStatus).toBe(0);
  });

  test('a prolific one prints a hundred thousand lines', async () => {
    const play = await perform(['backport', '1102350'], { answer: yes });
    expect(play.exitStatus).toBe(0);
    expect(play.plain.length + ofType(play, 'line').length).toBeGreaterThan(100_000);
    expect(play.said).toContain('step 100000 of 100000');
  });

  test('hostile text stays inside its messages', async () => {
    const play = await perform(['backport', '1102351'], { answer: yes });
    expect(play.exitStatus).toBe(0);
    expect(play.questions).toHaveLength(2);
    expect(play.said).toContain('<img src=x onerror=alert(1)>');
    expect(play.said).toContain('\u202e');
  });

  test('an abandoned one is refused', async () => {
    const play = await perform(['backport', '1102346'], { answer: yes });
    expect(play).toMatchObject({ exitStatus: 1, questions: [] });
    expect(play.said).toContain('1102346 has been abandoned');
  });

  test('a merged one needs an acknowledgement with a single choice', async () => {
    const play = await perform(['backport', '1102347'], {
      answer: (_, number) => (number === 0 ? 'a' : 'y'),
    });
    expect(play).toMatchObject({ exitStatus: 0, questions: [{ choices: { Ok: 'a' } }, {}, {}] });
  });

  test('the top of a relation chain is refused alone and deployed with the rest', async () => {
    const alone = await perform(['backport', '1102345'], { answer: yes });
    expect(alone).toMatchObject({ exitStatus: 1, questions: [] });
    expect(alone.said).toContain('1102345 stands on 1102344');
    const together = await perform(['backport', '1102343', '1102344', '1102345'], { answer: yes });
    expect(together.exitStatus).toBe(0);
  });

  test('an unknown one ends with status 1 and is named', async () => {
    const play = await perform(['backport', '1102340', '77'], { answer: yes });
    expect(play).toMatchObject({ exitStatus: 1, questions: [] });
    expect(play.said).toContain('Change 77 was not found in Gerrit');
  });
});

describe('SIGINT', () => {
  test('while a question waits, cleans up and ends with status 130', async () => {
    const play = await perform(['backport', '1102340'], {
      answer: yes,
      onMessage: (message, interrupt) => {
        if (message.type === 'status' && message.status === 'Syncing to the canaries') interrupt();
      },
    });
    expect(play.exitStatus).toBe(130);
    expect(play.said).toContain('Interrupted, cleaning up');
    expect(measured(play).at(-1)).toMatchObject({ name: 'Roll-back', progressFinished: true });
    expect(play.said).toContain('the clean-up is complete');
  });

  test('before anything was synced has nothing to roll back', async () => {
    const play = await perform(['backport', '1102340'], {
      onMessage: (message, interrupt) => {
        if (message.type === 'interaction') interrupt();
      },
    });
    expect(play.exitStatus).toBe(130);
    expect(play.said).toContain('Nothing had been synced');
  });

  test('a second one during the clean-up ends it at once', async () => {
    const play = await perform(['backport', '1102340'], {
      answer: yes,
      // Slow enough that the clean-up is not over before the second signal arrives.
      env: { SPIDERPIG_SIMULATOR_SPEED: '5' },
      onMessage: (message, interrupt) => {
        if (message.status === 'Checking the test servers') interrupt();
        if (message.progress?.name === 'Roll-back' && message.progress.tasksFinishedTotal === 0) interrupt();
      },
    });
    expect(play.exitStatus).toBe(130);
    expect(play.said).toContain('Interrupted, cleaning up');
    expect(play.said).not.toContain('the clean-up is complete');
    expect(measured(play).at(-1)).toMatchObject({ name: 'Roll-back', progressFinished: false });
  });
});

describe('the command line', () => {
  test('without a key it is a program for a terminal', async () => {
    const play = await perform(['backport', '1102340'], { withKey: false, input: 'y\ny\n' });
    expect(play.exitStatus).toBe(0);
    expect(play.messages).toEqual([]);
    expect(play.plain.join('\n')).toMatch(
      /Backport the changes\?\n {2}y: Yes\n {2}n: No\n\[y\/n\] \(default: y\)/,
    );
    expect(play.plain).toContain('Production: 312/312');
  });

  test('--yes answers everything itself', async () => {
    const play = await perform(['backport', '--revert', '--yes', '1102340'], { input: '' });
    expect(play).toMatchObject({ exitStatus: 0, questions: [] });
  });

  test('--version says so', async () => {
    const play = await perform(['--version']);
    expect(play).toMatchObject({ exitStatus: 0, stderr: '' });
    expect(play.plain[0]).toMatch(/^scap \d+\.\d+\.\d+ /);
  });

  test.each([
    [[]],
    [['backport']],
    [['backport', '--force', '1102340']],
    [['backport', '--', '--yes']],
    [['backport', '1102340x']],
    [['backport', '１１０２３４０']],
    [['deploy-everything']],
  ])('wrong usage %j is printed on standard error with status 2', async (args) => {
    const play = await perform(args);
    expect(play).toMatchObject({ exitStatus: 2, messages: [], plain: [] });
    expect(play.stderr).toMatch(/^usage: scap backport[\s\S]*\nscap: .+\n$/);
  });

  test.each(['fast', '0', '-1', 'NaN', ' 1'])('the speed %j is refused by name', async (speed) => {
    const play = await perform(['backport', '1102340'], { env: { SPIDERPIG_SIMULATOR_SPEED: speed } });
    expect(play.exitStatus).toBe(2);
    expect(play.stderr).toContain('SPIDERPIG_SIMULATOR_SPEED must be a number greater than 0');
  });

  test.each([
    '1102340',
    'https://gerrit.wikimedia.org/r/1102340',
    'https://gerrit.wikimedia.org/r/c/mediawiki/core/+/1102340',
    'https://gerrit.wikimedia.org/r/c/mediawiki/core/+/1102340/2',
    'http://127.0.0.1:4711/r/c/mediawiki/core/+/1102340',
  ])('takes the change as %s', (change) => {
    expect(readArguments(['backport', change])).toMatchObject({ name: 'backport', changes: [1102340] });
  });

  test('takes a change given twice once', () => {
    expect(readArguments(['backport', '5', '--', '5', '6'])).toMatchObject({ changes: [5, 6] });
  });
});
