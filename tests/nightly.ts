// Main: `npm run nightly`. Runs the long forms of the crash, race, fuzz and soak tests, which take hours; their short forms are part of `npm test`.
// Then it runs the integration tests with further seeds, and all of them on both databases (tests/support/database.ts).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { dialects } from './support/database.ts';

const runs = [
  ...dialects.map((dialect) => ['crash/main.ts', '--rounds', '300', '--database', dialect]),
  ['race/main.ts'],
  ['fuzz/main.ts'],
  ...dialects.map((dialect) => ['soak/main.ts', '--database', dialect]),
];

let failed = 0;
for (const [program = '', ...args] of runs) {
  process.stdout.write(`\n# ${program} ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, program), ...args], {
    stdio: 'inherit',
  });
  if (status !== 0) failed++;
}
const vitest = join(import.meta.dirname, '..', 'node_modules', '.bin', 'vitest');
const tests = spawnSync(vitest, ['run', '--project', 'integration'], {
  cwd: join(import.meta.dirname, '..'),
  stdio: 'inherit',
  env: { ...process.env, SPIDERPIG_TESTS: 'nightly' },
});
if (tests.status !== 0) failed++;
process.stdout.write(`\n${runs.length + 1 - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
