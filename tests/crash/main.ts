// Main: `npm run crash`. Injects faults around running jobs, at random times that a seed decides, and checks that nothing is lost or happens twice.
import { parseArgs } from 'node:util';
import type { Dialect } from '../../schema/model/store/database.ts';
import { dialects } from '../support/database.ts';
import { buildIfChanged } from '../support/package/build.ts';
import { startPostgreSql } from '../support/postgresql/postgresql.ts';
import { failureText, hasFailed, reportText } from './report.ts';
import { crash } from './run.ts';
import { runScenario, scenarioKinds, scenarioText } from './scenario.ts';

const usage = `usage: npm run crash -- [OPTIONS]

  --rounds N                    number of rounds, each with one job (default: 100)
  --seed S                      seed of all random decisions (default: a new one, which is printed)
  --only N                      run only round N
  --scenarios N                 number of scenarios of each kind after the rounds, each in a separate world
                                (default: one for each 50 rounds)
  --database sqlite|postgresql  (default: sqlite)
  --parallel K                  number of parallel rounds, 1 to 32 (default: 8)
`;

function refuse(message: string): never {
  process.stderr.write(`crash: ${message}\n\n${usage}`);
  process.exit(2);
}

function options() {
  try {
    return parseArgs({
      options: {
        rounds: { type: 'string', default: '100' },
        seed: { type: 'string', default: String(Date.now() % 1_000_000) },
        only: { type: 'string' },
        scenarios: { type: 'string' },
        database: { type: 'string', default: 'sqlite' },
        parallel: { type: 'string', default: '8' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function integer(name: string, value: string, max: number, min = 1): number {
  const number = /^[0-9]{1,6}$/.test(value) ? Number(value) : -1;
  if (number >= min && number <= max) return number;
  return refuse(`--${name}: “${value}” must be an integer from ${min} to ${max}`);
}

const { seed, only, scenarios, database, help, ...numbers } = options();
if (help) {
  process.stdout.write(usage);
  process.exit(0);
}
const dialect = dialects.find((known) => known === database);
if (dialect === undefined) refuse(`--database: “${database}” must be one of ${dialects.join(', ')}`);
const count = integer('rounds', numbers.rounds, 100_000, 0);
const parallel = integer('parallel', numbers.parallel, 32);
const rounds =
  only === undefined
    ? Array.from({ length: count }, (_, index) => index + 1)
    : [integer('only', only, 100_000)];
const scenarioCount =
  scenarios === undefined ? Math.floor(rounds.length / 50) : integer('scenarios', scenarios, 1_000, 0);

await buildIfChanged();
process.stdout.write(`${rounds.length} rounds on ${dialect}, seed ${seed}, ${parallel} in parallel\n`);
// After a signal, the running rounds finish and the report is printed.
const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort());
const postgresql = dialect === 'postgresql' ? await startPostgreSql() : null;

/** Runs the scenarios. Returns how many failed. */
async function runScenarios(known: Dialect): Promise<number> {
  let failed = 0;
  for (const kind of scenarioKinds) {
    for (let number = 1; number <= scenarioCount && !interrupted.signal.aborted; number++) {
      const result = await runScenario({ kind, dialect: known, seed, number, postgresql });
      const text = scenarioText(result);
      if (text !== null) process.stdout.write(`${text}\n`);
      if (result.violations.length > 0) failed++;
      if (result.skipped !== null) break;
    }
  }
  process.stdout.write(
    `${scenarioCount} scenarios of each kind (${scenarioKinds.join(', ')}), ${failed} failed\n`,
  );
  return failed;
}

try {
  const report = await crash({
    dialect,
    seed,
    rounds,
    parallel,
    postgresql,
    signal: interrupted.signal,
    onRound: ({ rounds: done, failures }, failure) => {
      if (failure) process.stdout.write(failureText({ dialect, seed }, failure));
      if (done % 50 === 0) process.stdout.write(`${done} rounds, ${failures.length} of them failed\n`);
    },
  });
  process.stdout.write(reportText(report));
  const failed = await runScenarios(dialect);
  process.exitCode = hasFailed(report) || failed > 0 ? 1 : 0;
} finally {
  await postgresql?.stop();
}
process.exit();
