// Tests reading what services say about the train, also when it is malformed, too long or of the wrong type.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newestBranch, openBlockers, trainTask } from './upstream.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'spiderpig-upstream-'));
  writeFileSync(join(directory, 'token'), 'api-x\n', { mode: 0o600 });
});
afterAll(() => rmSync(directory, { recursive: true }));

const answering = (answer: (url: string, body: string) => unknown) => ({
  fetch: async (url: string | URL | Request, init?: RequestInit) =>
    new Response(JSON.stringify(answer(String(url), String(init?.body)))),
});

describe('openBlockers', () => {
  const places = () => ({ phorgeUrl: 'https://phorge.test', tokenFile: join(directory, 'token') });
  const task = (id: unknown, name: unknown = 'A title', status: unknown = 'open') => ({
    id,
    phid: `PHID-TASK-${id}`,
    fields: { name, status: { value: status } },
  });
  /** @param subtasks what the second search of tasks finds */
  const blockers = (subtasks: readonly unknown[], edges = subtasks) =>
    openBlockers(
      'T1',
      places(),
      answering((url, body) => {
        const data = url.includes('edge.search')
          ? edges.map((_, index) => ({ destinationPHID: `PHID-TASK-${index}` }))
          : body.includes('phids')
            ? subtasks
            : [task(1)];
        return { result: { data }, error_code: null };
      }),
    );

  test('the list of blockers has the open ones, without halves of characters', async () => {
    const long = `${'x'.repeat(199)}\u{1F437}`;
    expect(await blockers([task(7, long), task(8, 'done', 'resolved')])).toEqual([
      { id: 'T7', title: `${'x'.repeat(199)}\uFFFD`, status: 'open', url: 'https://phorge.test/T7' },
    ]);
  });

  test('the list of blockers has at most 100, however many the service sends', async () => {
    const found = await blockers(Array.from({ length: 3_000 }, (_, index) => task(index + 1)));
    expect(found).toHaveLength(100);
  });

  test.each([
    task('7'),
    task(7.5),
    task(1e300),
    task(7, null),
    task(7, { toString: 1 }),
    task(7, 'A title', ['open']),
    null,
  ])('a task as %j is refused instead of left out', async (malformed) => {
    await expect(blockers([task(6), malformed])).rejects.toThrow('its response has a task without a number');
  });
});

test('the newest branch is found beside references that are not text', async () => {
  const list = [{ ref: { toString: 1 } }, { ref: 7 }, null, { ref: 'refs/heads/wmf/1.47.0-wmf.16' }];
  expect(
    await newestBranch(
      'https://gerrit.test/',
      answering(() => list),
    ),
  ).toBe('1.47.0-wmf.16');
});

test.each([
  ['2026-08-18', '2026-08-18'],
  ['2026-99-99', null],
  [20260818, null],
])('the first day of a train %j is read as %j', async (date, read) => {
  const current = { task_id: 'T1', version: '1.47.0-wmf.16', status: 'open', date };
  const services = { taskUrl: 'https://task.test/', phorgeUrl: 'https://phorge.test' };
  expect(
    await trainTask(
      services,
      answering(() => ({ current })),
    ),
  ).toMatchObject({ date: read });
});
