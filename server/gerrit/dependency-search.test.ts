// Tests what the client of Gerrit finds about dependencies of changes, against the simulated Gerrit, also when that misbehaves.
import { createHash } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { type SampleChange, sampleChanges } from '../../jobrunner/simulator/change.ts';
import { type SimulatedGerrit, startGerrit } from '../../jobrunner/simulator/gerrit/gerrit.ts';
import { GerritUnavailable } from '../../schema/model/job/change.ts';
import { Gerrit } from './gerrit.ts';

const opened: SimulatedGerrit[] = [];
afterEach(async () => {
  for (const gerrit of opened.splice(0)) await gerrit.close();
});

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
const [sample] = sampleChanges;
if (sample === undefined) throw new Error('there are no sample changes');

/** A change with its own parent, and with what the test says. */
function made(number: number, { dependsOn = [], ...facts }: Partial<SampleChange> = {}): SampleChange {
  const changeId = facts.changeId ?? `I${sha1(`change ${number}`)}`;
  const footers = [...dependsOn.map((id) => `Depends-On: ${id}`), `Change-Id: ${changeId}`];
  return {
    ...sample,
    ...facts,
    number,
    changeId,
    dependsOn,
    revision: sha1(`revision ${number}`),
    parent: facts.parent ?? sha1(`tip ${number}`),
    commitMessage: `Change ${number}\n\nWhy.\n\n${footers.join('\n')}\n`,
  } as SampleChange;
}
const above = (number: number, parent: number, facts: Partial<SampleChange> = {}): SampleChange =>
  made(number, { ...facts, parent: sha1(`revision ${parent}`) });
const idOf = (number: number): string => `I${sha1(`change ${number}`)}`;
const configuration = { project: 'operations/mediawiki-config', branch: 'master' };

async function open(changes: readonly SampleChange[] = sampleChanges) {
  const simulated = await startGerrit({ changes });
  opened.push(simulated);
  const client = new Gerrit({
    url: simulated.url,
    logger: pino({ level: 'silent' }),
    timeout: 500,
    wait: async () => {},
  });
  const order = (...numbers: number[]) =>
    client.order(numbers.map(String), { userId: 1, signal: new AbortController().signal });
  return { simulated, client, order };
}
const missingOf = ({ missing }: Awaited<ReturnType<Gerrit['order']>>) =>
  missing.map(({ change }) => Number(change.number));

describe('a relation chain', () => {
  test('the open changes below a change are missing, in the order of their deployment', async () => {
    const { order, simulated } = await open();
    const found = await order(1102345);
    expect(missingOf(found)).toEqual([1102343, 1102344]);
    expect(found).toMatchObject({
      order: ['1102343', '1102344', '1102345'],
      missingCount: 2,
      unknown: [],
      cycle: [],
      isComplete: true,
      problem: null,
    });
    expect(found.missing[0]).toMatchObject({
      kind: 'relation_chain',
      neededBy: ['1102344'],
      isAddable: true,
      isOutdated: false,
      change: { subject: 'Move the paste rules into a class of their own' },
    });
    // The change, its parent, the chain, the rest of the chain.
    expect(simulated.requests).toBeLessThanOrEqual(4);
  });

  test('given changes are put into the order of the chain, and other changes keep their place', async () => {
    const { order } = await open();
    const found = await order(1102345, 1102340, 1102343, 1102344);
    expect(found.missing).toEqual([]);
    expect(found.order).toEqual(['1102343', '1102344', '1102345', '1102340']);
  });

  test('a chain of 30,000 commits in one answer is followed in part, and does not exhaust the stack', async () => {
    const change = (number: number, commit: string, parent: string) => ({
      _number: number,
      project: 'mediawiki/core',
      status: 'NEW',
      current_revision: commit,
      revisions: { [commit]: { commit: { parents: [{ commit: parent }], message: '' } } },
    });
    const changes = Array.from({ length: 30_000 }, (_, index) => ({
      commit: { commit: `c${index}`, parents: [{ commit: `c${index + 1}` }] },
      _change_number: index + 1,
      project: 'mediawiki/core',
      status: 'NEW',
    }));
    const answerTo = (url: string): unknown => {
      if (url.includes('/related')) return { changes };
      if (url.includes('change%3A1')) return [change(1, 'c0', 'c1')];
      return url.includes('commit%3Ac1&') ? [change(2, 'c1', 'c2')] : [];
    };
    const client = new Gerrit({
      url: 'https://gerrit.test/',
      logger: pino({ level: 'silent' }),
      fetch: async (url) => new Response(`)]}'\n${JSON.stringify(answerTo(String(url)))}`),
    });
    const found = await client.order(['1'], { userId: 1, signal: new AbortController().signal });
    expect(found).toMatchObject({ isComplete: false, missingCount: 999, order: ['2', '1'] });
  });

  test('nothing is missing below a merged change, and an abandoned one cannot be added', async () => {
    const { order } = await open([
      made(1),
      above(2, 1, { status: 'MERGED' }),
      above(3, 2),
      above(4, 3, { status: 'ABANDONED' }),
      above(5, 4),
    ]);
    const found = await order(5);
    expect(found.missing.map(({ change, isAddable }) => [change.number, isAddable])).toEqual([
      ['3', true],
      ['4', false],
    ]);
    expect(found.order).toEqual(['3', '5']);
  });

  test('a chain of 500 changes is counted, with the nearest 50, and few requests', async () => {
    const chain = Array.from({ length: 500 }, (_, index) =>
      index === 0 ? made(1) : above(index + 1, index),
    );
    const { order, simulated } = await open(chain);
    const found = await order(500);
    expect(found.missingCount).toBe(499);
    expect(missingOf(found)).toEqual(Array.from({ length: 50 }, (_, index) => 450 + index));
    expect(found.isComplete).toBe(false);
    expect(simulated.requests).toBeLessThanOrEqual(20);
  });

  test('a chain that contains a cycle or a change of another project ends there', async () => {
    const { order } = await open([
      above(1, 3),
      above(2, 1),
      above(3, 2),
      made(11, { project: 'another/project' }),
      above(12, 11),
    ]);
    const circular = await order(3);
    expect(missingOf(circular).sort()).toEqual([1, 2]);
    expect([...circular.cycle].sort()).toEqual(['1', '2', '3']);
    expect((await order(12)).missing).toEqual([]);
  });
});

describe('a Depends-On footer', () => {
  test('the dependency search names an open change that is missing, also over several steps', async () => {
    const { order } = await open([
      made(1),
      made(2, { dependsOn: [idOf(1)] }),
      made(3, { ...configuration, dependsOn: [idOf(2)] }),
    ]);
    const found = await order(3);
    expect(missingOf(found)).toEqual([1, 2]);
    expect(found.missing[1]).toMatchObject({ kind: 'depends_on', neededBy: ['3'], isAddable: true });
    expect(found.order).toEqual(['1', '2', '3']);
  });

  test('the dependency search names a URL of this Gerrit', async () => {
    const { simulated, order } = await open([made(1), made(2)]);
    opened.push(simulated);
    const named = { ...made(2), commitMessage: `Two\n\nDepends-On: ${simulated.url}c/a/b/+/1\n` };
    await simulated.close();
    const port = Number(new URL(simulated.url).port);
    opened.push(await startGerrit({ port, changes: [made(1), named] }));
    expect(missingOf(await order(2))).toEqual([1]);
  });

  test('the dependency search names a change that Gerrit does not show', async () => {
    const { order } = await open([made(1, { dependsOn: [idOf(99)] })]);
    expect(await order(1)).toMatchObject({ missing: [], unknown: [idOf(99)], isComplete: true });
  });

  test('the dependency search finds the change of the same branch, ignores that of another one, and cannot add that of master', async () => {
    const id = idOf(50);
    const { order } = await open([
      made(1, { changeId: id, branch: 'wmf/1.45.0-wmf.11' }),
      made(2, { changeId: id, branch: 'wmf/1.45.0-wmf.12' }),
      made(3, { changeId: id, branch: 'master' }),
      made(4, { changeId: idOf(51), branch: 'master' }),
      made(5, { changeId: idOf(51), branch: 'wmf/1.45.0-wmf.11' }),
      made(10, { dependsOn: [id] }),
      made(11, { dependsOn: [idOf(51)] }),
      made(12, { ...configuration, dependsOn: [id] }),
    ]);
    expect(missingOf(await order(10))).toEqual([2]);
    expect((await order(11)).missing).toMatchObject([{ change: { number: '4' }, isAddable: false }]);
    expect(missingOf(await order(12)).sort()).toEqual([1, 2]);
  });

  test('a cycle of footers is reported', async () => {
    const { order } = await open();
    const found = await order(1102367);
    expect([...found.cycle].sort()).toEqual(['1102367', '1102370']);
    expect(missingOf(found)).toEqual([1102370]);
  });
});

describe('the requests', () => {
  test('a look-up of 50 unrelated changes sends a few requests, and a repeated one sends none', async () => {
    const { order, simulated } = await open(Array.from({ length: 50 }, (_, index) => made(index + 1)));
    const numbers = Array.from({ length: 50 }, (_, index) => index + 1);
    const found = await order(...numbers);
    expect(found).toMatchObject({ order: numbers.map(String), missing: [], isComplete: true });
    const sent = simulated.requests;
    expect(sent).toBeLessThanOrEqual(4);
    await order(...numbers);
    expect(simulated.requests).toBe(sent);
  });

  test('a look-up ends after 20 requests, and says so', async () => {
    const chains = Array.from({ length: 30 }, (_, index) => [
      made(100 + index),
      above(200 + index, 100 + index),
    ]).flat();
    const { order, simulated } = await open(chains);
    const found = await order(...Array.from({ length: 30 }, (_, index) => 200 + index));
    expect(found).toMatchObject({ isComplete: false, problem: null });
    expect(simulated.requests).toBe(20);
  });

  test.each([
    ['404', { status: 404 }],
    ['429', { status: 429, retryAfter: 60 }],
    ['no answer in time', { delayMs: 60_000 }],
    ['a closed connection', { down: true }],
    ['another prefix', { body: '{"changes": []}' }],
    ['broken JSON', { body: ")]}'\n{" }],
    ['something else', { body: ")]}'\n[]" }],
  ])('a relation chain that cannot be read (%s) leaves out what it would show', async (_what, failure) => {
    const { order, simulated } = await open();
    Object.assign(simulated.failure, { only: '/related', ...failure });
    const found = await order(1102344);
    expect(found).toMatchObject({ order: ['1102344'], missing: [], isComplete: false });
    expect(found.problem).toContain('could not be looked up');
  });

  test('while Gerrit does not answer, the last answer is kept and marked', async () => {
    const { order, client, simulated } = await open();
    const first = await order(1102345);
    const real = Date.now;
    const later = real() + 60_000;
    Date.now = () => later;
    try {
      simulated.failure.down = true;
      const kept = await order(1102345);
      // The first time is that of its beginning, which can be a millisecond before that of its requests.
      expect({ ...kept, at: first.at, problem: null }).toEqual(first);
      expect(kept.at - first.at).toBeLessThan(1_000);
      expect(kept.problem).toContain('could not be looked up');
      await expect(
        client.order(['1102340'], { userId: 1, signal: new AbortController().signal }),
      ).rejects.toThrow(GerritUnavailable);
      delete simulated.failure.down;
      expect(await order(1102345)).toMatchObject({ problem: null, at: later });
    } finally {
      Date.now = real;
    }
  });
});
