import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Job } from '../../schema/model/job/job.ts';
import type { NewLogLine } from '../../schema/model/log/line.ts';
import { appendLines } from '../../schema/model/log/log.ts';
import { overwrittenText, visibleText } from '../../schema/text/terminal/terminal-line.ts';
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
import { maxPerUser } from './search.ts';

const document = `subscription ($jobId: ID!, $search: LogSearchInput!) {
  jobLogSearch(jobId: $jobId, search: $search) { lineNumbers count cursor complete }
}`;

interface Search {
  readonly pattern: string;
  readonly regex?: boolean;
  readonly caseSensitive?: boolean;
}

interface Batch {
  readonly lineNumbers: readonly number[];
  readonly count: number;
  readonly cursor: number;
  readonly complete: boolean;
}

/** An event of a search: a batch, or the code and the words of a refusal. */
type Event = Batch | { readonly code: unknown; readonly message: string };

const eventOf = (result: {
  data?: Record<string, unknown> | null | undefined;
  errors?: readonly { message: string; extensions?: Record<string, unknown> | undefined }[] | undefined;
}): Event => {
  const [error] = result.errors ?? [];
  if (error) return { code: error.extensions?.['code'], message: error.message };
  // The document above says that it is one.
  return result.data?.['jobLogSearch'] as Batch;
};

const numbersOf = (events: readonly Event[]): number[] =>
  events.flatMap((event) => ('lineNumbers' in event ? event.lineNumbers : []));

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

  /** A job that has ended, with these lines in chunks of these sizes. */
  async function endedJob(
    lines: readonly (string | NewLogLine)[],
    sizes: readonly number[] = [500],
  ): Promise<number> {
    const id = await runningJob(world.db);
    for (let at = 0, turn = 0; at < lines.length; turn++) {
      const size = sizes[turn % sizes.length] ?? 1;
      const chunk = lines.slice(at, at + size).map((one) => (typeof one === 'string' ? line(one) : one));
      await appendLines(world.db, id, at + 1, chunk);
      at += size;
    }
    await ended(id);
    return id;
  }

  /** Searches over a socket. */
  async function* search(jobId: number, wanted: Search, by = token): AsyncGenerator<Event, void> {
    const results = world.socket(by).iterate({ query: document, variables: { jobId, search: wanted } });
    for await (const result of results) yield eventOf(result);
  }

  /** Searches over an event stream. */
  async function* searchByEvents(
    jobId: number,
    wanted: Search,
    signal: AbortSignal | null = null,
  ): AsyncGenerator<Event, void> {
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ query: document, variables: { jobId, search: wanted } }),
      signal,
    });
    let text = '';
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^event: next\ndata: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) yield eventOf(JSON.parse(data));
      }
    }
  }

  describe('a search', () => {
    test('a search finds every matching line once, over WebSocket and event stream', async () => {
      const texts = upTo(5_000).map((n) => (n % 700 === 0 ? `step ${n}: The NEEDLE` : `step ${n}`));
      const id = await endedJob(texts, [1, 499, 1_000]);
      for (const events of [
        await all(search(id, { pattern: 'needle' })),
        await all(searchByEvents(id, { pattern: 'needle' })),
        await all(search(id, { pattern: 'the n(e+)dle$', regex: true })),
      ]) {
        expect(numbersOf(events)).toEqual([700, 1_400, 2_100, 2_800, 3_500, 4_200, 4_900]);
        expect(events.at(-1)).toMatchObject({ count: 7, cursor: 5_000, complete: true });
      }
      expect(numbersOf(await all(search(id, { pattern: 'needle', caseSensitive: true })))).toEqual([]);
      await until(() => scanning().searches === 0 && scanning().sources === 0);
    });

    test('a search includes new lines until the job ends', async () => {
      const id = await runningJob(world.db);
      await append(world.db, id, 0, ['one', 'two']);
      const events: Event[] = [];
      for await (const event of search(id, { pattern: 'one' })) {
        events.push(event);
        if (events.length === 1) await append(world.db, id, 2, ['one more', 'three']);
        if (events.length === 2) await ended(id);
      }
      expect(events).toEqual([
        { lineNumbers: [1], count: 1, cursor: 2, complete: false },
        { lineNumbers: [3], count: 2, cursor: 4, complete: false },
        { lineNumbers: [], count: 2, cursor: 4, complete: true },
      ]);
    });

    test('a search during output finds every line exactly once', async () => {
      const id = await runningJob(world.db);
      const total = 4_000;
      const writing = (async () => {
        for (let written = 0, size = 1; written < total; size = (size * 7) % 53) {
          const texts = upTo(Math.min(total, written + size + 1), written + 1).map(
            (n) => `line ${n} of many`,
          );
          await append(world.db, id, written, texts);
          written += texts.length;
        }
        await ended(id);
      })();
      const found = await Promise.all([
        all(search(id, { pattern: '7 of' })),
        all(search(id, { pattern: '7 of', regex: true })),
        all(searchByEvents(id, { pattern: '7 OF' })),
      ]);
      await writing;
      const expected = upTo(total).filter((n) => n % 10 === 7);
      for (const events of found) expect(numbersOf(events)).toEqual(expected);
    });

    test('a search matches the visible and the overwritten text, without colours', async () => {
      const id = await endedJob([
        '\x1b[1mSta\x1b[0mrted \x1b]8;;https://example.org\x07prep\x1b]8;;\x07',
        'loading 10%\rloading 100%\r',
        '[1m is text',
      ]);
      expect(numbersOf(await all(search(id, { pattern: 'started prep' })))).toEqual([1]);
      expect(numbersOf(await all(search(id, { pattern: '10%' })))).toEqual([2]);
      expect(numbersOf(await all(search(id, { pattern: '^loading 100%$', regex: true })))).toEqual([2]);
      expect(numbersOf(await all(search(id, { pattern: '[1m' })))).toEqual([3]);
      expect(numbersOf(await all(search(id, { pattern: 'example' })))).toEqual([]);
    });

    test('G2 a search never matches a sensitive line or a part of one', async () => {
      const id = await endedJob(
        [
          'a word',
          line('a word', { sensitive: true }),
          line('the word ', { sensitive: true, continues: true }),
          line('word', { sensitive: true, continues: true }),
          line('word', { sensitive: true }),
          line('wo', { continues: true }),
          line('rd, a word'),
        ],
        [1, 3, 1],
      );
      for (const wanted of [
        { pattern: 'WORD' },
        { pattern: '.*', regex: true },
        { pattern: '^', regex: true },
      ]) {
        const found = numbersOf(await all(search(id, wanted, await world.token('deploy'))));
        expect(found).toEqual(wanted.regex ? [1, 6, 7] : [1, 7]);
      }
    });

    test('a search returns a limited number of line numbers and counts the rest', async () => {
      const id = await endedJob(
        upTo(60_000).map(() => 'x'),
        [2_000],
      );
      const events = await all(search(id, { pattern: 'x' }));
      expect(numbersOf(events)).toEqual(upTo(50_000));
      expect(events.at(-1)).toMatchObject({ count: 60_000, cursor: 60_000, complete: true });
    });

    test('a search finds the same lines as a linear scan, for random logs and chunks', async () => {
      const text = fc.string({
        unit: fc.constantFrom('a', 'A', 'b', ' ', 'ß', 'İ', '😀', '\x1b[1m', '\r'),
        maxLength: 8,
      });
      const lines = fc.array(fc.record({ text, sensitive: fc.boolean(), continues: fc.boolean() }), {
        minLength: 1,
        maxLength: 40,
      });
      await fc.assert(
        fc.asyncProperty(
          lines,
          fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
          fc.string({ unit: fc.constantFrom('a', 'A', 'b', ' ', 'ß', '😀'), minLength: 1, maxLength: 2 }),
          fc.boolean(),
          fc.boolean(),
          async (some, sizes, pattern, caseSensitive, regex) => {
            const id = await endedJob(
              some.map((one) => line(one.text, one)),
              sizes,
            );
            // None of the characters is special in a regular expression.
            const expression = new RegExp(pattern, caseSensitive ? 'u' : 'ui');
            let hidden = false;
            /** The visible text of the part before, if the line continues it. */
            let before = '';
            const expected = some.flatMap((one, index) => {
              hidden ||= one.sensitive;
              const shown = visibleText(one.text);
              const states = [shown, ...overwrittenText(one.text)];
              const isAcross = before !== '' && expression.test(before + shown) && !expression.test(before);
              const found = !hidden && (isAcross || states.some((state) => expression.test(state)));
              before = one.continues && !hidden ? shown : '';
              hidden &&= one.continues;
              return found ? [index + 1] : [];
            });
            expect(numbersOf(await all(search(id, { pattern, caseSensitive, regex })))).toEqual(expected);
          },
        ),
        { numRuns: 25 },
      );
    });

    test('a search stops reading when its subscriber leaves', async () => {
      const id = await endedJob(
        upTo(60_000).map((n) => `${n} ${'x'.repeat(200)}`),
        // So small that none is compressed.
        [70],
      );
      const before = scanning().reads;
      const client = world.socket(token);
      const events = client.iterate({ query: document, variables: { jobId: id, search: { pattern: '7' } } });
      await events.next();
      await events.return?.();
      await until(() => scanning().searches === 0 && scanning().sources === 0);
      const { reads } = scanning();
      // Of twelve reads.
      expect(reads - before).toBeLessThan(9);
      expect(numbersOf(await all(search(id, { pattern: '777 ' })))).toHaveLength(60);
      expect(scanning().reads - reads).toBeGreaterThanOrEqual(12);

      const waiting = await runningJob(world.db);
      const leaving = new AbortController();
      const stream = searchByEvents(waiting, { pattern: 'x' }, leaving.signal);
      expect((await stream.next()).value).toMatchObject({ count: 0, cursor: 0, complete: false });
      expect(scanning().searches).toBe(1);
      leaving.abort();
      await stream.next().catch(() => {});
      await until(() => scanning().searches === 0 && scanning().sources === 0);
      await ended(waiting);
    });

    test('a regular expression that takes too long gives an error and does not block other searches', async () => {
      const id = await endedJob(
        [...upTo(500).map((n) => `line ${n}`), `${'a'.repeat(5_000)}!`, 'the end'],
        [100],
      );
      let hostileIsOver = false;
      const hostile = all(search(id, { pattern: '^(a+)+$', regex: true })).then((events) => {
        hostileIsOver = true;
        return events;
      });
      await until(() => scanning().searches === 1);
      let longest = 0;
      let last = performance.now();
      const clock = setInterval(() => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }, 1);
      // Plain text has a separate thread.
      expect(numbersOf(await all(search(id, { pattern: 'the end' })))).toEqual([502]);
      expect(hostileIsOver).toBe(false);
      // Another regular expression waits at most until the time limit, and is not terminated with the first.
      const harmless = all(search(id, { pattern: '^the e.d$', regex: true }));
      const [refusal] = (await hostile).slice(-1);
      expect(refusal).toEqual({
        code: 'BAD_USER_INPUT',
        message: 'The search takes too long near line 501. Use a simpler pattern.',
      });
      expect(numbersOf(await harmless)).toEqual([502]);
      clearInterval(clock);
      // The event loop was never blocked as long as the regular expression ran; the host may be busy.
      expect(longest).toBeLessThan(700);
      await until(() => scanning().searches === 0);
    });

    test('a search with an invalid pattern gives an error with a message', async () => {
      const id = await endedJob(['one']);
      const refusal = async (wanted: Search, jobId: number = id) => (await all(search(jobId, wanted))).at(-1);
      const bad = (part: string) => ({ code: 'BAD_USER_INPUT', message: expect.stringContaining(part) });
      expect(await refusal({ pattern: '' })).toEqual(bad('empty'));
      expect(await refusal({ pattern: 'x'.repeat(501) })).toEqual(bad('501 characters'));
      expect(await refusal({ pattern: 'a\nb' })).toEqual(bad('line break'));
      expect(await refusal({ pattern: '(', regex: true })).toEqual(bad('Unterminated group'));
      expect(await refusal({ pattern: '(?:a{0,1000}){0,1000}{', regex: true })).toEqual(
        bad('Invalid regular expression'),
      );
      expect((await all(searchByEvents(id, { pattern: '(', regex: true }))).at(-1)).toEqual(
        bad('Unterminated'),
      );
      expect(await refusal({ pattern: 'x' }, 999_999)).toMatchObject({ code: 'NOT_FOUND' });
      // The WebSocket stays open after an error.
      const client = world.socket(token);
      const ask = (wanted: Search) =>
        all(client.iterate({ query: document, variables: { jobId: id, search: wanted } }));
      expect((await ask({ pattern: '[', regex: true })).at(-1)?.errors).toHaveLength(1);
      expect((await ask({ pattern: 'one' })).at(-1)?.data).toMatchObject({ jobLogSearch: { count: 1 } });
    });

    test('W3 slow regular expressions of one user do not delay the search of another', async () => {
      const id = await runningJob(world.db);
      await append(world.db, id, 0, [`${'a'.repeat(60)}b`, 'needle']);
      const slow = upTo(4).map((n) => search(id, { pattern: `^(a+)+${n}$`, regex: true }));
      const ends = slow.map(all);
      let ended = 0;
      for (const end of ends) void end.then(() => ended++);
      const other = search(id, { pattern: 'need.e', regex: true }, await world.token('read', 'bob'));
      expect((await other.next()).value).toMatchObject({ count: 1, lineNumbers: [2] });
      // Each of the slow ones takes a second until it is refused, one after another.
      expect(ended).toBeLessThan(4);
      for (const each of [...slow, other]) await each.return();
      await Promise.all(ends);
      await until(() => scanning().searches === 0);
      await world.db.execute("update job set state = 'failed' where id = ?", [id]);
    });

    test('the server limits the number of open searches of one user', async () => {
      const id = await runningJob(world.db);
      await append(world.db, id, 0, ['one']);
      const open = upTo(maxPerUser).map(() => search(id, { pattern: 'one' }));
      for (const one of open) await one.next();
      expect((await all(search(id, { pattern: 'one' }))).at(-1)).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining('open searches'),
      });
      const other = search(id, { pattern: 'one' }, await world.token('read', 'bob'));
      expect((await other.next()).value).toMatchObject({ count: 1 });
      for (const one of [...open, other]) await one.return();
      await until(() => scanning().searches === 0);
      await ended(id);
    });

    test('a search of a job that is being removed ends without `complete`', async () => {
      const id = await runningJob(world.db);
      await append(world.db, id, 0, ['one']);
      const events: Event[] = [];
      for await (const event of search(id, { pattern: 'one' })) {
        events.push(event);
        await world.db.write(['jobs'], (em) =>
          em.nativeUpdate(Job, { id }, { removedAt: 1, state: 'failed' }),
        );
      }
      expect(events).toEqual([{ lineNumbers: [1], count: 1, cursor: 1, complete: false }]);
      await until(() => scanning().sources === 0);
    });
  });
});
