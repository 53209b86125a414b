// Main: `npm test`. Everything that must hold, in order of cost; it goes on after a failure and ends with a line of totals.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { auditReport } from '../tools/npm-audit.ts';
import { findOrInstallBrowser } from './support/browser.ts';

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Leaves out the journeys, which need a real Chromium. */
    'no-browser': { type: 'boolean', default: false },
    /** `check`: format, lint, types and generated files only. */
    only: { type: 'string' },
  },
});

let passed = 0;
let failed = 0;

function run(command: string, args: readonly string[], environment: Record<string, string> = {}): boolean {
  const { status } = spawnSync(join(root, 'node_modules', '.bin', command), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Hundreds of processes are started, of the same code: it is compiled once.
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compile'),
      ...environment,
    },
  });
  return status === 0;
}

function check(name: string, holds: () => boolean): void {
  const began = performance.now();
  process.stdout.write(`\n# ${name}\n`);
  const held = holds();
  if (held) passed++;
  else failed++;
  process.stdout.write(
    `# ${name}: ${held ? 'passed' : 'FAILED'} (${((performance.now() - began) / 1000).toFixed(1)} s)\n`,
  );
}

/** Runs vitest and adds its totals. A run without a single test is a failure. */
function vitest(args: readonly string[], environment: Record<string, string>): void {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-tests-'));
  const report = join(directory, 'report.json');
  try {
    const ended = run(
      'vitest',
      ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile=${report}`],
      environment,
    );
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    passed += numPassedTests;
    failed += numFailedTests;
    // A file that cannot be loaded, an error outside of any test, no test at all: vitest fails without a failed test.
    if (numFailedTests === 0 && (!ended || numPassedTests === 0)) failed++;
  } catch (error) {
    process.stdout.write(`vitest gave no report: ${String(error)}\n`);
    failed++;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

check('format and lint', () => run('biome', ['ci', '.']));
check('types', () => run('tsc', ['-p', '.']));
check('the printed schema is current', () => run('node', ['schema/graphql/print.ts', '--check']));
check('every field has a rule, and the table of rights is current', () =>
  run('node', ['schema/graphql/rights.ts', '--check']),
);
check('the typed documents are current', () =>
  run('graphql-codegen', ['--config', 'codegen.ts', '--check', '--silent']),
);

if (values.only !== 'check') {
  check('the page builds', () => run('vite', ['build', 'client/web', '--logLevel', 'warn']));
  const browser = values['no-browser'] ? null : findOrInstallBrowser();
  const withoutJourneys = ['--project', 'unit and integration'];
  vitest([...positionals, ...(browser ? [] : withoutJourneys)], browser ? { CHROMIUM: browser } : {});
  if (!browser) {
    process.stdout.write('\n!!! The journeys did NOT run: they need Chromium.\n');
    if (!values['no-browser']) {
      process.stdout.write(
        '!!! Install it, name it in CHROMIUM, or say --no-browser to leave them out. This counts as a failure.\n',
      );
      failed++;
    }
  }
}

process.stdout.write(`\n${auditReport(root)}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
