// The simulated Gerrit over real HTTP.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { sampleChanges } from '../change.ts';
import { startGerrit } from './gerrit.ts';

interface Info {
  readonly id: string;
  readonly triplet_id: string;
  readonly change_id: string;
  readonly _number: number;
  readonly _more_changes?: boolean;
  readonly current_revision?: string;
  readonly revisions?: Record<string, { commit?: { message: string } }>;
}

/** The JSON behind Gerrit's XSSI prefix. */
async function getJson<Value>(url: string): Promise<Value> {
  const response = await fetch(url);
  const text = await response.text();
  expect({ status: response.status, text: text.slice(0, 60) }).toMatchObject({ status: 200 });
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(text.startsWith(")]}'\n")).toBe(true);
  return JSON.parse(text.slice(5)) as Value;
}

async function numbersFor(url: string, query: string): Promise<number[]> {
  const found = await getJson<Info[]>(`${url}changes/?q=${encodeURIComponent(query)}`);
  return found.map((change) => change._number).sort();
}

describe('the simulated Gerrit', () => {
  test('the simulated Gerrit returns a change in detail with its current revision and commit', async () => {
    await using gerrit = await startGerrit();
    const change = await getJson<Info>(`${gerrit.url}changes/1102340/detail`);
    expect(change).toMatchObject({
      _number: 1102340,
      id: 'mediawiki%2Fcore~1102340',
      project: 'mediawiki/core',
      branch: 'wmf/1.45.0-wmf.12',
      status: 'NEW',
      updated: '2026-11-19 09:12:33.000000000',
      owner: { _account_id: 5301, name: 'Amina Okafor' },
    });
    expect(change.change_id).toMatch(/^I[0-9a-f]{40}$/);
    const commit = change.revisions?.[change.current_revision ?? '']?.commit;
    expect(commit?.message).toContain('\n\nBug: T412077\nChange-Id: I');
  });

  test('the simulated Gerrit returns what scap asks about dependencies of a change', async () => {
    await using gerrit = await startGerrit();
    const chain = `${gerrit.url}changes/mediawiki%2Fextensions%2FVisualEditor~1102345/submitted_together?o=NON_VISIBLE_CHANGES`;
    const { changes } = await getJson<{ changes: Info[] }>(chain);
    expect(changes.map(({ _number }) => _number)).toEqual([1102345, 1102344, 1102343]);
    const alone = `${gerrit.url}changes/1102340/submitted_together`;
    expect(await getJson(alone)).toEqual({ changes: [], non_visible_changes: 0 });
    const dependent = sampleChanges.find(({ commitMessage }) => commitMessage.includes('Depends-On: '));
    const crd = await getJson<Record<string, unknown[]>>(
      `${gerrit.url}changes/${dependent?.number}/revisions/current/crd`,
    );
    expect(Object.keys(crd)).toEqual(['depends_on_found', 'depends_on_missing', 'needed_by', 'cycle']);
    expect([...(crd['depends_on_found'] ?? []), ...(crd['depends_on_missing'] ?? [])]).toHaveLength(1);
    expect(await getJson(`${gerrit.url}changes/1102340/in`)).toEqual({ branches: [], tags: [] });
  });

  test('the simulated Gerrit returns the revision of a plain change only on request', async () => {
    await using gerrit = await startGerrit();
    const plain = await getJson<Info>(`${gerrit.url}changes/1102340`);
    expect(plain.revisions).toBeUndefined();
    const footers = `${gerrit.url}changes/1102340/detail?o=CURRENT_REVISION&o=COMMIT_FOOTERS`;
    expect(JSON.stringify(await getJson(footers))).toContain('"commit_with_footers":"Watchlist:');
    const asked = await getJson<Info>(`${gerrit.url}changes/1102340?o=CURRENT_REVISION&o=CURRENT_COMMIT`);
    expect(asked.revisions?.[asked.current_revision ?? '']?.commit?.message).toMatch(/^Watchlist:/);
  });

  test.each([
    ['change:1102341', [1102341]],
    ['1102341', [1102341]],
    ['1102341 OR 1102340 OR change:1102347', [1102340, 1102341, 1102347]],
    ['status:merged', [1102347]],
    ['status:abandoned', [1102346]],
    ['project:operations/mediawiki-config', [1102341, 1102347, 1102354, 1102362, 1102363, 1102369]],
    ['project:operations/mediawiki-config is:open', [1102341, 1102354, 1102362, 1102363, 1102369]],
    [
      'project:operations/mediawiki-config AND NOT status:merged',
      [1102341, 1102354, 1102362, 1102363, 1102369],
    ],
    ['is:wip', [1102366]],
    ['-is:open', [1102346, 1102347]],
    ['(is:merged OR is:abandoned) branch:master', [1102347]],
    ['namespace filter', [1102340]],
    ['"when it"', []],
    ['subject:NOTIFY', [1102342]],
    [`commit:${sampleChanges[0]?.revision}`, [1102340]],
    ['bug:T412204 owner:Tom', [1102343, 1102344, 1102345]],
    ['1102999', []],
  ])('the simulated Gerrit finds changes by the query %s', async (query, numbers) => {
    await using gerrit = await startGerrit();
    expect(await numbersFor(gerrit.url, query)).toEqual(numbers);
  });

  test('the simulated Gerrit marks the last change when there are more', async () => {
    await using gerrit = await startGerrit();
    const first = await getJson<Info[]>(`${gerrit.url}changes/?q=is:open&n=2`);
    expect(first.map((change) => change._more_changes)).toEqual([undefined, true]);
    const limited = await getJson<Info[]>(`${gerrit.url}changes/?q=is:open+limit:3`);
    expect(limited).toHaveLength(3);
    const all = await getJson<Info[]>(`${gerrit.url}changes/?q=`);
    expect(all).toHaveLength(sampleChanges.length);
    expect(all.at(-1)?._more_changes).toBeUndefined();
    // Newest first.
    expect(all[0]?._number).toBe(1102340);
  });

  test('the simulated Gerrit returns one list for each of several queries', async () => {
    await using gerrit = await startGerrit();
    const lists = await getJson<Info[][]>(`${gerrit.url}changes/?q=1102340&q=1102341`);
    expect(lists.map((list) => list[0]?._number)).toEqual([1102340, 1102341]);
  });

  test('the simulated Gerrit returns a relation chain newest first, for any of its members', async () => {
    await using gerrit = await startGerrit();
    for (const number of [1102343, 1102344, 1102345]) {
      const { changes } = await getJson<{ changes: { _change_number: number }[] }>(
        `${gerrit.url}changes/${number}/revisions/current/related`,
      );
      expect(changes.map((change) => change._change_number)).toEqual([1102345, 1102344, 1102343]);
    }
    expect(await getJson(`${gerrit.url}changes/1102340/revisions/current/related`)).toEqual({ changes: [] });
  });

  test('the simulated Gerrit ends a relation chain that contains a cycle, and keeps its abandoned and merged members', async () => {
    const [first, second, third] = sampleChanges;
    if (!first || !second || !third) throw new Error('there are too few sample changes');
    const changes = [
      { ...first, parent: third.revision },
      { ...second, parent: first.revision, status: 'MERGED' },
      { ...third, parent: second.revision, status: 'ABANDONED' },
    ] as const;
    await using gerrit = await startGerrit({ changes });
    const path = `changes/${first.number}/revisions/current`;
    const related = await getJson<{ changes: { _change_number: number; status: string }[] }>(
      `${gerrit.url}${path}/related`,
    );
    expect(related.changes.map((change) => [change._change_number, change.status])).toEqual([
      [first.number, 'NEW'],
      [third.number, 'ABANDONED'],
      [second.number, 'MERGED'],
    ]);
    expect(await getJson(`${gerrit.url}changes/${first.number}/submitted_together`)).toEqual({
      changes: [],
      non_visible_changes: 0,
    });
  });

  test('the simulated Gerrit summarizes the votes on Code-Review on request', async () => {
    await using gerrit = await startGerrit();
    const label = async (number: number) => {
      const change = await getJson<{ labels?: Record<string, object> }>(
        `${gerrit.url}changes/${number}?o=LABELS`,
      );
      return Object.keys(change.labels?.['Code-Review'] ?? {});
    };
    expect(await label(1102340)).toEqual(['approved']);
    expect(await label(1102341)).toEqual([]);
    expect(await label(1102364)).toEqual(['rejected', 'blocking']);
    expect(await getJson(`${gerrit.url}changes/1102340`)).not.toHaveProperty('labels');
  });

  test('the simulated Gerrit fails only for the wanted requests, with Retry-After or with a body', async () => {
    await using gerrit = await startGerrit();
    const related = `${gerrit.url}changes/1102343/revisions/current/related`;
    Object.assign(gerrit.failure, { only: '/related', status: 429, retryAfter: 7 });
    const refused = await fetch(related);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await getJson(`${gerrit.url}changes/1102343`)).toMatchObject({ _number: 1102343 });
    delete gerrit.failure.status;
    gerrit.failure.body = '<html>';
    const odd = await fetch(related);
    expect([odd.status, await odd.text()]).toEqual([200, '<html>']);
  });

  test('the simulated Gerrit finds a change by number, Change-Id and triplet', async () => {
    await using gerrit = await startGerrit();
    const {
      id,
      triplet_id: triplet,
      change_id: changeId,
    } = await getJson<Info>(`${gerrit.url}changes/1102340`);
    for (const name of [id, triplet, changeId])
      expect(await getJson(`${gerrit.url}changes/${name}`)).toMatchObject({ _number: 1102340 });
  });

  test.each([
    ['GET', 'changes/4', 404, 'Not found: 4'],
    ['GET', 'changes/4/detail', 404, 'Not found: 4'],
    ['GET', 'changes/?q=frobnicate:1', 400, 'Unsupported operator frobnicate:1'],
    ['GET', 'changes/?q=(is:open', 400, "line 1:8 missing ')' at '<EOF>'"],
    ['GET', 'changes/?q=is:open&n=many', 400, '"many" is not a valid value for "-n"'],
    ['GET', 'changes/%E0%A4%A', 400, 'Bad Request'],
    ['GET', 'accounts/self', 404, 'Not Found'],
    ['POST', 'changes/', 405, 'Not implemented in the simulated Gerrit'],
  ])('the simulated Gerrit refuses %s %s with %i in plain text', async (method, path, status, text) => {
    await using gerrit = await startGerrit();
    const response = await fetch(`${gerrit.url}${path}`, { method });
    expect({ status: response.status, text: await response.text() }).toEqual({ status, text });
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
  });

  test('the simulated Gerrit answers without the /r prefix, to HEAD requests, and to a link to a change', async () => {
    await using gerrit = await startGerrit();
    expect(await getJson(`${new URL('/changes/1102340', gerrit.url)}`)).toMatchObject({ _number: 1102340 });
    const head = await fetch(`${gerrit.url}changes/1102340`, { method: 'HEAD' });
    expect({ status: head.status, body: await head.text() }).toEqual({ status: 200, body: '' });
    const link = await fetch(`${gerrit.url}c/mediawiki/core/+/1102340`);
    expect(await link.text()).toContain('Watchlist: Do not lose the namespace filter');
  });

  test('the simulated Gerrit fails as requested and recovers', async () => {
    await using gerrit = await startGerrit();
    gerrit.failure.down = true;
    await expect(fetch(`${gerrit.url}changes/1102340`)).rejects.toThrow();
    gerrit.failure.down = false;
    gerrit.failure.status = 503;
    expect((await fetch(`${gerrit.url}changes/1102340`)).status).toBe(503);
    delete gerrit.failure.status;
    expect(await getJson(`${gerrit.url}changes/1102340`)).toMatchObject({ _number: 1102340 });
    expect(gerrit.requests).toBeGreaterThanOrEqual(3);
  });

  test('the simulated Gerrit cuts a delayed response when it closes', async () => {
    const gerrit = await startGerrit();
    gerrit.failure.delayMs = 60_000;
    const late = fetch(`${gerrit.url}changes/1102340`).then(
      () => 'answered',
      () => 'cut',
    );
    await expect.poll(() => gerrit.requests).toBe(1);
    await gerrit.close();
    expect(await late).toBe('cut');
  });

  test('the simulated Gerrit closes when its signal aborts, and does not start with an aborted signal', async () => {
    const stop = new AbortController();
    const gerrit = await startGerrit({ signal: stop.signal });
    stop.abort();
    await gerrit.close();
    await expect(fetch(gerrit.url)).rejects.toThrow();
    await expect(startGerrit({ signal: stop.signal })).rejects.toThrow();
  });

  test('the simulated Gerrit refuses a port in use', async () => {
    await using gerrit = await startGerrit();
    await expect(startGerrit({ port: Number(new URL(gerrit.url).port) })).rejects.toThrow(/EADDRINUSE/);
  });
});

describe('the simulated Gerrit as a process', () => {
  const program = fileURLToPath(new URL('./main.ts', import.meta.url));

  test.each(['its stdin closes', 'SIGTERM', 'SIGINT'] as const)(
    'the process of the simulated Gerrit exits with status 0 on %s',
    async (how) => {
      const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
      const ended = once(child, 'exit');
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      const url = /^gerrit (http:\/\/127\.0\.0\.1:\d+\/r\/)$/.exec(line)?.[1] ?? '';
      expect(await getJson(`${url}changes/1102340`)).toMatchObject({ _number: 1102340 });
      if (how === 'its stdin closes') child.stdin.end();
      else child.kill(how);
      expect(await ended).toEqual([0, null]);
    },
  );
});
