// Main: `node tests/fuzz/main.ts [SECONDS] [SEED] [PART,PART]`. Sends random input of each kind to a server, for ten minutes each; `npm run nightly` runs it.
import { fuzz, parts } from './run.ts';

const [seconds = '600', seed = String(Date.now()), part = ''] = process.argv.slice(2);
if (!/^[1-9][0-9]{0,5}$/.test(seconds)) {
  process.stderr.write('fuzz: SECONDS must be an integer from 1 to 999999\n');
  process.exit(2);
}
process.stdout.write(`seed ${seed}\n`);
let count = 0;
const chosen = parts.filter(({ name }) => part.split(',').some((each) => name.includes(each)));
for await (const { name, rounds, violations, longestTurn, growth, reached } of fuzz(
  seed,
  { seconds: Number(seconds) },
  chosen,
)) {
  count += violations.length;
  for (const violation of violations.slice(0, 20)) process.stdout.write(`${violation}\n`);
  process.stdout.write(
    `${name}: ${rounds} rounds, ${violations.length} violations, longest turn ${Math.round(longestTurn)} ms, ${Math.round(growth)} MiB more\n`,
  );
  for (const check of reached) process.stdout.write(`  reached ${check}\n`);
}
process.stdout.write(`${count} violations\n`);
process.exitCode = count === 0 ? 0 : 1;
