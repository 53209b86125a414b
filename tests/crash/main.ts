// Main: `npm run crash`. Injects faults around running jobs, at random times that a seed decides, and checks that nothing is lost or happens twice.
import { parseArgs } from 'node:util';
import { buildIfChanged } from '../support/build.ts';
import { dialects } from '../support/database.ts';
import { startPostgreSql } from '../support/postgresql.ts';
import { failureText, hasFailed, reportText } from './report.ts';
import { crash } from './run.ts';

const usage = `usage: npm run crash -- [OPTIONS]

  --rounds N                    number of rounds, each with one job (default: 100)
  --seed S                      seed of all random decisions (default: a new one, which is printed)
  --only N                      run only round N
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
        database: { type: 'string', default: 'sqlite' },
        parallel: { type: 'string', default: '8' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function integer(name: string, value: string, max: number): number {
  const number = /^[0-9]{1,6}$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= max) return number;
  return refuse(`--${name}: “${value}” must be an integer from 1 to ${max}`);
}

const { seed, only, database, help, ...numbers } = options();
if (help) {
  process.stdout.write(usage);
  process.exit(0);
}
const dialect = dialects.find((known) => known === database);
if (dialect === undefined) refuse(`--database: “${database}” must be one of ${dialects.join(', ')}`);
const count = integer('rounds', numbers.rounds, 100_000);
const parallel = integer('parallel', numbers.parallel, 32);
const rounds =
  only === undefined
    ? Array.from({ length: count }, (_, index) => index + 1)
    : [integer('only', only, 100_000)];

await buildIfChanged();
process.stdout.write(`${rounds.length} rounds on ${dialect}, seed ${seed}, ${parallel} in parallel\n`);
// After a signal, the running rounds finish and the report is printed.
const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort());
const postgresql = dialect === 'postgresql' ? await startPostgreSql() : null;
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
  process.exitCode = hasFailed(report) ? 1 : 0;
} finally {
  await postgresql?.stop();
}
process.exit();
