// Main: `npm run race`. Runs many simultaneous answers to many questions, and many jobs for five jobrunners, on both databases.
import { parseArgs } from 'node:util';
import { dialects } from '../support/database.ts';
import { buildIfChanged } from '../support/package/build.ts';
import { startPostgreSql } from '../support/postgresql/postgresql.ts';
import { raceAnswers } from './answer.ts';
import { raceForJobs } from './queue.ts';

const usage = `usage: npm run race -- [OPTIONS]

  --rounds N                    number of questions, each with eight simultaneous answers (default: 1000; 0: none)
  --jobs M                      number of jobs for five jobrunners (default: 100; 0: none)
  --database sqlite|postgresql  (default: both)
`;
/** The timeout for each job, in milliseconds; the limit of the race is their sum. */
const jobLimit = 10_000;

function refuse(message: string): never {
  process.stderr.write(`race: ${message}\n\n${usage}`);
  process.exit(2);
}

function options() {
  try {
    return parseArgs({
      options: {
        rounds: { type: 'string', default: '1000' },
        jobs: { type: 'string', default: '100' },
        database: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function integer(name: string, value: string): number {
  if (/^[0-9]{1,6}$/.test(value)) return Number(value);
  return refuse(`--${name}: “${value}” must be an integer from 0 to 999999`);
}

const counts = (entries: ReadonlyMap<string, number>): string =>
  [...entries].map(([name, count]) => `${name} ${count}`).join(', ');

const { database, help, ...numbers } = options();
if (help) {
  process.stdout.write(usage);
  process.exit(0);
}
const chosen = dialects.filter((dialect) => database === undefined || dialect === database);
if (chosen.length === 0) refuse(`--database: “${database}” must be one of ${dialects.join(', ')}`);
const rounds = integer('rounds', numbers.rounds);
const jobs = integer('jobs', numbers.jobs);

/** Prints the result of a race. */
function report(what: string, startedAt: number, violations: readonly string[]): void {
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  process.stdout.write(`${what}; ${violations.length} violations; ${seconds} s\n`);
  for (const violation of violations) process.stdout.write(`  ${violation}\n`);
  if (violations.length > 0) process.exitCode = 1;
}

await buildIfChanged();
for (const dialect of chosen) {
  const postgresql = dialect === 'postgresql' ? await startPostgreSql() : null;
  const where = postgresql ? { dialect, postgresqlUrl: postgresql.url } : { dialect };
  try {
    if (rounds > 0) {
      const startedAt = performance.now();
      const { wins, violations } = await raceAnswers({ ...where, rounds });
      report(
        `${dialect}: ${rounds} questions, eight answers each; won by ${counts(wins)}`,
        startedAt,
        violations,
      );
    }
    if (jobs > 0) {
      const startedAt = performance.now();
      const { states, claimers, violations } = await raceForJobs({ ...where, jobs, limit: jobs * jobLimit });
      report(
        `${dialect}: ${jobs} jobs, claimed by ${claimers} of 5 jobrunners: ${counts(states)}`,
        startedAt,
        violations,
      );
    }
  } finally {
    await postgresql?.stop();
  }
}
process.exit();
