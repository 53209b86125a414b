// Main: `npm run race`. Many simultaneous answers to many questions, many jobrunners for many jobs, on both databases.
import { parseArgs } from 'node:util';
import { buildIfChanged } from '../support/build.ts';
import { dialects } from '../support/database.ts';
import { startPostgreSql } from '../support/postgresql.ts';
import { raceAnswers } from './answer.ts';
import { raceForJobs } from './queue.ts';

const usage = `usage: npm run race -- [OPTIONS]

  --rounds N                 how many questions, each answered by eight at once; 1000 unless told, 0 for none
  --jobs M                   how many jobs for five jobrunners; 100 unless told, 0 for none
  --database sqlite|postgresql    both unless told
`;
/** How long one job may take on average, in milliseconds. */
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

function whole(name: string, value: string): number {
  if (/^[0-9]{1,6}$/.test(value)) return Number(value);
  return refuse(`--${name}: “${value}” is not a whole number from 0 to 999999`);
}

const counts = (entries: ReadonlyMap<string, number>): string =>
  [...entries].map(([name, count]) => `${name} ${count}`).join(', ');

const { database, help, ...given } = options();
if (help) {
  process.stdout.write(usage);
  process.exit(0);
}
const chosen = dialects.filter((dialect) => database === undefined || dialect === database);
if (chosen.length === 0) refuse(`--database: “${database}” is none of ${dialects.join(', ')}`);
const rounds = whole('rounds', given.rounds);
const jobs = whole('jobs', given.jobs);

/** Says what a race came to. */
function report(what: string, began: number, faults: readonly string[]): void {
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  process.stdout.write(`${what}; ${faults.length} faults; ${seconds} s\n`);
  for (const fault of faults) process.stdout.write(`  ${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

await buildIfChanged();
for (const dialect of chosen) {
  const postgresql = dialect === 'postgresql' ? await startPostgreSql() : null;
  const where = postgresql ? { dialect, postgresqlUrl: postgresql.url } : { dialect };
  try {
    if (rounds > 0) {
      const began = performance.now();
      const { wins, faults } = await raceAnswers({ ...where, rounds });
      report(`${dialect}: ${rounds} questions, eight answers each; won by ${counts(wins)}`, began, faults);
    }
    if (jobs > 0) {
      const began = performance.now();
      const { states, claimers, faults } = await raceForJobs({ ...where, jobs, limit: jobs * jobLimit });
      report(
        `${dialect}: ${jobs} jobs, claimed by ${claimers} of 5 jobrunners: ${counts(states)}`,
        began,
        faults,
      );
    }
  } finally {
    await postgresql?.stop();
  }
}
process.exit();
