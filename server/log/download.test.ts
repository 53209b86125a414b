import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endJob } from '../../schema/model/job/ending.ts';
import { chunkOf } from '../../schema/model/log/chunk-draft.ts';
import { compactLogs } from '../../schema/model/log/compaction.ts';
import type { NewLogLine } from '../../schema/model/log/line.ts';
import { appendLines } from '../../schema/model/log/log.ts';
import { dialects } from '../../tests/support/database.ts';
import { openServerOn } from '../../tests/support/server.ts';
import { line, runningJob, type TestServer } from '../../tests/support/test-server.ts';
import { hiddenLine, LogText } from './download.ts';

/** What a download of these lines is, computed in the simplest way. */
function expected(lines: readonly NewLogLine[]): string {
  let text = '';
  let hidden = false;
  for (const { text: part, sensitive, continues } of lines) {
    text += sensitive ? (hidden ? '' : hiddenLine) : part;
    hidden = sensitive && continues;
    if (!continues) text += '\n';
  }
  return lines.at(-1)?.continues ? `${text}\n` : text;
}

describe.each(dialects)('a download on %s', (dialect) => {
  let world: TestServer;
  beforeAll(async () => {
    world = await openServerOn(dialect);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test('a download is identical before and after compaction, with and without colours', async () => {
    const lines = Array.from({ length: 9_000 }, (_, n) =>
      n % 1_000 === 17
        ? line(`secret ${n}`, { sensitive: true })
        : n % 1_500 === 3
          ? line(`half ${n} \x1b[3`, { continues: true })
          : line(n % 3 === 0 ? `\x1b[3${n % 8}mred ${n}\x1b[0m, grün` : `line ${n}`),
    );
    const id = await runningJob(world.db);
    for (let from = 0; from < lines.length; from += 70)
      await appendLines(world.db, id, from + 1, lines.slice(from, from + 70));
    const headers = { authorization: `Bearer ${await world.token('read')}` };
    const get = async (query = ''): Promise<string> => {
      const response = await fetch(`${world.url}/jobs/${id}/log.txt${query}`, { headers });
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(response.headers.get('content-disposition')).toContain('attachment');
      return await response.text();
    };
    const whole = expected(lines);
    expect(await get()).toBe(whole);
    await endJob(world.db, id, { state: 'failed', reason: 'over', exit: { status: 1, signal: null } });
    for (const compacted of [false, true]) {
      if (compacted) await compactLogs(world.db, { grace: 0 }, new AbortController().signal);
      expect(await get()).toBe(whole);
      expect(await get('?colours=yes')).toBe(whole);
      const plain = await get('?colours=no');
      expect(plain).toBe(whole.replaceAll(/\x1b\[\d*m/g, '').replaceAll('\x1b[3line', 'ine'));
      expect(plain).not.toContain('secret ');
    }
    const [row] = await world.db.execute('select count(*) as n from log_chunk where job_id = ?', [id]);
    expect(Number(row?.['n'])).toBeLessThan(5);
  });
});

test('the text of a log does not depend on how its lines are split into chunks', () => {
  const piece = fc.record({
    text: fc.constantFrom('a', '', '\x1b[1mb', '\x1b[', '31mc', 'ü\x9b1m', '\x1b]8;;x', '\x07y'),
    sensitive: fc.boolean(),
    continues: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (pieces, sizes) => {
        const lines = pieces.map(({ text, ...more }) => line(text, more));
        for (const colours of [true, false]) {
          const text = new LogText({ colours });
          let given = '';
          for (let from = 0, n = 0; from < lines.length; n++) {
            const size = sizes[n % sizes.length] ?? 1;
            const chunk = chunkOf(lines.slice(from, from + size), from + 1);
            given += Buffer.from(
              text.add({
                firstNumber: from + 1,
                lineCount: chunk.lineCount,
                at: chunk.at,
                body: Buffer.from(chunk.body()),
              }),
            ).toString();
            from += chunk.lineCount;
          }
          given += text.end(null);
          const whole = new LogText({ colours });
          const one = chunkOf(lines, 1);
          const atOnce =
            Buffer.from(
              whole.add({ firstNumber: 1, lineCount: one.lineCount, at: one.at, body: one.body() }),
            ).toString() + whole.end(null);
          expect(given).toBe(atOnce);
          if (colours) expect(given).toBe(expected(lines));
        }
      },
    ),
  );
});
