import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Job } from '../../schema/model/job/job.ts';
import { appendLines } from '../../schema/model/log/log.ts';
import { dialects } from '../../tests/support/database.ts';
import { openServerOn } from '../../tests/support/server.ts';
import {
  all,
  append,
  line,
  runningJob,
  succeed,
  type TestServer,
  until,
  upTo,
} from '../../tests/support/test-server.ts';

const document = `subscription ($jobId: ID!, $after: Int) {
  jobLogMarks(jobId: $jobId, after: $after) { marks { number at kind text } cursor complete }
}`;

interface Batch {
  readonly marks: readonly { number: number; at: string; kind: string; text: string }[];
  readonly cursor: number;
  readonly complete: boolean;
}

describe.each(dialects)('on %s', (dialect) => {
  let world: TestServer;
  let token: string;
  beforeAll(async () => {
    world = await openServerOn(dialect);
    token = await world.token('read');
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const scanning = () => world.server.sources.logs.scanning;
  const ended = (jobId: number) => succeed(world.db, jobId);

  async function* marks(jobId: number, after = 0): AsyncGenerator<Batch, void> {
    const results = world.socket(token).iterate({ query: document, variables: { jobId, after } });
    for await (const { data, errors } of results) {
      if (errors) throw errors[0];
      // The document above says that it is one.
      yield data?.['jobLogMarks'] as Batch;
    }
  }

  const numbersOf = (batches: readonly Batch[]): number[] =>
    batches.flatMap((batch) => batch.marks.map(({ number }) => number));

  describe('the marks of a log', () => {
    test('jobLogMarks sends marks as they occur, until the job ends', async () => {
      const id = await runningJob(world.db);
      await append(world.db, id, 0, ['12:00:00 Started prep', 'nothing']);
      const batches: Batch[] = [];
      for await (const batch of marks(id)) {
        batches.push(batch);
        if (batches.length === 1) {
          await appendLines(world.db, id, 3, [
            line('a secret ERROR', { sensitive: true }),
            line('Continue?', { kind: 'question' }),
          ]);
        }
        if (batches.length === 2) {
          await append(world.db, id, 4, ['12:00:03 Finished prep (duration: 00m 03s)', 'ERROR']);
          await ended(id);
        }
      }
      const at = '2026-11-20T12:00:00.000Z';
      expect(batches.flatMap((batch) => batch.marks)).toEqual([
        { number: 1, at, kind: 'STARTED', text: 'prep' },
        { number: 4, at, kind: 'QUESTION', text: 'Continue?' },
        { number: 5, at, kind: 'FINISHED', text: 'prep' },
        { number: 6, at, kind: 'ERROR', text: 'ERROR' },
      ]);
      expect(batches.at(-1)).toMatchObject({ cursor: 6, complete: true });
      await until(() => scanning().sources === 0);
    });

    test('marks are scanned once for all current and later subscribers, with any cursor', async () => {
      const id = await runningJob(world.db);
      const texts = upTo(6_000).map((n) => (n % 3 === 0 ? `Started ${n}` : `step ${n}`));
      for (let first = 0; first < 6_000; first += 1_000) {
        await append(world.db, id, first, texts.slice(first, first + 1_000));
      }
      const expected = upTo(2_000).map((n) => n * 3);
      const together = upTo(5).map(() => all(marks(id)));
      await ended(id);
      for (const batches of await Promise.all(together)) {
        expect(numbersOf(batches)).toEqual(expected);
        expect(batches.every((batch) => batch.marks.length <= 1_000)).toBe(true);
        expect(batches.at(-1)).toMatchObject({ cursor: 6_000, complete: true });
      }
      const { reads } = scanning();
      expect(numbersOf(await all(marks(id)))).toEqual(expected);
      expect(numbersOf(await all(marks(id, 2_998)))).toEqual(expected.filter((n) => n > 2_998));
      expect(await all(marks(id, 6_000))).toEqual([{ marks: [], cursor: 6_000, complete: true }]);
      expect(scanning().reads).toBe(reads);
    });

    test('a viewer gets `complete` when another viewer completed the scan before it read on', async () => {
      const id = await runningJob(world.db);
      await append(world.db, id, 0, ['Started a']);
      const { logs } = world.server.sources;
      const slow = logs.marks(id, 0);
      expect((await slow.next()).value).toMatchObject({ cursor: 1, complete: false });
      await ended(id);
      expect((await all(logs.marks(id, 0))).at(-1)).toMatchObject({ cursor: 1, complete: true });
      expect(await all(slow)).toEqual([{ marks: [], cursor: 1, complete: true }]);
    });

    test('the scan for marks resumes where it stopped when a subscriber returns', async () => {
      const id = await runningJob(world.db);
      await append(world.db, id, 0, ['Started a']);
      for await (const batch of marks(id)) {
        expect(batch.marks).toHaveLength(1);
        break;
      }
      await until(() => scanning().sources === 0);
      await append(world.db, id, 1, ['Started b']);
      await ended(id);
      expect(numbersOf(await all(marks(id, 1)))).toEqual([2]);
      expect(numbersOf(await all(marks(id)))).toEqual([1, 2]);
    });

    test('the marks of a flood are limited, and the end of the log still has marks', async () => {
      const id = await runningJob(world.db);
      for (let first = 0; first < 30_000; first += 2_000) {
        await append(
          world.db,
          id,
          first,
          upTo(2_000).map(() => 'ERROR'),
        );
      }
      await appendLines(world.db, id, 30_001, [line('scap exited with 0', { kind: 'exit' })]);
      await ended(id);
      const numbers = numbersOf(await all(marks(id)));
      expect(numbers).toEqual([...upTo(19_000), 30_001]);
    });

    test('jobLogMarks of a job that is being removed ends without `complete`', async () => {
      const id = await runningJob(world.db);
      await append(world.db, id, 0, ['Started a']);
      const batches: Batch[] = [];
      for await (const batch of marks(id)) {
        batches.push(batch);
        await world.db.write(['jobs'], (em) =>
          em.nativeUpdate(Job, { id }, { removedAt: 1, state: 'failed' }),
        );
      }
      expect(batches.map(({ complete }) => complete)).toEqual([false]);
      await until(() => scanning().sources === 0);
    });

    test('jobLogMarks rejects an unknown job and an invalid cursor', async () => {
      const refusal = (jobId: unknown, after: unknown) =>
        all(world.socket(token).iterate({ query: document, variables: { jobId, after } })).then(
          ([result]) => result?.errors?.[0]?.extensions?.['code'],
        );
      expect(await refusal(999_999, 0)).toBe('NOT_FOUND');
      expect(await refusal('x', 0)).toBe('NOT_FOUND');
      expect(await refusal(999_999, -1)).toBe('BAD_USER_INPUT');
    });
  });
});
