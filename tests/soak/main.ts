// Main: `npm run soak`. Lets many clients follow a busy job for minutes, lose their connections and resume. Prints what was watched, and what was violated.
import { parseArgs } from 'node:util';
import { dialects } from '../support/database.ts';
import { buildIfChanged } from '../support/package/build.ts';
import { startPostgreSql } from '../support/postgresql/postgresql.ts';
import { type Sample, soak } from './soak.ts';

const usage = `usage: npm run soak -- [OPTIONS]

  --seconds N                   how long the job prints (default: 720)
  --clients N                   clients that follow it (default: 200)
  --rate N                      lines per second (default: 1400)
  --database sqlite|postgresql  (default: sqlite)
`;

function refuse(message: string): never {
  process.stderr.write(`soak: ${message}\n\n${usage}`);
  process.exit(2);
}

function options() {
  try {
    return parseArgs({
      options: {
        seconds: { type: 'string', default: '720' },
        clients: { type: 'string', default: '200' },
        rate: { type: 'string', default: '1400' },
        database: { type: 'string', default: 'sqlite' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function integer(name: string, value: string): number {
  if (/^[1-9][0-9]{0,5}$/.test(value)) return Number(value);
  return refuse(`--${name}: “${value}” must be an integer from 1 to 999999`);
}

const { database, help, ...numbers } = options();
if (help) {
  process.stdout.write(usage);
  process.exit(0);
}
const dialect = dialects.find((known) => known === database);
if (dialect === undefined) refuse(`--database: “${database}” must be one of ${dialects.join(', ')}`);
const seconds = integer('seconds', numbers.seconds);
const clients = integer('clients', numbers.clients);
const rate = integer('rate', numbers.rate);

await buildIfChanged();
const postgresql = dialect === 'postgresql' ? await startPostgreSql({ durable: true }) : null;
try {
  const where = postgresql ? { dialect, postgresqlUrl: postgresql.url } : { dialect };
  const { lines, received, drops, before, during, after, violations } = await soak({
    ...where,
    seconds,
    clients,
    rate,
  });
  process.stdout.write(
    `${dialect}: ${clients} clients, ${drops} dropped connections, ${lines} lines, ${received} received, ${violations.length} violations\n`,
  );
  const name = (each: keyof Sample): number[] => during.map((one) => one[each]);
  for (const each of Object.keys(before).filter((key): key is keyof Sample => key in before)) {
    const values = name(each).toSorted((a, b) => a - b);
    const figures = [before[each], values[0], values[values.length >> 1], values.at(-1), after[each]];
    process.stdout.write(
      `  ${each}: before, least, median, most, after: ${figures.map((figure) => figure?.toFixed(0) ?? '–').join(', ')}\n`,
    );
  }
  for (const violation of violations) process.stdout.write(`  ${violation}\n`);
  if (violations.length > 0) process.exitCode = 1;
} finally {
  await postgresql?.stop();
}
process.exit();
