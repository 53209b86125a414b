// Main: `spiderpig doctor`. Prints what was looked at, a line each, and below what to mend; exit status 1 when something fails.
import { configurationOf } from '../../schema/process/configuration-reader.ts';
import { runMain } from '../../schema/process/start.ts';
import { examine } from './doctor.ts';

await runMain('doctor', async () => {
  const configuration = configurationOf(process.argv.slice(2));
  const count = { ok: 0, warn: 0, FAIL: 0 };
  for await (const { level, what, next } of examine(configuration)) {
    count[level]++;
    // What others wrote (the provider, names of groups) is on a line of ours: nothing of it moves the cursor.
    const line = `${level.padEnd(4)} ${what}`.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
    process.stdout.write(`${line}\n${next === null ? '' : `       → ${next}\n`}`);
  }
  process.stdout.write(`\n${count.ok} ok, ${count.warn} to know of, ${count.FAIL} to mend\n`);
  process.exitCode = count.FAIL > 0 ? 1 : 0;
});
