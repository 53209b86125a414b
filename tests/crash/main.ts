// Main: `npm run crash`. Kills what surrounds running jobs at random moments, which a seed decides, and looks whether anything was lost or happened twice.
import { parseArgs } from 'node:util';
import { buildIfChanged } from '../support/build.ts';
import { dialects } from '../support/database.ts';
import { startPostgreSql } from '../support/postgresql.ts';
import { failureText, hasFailed, reportText } from './report.ts';
import { crash } from './run.ts';

const usage = `usage: npm run crash -- [OPTIONS]

  --rounds N                 how many jobs; 100 unless told
  --seed S                   decides every plan; a new one unless told, and printed
  --only N                   round N alone
  --database sqlite|postgresql
  --parallel K               rounds at once, 1 to 32; 8 unless told
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

function whole(name: string, value: string, most: number): number {
  const number = /^[0-9]{1,6}$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= most) return number;
  return refuse(`--${name}: “${value}” is not a whole number from 1 to ${most}`);
}

const { seed, only, database, help, ...given } = options();
if (help) {
  process.stdout.write(usage);
  process.exit(0);
}
const dialect = dialects.find((known) => known === database);
if (dialect === undefined) refuse(`--database: “${database}” is none of ${dialects.join(', ')}`);
const count = whole('rounds', given.rounds, 100_000);
const parallel = whole('parallel', given.parallel, 32);
const rounds =
  only === undefined
    ? Array.from({ length: count }, (_, index) => index + 1)
    : [whole('only', only, 100_000)];

await buildIfChanged();
process.stdout.write(`${rounds.length} rounds on ${dialect}, seed ${seed}, ${parallel} at once\n`);
// Told to end, it lets the rounds that are being played come to their end, and says what there is.
const over = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => over.abort());
const postgresql = dialect === 'postgresql' ? await startPostgreSql() : null;
try {
  const report = await crash({
    dialect,
    seed,
    rounds,
    parallel,
    postgresql,
    signal: over.signal,
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
