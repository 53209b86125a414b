// Main: `spiderpig doctor`. Prints each finding, and below it what to do; exit status 1 if a check fails.
import { configurationOf } from '../../schema/process/configuration/configuration-reader.ts';
import { endWithReader, runMain } from '../../schema/process/start.ts';
import { counted } from '../../schema/text/counted.ts';
import { examine } from './doctor.ts';

/** Findings contain text from the provider (group names), which must not control the terminal or hide anything. */
const oneLine = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu, '\uFFFD');

await runMain('doctor', async () => {
  endWithReader('doctor');
  const configuration = configurationOf(process.argv.slice(2));
  const count = { ok: 0, warn: 0, FAIL: 0 };
  for await (const { level, what, next } of examine(
    configuration,
    process.env['SPIDERPIG_EXAMINED_FILE'] ?? null,
  )) {
    count[level]++;
    const line = `${level.padEnd(4)} ${oneLine(what)}`;
    process.stdout.write(`${line}\n${next === null ? '' : `       → ${oneLine(next)}\n`}`);
  }
  const summary = [`${count.ok} ok`, counted(count.warn, 'warning'), counted(count.FAIL, 'failure')];
  process.stdout.write(`\n${summary.join(', ')}\n`);
  process.exitCode = count.FAIL > 0 ? 1 : 0;
});
