// Tests production errors over the API, with the simulated error log and each of its failures.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { errorsBetween, type SimulatedMessage } from '../../jobrunner/simulator/error-log/document.ts';
import { type SimulatedErrorLog, startErrorLog } from '../../jobrunner/simulator/error-log/error-log.ts';
import { ErrorWatchRow, recordErrorWatch } from '../../schema/model/job/error-watch.ts';
import { recordReport } from '../../schema/model/job/report.ts';
import { recordStage } from '../../schema/model/job/stage.ts';
import { StoredEvent } from '../../schema/model/notification/event.ts';
import { openDatabase } from '../../schema/model/open.ts';
import { dialects, makeDatabase } from '../../tests/support/database.ts';
import { openServer, runningJob, succeed, type TestServer } from '../../tests/support/test-server.ts';
import { SearchedErrorLog } from './error-log.ts';

const minute = 60_000;
const usual: SimulatedMessage = {
  text: '[{reqId}] {exception_url}   Timeout: a query of User:Example',
  perMinute: 6,
  target: 'production',
  versions: ['1.47.0-wmf.16', '1.47.0-wmf.15'],
  wikis: ['enwiki', 'dewiki'],
};

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'spiderpig-error-log-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface ErrorWorld {
  readonly databaseUrl: string;
  readonly log: SimulatedErrorLog;
  readonly world: TestServer;
  readonly deployer: string;
  readonly viewer: string;
}

/** A server that searches every 100 ms by default. */
async function openErrorWorld(
  options: {
    dialect?: (typeof dialects)[number];
    watchTime?: number;
    credentialsFile?: string;
    /** Milliseconds between searches. */
    interval?: number;
    /** Another server, whose database and error log this one uses. */
    like?: ErrorWorld;
  } = {},
): Promise<ErrorWorld> {
  const {
    dialect = 'sqlite',
    watchTime = 15 * minute,
    credentialsFile = null,
    interval = 100,
    like,
  } = options;
  const log = like?.log ?? (await startErrorLog({ messages: [usual] }));
  if (like === undefined) onTestFinished(async () => await log[Symbol.asyncDispose]());
  const databaseUrl =
    like?.databaseUrl ?? (await makeDatabase(dialect, mkdtempSync(join(directory, 'database-')))).url;
  const world = await openServer({
    databaseUrl,
    errorLogTiming: { interval, timeout: 1_500 },
    configuration: {
      errorLog: {
        url: log.url,
        credentialsFile,
        index: 'logstash-*',
        query: 'type:mediawiki',
        canaries: 'kubernetes.labels.release:canary',
        testservers: 'kubernetes.labels.deployment:mw-debug',
        dashboardUrl: 'https://dashboard.example/#/view/errors',
        watchTime,
      },
    },
  });
  onTestFinished(async () => await world[Symbol.asyncDispose]());
  return {
    databaseUrl,
    log,
    world,
    deployer: await world.token('deploy'),
    viewer: await world.token('read', 'vera'),
  };
}

/** A running job that started some minutes ago and reached production two minutes later. */
async function startedJob({ world: { db } }: ErrorWorld, minutes: number): Promise<number> {
  const id = await runningJob(db);
  const startedAt = Date.now() - minutes * minute;
  await recordStage(db, id, 'production', startedAt + 2 * minute);
  await db.execute('update job set started_at = ? where id = ?', [startedAt, id]);
  return id;
}

const verdict = 'verdict { kind text basis factor }';
const messages = 'messages { text isNew count before versions { name } wikis { name } trend dashboardUrl }';

/** The errors once they meet a condition: subscribers receive each search. */
// biome-ignore lint/suspicious/noExplicitAny: the decoding edge of the tests
async function logWhere({ world }: ErrorWorld, by: string, condition: (log: any) => boolean): Promise<any> {
  const query = `subscription { errorLogUpdates { source { readAt problem failingSince } dashboardUrl
    range(minutes: 30) { total { errors minutes perMinute } ${verdict} targets { target count } messageCount otherErrors trend ${messages} } } }`;
  for await (const { data, errors } of world.socket(by).iterate<Record<string, unknown>>({ query })) {
    if (errors) throw new Error(errors[0]?.message);
    if (condition(data?.['errorLogUpdates'])) return data?.['errorLogUpdates'];
  }
}

async function healthWhere(
  { world, deployer }: ErrorWorld,
  id: number,
  // biome-ignore lint/suspicious/noExplicitAny: the decoding edge of the tests
  condition: (health: any) => boolean,
  // biome-ignore lint/suspicious/noExplicitAny: the decoding edge of the tests
): Promise<any> {
  const query = `subscription { jobHealthUpdates(jobId: ${id}) { source { readAt problem } ${verdict} newMessageCount
    before { errors minutes } since { errors minutes } now { errors }
    stages { name rate { errors } ${verdict} } targets { target since { errors } ${verdict} } ${messages} watchedUntil watch { state text } } }`;
  for await (const { data, errors } of world.socket(deployer).iterate<Record<string, unknown>>({ query })) {
    if (errors) throw new Error(errors[0]?.message);
    if (condition(data?.['jobHealthUpdates'])) return data?.['jobHealthUpdates'];
  }
  throw new Error('the updates have ended');
}

/** How many errors the service has in the last minutes that are known. */
const simulated = (log: SimulatedErrorLog, from: string, to: string): number =>
  errorsBetween(log.messages, Date.parse(from), Date.parse(to)).reduce((sum, { count }) => sum + count, 0);

const isKnown = (log: { range: { total: { minutes: number } | null } }): boolean =>
  (log.range.total?.minutes ?? 0) >= 30;

/** The configuration of an error log that is used without a server, and what else it needs. */
const configuration = {
  credentialsFile: null,
  index: 'logstash-*',
  query: 'type:mediawiki',
  canaries: 'kubernetes.labels.release:canary',
  testservers: 'kubernetes.labels.deployment:mw-debug',
  dashboardUrl: null,
  watchTime: 15 * minute,
};
const stub = {
  stages: () => Promise.resolve([]),
  loadJob: () => Promise.resolve(null),
  followJob: () => Promise.resolve(null),
  logger: pino({ level: 'silent' }),
};

describe('the error log', () => {
  test('the error log counts thousands of errors as the service does', async () => {
    const own = await openErrorWorld();
    own.log.messages = [
      { ...usual, perMinute: 3_000 },
      ...Array.from({ length: 30 }, (_, index) => ({ ...usual, text: `Message ${index}`, perMinute: 30 })),
      { ...usual, text: 'On canaries', target: 'canaries', perMinute: 2 },
    ];
    const found = await logWhere(own, own.deployer, isKnown);
    const total = found.range.total.errors;
    expect(total).toBeGreaterThan(100_000);
    expect(found.range.messageCount).toBe(32);
    expect(found.range.otherErrors).toBe(0);
    expect(found.range.messages.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(
      total,
    );
    const { data } = await own.world.ask(
      own.deployer,
      '{ errorLog { range(minutes: 30) { from to total { errors } } } }',
    );
    const { range } = data.errorLog;
    expect(range.total.errors).toBe(simulated(own.log, range.from, range.to));
  });

  test('G8 the error log shows messages to deployers only', async () => {
    const own = await openErrorWorld();
    const full = await logWhere(own, own.deployer, isKnown);
    expect(full.range.messages[0]).toMatchObject({
      text: 'Timeout: a query of User:Example',
      wikis: [{ name: expect.stringMatching(/^(en|de)wiki$/) }, { name: expect.any(String) }],
      dashboardUrl: expect.stringContaining('normalized_message'),
    });
    const part = await logWhere(own, own.viewer, isKnown);
    expect(part.range.messages[0]).toMatchObject({ text: null, dashboardUrl: null });
    expect(JSON.stringify(part)).not.toContain('Example');
    const search = `{ errorLog { range { messages(text: "User:Example") { id } all: messages { id } } } }`;
    const { data } = await own.world.ask(own.viewer, search);
    expect(data.errorLog.range.messages).toEqual(data.errorLog.range.all);
  });

  test('G8 the error log sorts messages by version, and by text for deployers only', async () => {
    const own = await openErrorWorld();
    own.log.messages = [
      { ...usual, text: 'b', perMinute: 3, versions: ['1.47.0-wmf.9'] },
      { ...usual, text: 'c', perMinute: 30, versions: ['1.47.0-wmf.10'] },
      { ...usual, text: 'a', perMinute: 300, versions: ['1.47.0-wmf.8'] },
    ];
    await logWhere(own, own.deployer, isKnown);
    const sorted = async (sort: string, by = own.deployer): Promise<string> => {
      const query = `{ errorLog { range { messages(sort: ${sort}) { text versions { name } } } } }`;
      const { data } = await own.world.ask(by, query);
      const { messages: found } = data.errorLog.range;
      return found
        .map(({ versions }: { versions: { name: string }[] }) => versions[0]?.name.slice(11))
        .join(' ');
    };
    expect(await sorted('COUNT')).toBe('8 10 9');
    expect(await sorted('VERSION')).toBe('10 9 8');
    expect(await sorted('TEXT')).toBe('8 9 10');
    expect(await sorted('TEXT', own.viewer)).toBe('8 10 9');
  });

  test.each([
    ['hang', 'it did not answer within 1.5 seconds'],
    ['not-json', 'its response is not JSON'],
    ['other-json', 'its response is not that of a search'],
    ['huge', 'its response is too large'],
    ['part-of-shards', 'it searched only 534 of 546 shards, so its counts are too small'],
    ['timed-out', 'it did not finish the search in time, so its counts are too small'],
    ['busy', 'it refuses more requests (status 429)'],
    ['no-index', 'it has no index of this name'],
    ['redirect', 'it redirects elsewhere'],
    ['circuit-breaker', 'it has too little memory for the search'],
    [
      'circuit-breaker-in-shards',
      'it searched only 543 of 546 shards: it has too little memory for the search',
    ],
    ['skipped-cluster', 'it searched only 1 of 2 clusters wholly, so its counts are too small'],
    [
      'text-field',
      'it answered with status 400 (Text fields are not optimised for operations that require per-document field data like aggregations and sorting)',
    ],
    [
      'other-fields',
      'its errors have none of the fields normalized_message.keyword, mwversion.keyword, wiki.keyword',
    ],
    [500, 'it answered with status 500'],
    [401, 'it refuses the credentials (status 401)'],
  ] as const)('the error log keeps its counts while the service fails (%s)', async (failure, problem) => {
    const own = await openErrorWorld();
    const before = await logWhere(own, own.deployer, isKnown);
    own.log.failure = failure;
    const failed = await logWhere(own, own.deployer, ({ source }) => source.problem !== null);
    expect(failed.source.problem).toBe(problem);
    expect(failed.source.failingSince).not.toBeNull();
    expect(failed.source.readAt >= before.source.readAt).toBe(true);
    expect(failed.range.total.errors).toBeGreaterThan(0);
    if (failure === 'busy') return;
    own.log.failure = null;
    await logWhere(
      own,
      own.deployer,
      ({ source }) => source.problem === null && source.failingSince === null,
    );
  });

  test('the error log says that nothing is known when the first search fails', async () => {
    const own = await openErrorWorld();
    own.log.failure = 503;
    const failed = await logWhere(own, own.deployer, ({ source }) => source.problem !== null);
    expect(failed).toMatchObject({
      source: { readAt: null },
      range: { total: null, trend: [], verdict: { kind: 'UNKNOWN' } },
    });
  });

  test('the error log waits for minutes when the service asks for years, and does not search all the time', async () => {
    const own = await openErrorWorld();
    own.log.failure = 'busy-for-years';
    await logWhere(own, own.deployer, ({ source }) => source.problem !== null);
    const { searches } = own.log;
    // Each of them takes longer than a timer that ends immediately.
    for (let n = 0; n < 20; n++) await logWhere(own, own.deployer, () => true);
    expect(own.log.searches).toBe(searches);
  });

  test.each(['too-many-buckets', 'circuit-breaker', 'circuit-breaker-in-shards'] as const)(
    'the error log asks for smaller pages when the service refuses large ones (%s)',
    async (refusal) => {
      const own = await openErrorWorld();
      own.log.maxPage = 100;
      own.log.refusal = refusal;
      const found = await logWhere(own, own.deployer, isKnown);
      expect(found.range.total.errors).toBeGreaterThan(0);
    },
  );

  test('the error log sends the credentials of the file, also after it has changed', async () => {
    const file = join(directory, 'credentials');
    writeFileSync(file, '# of the deployment host\n\nscap:first\n', { mode: 0o600 });
    const own = await openErrorWorld({ credentialsFile: file });
    await logWhere(own, own.deployer, isKnown);
    expect(own.log.authorization).toBe(`Basic ${btoa('scap:first')}`);
    writeFileSync(file, 'scap:second\n');
    await logWhere(own, own.deployer, () => own.log.authorization === `Basic ${btoa('scap:second')}`);
    writeFileSync(file, 'nothing');
    const failed = await logWhere(own, own.deployer, ({ source }) => source.problem !== null);
    expect(failed.source.problem).toBe('the file with its credentials has no line USER:PASSWORD');
    expect(own.world.logged.join('')).not.toContain('second');
  });

  test('the error log reports its age and its failures as metrics', async () => {
    const own = await openErrorWorld();
    const metrics = async () => {
      const headers = { authorization: `Bearer ${own.deployer}` };
      return await (await fetch(`${own.world.url}/metrics`, { headers })).text();
    };
    await logWhere(own, own.deployer, isKnown);
    expect(await metrics()).toMatch(/^spiderpig_error_log_age_seconds [0-9.e-]+$/m);
    expect(await metrics()).toMatch(/^spiderpig_error_log_failing_seconds 0$/m);
    own.log.failure = 500;
    await logWhere(own, own.deployer, ({ source }) => source.problem !== null);
    expect(await metrics()).not.toMatch(/^spiderpig_error_log_failing_seconds 0$/m);
  });

  test('the error log is read again when the clock was set back', async () => {
    const own = await openErrorWorld();
    const now = Date.now();
    let offset = 60 * minute;
    const log = new SearchedErrorLog({
      ...stub,
      configuration: { ...configuration, url: own.log.url, watchTime: 0 },
      db: own.world.db,
      interval: 50,
      now: () => now + offset,
    });
    onTestFinished(async () => await log[Symbol.asyncDispose]());
    for await (const { range } of { [Symbol.asyncIterator]: () => log.follow() }) {
      const { total, to } = range(5);
      if (total === null) continue;
      // The second state is that after the change of the clock.
      if (offset === 0 && to <= now) break;
      offset = 0;
    }
    expect(log.now()?.range(5).total?.errors).toBeGreaterThan(0);
  });

  test('the error log is not searched while it has no watchers', async () => {
    const own = await openErrorWorld();
    const { data } = await own.world.ask(own.deployer, '{ system { version } }');
    expect(data.system.version).toBe('1.2.3');
    expect(own.log.searches).toBe(0);
    await logWhere(own, own.deployer, isKnown);
    expect(own.log.searches).toBeGreaterThan(0);
  });

  test('the error log is searched once for many watchers', async () => {
    const own = await openErrorWorld();
    await Promise.all(Array.from({ length: 20 }, () => logWhere(own, own.deployer, isKnown)));
    // The needed two hours are read in parts of 20 minutes, each of one page or a few.
    expect(own.log.searches).toBeLessThan(60);
  });

  test('the error log is null where none is configured', async () => {
    await using world = await openServer();
    const id = await runningJob(world.db);
    const { data } = await world.ask(
      await world.token('deploy'),
      `{ errorLog { dashboardUrl } job(id: ${id}) { health { watchedUntil } errorWatch { state } } }`,
    );
    expect(data).toEqual({ errorLog: null, job: { health: null, errorWatch: null } });
  });
});

describe('the health of a job', () => {
  test('the health of a job compares errors with the hour before, and finds a new message', async () => {
    const own = await openErrorWorld();
    const id = await startedJob(own, 10);
    const from = Date.now() - 7 * minute;
    own.log.messages = [usual, { ...usual, text: 'TypeError: new', perMinute: 40, from }];
    const health = await healthWhere(own, id, ({ before }) => (before?.minutes ?? 0) > 59);
    expect(health.verdict).toMatchObject({
      kind: 'MORE',
      text: expect.stringMatching(/^\d.*× the usual rate; 1 new message$/),
    });
    expect(health.messages[0]).toMatchObject({ text: 'TypeError: new', isNew: true, before: 0 });
    expect(health.messages[1]).toMatchObject({ isNew: false });
    const [stage] = health.stages.slice(-1);
    expect(stage).toMatchObject({ name: 'PRODUCTION', verdict: { kind: 'MORE' } });
    expect(health.targets).toMatchObject([
      { target: 'TESTSERVERS', since: null, verdict: { text: 'Not reached by this job' } },
      { target: 'CANARIES', since: null },
      { target: 'PRODUCTION', verdict: { kind: 'MORE' } },
    ]);
  });

  test('the health of a job is sent when the job reaches another stage, without waiting for the next search', async () => {
    // The longest interval, and a job of which nothing is left to read once the hour before it is known: no other search follows soon.
    const own = await openErrorWorld({ interval: 60 * minute });
    const id = await startedJob(own, 70);
    let readAt: string | null = null;
    const health = await healthWhere(own, id, ({ before, source, targets: [testservers] }) => {
      if (readAt !== null) return testservers.since !== null;
      if ((before?.minutes ?? 0) <= 59) return false;
      readAt = source.readAt;
      void recordStage(own.world.db, id, 'testservers', Date.now() - 5 * minute).then(() =>
        recordReport(own.world.db, id, { status: 'Syncing to the test servers' }),
      );
      return false;
    });
    expect(health.targets[0].verdict.text).not.toBe('Not reached by this job');
    expect(health.source.readAt).toBe(readAt);
  });

  test('the health of a job sees no difference without a change', async () => {
    const own = await openErrorWorld();
    const id = await startedJob(own, 20);
    const health = await healthWhere(own, id, ({ before }) => (before?.minutes ?? 0) > 59);
    expect(health.verdict).toMatchObject({ kind: 'USUAL', text: 'No more errors than usual' });
  });
});

describe.each(dialects)('the watch after a job on %s', (dialect) => {
  /** Ends a job as if it had ended some minutes ago. */
  async function endedJob(own: ErrorWorld, minutes: number): Promise<number> {
    const id = await startedJob(own, minutes + 10);
    await succeed(own.world.db, id);
    await own.world.db.execute('update job set finished_at = ? where id = ?', [
      Date.now() - minutes * minute,
      id,
    ]);
    return id;
  }

  const eventsOf = async ({ world: { db } }: ErrorWorld): Promise<StoredEvent[]> =>
    await db.em().find(StoredEvent, { kind: { $in: ['quiet', 'errors_rose'] } });

  test('G8 the watch over errors stores and sends “errors rose” once, without messages', async () => {
    const own = await openErrorWorld({ dialect });
    const from = Date.now() - 8 * minute;
    own.log.messages = [usual, { ...usual, text: 'TypeError: new', perMinute: 40, from }];
    const id = await endedJob(own, 3);
    const health = await healthWhere(own, id, ({ watch }) => watch?.state === 'ROSE');
    expect(health.watch.text).toMatch(
      /^Errors rose after the deployment: .*× the usual rate; 1 new message\.$/,
    );
    const [event, ...others] = await eventsOf(own);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ kind: 'errors_rose', jobId: id, data: { errors: { newMessages: 1 } } });
    const rows = await own.world.db.em().find(ErrorWatchRow, {});
    expect(rows).toMatchObject([{ job: id, state: 'rose' }]);
    expect(JSON.stringify([rows, event])).not.toMatch(/TypeError|User:Example/);
  });

  test('the watch over errors says that it stayed quiet, also of a job that ended while no server ran', async () => {
    const own = await openErrorWorld({ dialect, watchTime: 5 * minute });
    const id = await endedJob(own, 20);
    const state = `{ job(id: ${id}) { health { watchedUntil } errorWatch { state text at until } } }`;
    await expect
      .poll(async () => (await own.world.ask(own.viewer, state)).data.job.errorWatch.state)
      .toBe('QUIET');
    const { data } = await own.world.ask(own.viewer, state);
    expect(data.job).toMatchObject({ health: null, errorWatch: { text: 'Quiet since the end.' } });
    expect(await eventsOf(own)).toMatchObject([{ kind: 'quiet', jobId: id }]);
  });

  test('a client that follows the watch receives a result that comes late', async () => {
    const own = await openErrorWorld({ dialect, watchTime: 5 * minute });
    own.log.failure = 503;
    // The watch was over 15 minutes ago, but the error log has not answered since.
    const id = await endedJob(own, 20);
    await healthWhere(own, id, ({ watch, source }) => {
      if (watch.state === 'WATCHING' && source.problem !== null) own.log.failure = null;
      return watch.state === 'QUIET';
    });
  });

  test.each([40, 180])('a clock that jumps ahead by %i minutes ends no watch', async (jump) => {
    const own = await openErrorWorld({ dialect });
    await own.world.server.close();
    await using db = await openDatabase(own.databaseUrl);
    const id = await runningJob(db);
    const begin = Date.now();
    const stage = { name: 'production', startedAt: begin - 12 * minute, finishedAt: null } as const;
    await recordStage(db, id, stage.name, stage.startedAt);
    await succeed(db, id);
    const columns = 'started_at = ?, finished_at = ?';
    await db.execute(`update job set ${columns} where id = ?`, [
      begin - 13 * minute,
      begin - 10 * minute,
      id,
    ]);
    let [passed, ahead] = [0, 0];
    const log = new SearchedErrorLog({
      ...stub,
      configuration: { ...configuration, url: own.log.url },
      db,
      stages: () => Promise.resolve([stage]),
      interval: 50,
      now: () => begin + passed + ahead,
      monotonic: () => passed,
    });
    onTestFinished(async () => await log[Symbol.asyncDispose]());
    const searched = async (times: number) => {
      const before = own.log.searches;
      await expect.poll(() => own.log.searches, { timeout: 5_000 }).toBeGreaterThan(before + times);
    };
    const results = () => db.em().find(ErrorWatchRow, {});
    await searched(10);
    // The service cannot be reached at first, as after a sleep of the host.
    own.log.failure = 503;
    ahead = jump * minute;
    await searched(2);
    own.log.failure = null;
    await searched(20);
    expect(await results()).toEqual([]);
    passed = 16 * minute;
    await expect.poll(results).toMatchObject([{ job: id, state: 'quiet' }]);
  });

  test('the result of a watch is neither lost nor stored twice when servers restart during it', async () => {
    const first = await openErrorWorld({ dialect });
    const id = await endedJob(first, 3);
    await healthWhere(first, id, ({ watch, before }) => watch?.state === 'WATCHING' && before?.minutes > 59);
    await first.world.server.close();
    const from = Date.now() - 8 * minute;
    first.log.messages = [usual, { ...usual, text: 'TypeError: new', perMinute: 40, from }];
    const others = await Promise.all([1, 2].map(() => openErrorWorld({ dialect, like: first })));
    await Promise.all(others.map((own) => healthWhere(own, id, ({ watch }) => watch?.state === 'ROSE')));
    const again = await openErrorWorld({ dialect, like: first });
    await logWhere(again, again.deployer, isKnown);
    expect(await eventsOf(again)).toMatchObject([{ kind: 'errors_rose', jobId: id }]);
    expect(await again.world.db.em().count(ErrorWatchRow, {})).toBe(1);
  });

  test('only one of several servers stores the result of a watch', async () => {
    const { url } = await makeDatabase(dialect, mkdtempSync(join(directory, 'shared-')));
    await using one = await openDatabase(url);
    await using other = await openDatabase(url);
    const id = await runningJob(one);
    const figures = { before: null, after: null, factor: null, newMessages: {} };
    const result = { jobId: id, until: 5, text: 'Quiet since the end.', figures } as const;
    const stored = await Promise.all(
      [one, other, one, other].map((db) => recordErrorWatch(db, { ...result, state: 'quiet' })),
    );
    expect(stored.filter(Boolean)).toEqual([true]);
    expect(await one.em().count(StoredEvent, { kind: 'quiet' })).toBe(1);
    expect(await recordErrorWatch(one, { ...result, jobId: id + 1, state: 'quiet' })).toBe(false);
  });
});
