import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogLine } from '../../schema/model/log/line.ts';
import { appendLines } from '../../schema/model/log/log.ts';
import { recordPartialLine } from '../../schema/model/log/partial-line.ts';
import { dialects } from '../../tests/support/database.ts';
import { keptMegabytes } from '../../tests/support/kept-memory.ts';
import { openServerOn } from '../../tests/support/server.ts';
import {
  all,
  append,
  type Browser,
  line,
  runningJob,
  succeed,
  type TestServer,
  until,
  upTo,
} from '../../tests/support/test-server.ts';
import { pageKeyHeader } from '../sign-in/identity.ts';
import { hiddenLine, plainText } from './download.ts';
import { batchOf, pauseAfter } from './reader.ts';

const pageHeaders = ({ cookie, pageKey }: Browser) => ({ cookie, [pageKeyHeader]: pageKey });

describe.each(dialects)('on %s', (dialect) => {
  let world: TestServer;
  beforeAll(async () => {
    // A client that reads nothing answers no ping either: it must not be cut before a slow machine has written enough.
    world = await openServerOn(dialect, { pingInterval: 600_000 });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const document = `subscription ($jobId: ID!, $after: Int) {
  jobLog(jobId: $jobId, after: $after) { lines { number text kind sensitive continues at } cursor complete }
}`;

  interface Batch {
    lines: { number: number; text: string | null; sensitive: boolean }[];
    cursor: number;
    complete: boolean;
  }

  /** Follows a log over a socket. `take` stops after that many batches. */
  async function* follow(by: string, jobId: number, after = 0): AsyncGenerator<Batch, void> {
    const events = world.socket(by).iterate({ query: document, variables: { jobId, after } });
    for await (const { data, errors } of events) {
      if (errors) throw errors[0];
      // The document above says that it is one.
      yield data?.['jobLog'] as Batch;
    }
  }

  const documentOfLatest = document
    .replace('$after: Int', '$after: Int, $latest: Int')
    .replace('after: $after', 'after: $after, latest: $latest');

  const ended = (jobId: number) => succeed(world.db, jobId);

  const numbers = (batches: readonly Batch[]): number[] =>
    batches.flatMap(({ lines }) => lines.map(({ number }) => number));

  describe('a log', () => {
    test('jobLog with `latest` sends only the newest lines, however many arrive together', async () => {
      const token = await world.token('read');
      const id = await runningJob(world.db);
      await append(world.db, id, 0, upTo(5_000).map(String));
      const variables = { jobId: id, after: 0, latest: 300 };
      const batches: Batch[] = [];
      for await (const { data } of world.socket(token).iterate({ query: documentOfLatest, variables })) {
        batches.push(data?.['jobLog'] as Batch); // as the document says
        if (batches.length > 1) continue;
        await append(world.db, id, 5_000, upTo(6_000, 5_001).map(String));
        await append(world.db, id, 6_000, upTo(6_100, 6_001).map(String));
        await ended(id);
      }
      const delivered = numbers(batches);
      expect(batches[0]?.lines[0]?.number).toBe(4_701);
      expect(delivered.slice(-300)).toEqual(upTo(6_100, 5_801));
      expect(delivered).toEqual([...new Set(delivered)].sort((one, other) => one - other));
      expect(batches.at(-1)).toMatchObject({ cursor: 6_100, complete: true });
      const refused = await all(
        world.socket(token).iterate({ query: documentOfLatest, variables: { ...variables, latest: 0 } }),
      );
      expect(refused[0]?.errors?.[0]?.message).toContain('“latest” must be a whole number from 1');
    });

    test('the server reads the last lines of a log and follows it from there', async () => {
      const token = await world.token('read');
      const id = await runningJob(world.db);
      const end = async () => {
        const query = '{ job(id: $id) { log(last: 2) { lines { number } cursor complete } } }';
        const { data } = await world.ask(token, `query ($id: ID!) ${query}`, { id });
        return data?.['job'];
      };
      expect(await end()).toEqual({ log: { lines: [], cursor: 0, complete: false } });
      await append(world.db, id, 0, ['one', 'two', 'three']);
      const lines = [{ number: 2 }, { number: 3 }];
      expect(await end()).toEqual({ log: { lines, cursor: 3, complete: false } });
      await ended(id);
      expect(await end()).toEqual({ log: { lines, cursor: 3, complete: true } });
      expect(await all(follow(token, id, 3))).toEqual([{ lines: [], cursor: 3, complete: true }]);
    });

    test('jobLog sends all lines and completes at the end of the log', async () => {
      const token = await world.token('read');
      const id = await runningJob(world.db);
      await append(world.db, id, 0, ['one', 'two']);
      const batches: Batch[] = [];
      for await (const batch of follow(token, id)) {
        batches.push(batch);
        if (batches.length === 1) await append(world.db, id, 2, ['three']);
        if (batches.length === 2) await ended(id);
      }
      expect(batches.map(({ lines, ...rest }) => [lines.map(({ text }) => text), rest])).toEqual([
        [['one', 'two'], { cursor: 2, complete: false }],
        [['three'], { cursor: 3, complete: false }],
        [[], { cursor: 3, complete: true }],
      ]);
      await until(() => world.server.sources.logs.open.readers === 0);
    });

    test('H1 the server shows what is printed without a newline in jobLog, in a query and in the download', async () => {
      const token = await world.token('read');
      const id = await runningJob(world.db);
      await append(world.db, id, 0, ['before']);
      const fields = 'lines { text } partial { text sensitive } cursor complete';
      const query = `subscription { jobLog(jobId: ${id}) { ${fields} } }`;
      const half = { at: 5, text: 'Continue? ', sensitive: false };
      const seen: unknown[] = [];
      const steps = [
        () => recordPartialLine(world.db, id, 2, half),
        async () => {
          const { data } = await world.ask(token, `{ job(id: ${id}) { log { ${fields} } } }`);
          expect(data?.['job']).toMatchObject({ log: { cursor: 1, partial: { text: 'Continue? ' } } });
          const headers = { authorization: `Bearer ${token}` };
          const response = await fetch(`${world.url}/jobs/${id}/log.txt`, { headers });
          expect(await response.text()).toBe('before\nContinue? \n');
          await recordPartialLine(world.db, id, 2, { ...half, text: 'Continue? ye' });
        },
        () => append(world.db, id, 1, ['Continue? yes']),
        () => recordPartialLine(world.db, id, 3, { ...half, sensitive: true }),
        () => recordPartialLine(world.db, id, 3, null),
        () => ended(id),
      ];
      for await (const { data } of world.socket(token).iterate({ query })) {
        seen.push(data?.['jobLog']);
        await steps.shift()?.();
      }
      const shown = (text: string | null) => ({ text, sensitive: text === null });
      expect(seen).toEqual([
        { lines: [{ text: 'before' }], partial: null, cursor: 1, complete: false },
        { lines: [], partial: shown('Continue? '), cursor: 1, complete: false },
        { lines: [], partial: shown('Continue? ye'), cursor: 1, complete: false },
        { lines: [{ text: 'Continue? yes' }], partial: null, cursor: 2, complete: false },
        { lines: [], partial: shown(null), cursor: 2, complete: false },
        { lines: [], partial: null, cursor: 2, complete: false },
        { lines: [], partial: null, cursor: 2, complete: true },
      ]);
    });

    test('jobLog sends a complete log of any length, and `complete` only at its end', async () => {
      const token = await world.token('read');
      const id = await runningJob(world.db);
      for (let first = 0; first < 4_500; first += 500) {
        await append(
          world.db,
          id,
          first,
          upTo(500).map((n) => `line ${first + n}`),
        );
      }
      await ended(id);
      const batches = await all(follow(token, id));
      expect(numbers(batches)).toEqual(upTo(4_500));
      expect(batches.every(({ lines }) => lines.length <= 1_000)).toBe(true);
      expect(batches.findIndex(({ complete }) => complete)).toBe(batches.length - 1);
    });

    test('jobLog of an empty log completes', async () => {
      const id = await runningJob(world.db);
      await ended(id);
      expect(await all(follow(await world.token('read'), id))).toEqual([
        { lines: [], cursor: 0, complete: true },
      ]);
    });

    test('jobLog resumes after a cursor without gaps or duplicates after every disconnect', async () => {
      const token = await world.token('read');
      const id = await runningJob(world.db);
      const total = 3_000;
      const writing = (async () => {
        let written = 0;
        for (let size = 1; written < total; size = (size * 7) % 53) {
          const count = Math.min(size + 1, total - written);
          await append(
            world.db,
            id,
            written,
            upTo(count).map((n) => `line ${written + n}`),
          );
          written += count;
        }
        await ended(id);
      })();
      // Five readers, each of which leaves after every few batches and comes back.
      const read = await Promise.all(
        upTo(5).map(async (most) => {
          const batches: Batch[] = [];
          while (!batches.at(-1)?.complete) {
            let taken = 0;
            for await (const batch of follow(token, id, batches.at(-1)?.cursor ?? 0)) {
              batches.push(batch);
              if (++taken === most) break;
            }
          }
          return batches;
        }),
      );
      await writing;
      for (const batches of read) expect(numbers(batches)).toEqual(upTo(total));
      await until(() => world.server.sources.logs.open.readers === 0);
    });

    test('lines that are taken directly and lines of the iteration are together all lines, in order', async () => {
      const id = await runningJob(world.db);
      const stream = world.server.sources.logs.follow(id, 0);
      const directly: number[] = [];
      const delivered: number[] = [];
      stream.direct.take = ({ lines }) => {
        if ((lines[0]?.number ?? 0) % 3 === 0) return false;
        directly.push(...lines.map(({ number }) => number));
        delivered.push(...lines.map(({ number }) => number));
        return true;
      };
      const reading = (async () => {
        for await (const { lines } of stream) delivered.push(...lines.map(({ number }) => number));
      })();
      for (let written = 0; written < 60; written++) {
        await append(world.db, id, written, [`line ${written + 1}`]);
        if (written % 4 !== 0) await until(() => delivered.length === written + 1);
      }
      await ended(id);
      await reading;
      expect(delivered).toEqual(upTo(60));
      expect(directly.length).toBeGreaterThan(0);
      expect(directly.length).toBeLessThan(60);
    });

    test('during a flood jobLog sends all lines, and with `latest` only a few', async () => {
      const token = await world.token('read');
      const id = await runningJob(world.db);
      const total = 60_000;
      await append(world.db, id, 0, ['one']);
      const newest: Batch[] = [];
      const everything: Batch[] = [];
      const watching = (async () => {
        const variables = { jobId: id, after: 0, latest: 300 };
        for await (const { data } of world.socket(token).iterate({ query: documentOfLatest, variables }))
          newest.push(data?.['jobLog'] as Batch); // as the document says
      })();
      const following = (async () => {
        for await (const batch of follow(token, id)) everything.push(batch);
      })();
      await until(() => newest.length > 0 && everything.length > 0);
      for (let written = 1; written < total; written += 2_000) {
        const count = Math.min(2_000, total - written);
        await append(world.db, id, written, upTo(count).map(String));
      }
      await ended(id);
      await Promise.all([watching, following]);
      expect(numbers(everything)).toEqual(upTo(total));
      const delivered = numbers(newest);
      expect(delivered).toEqual([...new Set(delivered)].sort((one, other) => one - other));
      expect(delivered.slice(-300)).toEqual(upTo(total, total - 299));
      expect(delivered.length).toBeLessThan(total / 2);
    });

    test('a log is read once for all subscribers', async () => {
      const token = await world.token('read');
      const id = await runningJob(world.db);
      await append(world.db, id, 0, ['one']);
      const seen = await Promise.all(
        upTo(20).map(async (n) => {
          for await (const batch of follow(token, id)) {
            if (n === 1 && !batch.complete) {
              await until(() => world.server.sources.logs.open.followers === 20);
              expect(world.server.sources.logs.open.readers).toBe(1);
              await ended(id);
            }
            if (batch.complete) return batch.cursor;
          }
          return null;
        }),
      );
      expect(seen).toEqual(upTo(20).map(() => 1));
    });

    test('G2 jobLog never sends the text of a sensitive line', async () => {
      const id = await runningJob(world.db);
      await appendLines(world.db, id, 1, [line('open'), line('a secret', { sensitive: true })]);
      await ended(id);
      const [batch] = await all(follow(await world.token('deploy'), id));
      expect(batch?.lines).toMatchObject([
        { text: 'open', sensitive: false },
        { text: null, sensitive: true },
      ]);
      const query = `{ job(id: ${id}) { log { lines { text } complete cursor } logLineCount } }`;
      const { data } = await world.ask(await world.token('deploy'), query);
      expect(data.job).toEqual({
        log: { lines: [{ text: 'open' }, { text: null }], complete: true, cursor: 2 },
        logLineCount: 2,
      });
    });

    test('W2 jobLog of an unknown job or after an unknown line gives an error with a message', async () => {
      const token = await world.token('read');
      const id = await runningJob(world.db);
      await append(world.db, id, 0, ['one']);
      const refusal = (jobId: unknown, after: unknown) =>
        all(world.socket(token).iterate({ query: document, variables: { jobId, after } })).then(
          ([result]) => [result?.errors?.[0]?.extensions?.['code'], result?.errors?.[0]?.message],
        );
      expect(await refusal('9999999999999', 0)).toEqual(['NOT_FOUND', 'There is no job 9999999999999.']);
      expect(await refusal('abc', 0)).toEqual(['NOT_FOUND', 'There is no job abc.']);
      expect(await refusal(id, -1)).toEqual(['BAD_USER_INPUT', expect.stringContaining('“after”')]);
      expect(await refusal(id, 2)).toEqual(['BAD_USER_INPUT', expect.stringContaining('has only 1 lines')]);
      await ended(id);
    });

    test('the server stops reading a log when the last subscriber leaves', async () => {
      const token = await world.token('read');
      const id = await runningJob(world.db);
      const client = world.socket(token);
      const events = client.iterate({ query: document, variables: { jobId: id } });
      const waiting = events.next();
      await until(() => world.server.sources.logs.open.followers === 1);
      client.terminate();
      await waiting.catch(() => {});
      await until(() => world.server.sources.logs.open.readers === 0);
      await ended(id);
    });

    test('jobLog works over an event stream and ends when the client disconnects', async () => {
      const token = await world.token('read');
      const id = await runningJob(world.db);
      await append(world.db, id, 0, ['one']);
      const leaving = new AbortController();
      const open = () =>
        fetch(`${world.url}/graphql`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'text/event-stream',
            authorization: `Bearer ${token}`,
          },
          body: JSON.stringify({ query: document, variables: { jobId: id } }),
          signal: leaving.signal,
        });
      const stream = await open();
      const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
      let heard = '';
      while (!heard.includes('"one"')) heard += (await reader?.read())?.value ?? '';
      expect(heard).toContain('event: next');
      await until(() => world.server.sources.logs.open.followers === 1);
      leaving.abort();
      await reader?.read().catch(() => {});
      await until(() => world.server.sources.logs.open.readers === 0);
      await ended(id);
    });

    test.runIf(dialect === 'sqlite')(
      'W1 a slow subscriber delays no other subscriber and is not buffered for',
      async () => {
        const token = await world.token('read');
        const id = await runningJob(world.db);
        // A WebSocket by hand that subscribes and then never reads again.
        const socket = connect(world.server.port, '127.0.0.1');
        const frame = (text: string): Buffer => {
          const payload = Buffer.from(text);
          const length =
            payload.length < 126
              ? [0x80 | payload.length]
              : [0xfe, payload.length >> 8, payload.length & 255];
          return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), payload]);
        };
        socket.write(
          `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:${world.server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
        );
        await new Promise((resolve) => socket.once('data', resolve));
        socket.write(
          frame(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
        );
        await new Promise((resolve) => socket.once('data', resolve));
        socket.pause();
        socket.write(
          frame(
            JSON.stringify({
              id: '1',
              type: 'subscribe',
              payload: { query: document, variables: { jobId: id } },
            }),
          ),
        );
        await until(() => world.server.sources.logs.open.followers === 1);

        const others = follow(token, id);
        const text = 'x'.repeat(1_000);
        const total = 60_000;
        const before = keptMegabytes();
        const writing = (async () => {
          for (let written = 0; written < total; written += 1_000) {
            await append(
              world.db,
              id,
              written,
              upTo(1_000).map(() => text),
            );
          }
          await ended(id);
        })();
        let last = 0;
        for await (const batch of others) last = batch.cursor;
        await writing;
        expect(last).toBe(total);
        // The 60 MB of the log would be there, encoded, if they were kept for the one who sleeps; the ring holds 5.
        expect(keptMegabytes() - before).toBeLessThan(40);
        expect(world.server.sources.logs.open).toEqual({ readers: 1, followers: 1 });
        socket.destroy();
        await until(() => world.server.sources.logs.open.readers === 0);
      },
    );
  });

  describe('the download of a log', () => {
    test('L4 a downloaded log has joined long lines and no sensitive text', async () => {
      const headers = pageHeaders(await world.signIn('viewer'));
      const id = await runningJob(world.db);
      await appendLines(world.db, id, 1, [
        line('<b>half', { continues: true }),
        line(' and half'),
        line('secret', { sensitive: true, continues: true }),
        line('more secret', { sensitive: true }),
        line('end'),
      ]);
      const response = await fetch(`${world.url}/jobs/${id}/log.txt`, { headers });
      expect(await response.text()).toBe(`<b>half and half\n${hiddenLine}\nend\n`);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'content-disposition': `attachment; filename="spiderpig-job-${id}.log.txt"`,
        'x-content-type-options': 'nosniff',
      });
      await ended(id);
    });

    test('the server sends a long log completely as a download, and gives 404 for an unknown job', async () => {
      const headers = pageHeaders(await world.signIn('viewer'));
      const id = await runningJob(world.db);
      await append(
        world.db,
        id,
        0,
        upTo(2_500).map((n) => `line ${n}`),
      );
      const response = await fetch(`${world.url}/jobs/${id}/log.txt`, { headers });
      expect(await response.text()).toBe(
        `${upTo(2_500)
          .map((n) => `line ${n}`)
          .join('\n')}\n`,
      );
      await ended(id);
      for (const wrong of ['0', '-1', 'abc', '9999999999999', '999999', '..%2f..']) {
        expect((await fetch(`${world.url}/jobs/${wrong}/log.txt`, { headers })).status).toBe(404);
      }
    });
  });
});

describe('lines', () => {
  const lines = (texts: readonly string[]): LogLine[] =>
    texts.map((text, i) => ({ ...line(text), number: i + 1 }));

  test('a batch has between one and a thousand lines', () => {
    expect(batchOf(lines(upTo(1_500).map(() => 'x')))).toHaveLength(1_000);
    expect(batchOf(lines(['x'.repeat(300_000), 'y']))).toHaveLength(1);
    expect(batchOf(lines(['a', 'b', 'c']), 1).map(({ text }) => text)).toEqual(['b', 'c']);
    expect(batchOf([])).toEqual([]);
  });

  test('a fast log is checked less often', () => {
    expect([0, 1, 16, 40, 100, 5_000].map(pauseAfter)).toEqual([8, 8, 8, 20, 50, 50]);
  });

  test('a long sensitive line that spans two reads is hidden as one line', () => {
    const rest = [{ ...line('rest', { sensitive: true }), number: 2 }];
    expect(plainText(rest, { hidden: true })).toBe('\n');
    expect(plainText(rest, { hidden: false })).toBe(`${hiddenLine}\n`);
    expect(plainText(rest, null)).toBe(`${hiddenLine}\n`);
  });
});
