import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { claimJob } from '../../schema/model/job/claim.ts';
import { Job } from '../../schema/model/job/job.ts';
import { readLines } from '../../schema/model/log/log.ts';
import { packageRoot } from '../../schema/process/files.ts';
import { openTestDatabase } from '../../tests/support/database.ts';
import { superviseJob } from '../../tests/support/supervise.ts';

/** A piece of output. `plain`: it does not contain the key, so the log must contain it unchanged (invalid UTF-8 as U+FFFD). */
interface Piece {
  readonly bytes: Buffer;
  readonly plain: boolean;
}

const plain = (bytes: fc.Arbitrary<Buffer | string>): fc.Arbitrary<Piece> =>
  bytes.map((value) => ({ bytes: Buffer.from(value), plain: true }));
const json = fc.json({ maxDepth: 8, noUnicodeString: false });
/** A member of a message with any value, valid or not. */
const wild = fc.oneof(
  fc.constantFrom('line', 'status', 'progress', 'interaction', 'choices', 'input_line'),
  fc.jsonValue(),
);
const keyed = fc
  .record(
    {
      type: wild,
      subtype: wild,
      line: wild,
      sensitive: wild,
      status: wild,
      progress: fc.oneof(wild, fc.dictionary(fc.constantFrom('name', 'totalTasks', 'tasksFinishedOk'), wild)),
      prompt: wild,
      choices: fc.oneof(wild, fc.dictionary(fc.string(), wild)),
      default: wild,
    },
    { requiredKeys: [] },
  )
  .map((message) => `${JSON.stringify({ iokey: '@KEY@', ...message })}`);

const piece: fc.Arbitrary<Piece> = fc.oneof(
  plain(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))),
  plain(fc.string({ unit: 'binary', maxLength: 200 })),
  plain(json),
  // Half a message, one with a wrong key, a progress meter, and long lines.
  plain(fc.tuple(json, fc.nat(400)).map(([text, end]) => `{${text.slice(0, end)}`)),
  plain(fc.stringMatching(/^[0-9a-f]{64}$/).map((key) => `{"iokey":"${key}","type":"line","line":"x"}`)),
  plain(fc.array(fc.nat(100), { maxLength: 20 }).map((steps) => steps.map((step) => `\r${step} %`).join(''))),
  plain(
    fc
      .tuple(fc.constantFrom('a', 'ü', '🐷', '{', '\u001b[31m'), fc.nat(80_000))
      .map(([unit, n]) => unit.repeat(n)),
  ),
  keyed.map((text) => ({ bytes: Buffer.from(text), plain: false })),
);

it('R6 with random output in random pieces, the job ends, no output is lost, and the key is not logged', async () => {
  await using world = await openTestDatabase('sqlite');
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-fuzz-'));
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 5_000 }),
        async (pieces, size) => {
          const file = join(directory, 'output');
          writeFileSync(
            file,
            Buffer.concat(pieces.flatMap(({ bytes }, n) => [bytes, Buffer.from(`\nmark ${n}\n`)])),
          );
          const { id } = await world.enqueue();
          await claimJob(world.database, 'fuzz', ['default']);
          await superviseJob({
            database: world.database,
            jobId: id,
            scap: [
              process.execPath,
              join(packageRoot, 'tests/programs/output/prints-file.ts'),
              file,
              String(size),
            ],
          });
          expect(await world.database.em().findOneOrFail(Job, { id })).toMatchObject({ state: 'succeeded' });
          const lines = [];
          for (let more = await readLines(world.database, id, 0, 10_000); more.length > 0; ) {
            lines.push(...more);
            more = await readLines(world.database, id, lines.length, 10_000);
          }
          expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1));
          const key = readFileSync(`${file}.key`, 'latin1');
          expect(key).toHaveLength(64);
          expect(lines.find(({ text }) => text.includes(key))).toBeUndefined();
          const output = lines.filter(({ kind }) => kind === 'output');
          let at = 0;
          for (const [n, { bytes, plain }] of pieces.entries()) {
            const end = output.findIndex(({ text }, index) => index >= at && text === `mark ${n}`);
            expect(end).toBeGreaterThanOrEqual(at);
            if (plain) {
              const text = output
                .slice(at, end)
                .map((line) => line.text + (line.continues ? '' : '\n'))
                .join('');
              expect(text).toBe(`${bytes.toString('utf8')}\n`);
            }
            at = end + 1;
          }
        },
      ),
      { numRuns: 12 },
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}, 120_000);
