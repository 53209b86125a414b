import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AuditEntry, auditActions, recordAudit } from '../../schema/model/account/audit.ts';
import { createSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { User, userNamed } from '../../schema/model/account/user.ts';
import { claimJob } from '../../schema/model/job/claim.ts';
import { endJob } from '../../schema/model/job/ending.ts';
import { askInteraction } from '../../schema/model/job/interaction.ts';
import { Job } from '../../schema/model/job/job.ts';
import { openDatabase } from '../../schema/model/open.ts';
import { defaultLane } from '../../schema/model/runner/lane.ts';
import { closeUnreachableJob } from '../../schema/model/runner/loss.ts';
import { dialects, makeDatabase, nightlyDialects } from '../../tests/support/database.ts';
import {
  type Browser,
  openServer,
  queuedJob,
  runningJob,
  startNextJob,
  type TestServer,
} from '../../tests/support/test-server.ts';
import { ServerMetrics } from '../monitoring/metrics.ts';
import { RefusedSignIns } from '../sign-in/refused-sign-in.ts';
import { auditLine } from './audit-export.ts';

const page = ({ cookie, pageKey }: Browser) => ({ cookie, 'x-spiderpig-page-key': pageKey });

/** The entries of an export. */
const lines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

describe.each(dialects)('the audit log on %s', (dialect) => {
  let world: TestServer;
  let directory: string;
  let databaseUrl: string;
  let drop: () => Promise<void>;
  let admin: Browser;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'spiderpig-audit-'));
    const database = await makeDatabase(dialect, directory);
    databaseUrl = database.url;
    drop = database.drop;
    world = await openServer({ databaseUrl });
    admin = await world.signIn('admin', 'ada');
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await drop();
    rmSync(directory, { recursive: true });
  });

  const entries = async (after = 0) =>
    await world.db.em().find(AuditEntry, { id: { $gt: after } }, { orderBy: { id: 'asc' } });
  const last = async (): Promise<number> => (await entries()).at(-1)?.id ?? 0;
  const ask = (query: string, variables: Record<string, unknown> = {}) =>
    world.ask(page(admin), query, variables);
  const fetched = (path: string, headers: Record<string, string> = page(admin)) =>
    fetch(`${world.url}${path}`, { headers });
  const clear = async (): Promise<void> => {
    for (const { id } of await world.db.em().find(Job, { finishedAt: null })) {
      await world.ask(
        await world.token('deploy'),
        'mutation ($id: ID!) { stopJob(input: { jobId: $id }) { __typename } }',
        { id },
      );
      await endJob(world.db, id, { state: 'stopped', reason: 'a test', exit: { status: 1, signal: null } });
    }
  };

  test('C9: the audit log records every action with user, detail, address and channel', async () => {
    const token = await world.token('deploy', 'grace');
    const grace = (await world.db.em().findOneOrFail(User, { name: 'grace' })).id;
    const ada = (await world.db.em().findOneOrFail(User, { name: 'ada' })).id;
    const began = Date.now();
    const before = await last();
    const byPage = { user: ada, channel: 'page', address: '127.0.0.1' };
    const byToken = { user: grace, channel: 'token a test', address: '127.0.0.1' };

    const started = await world.ask(
      token,
      'mutation { startBackport(input: { changes: ["7", "8"], acceptUnverified: true }) { ... on StartBackportSuccess { job { id } } } }',
    );
    const jobId = Number(started.data.startBackport.job.id);
    await startNextJob(world.db);
    const choices = [{ label: 'Yes, go on', code: 'y' }];
    const question = await askInteraction(world.db, jobId, {
      kind: 'choices',
      prompt: '┌───┐\n│ 7 │\n└───┘\nGo on?',
      choices,
      default: null,
    });
    const answer =
      'mutation ($id: ID!, $answer: String!) { answerInteraction(input: { interactionId: $id, answer: $answer }) { __typename } }';
    await ask(answer, { id: question, answer: 'y' });
    const text = await askInteraction(world.db, jobId, {
      kind: 'text',
      prompt: 'Why?',
      choices: [],
      default: null,
    });
    await world.ask(token, answer, { id: text, answer: 'my secret' });
    await ask('mutation ($id: ID!) { stopJob(input: { jobId: $id, how: TERMINATE }) { __typename } }', {
      id: jobId,
    });
    await endJob(world.db, jobId, { state: 'stopped', reason: 'x', exit: { status: 1, signal: null } });
    const retried = await ask(
      'mutation ($id: ID!) { retryJob(input: { jobId: $id }) { ... on RetryJobSuccess { job { id } } } }',
      { id: jobId },
    );
    const retryId = Number(retried.data.retryJob.job.id);
    await ask('mutation ($id: ID!) { stopJob(input: { jobId: $id }) { __typename } }', { id: retryId });
    const held = await ask(
      'mutation { holdDeployments(input: { reason: "switchover" }) { ... on HoldDeploymentsSuccess { hold { id } } } }',
    );
    const refused = await world.ask(
      token,
      'mutation { startBackport(input: { changes: ["7"], acceptUnverified: true }) { __typename ... on DeploymentsHeld { message hold { reason by { name } } } } }',
    );
    expect(refused.data.startBackport).toMatchObject({
      __typename: 'DeploymentsHeld',
      hold: { reason: 'switchover', by: { name: 'ada' } },
    });
    await ask('mutation ($id: ID!) { releaseDeployments(input: { holdId: $id }) { __typename } }', {
      id: held.data.holdDeployments.hold.id,
    });
    const browser = await world.signIn('viewer', 'linus');
    const linus = (await world.db.em().findOneOrFail(User, { name: 'linus' })).id;
    await fetch(`${world.url}/sign-out`, {
      method: 'POST',
      headers: { ...page(browser), origin: world.url },
    });
    await ask('mutation ($id: ID!) { banUser(input: { userId: $id, reason: "rude" }) { __typename } }', {
      id: linus,
    });
    await ask('mutation ($id: ID!) { unbanUser(userId: $id) { __typename } }', { id: linus });
    await ask('mutation ($id: ID!) { endSessionsOf(userId: $id) { __typename } }', { id: linus });
    const silent = await runningJob(world.db);
    await closeUnreachableJob(world.db, silent, 'root', 'confirmed');
    const root = (await world.db.em().findOneOrFail(User, { name: 'root' })).id;

    expect(await entries(before)).toMatchObject([
      { action: 'start', jobId, detail: 'backport of 7, 8', ...byToken },
      { action: 'answer', jobId, detail: `question ${question} “Go on?”: “Yes, go on” (y)`, ...byPage },
      { action: 'answer', jobId, detail: `question ${text} “Why?”: a text of 9 characters`, ...byToken },
      { action: 'stop', jobId, detail: 'terminate', ...byPage },
      { action: 'retry', jobId: retryId, detail: `of job ${jobId}: backport of 7, 8`, ...byPage },
      { action: 'stop', jobId: retryId, detail: 'interrupt: cancelled before it started', ...byPage },
      { action: 'hold', jobId: null, detail: 'until released: “switchover”', ...byPage },
      { action: 'release', jobId: null, ...byPage },
      { action: 'link made', user: linus, detail: 'as viewer', channel: 'host', address: null },
      { action: 'sign-in', user: linus, channel: 'page', address: '127.0.0.1' },
      { action: 'sign-out', user: linus, channel: 'page', address: '127.0.0.1' },
      { action: 'ban', detail: 'linus: “rude”', ...byPage },
      { action: 'unban', detail: 'linus', ...byPage },
      { action: 'sign-out of all', detail: 'linus: 0 sessions', ...byPage },
      { action: 'start', user: grace },
      { action: 'lose', jobId: silent, user: root, channel: 'host' },
    ]);
    for (const entry of await entries(before)) expect(entry.at).toBeGreaterThanOrEqual(began);
  });

  test('an action that cannot be recorded is not performed', async () => {
    await clear();
    const token = await world.token('deploy', 'grace');
    const { id: victim } = await world.db.em().findOneOrFail(User, { name: 'grace' });
    await queuedJob(world.db);
    const jobId = Number(await claimJob(world.db, 'host', [defaultLane]));
    const question = await askInteraction(world.db, jobId, {
      kind: 'text',
      prompt: 'Why?',
      choices: [],
      default: null,
    });
    const link = await createSignInLink(world.db, 'grace', 'viewer');
    const state = async () =>
      JSON.stringify(
        await Promise.all(
          ['account', 'job', 'interaction', 'stop', 'hold', 'session', 'sign_in_link', 'api_token'].map(
            (table) => world.db.execute(`select * from ${table} order by id`, []),
          ),
        ),
      );
    const before = await state();
    await world.db.execute('alter table audit_entry rename to audit_entry_away', []);
    try {
      for (const document of [
        'mutation { startBackport(input: { changes: ["7"], acceptUnverified: true }) { __typename } }',
        `mutation { answerInteraction(input: { interactionId: ${question}, answer: "x" }) { __typename } }`,
        `mutation { stopJob(input: { jobId: ${jobId} }) { __typename } }`,
        'mutation { holdDeployments(input: { reason: "x" }) { __typename } }',
        `mutation { banUser(input: { userId: ${victim}, reason: "x" }) { __typename } }`,
        `mutation { endSessionsOf(userId: ${victim}) { __typename } }`,
        'mutation { endAllSessions(keepOwn: false) }',
        'mutation { revokeTokenOf(tokenId: 1) { __typename } }',
      ]) {
        const { errors } = await ask(document);
        expect(errors?.[0]?.extensions.code, document).toBe('INTERNAL_SERVER_ERROR');
      }
      const redeemed = await fetch(`${world.url}/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: world.url },
        body: JSON.stringify({ code: link }),
      });
      expect(redeemed.status).toBe(500);
    } finally {
      await world.db.execute('alter table audit_entry_away rename to audit_entry', []);
    }
    expect(await state()).toBe(before);
    expect((await world.ask(token, '{ viewer { role } }')).errors).toBeUndefined();
    await clear();
  });

  test('C4: the audit log records refused sign-ins with their address, and only counts them above the rate limit', async () => {
    const before = await last();
    const redeem = (code: string) =>
      fetch(`${world.url}/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: world.url },
        body: JSON.stringify({ code }),
      });
    const code = await createSignInLink(world.db, 'linus', 'viewer');
    await redeem(code);
    const statuses = await Promise.all([redeem(code), redeem('guessed')]);
    expect(statuses.map(({ status }) => status)).toEqual([403, 403]);
    const refusals = (await entries(before)).filter(({ action }) => action === 'sign-in refused');
    const linus = (await world.db.em().findOneOrFail(User, { name: 'linus' })).id;
    expect(refusals).toHaveLength(2);
    expect(refusals).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ user: linus, detail: 'the link was already used', address: '127.0.0.1' }),
        expect.objectContaining({
          user: null,
          detail: 'unknown link',
          address: '127.0.0.1',
          channel: 'page',
        }),
      ]),
    );
    let now = 1_000_000;
    const recorder = new RefusedSignIns(world.db, pino({ level: 'silent' }), new ServerMetrics(), () => now);
    const from = await last();
    const refusal = { user: null, address: '192.0.2.1', why: 'unknown link' };
    for (let count = 0; count < 500; count++) await recorder.record(refusal);
    expect(await entries(from)).toHaveLength(10);
    now += 60_000;
    await recorder.record(refusal);
    expect((await entries(from)).at(-1)?.detail).toBe(
      'unknown link; 490 earlier refusals were not recorded separately',
    );
  });

  test('W3 refused sign-ins are recorded again after the clock was set back', async () => {
    let now = 9_000_000;
    const recorder = new RefusedSignIns(world.db, pino({ level: 'silent' }), new ServerMetrics(), () => now);
    const from = await last();
    const refusal = { user: null, address: '192.0.2.9', why: 'unknown link' };
    for (let count = 0; count < 20; count++) await recorder.record(refusal);
    now = 1_000_000;
    await recorder.record(refusal);
    expect(await entries(from)).toHaveLength(11);
  });

  test('W3 refused sign-ins of strangers do not hide those of a known user', async () => {
    const recorder = new RefusedSignIns(
      world.db,
      pino({ level: 'silent' }),
      new ServerMetrics(),
      () => 5_000_000,
    );
    const user = await world.db.write([], (em) => userNamed(em, 'known', 1));
    const from = await last();
    for (let count = 0; count < 500; count++)
      await recorder.record({ user: null, address: `192.0.2.${count % 200}`, why: 'unknown link' });
    expect(await entries(from)).toHaveLength(60);
    await recorder.record({ user, address: '192.0.2.1', why: 'the link was already used' });
    expect((await entries(from)).at(-1)).toMatchObject({
      user: user.id,
      detail: 'the link was already used',
    });
  });

  test('the audit log lists entries newest first, with pagination and filters', async () => {
    await world.db.write([], async (em) => {
      const user = await userNamed(em, 'filtered', 1_000);
      for (let number = 1; number <= 5; number++)
        await recordAudit(em, {
          at: number * 1_000,
          user,
          action: number % 2 ? 'start' : 'answer',
          jobId: number,
          detail: `entry ${number}`,
        });
    });
    const document = `query ($first: Int, $after: String, $filter: AuditFilter) { auditLog(first: $first, after: $after, filter: $filter) {
      edges { cursor } nodes { at user { name } action jobId detail channel address } pageInfo { hasNextPage endCursor } totalCount } }`;
    const list = async (filter: object, more: object = {}) =>
      (await ask(document, { filter: { user: 'filtered', ...filter }, ...more })).data.auditLog;
    const details = async (filter: object, more: object = {}) =>
      (await list(filter, more)).nodes.map(({ detail }: { detail: string }) => Number(detail.slice(6)));
    const first = await list({}, { first: 2 });
    expect(first.nodes).toEqual([
      {
        at: '1970-01-01T00:00:05.000Z',
        user: { name: 'filtered' },
        action: 'START',
        jobId: '5',
        detail: 'entry 5',
        channel: null,
        address: null,
      },
      {
        at: '1970-01-01T00:00:04.000Z',
        user: { name: 'filtered' },
        action: 'ANSWER',
        jobId: '4',
        detail: 'entry 4',
        channel: null,
        address: null,
      },
    ]);
    expect(first.pageInfo).toEqual({ hasNextPage: true, endCursor: first.edges[1].cursor });
    expect(first.totalCount).toBe(5);
    expect(await details({}, { first: 2, after: first.pageInfo.endCursor })).toEqual([3, 2]);
    expect(await details({ actions: ['ANSWER'] })).toEqual([4, 2]);
    expect(await details({ actions: [] })).toEqual([5, 4, 3, 2, 1]);
    expect(await details({ jobId: '3' })).toEqual([3]);
    expect(await details({ since: '1970-01-01T00:00:02.000Z', until: '1970-01-01T00:00:04.000Z' })).toEqual([
      3, 2,
    ]);
    expect((await list({ user: 'nobody' })).totalCount).toBe(0);
    for (const [filter, more] of [
      [{ jobId: 'x' }, {}],
      [{ user: 'x'.repeat(201) }, {}],
      [{}, { first: 201 }],
      [{}, { first: 0 }],
      [{}, { after: 'x' }],
    ])
      expect((await ask(document, { filter, ...more })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  describe('the download', () => {
    test('the audit download has all entries as JSON lines, oldest first', async () => {
      const response = await fetched('/audit.jsonl');
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/jsonl; charset=utf-8');
      expect(response.headers.get('content-disposition')).toBe(
        'attachment; filename="spiderpig-audit.jsonl"',
      );
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('cache-control')).toBe('no-store');
      const exported = lines(await response.text());
      // The entry of this download is added after those that it sends were determined.
      const stored = (await entries()).slice(0, -1);
      expect(exported.map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
      expect(Object.keys(exported[0] ?? {})).toEqual([
        'id',
        'at',
        'user',
        'action',
        'job',
        'detail',
        'channel',
        'address',
      ]);
      expect(exported[0]).toMatchObject({ user: 'ada', action: 'link made', job: null, channel: 'host' });
      const head = await fetch(`${world.url}/audit.jsonl`, {
        method: 'HEAD',
        headers: page(admin),
      });
      expect(head.status).toBe(200);
    });

    test('the audit download is filtered, and an invalid filter is rejected with 400', async () => {
      const get = async (query: string) => lines(await (await fetched(`/audit.jsonl?${query}`)).text());
      const numbers = async (query: string) => (await get(`user=filtered&${query}`)).map(({ job }) => job);
      expect(await numbers('')).toEqual([1, 2, 3, 4, 5]);
      expect(await numbers('action=answer')).toEqual([2, 4]);
      expect(await numbers('action=answer&action=start')).toEqual([1, 2, 3, 4, 5]);
      expect(await numbers('action=answer'.concat('&action=answer'.repeat(600)))).toEqual([2, 4]);
      expect(await numbers('job=3')).toEqual([3]);
      expect(await numbers('since=1970-01-01T00:00:02Z&until=1970-01-01T00:00:04Z')).toEqual([2, 3]);
      for (const query of [
        'action=x',
        'actions=start',
        'job=0',
        'job=1&job=2',
        'since=x',
        'since=1',
        'since=2026-02-30T00:00:00Z',
        'until=',
        'user=a&user=b',
      ])
        expect((await fetched(`/audit.jsonl?${query}`)).status, query).toBe(400);
    });

    test('G1: only admins with a browser session can download the audit log', async () => {
      const deployer = await world.signIn('deployer', 'linus');
      const token = await world.token('deploy', 'ada');
      expect((await fetched('/audit.jsonl', page(deployer))).status).toBe(403);
      expect((await fetched('/audit.jsonl', { authorization: `Bearer ${token}` })).status).toBe(403);
      expect((await fetched('/audit.jsonl', {})).status).toBe(401);
      expect((await fetched('/audit.jsonl', { ...page(admin), authorization: 'Bearer x' })).status).toBe(401);
      const post = await fetch(`${world.url}/audit.jsonl`, {
        method: 'POST',
        headers: { cookie: admin.cookie },
      });
      expect(post.status).toBe(405);
    });

    // What waits for a slow client is the same on both databases.
    if (!nightlyDialects.includes(dialect)) return;

    test('the audit download sends many entries to a slow client with bounded memory', async () => {
      const detail = 'x'.repeat(1_900);
      // Past recordAudit: forty thousand of them are to be there soon.
      const series =
        dialect === 'postgresql'
          ? 'select 1 from generate_series(1, 40000)'
          : 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 40000) select 1 from n';
      await world.db.execute(
        `insert into audit_entry (at, action, detail) select 7, 'start', ? from (${series}) as rows`,
        [detail],
      );
      // A separate server, whose reads are counted from its start.
      await using database = await openDatabase(databaseUrl);
      const reads = vi.spyOn(database, 'execute');
      await using counted = await openServer({ databaseUrl, database });
      const reader = await counted.signIn('admin', 'ada');
      reads.mockClear();
      let size = 0;
      let newlines = 0;
      let whileStalled = 0;
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const url = `${counted.url}/audit.jsonl?since=1970-01-01T00:00:00Z`;
        get(url, { headers: page(reader) }, resolve).on('error', reject);
      });
      for await (const piece of response) {
        if (size === 0) {
          // Nothing is taken for a while: what is read meanwhile fills what is between here and there, and no more.
          await wait(1_000);
          whileStalled = reads.mock.calls.length;
        }
        size += piece.length;
        for (const byte of piece) if (byte === 10) newlines++;
      }
      expect(newlines).toBe((await world.db.em().count(AuditEntry)) - 1);
      expect(size).toBeGreaterThan(76_000_000);
      // Of two hundred reads.
      expect(whileStalled).toBeLessThan(60);
      expect(reads.mock.calls.length).toBeGreaterThan(200);
    });
  });
});

test('L1: control characters and line breaks in a downloaded entry are escaped', () => {
  const signs = '\0\n\r\x1b[2J\x7f\x85\x9b\u2028\u2029\u202e\u200f\ufeff\ud800';
  const line = auditLine({
    id: 1,
    at: 0,
    user: { id: 1, name: `ada${signs}` },
    action: 'start',
    jobId: null,
    detail: signs,
    channel: `token ${signs}`,
    address: null,
  });
  expect(line.slice(0, -1)).toMatch(/^[\x20-\x7e]+$/);
  expect(line.endsWith('\n')).toBe(true);
  expect(JSON.parse(line)).toMatchObject({ user: `ada${signs}`, detail: signs });
});

test('every audit action has a value in the GraphQL enum', async () => {
  const { schema } = await import('../../schema/graphql/schema.ts');
  const type = schema.getType('AuditAction');
  const values = type && 'getValues' in type ? type.getValues().map(({ value }) => value) : [];
  expect(values.sort()).toEqual([...auditActions, 'other'].sort());
});
