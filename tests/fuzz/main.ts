// Main: `node tests/fuzz/main.ts [ROUNDS] [SEED]`. Sends random operations, WebSocket messages and HTTP requests to a server; `npm run nightly` runs it.
import { fuzz } from './run.ts';

const [rounds = '20000', seed = String(Date.now())] = process.argv.slice(2);
if (!/^[1-9][0-9]{0,6}$/.test(rounds)) {
  process.stderr.write('fuzz: ROUNDS must be an integer from 1 to 9999999\n');
  process.exit(2);
}
process.stdout.write(`seed ${seed}\n`);
const violations = await fuzz({ seed, rounds: Number(rounds) });
for (const violation of violations) process.stdout.write(`${violation}\n`);
process.stdout.write(`${violations.length} violations\n`);
process.exitCode = violations.length === 0 ? 0 : 1;
