// Main: `npm run bench`. Measures SpiderPig with real processes through the public API; each figure has a baseline of the same run.
import { setMaxListeners } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { dialects } from '../tests/support/database.ts';
import { buildIfChanged } from '../tests/support/package/build.ts';
import { measureCleanUp } from './growth/clean-up.ts';
import { measureGrowth } from './growth/growth.ts';
import { measureHistory } from './growth/history.ts';
import { measureLogGrowth } from './growth/log-growth.ts';
import { measureSearch } from './growth/search.ts';
import { measureStore } from './growth/store.ts';
import { measureFlood } from './job/flood.ts';
import { measureLines } from './job/line.ts';
import { measurePickup } from './job/pickup.ts';
import { measureQuestions } from './job/question.ts';
import { measureWatchers } from './job/watchers.ts';
import { measureAcknowledgement } from './page/acknowledgement.ts';
import { measurePageBusy } from './page/busy.ts';
import { measureDay } from './page/day.ts';
import { measureErrors } from './page/errors.ts';
import { measureFirstView } from './page/first-view.ts';
import { measurePageLive } from './page/live.ts';
import { measurePageOpen } from './page/open.ts';
import { measureNoise } from './report/noise.ts';
import { type SectionReport, sectionText } from './report/report.ts';
import { measureAccess } from './server/access.ts';
import { measureBurst } from './server/burst.ts';
import { measureConnections } from './server/connections.ts';
import { measureHealth } from './server/health.ts';
import { measureIdle } from './server/idle.ts';
import { measureOverviews } from './server/overviews.ts';
import { measureQueue } from './server/queue.ts';
import { measureStartUp } from './server/start-up.ts';
import { measureTrain } from './server/train.ts';
import { benchOf, type Section } from './support/section.ts';

const usage = `usage: npm run bench -- [OPTIONS]

  --only A,B                 sections to run: line, question, flood, store, search, watchers, page-open, page-live, page-busy, first-view, acknowledgement,
                             access, clean-up, growth, history, log-growth, queue, overviews, burst, connections, idle, start-up, train, health, errors, day, pickup
  --quick                    few events and small floods: shows that the bench works, not how fast SpiderPig is
  --database sqlite|postgresql
  --sizes A,B                numbers of jobs for growth and history, ascending (default: 1000,10000,100000,1000000; the first two with --quick)
  --lines A,B                numbers of lines for log-growth, ascending (default: 10000,100000,1000000; the first two with --quick)
  --profile DIR              write a CPU profile of each process to DIR; makes the figures worse
`;

/** pickup uses all the time that a section has, since it waits for a stand-by before each job. */
const sections: readonly Section[] = [
  { name: 'line', measure: measureLines },
  { name: 'question', measure: measureQuestions },
  { name: 'flood', measure: measureFlood },
  { name: 'store', measure: measureStore },
  { name: 'search', measure: measureSearch },
  { name: 'watchers', measure: measureWatchers },
  { name: 'page-open', measure: measurePageOpen },
  { name: 'page-live', measure: measurePageLive },
  { name: 'page-busy', measure: measurePageBusy },
  { name: 'first-view', measure: measureFirstView },
  { name: 'acknowledgement', measure: measureAcknowledgement },
  { name: 'access', measure: measureAccess },
  { name: 'clean-up', measure: measureCleanUp },
  { name: 'growth', measure: measureGrowth },
  { name: 'history', measure: measureHistory },
  { name: 'log-growth', measure: measureLogGrowth },
  { name: 'queue', measure: measureQueue },
  { name: 'overviews', measure: measureOverviews },
  { name: 'burst', measure: measureBurst },
  { name: 'connections', measure: measureConnections },
  { name: 'idle', measure: measureIdle },
  { name: 'start-up', measure: measureStartUp },
  { name: 'train', measure: measureTrain },
  { name: 'health', measure: measureHealth },
  { name: 'errors', measure: measureErrors },
  { name: 'day', measure: measureDay },
  { name: 'pickup', measure: measurePickup },
];
/**
 * After the soft limit most sections begin no new measurement; at the hard limit the run is aborted. Milliseconds. The sections that grow measure
 * all their sizes, so that a complete run takes more than an hour, and several times as long on a busy machine.
 */
const softLimit = 120_000;
const hardLimit = 6 * 3_600_000;

function refuse(message: string): never {
  process.stderr.write(`bench: ${message}\n\n${usage}`);
  process.exit(2);
}

function options() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string' },
        quick: { type: 'boolean', default: false },
        database: { type: 'string', default: 'sqlite' },
        sizes: { type: 'string' },
        lines: { type: 'string' },
        profile: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const { only, quick, database, sizes: sizesText, lines: linesText, profile, help } = options();
if (help) {
  process.stdout.write(usage);
  process.exit(0);
}
const dialect = dialects.find((known) => known === database);
if (dialect === undefined) refuse(`--database: "${database}" is not one of ${dialects.join(', ')}`);
const names = only?.split(',') ?? sections.map(({ name }) => name);
const unknown = names.find((name) => !sections.some((section) => section.name === name));
if (unknown !== undefined) refuse(`--only: unknown section "${unknown}"`);

/** The ascending numbers of an option. */
function numbersOf(option: string, text: string, smallest: number): readonly number[] {
  const numbers = text.split(',').map(Number);
  if (numbers.some((each, index) => !(each >= smallest && each <= 1e7 && each > (numbers[index - 1] ?? 0))))
    refuse(`${option}: "${text}" must be ascending numbers from ${smallest} to 10000000`);
  return numbers;
}

// A removal of 200 jobs is measured at each size.
const sizes = numbersOf('--sizes', sizesText ?? (quick ? '1000,10000' : '1000,10000,100000,1000000'), 1_000);
const lines = numbersOf('--lines', linesText ?? (quick ? '10000,100000' : '10000,100000,1000000'), 1_000);

await buildIfChanged();
const startedAt = performance.now();
let sectionStart = startedAt;
const interrupt = new AbortController();
const signal = AbortSignal.any([interrupt.signal, AbortSignal.timeout(hardLimit)]);
// Every part of a world listens to it.
setMaxListeners(0, signal);

const postgresql =
  dialect === 'postgresql'
    ? await (await import('../tests/support/postgresql/postgresql.ts')).startPostgreSql({ durable: true })
    : null;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => interrupt.abort(new Error(`interrupted by ${name}`)));
}
const reports: SectionReport[] = [];
try {
  const bench = benchOf({
    dialect,
    quick,
    sizes,
    lines,
    postgresqlUrl: postgresql?.url ?? null,
    profile: profile === undefined ? null : resolve(profile),
    signal,
    timeIsUp: () => signal.aborted || performance.now() - sectionStart > softLimit,
  });
  process.stdout.write(
    `${dialect}, Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}\n`,
  );
  for (const { name, measure } of sections) {
    if (!names.includes(name)) continue;
    const from = performance.now();
    sectionStart = from;
    const before = measureNoise();
    try {
      const figures = await measure(bench);
      const report: SectionReport = {
        name,
        seconds: (performance.now() - from) / 1_000,
        figures,
        noise: [before, measureNoise()],
      };
      reports.push(report);
      process.stdout.write(sectionText(report));
    } catch (error) {
      process.exitCode = 1;
      const reason = signal.aborted ? signal.reason : error;
      process.stdout.write(
        `\n# ${name}: FAILED\n${reason instanceof Error ? reason.stack : inspect(reason)}\n`,
      );
      if (signal.aborted) break;
    }
  }
} finally {
  await postgresql?.stop();
}

if (reports.length > 0) {
  const results = join(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  const file = join(results, `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${dialect}.json`);
  const about = { dialect, quick, node: process.version, cores: availableParallelism(), load: loadavg() };
  writeFileSync(file, `${JSON.stringify({ ...about, sections: reports }, null, 2)}\n`);
  process.stdout.write(
    `\n${((performance.now() - startedAt) / 1_000).toFixed(0)} s; written to ${file}\nThe figures of the reference system were measured once, on a machine of this kind (bench/report/reference.ts).\n`,
  );
}
process.exit();
