// Main: `npm test` and `npm run check`. Runs every check and every test, continues after a failure, and ends with a line of totals.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { auditReport } from '../tools/npm-audit.ts';
import { readTestProjects } from './project.ts';
import { findOrInstallBrowser } from './support/browser.ts';

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Skips the journeys, which need Chromium. */
    'no-browser': { type: 'boolean', default: false },
    /** `check`: only the checks, which take seconds. */
    only: { type: 'string' },
  },
});

/** A command of `node_modules/.bin` that must exit with status 0. */
interface Check {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * The compiler remembers its results in `node_modules/.cache`, so that the next check takes a fraction of the time. It has one checker for each
 * project, because its usual four check the same types of libraries again, which costs 1.7 times the CPU time.
 */
const typeCheck = (name: string, project: string, cache: string): Check => ({
  name,
  command: 'tsc',
  args: [
    ...['-p', project, '--checkers', '1'],
    ...['--incremental', '--tsBuildInfoFile', `node_modules/.cache/tsc/${cache}.tsbuildinfo`],
  ],
});

/** Independent of each other. The slowest come first, so that the others fill the remaining time. */
const checks: readonly Check[] = [
  typeCheck('types of everything, tests included', '.', 'all'),
  typeCheck('types in Node, without the DOM', 'tsconfig.node.json', 'node'),
  typeCheck('types in the browser, without Node', 'client/web', 'web'),
  {
    name: 'the typed documents are current',
    command: 'node',
    args: ['codegen.ts', '--check'],
  },
  { name: 'format and lint', command: 'biome', args: ['ci', '.'] },
  { name: 'the printed schema is current', command: 'node', args: ['schema/graphql/print.ts', '--check'] },
  {
    name: 'every field has a rule, and the table of rights is current',
    command: 'node',
    args: ['tools/rights.ts', '--check'],
  },
  { name: 'layers', command: 'node', args: ['tools/check/layers.ts'] },
  { name: 'the lock file', command: 'node', args: ['tools/check/lock.ts'] },
  { name: 'words', command: 'node', args: ['tools/check/words.ts'] },
  { name: 'names of tests', command: 'node', args: ['tools/check/test-name.ts'] },
  { name: 'names and links in the documentation', command: 'node', args: ['tools/check/docs.ts'] },
  { name: 'unused files, exports and dependencies', command: 'knip', args: ['--no-progress'] },
  { name: 'decision records', command: 'node', args: ['tools/check/decision.ts'] },
  { name: 'the documentation of options is current', command: 'node', args: ['tools/options.ts', '--check'] },
  { name: 'the API has no change that breaks clients', command: 'node', args: ['tools/check/schema.ts'] },
  {
    name: 'the page of changes of the API is current',
    command: 'node',
    args: ['tools/api-changes.ts', '--check'],
  },
  {
    name: 'the reference of the client package is current',
    command: 'node',
    args: ['tools/client-reference.ts', '--check'],
  },
];

/** Builds what the tests start, beside the checks: a build uses one core. */
const build: Check = {
  name: 'the processes and the web client build',
  command: 'node',
  args: ['tests/support/package/build.ts'],
};

let passed = 0;
let failed = 0;

interface Result {
  readonly succeeded: boolean;
  /** Everything the command wrote, unless it went to the terminal. */
  readonly output: string;
}

/** Runs a command of `node_modules/.bin`. Its output goes to the terminal, or with `collect` into the result. */
function run(
  command: string,
  args: readonly string[],
  { collect = false }: { collect?: boolean } = {},
): Promise<Result> {
  const child = spawn(join(root, 'node_modules', '.bin', command), args, {
    cwd: root,
    stdio: collect ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    // The tests start hundreds of processes with the same code. With this cache, Node compiles it once.
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compile'),
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ succeeded: false, output: `${output}${error.message}\n` }));
    child.on('close', (status) => resolve({ succeeded: status === 0, output }));
  });
}

/** Runs one check and prints its output only if it fails. */
async function check({ name, command, args }: Check): Promise<void> {
  const start = performance.now();
  const { succeeded, output } = await run(command, args, { collect: true });
  if (succeeded) passed++;
  else failed++;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(
    `${succeeded ? '' : output}# ${name}: ${succeeded ? 'passed' : 'FAILED'} (${seconds} s)\n`,
  );
}

/** Runs the checks in parallel, as many at a time as there are cores. */
async function runChecks(waiting: readonly Check[]): Promise<void> {
  const queue = [...waiting];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) await check(next);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** What vitest reports of one run. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly name: string; readonly status: string }[];
}

/** Runs vitest. `report`: null if it wrote none. */
async function vitest(args: readonly string[]): Promise<{ succeeded: boolean; report: Report | null }> {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-tests-'));
  const file = join(directory, 'report.json');
  try {
    const { succeeded } = await run('vitest', [
      'run',
      ...args,
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${file}`,
    ]);
    return { succeeded, report: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** More failed files than this are not a matter of chance. */
const maxRepeated = 3;

/** Tests of promises that must hold in each round: a violation is a fault, however seldom. */
const neverRepeated = /^tests\/(crash|race)\//;

/** The failed files of a report if they may run again: few, none of them a unit test, a crash test or a race. */
function repeatable({ testResults }: Report): string[] {
  const { unit } = readTestProjects(root);
  const failedFiles = testResults
    .filter(({ status }) => status === 'failed')
    .map(({ name }) => relative(root, name));
  const allowed = failedFiles.every((file) => !unit.includes(file) && !neverRepeated.test(file));
  return allowed && failedFiles.length <= maxRepeated ? failedFiles : [];
}

/**
 * Runs vitest and adds its totals. A run without a test is a failure. A few failed files of integration tests and journeys run again, alone: so a
 * busy machine does not refuse a change. What passes then is listed as flaky, which is a fault to find.
 */
async function countTests(args: readonly string[]): Promise<void> {
  const first = await vitest(args);
  const repeated = first.report && !first.succeeded ? repeatable(first.report) : [];
  const second = repeated.length > 0 ? await vitest(repeated) : first;
  if (!first.report || !second.report) {
    process.stdout.write('vitest wrote no report\n');
    failed++;
    return;
  }
  const { numPassedTests, numFailedTests } = first.report;
  const stillFailed = second.report.numFailedTests;
  passed += numPassedTests + numFailedTests - stillFailed;
  failed += stillFailed;
  // Vitest also fails without a failed test: a file that does not load, an error outside of tests, no test found.
  if (stillFailed === 0 && (!second.succeeded || numPassedTests === 0)) failed++;
  if (repeated.length > 0 && second.succeeded)
    process.stdout.write(`\n!!! Flaky, passed only when run again: ${repeated.join(', ')}\n`);
}

/** Runs the tests of all projects, or without the journeys if there is no browser. */
async function runTests(): Promise<void> {
  const browser = values['no-browser'] ? null : findOrInstallBrowser();
  const projects = browser ? [] : ['--project', 'unit', '--project', 'integration'];
  await countTests([...positionals, ...projects]);
  if (browser) return;
  process.stdout.write('\n!!! The journeys did NOT run: they need Chromium.\n');
  if (values['no-browser']) return;
  process.stdout.write(
    '!!! Install Chromium, set CHROMIUM to its path, or skip the journeys with --no-browser. This is a failure.\n',
  );
  failed++;
}

const onlyChecks = values.only === 'check';
await runChecks(onlyChecks ? checks : [...checks, build]);
if (!onlyChecks) {
  await runTests();
  process.stdout.write(`\n${auditReport(root)}\n`);
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
