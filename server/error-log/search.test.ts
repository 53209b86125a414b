// Tests reading responses in the shapes of OpenSearch and Elasticsearch, and what follows from the counts.
import { describe, expect, test } from 'vitest';
import { ErrorHistory, type FoundErrors, minute } from './history.ts';
import { errorRange, jobHealth } from './job-health.ts';
import { readPage, searchBody } from './search.ts';
import { decideWatch, resultText, watchFinding } from './watch.ts';

const start = Date.UTC(2026, 10, 20, 12);
const page = { from: start, to: start + 3 * minute, size: 2, after: null };
const targets = (testservers: number, canaries: number, production: number) => ({
  buckets: {
    testservers: { doc_count: testservers },
    canaries: { doc_count: canaries },
    production: { doc_count: production },
  },
});

/** A response as OpenSearch 2 and Elasticsearch 7 and 8 give it: the parts that differ are optional in all of them. */
const response = (more: object = {}) => ({
  took: 44,
  timed_out: false,
  _shards: { total: 546, successful: 546, skipped: 540, failed: 0 },
  hits: { max_score: null, hits: [] },
  aggregations: {
    slots: {
      buckets: [
        {
          key_as_string: '2026-11-20T12:00:00.000Z',
          key: start,
          doc_count: 812,
          targets: targets(1, 11, 800),
        },
      ],
    },
    messages: {
      after_key: { minute: start, message: '[{reqId}] {exception_url}   TypeError: b' },
      buckets: [
        {
          key: { minute: start, message: null },
          doc_count: 12,
          targets: targets(1, 11, 0),
          versions: { doc_count_error_upper_bound: 0, sum_other_doc_count: 0, buckets: [] },
          wikis: { doc_count_error_upper_bound: 0, sum_other_doc_count: 0, buckets: [] },
          first: { value: start + 1, value_as_string: '2026-11-20T12:00:00.001Z' },
          last: { value: 1.795176004e12, value_as_string: '2026-11-20T12:00:04.000Z' },
        },
        {
          key: { minute: start, message: '[{reqId}] {exception_url}   TypeError: b' },
          doc_count: 800,
          targets: targets(0, 0, 800),
          versions: {
            doc_count_error_upper_bound: 0,
            sum_other_doc_count: 0,
            buckets: [{ key: '1.47.0-wmf.16', doc_count: 800 }],
          },
          wikis: {
            doc_count_error_upper_bound: 3,
            sum_other_doc_count: 650,
            buckets: [
              { key: 'enwiki', doc_count: 100 },
              { key: 'dewiki', doc_count: 50 },
            ],
          },
          first: { value: start + 2 },
          last: { value: start + 5_000 },
        },
      ],
    },
  },
  ...more,
});

describe('readPage', () => {
  test('the search reads counts above 500, and what is in no bucket of a terms aggregation', () => {
    const found = readPage(response(), page);
    expect(found.slots).toEqual([{ at: start, targets: { testservers: 1, canaries: 11, production: 800 } }]);
    expect(found.cells[1]).toMatchObject({
      count: 800,
      wikis: [
        { name: 'enwiki', count: 100 },
        { name: 'dewiki', count: 50 },
        { name: null, count: 650 },
      ],
    });
    expect(found.cells[0]).toMatchObject({ message: null, count: 12 });
    expect(found.after).toEqual({ minute: start, message: '[{reqId}] {exception_url}   TypeError: b' });
  });

  test('the search ends at a page that is not full, and at one without a key', () => {
    expect(readPage(response(), { ...page, size: 3 }).after).toBeNull();
    const empty = { aggregations: { slots: { buckets: [] }, messages: { buckets: [] } } };
    expect(readPage(response(empty), page)).toEqual({ slots: [], cells: [], after: null });
  });

  test.each([
    [{ timed_out: true }, 'it did not finish the search in time'],
    [{ _shards: { total: 546, successful: 534, failed: 12 } }, 'it searched only 534 of 546 shards'],
    [{ _shards: { total: 0, successful: 0, failed: 0 } }, 'it has no index of this name'],
    [{ aggregations: undefined }, 'its response is not that of a search'],
    [{ aggregations: { slots: { buckets: [{ key: 'x' }] }, messages: { buckets: [] } } }, 'is not that of'],
    [{ _shards: undefined }, 'its response is not that of a search'],
    [{ _clusters: { total: 2, successful: 1, skipped: 0, partial: 1 } }, 'only 1 of 2 clusters wholly'],
  ])('the search refuses a response with %j', (more, problem) => {
    expect(() => readPage(response(more), page)).toThrow(problem);
  });

  test.each([
    ['a minute long before', { key: { minute: 0, message: null } }],
    ['a minute that no calendar has', { key: { minute: 9e15, message: null } }],
    ['a first time in the future', { first: { value: start + 60 * minute } }],
    ['a last time that no calendar has', { last: { value: 1e300 } }],
  ])('the search refuses %s: counts outside of the span would never be forgotten', (_name, more) => {
    const [bucket] = response().aggregations.messages.buckets;
    const slots = { buckets: [] };
    const answer = (changed: object) =>
      response({ aggregations: { slots, messages: { buckets: [{ ...bucket, ...changed }] } } });
    expect(readPage(answer({}), page).cells).toHaveLength(1);
    expect(() => readPage(answer(more), page)).toThrow('its response is not that of a search');
  });

  test('the search refuses rates outside of the span, and more messages than it asked for', () => {
    const { messages, slots } = response().aggregations;
    const late = { buckets: slots.buckets.map((each) => ({ ...each, key: 9e15 })) };
    expect(() => readPage(response({ aggregations: { slots: late, messages } }), page)).toThrow(
      'not that of',
    );
    expect(() => readPage(response(), { ...page, size: 1 })).toThrow('not that of');
  });

  test('the search accepts few errors without fields, and other clusters that answered', () => {
    const bare = {
      key: { minute: start, message: null },
      doc_count: 19,
      targets: targets(0, 0, 19),
      versions: { sum_other_doc_count: 0, buckets: [] },
      wikis: { sum_other_doc_count: 0, buckets: [] },
      first: { value: start },
      last: { value: start },
    };
    const found = (count: number) =>
      response({
        _clusters: { total: 2, successful: 2, skipped: 0 },
        aggregations: { slots: { buckets: [] }, messages: { buckets: [{ ...bare, doc_count: count }] } },
      });
    expect(readPage(found(19), page).cells).toHaveLength(1);
    expect(() => readPage(found(20), page)).toThrow('its errors have none of the fields normalized_message');
  });

  test.each([null, [], 'x', 7, {}])('the search refuses %j', (value) => {
    expect(() => readPage(value, page)).toThrow('its response is not that of a search');
  });
});

test('only the first page asks for rates, and the next one continues', () => {
  const query = { query: 'type:mediawiki', canaries: 'release:canary', testservers: 'deployment:mw-debug' };
  expect(searchBody(query, page)).toMatchObject({
    size: 0,
    aggs: { slots: { date_histogram: { fixed_interval: '10s' } }, messages: { composite: { size: 2 } } },
  });
  const next = JSON.stringify(searchBody(query, { ...page, after: { minute: start, message: 'x' } }));
  expect(next).toContain('"after"');
  expect(next).not.toContain('slots');
});

/** Errors of one message in one minute, all of them 5 seconds after it begins. */
function found(
  at: number,
  message: string,
  count: number,
  target: 'production' | 'canaries' = 'production',
): FoundErrors {
  const counts = { testservers: 0, canaries: 0, production: 0, [target]: count };
  const cell = { minute: at, message, count, targets: counts, first: at + 5_000, last: at + 6_000 };
  return {
    from: at,
    to: at + minute,
    slots: [{ at, targets: counts }],
    cells: [{ ...cell, versions: [{ name: '1.47.0-wmf.16', count }], wikis: [{ name: 'enwiki', count }] }],
  };
}

/** `usual` errors a minute before the job at {@link start} reaches a server after one minute, and `after` a minute since then. */
function history(usual: number, after: number, message = 'old', minutes = 20): ErrorHistory {
  const counts = new ErrorHistory();
  for (let index = -60; index < minutes; index++) {
    const at = start + index * minute;
    counts.add(index < 1 ? found(at, 'old', usual) : found(at, message, after));
  }
  return counts;
}

const job = {
  id: 1,
  startedAt: start,
  finishedAt: null,
  stages: [
    { name: 'check', startedAt: start, finishedAt: start + minute },
    { name: 'canaries', startedAt: start + minute, finishedAt: start + 2 * minute },
    { name: 'production', startedAt: start + 2 * minute, finishedAt: null },
  ] as const,
};
const source = { readAt: start, problem: null, failingSince: null };
const timing = { watchTime: 0, clock: start + 20 * minute };

describe('jobHealth', () => {
  test('the health of a job compares each part of a job with the hour before', () => {
    const health = jobHealth(history(4, 20), source, job, timing);
    expect(health.before).toMatchObject({ errors: 240, minutes: 60 });
    expect(health.since).toEqual({ errors: 19 * 20, minutes: 19 });
    expect(health.now).toEqual({ errors: 100, minutes: 5 });
    expect(health.verdict).toMatchObject({ kind: 'more', text: '5.0× the usual rate' });
    expect(health.stages.map(({ rate }) => rate?.errors)).toEqual([4, 20, 18 * 20]);
    expect(health.targets.map(({ target, since }) => [target, since?.errors])).toEqual([
      ['testservers', undefined],
      ['canaries', 0],
      ['production', 18 * 20],
    ]);
    expect(health.messages).toMatchObject([{ text: 'old', isNew: false, count: 380, before: 244 }]);
  });

  test('the health of a job finds new messages', () => {
    const health = jobHealth(
      history(4, 4, '[{reqId}] {exception_url}   TypeError: new'),
      source,
      job,
      timing,
    );
    expect(health.verdict.text).toBe('No more errors than usual; 1 new message');
    expect(health.messages[0]).toMatchObject({ text: 'TypeError: new', isNew: true, before: 0 });
  });

  test('the health of a job calls nothing new while the time before is not known', () => {
    const counts = new ErrorHistory();
    counts.add(found(start + 3 * minute, 'x', 9));
    const health = jobHealth(counts, source, job, timing);
    expect(health.verdict.kind).toBe('unknown');
    expect(health.messages).toMatchObject([{ isNew: false }]);
  });

  test('the health of a job shows stages as they are while searches fail, and what is not known as unknown', () => {
    const failing = { ...source, problem: 'it refuses more requests (status 429)', failingSince: start };
    const stages = [
      { name: 'testservers', startedAt: start + minute, finishedAt: start + 2 * minute },
      { name: 'canaries', startedAt: start + 2 * minute, finishedAt: start + 23 * minute },
      { name: 'production', startedAt: start + 23 * minute, finishedAt: null },
    ] as const;
    const at = (minutes: number) =>
      jobHealth(history(4, 4), failing, { ...job, stages }, { ...timing, clock: start + minutes * minute });
    const health = at(24);
    expect(health.stages).toMatchObject([
      { name: 'testservers', verdict: { text: 'Too little traffic to tell' } },
      {
        name: 'canaries',
        rate: { minutes: 18 },
        verdict: { kind: 'usual', text: 'No more errors than usual; not known since 12:20 UTC' },
      },
      { name: 'production', rate: null, verdict: { kind: 'unknown', text: 'Not known since 12:20 UTC' } },
    ]);
    expect(health.targets[2]).toMatchObject({
      since: null,
      verdict: { text: 'Not known since 12:20 UTC' },
    });
    expect(health.verdict.text).toBe('No more errors than usual; not known since 12:20 UTC');
    expect(health.trend).toHaveLength(30 + 20);
    expect(health.now).toEqual({ errors: 4, minutes: 1 });
    expect(at(25).now).toBeNull();
  });

  test('the health of a job shows no rates before anything was read', () => {
    const health = jobHealth(new ErrorHistory(), { ...source, readAt: null }, job, timing);
    expect(health).toMatchObject({ before: null, since: null, now: null, trendFrom: null });
  });
});

test('a search that is repeated replaces its counts', () => {
  const counts = history(4, 20);
  const before = errorRange(counts, 60, start);
  counts.add(found(start + 19 * minute, 'old', 20));
  expect(errorRange(counts, 60, start)).toEqual(before);
  expect(before).toMatchObject({ total: { errors: 41 * 4 + 19 * 20 }, otherErrors: 0 });
});

test('a gap between two searches is never taken for a time without errors', () => {
  const counts = history(4, 4);
  counts.add(found(start + 60 * minute, 'old', 4));
  expect(counts.span).toEqual({ from: start + 60 * minute, to: start + 61 * minute });
  expect(counts.rate({ from: start, to: start + 61 * minute })).toEqual({ errors: 4, minutes: 1 });
});

test('counts that are older than six hours are forgotten', () => {
  const counts = new ErrorHistory();
  for (let at = 0; at < 7 * 60; at++) counts.add(found(start + at * minute, 'old', 1));
  expect(counts.rate({ from: start, to: start + 420 * minute })).toEqual({ errors: 360, minutes: 360 });
  expect(counts.messages({ from: start, to: start + 420 * minute }, 0)).toMatchObject([{ count: 360 }]);
});

describe('the watch after a job', () => {
  const ended = { ...job, finishedAt: start + 5 * minute };
  const until = start + 20 * minute;
  const finding = (usual: number, after: number, message?: string) =>
    watchFinding(history(usual, after, message), ended, until);
  const times = (read: number, now = read) => ({
    readUntil: start + read * minute,
    until,
    now: start + now * minute,
    watchTime: 15 * minute,
    steadyFor: Number.POSITIVE_INFINITY,
  });

  test('the watch over errors ends as quiet when its time is over', () => {
    expect(decideWatch(finding(4, 4), false, times(19))).toBeNull();
    expect(decideWatch(finding(4, 4), false, times(20))).toBe('quiet');
  });

  test('the watch over errors ends as risen when two searches in a row say so', () => {
    const risen = finding(4, 20);
    expect(risen.verdict).toBe('5.0× the usual rate');
    expect(decideWatch(risen, false, times(8))).toBeNull();
    expect(decideWatch(risen, true, times(8))).toBe('rose');
  });

  test('the watch over errors ends as risen also when only the last search says so', () => {
    expect(decideWatch(finding(4, 20), false, times(20))).toBe('rose');
  });

  test('the watch over errors counts since the end of a job that did not reach production', () => {
    const [check, canaries] = job.stages;
    const declined = { ...ended, stages: [check, canaries] };
    const { figures } = watchFinding(history(4, 20), declined, until);
    expect(figures.after).toEqual({ errors: 15 * 20, minutes: 15 });
  });

  test('the watch over errors takes many errors with a new message as a rise, and stores only its hash', () => {
    const risen = finding(40, 30, 'TypeError: x of User:Example');
    expect(risen.verdict).toBe('540 errors with 1 new message');
    expect(JSON.stringify(risen.figures)).not.toContain('TypeError');
    expect(Object.values(risen.figures.newMessages)).toEqual([540]);
    expect(finding(40, 0.3, 'rare').hasRisen).toBe(false);
  });

  test('the watch ends as unknown when nothing could be read for half an hour', () => {
    expect(decideWatch(finding(4, 4), false, times(6, 49))).toBeNull();
    expect(decideWatch(finding(4, 4), false, times(6, 51))).toBe('unknown');
    expect(resultText('unknown', finding(4, 4))).toMatch(/^The error log did not answer/);
  });

  test('a watch does not end by a step of the clock, but by the time after it', () => {
    const ending = (read: number, now: number, steady: number) =>
      decideWatch(finding(4, 4), false, { ...times(read, now), steadyFor: steady * minute });
    // Searches failed before the step, too.
    expect(ending(6, 51, 29)).toBeNull();
    expect(ending(6, 51, 30)).toBe('unknown');
    // The counts of a time that only seems to be over.
    expect(ending(51, 51, 14)).toBeNull();
    expect(ending(51, 51, 15)).toBe('quiet');
  });

  test('the watch ends as unknown, not quiet, when the errors before the job are no longer known', () => {
    // A job that waited for hours: the counts before it were forgotten.
    const counts = new ErrorHistory();
    for (let at = 0; at < 20; at++) counts.add(found(start + at * minute, 'old', 400));
    const uncompared = watchFinding(counts, ended, until);
    expect(uncompared).toMatchObject({
      hasRisen: false,
      figures: { before: null, after: { errors: 7_200 } },
    });
    expect(decideWatch(uncompared, false, times(19))).toBeNull();
    expect(decideWatch(uncompared, false, times(20))).toBe('unknown');
    expect(resultText('unknown', uncompared)).toMatch(/^The errors before the job are not known/);
  });
});
