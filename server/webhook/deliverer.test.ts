// Tests webhooks against a real receiver, on both databases: signatures, retries, hanging receivers, servers that die.
import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type User, userNamed } from '../../schema/model/account/user.ts';
import { endJob } from '../../schema/model/job/ending.ts';
import { holdDeployments } from '../../schema/model/job/hold.ts';
import { answerInteraction, askInteraction } from '../../schema/model/job/interaction.ts';
import {
  claimWebhook,
  DeliveryNotFound,
  dispatchEvents,
  nextDelivery,
  recordAttempt,
  releaseWebhook,
  removeOldEvents,
  replayDelivery,
  sendTestMessage,
  WebhookDelivery,
} from '../../schema/model/notification/delivery.ts';
import { StoredEvent } from '../../schema/model/notification/event.ts';
import {
  createWebhook,
  updateWebhook,
  Webhook,
  type WebhookSettings,
} from '../../schema/model/notification/webhook.ts';
import { openDatabase } from '../../schema/model/open.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { dialects, type MadeDatabase, makeDatabase } from '../../tests/support/database.ts';
import { Receiver } from '../../tests/support/network/receiver.ts';
import { runningJob } from '../../tests/support/test-server.ts';
import { addressFilter } from './address.ts';
import { Deliverer, type DelivererOptions } from './deliverer.ts';

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(code, headers);
    response.end(`status ${code}`);
  };

const minute = 60_000;
const day = 24 * 60 * minute;
const logger = pino({ level: 'silent' });
const through = { channel: 'page', address: null };

describe.each(dialects)('webhooks on %s', (dialect) => {
  let directory = '';
  let made: MadeDatabase;
  let db: Database;
  let receiver: Receiver;
  let url = '';
  let ada: User;
  /** The clock of the deliverers. */
  let now = Date.now();
  const never = new AbortController().signal;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'spiderpig-webhook-'));
    made = await makeDatabase(dialect, directory);
    db = await openDatabase(made.url);
    receiver = new Receiver();
    url = await receiver.listen();
    ada = await userNamed(db.em(), 'ada', Date.now());
    now = Date.now();
  });
  afterEach(async () => {
    await receiver[Symbol.asyncDispose]();
    await db[Symbol.asyncDispose]();
    await made.drop();
    await rm(directory, { recursive: true, force: true });
  });

  const settingsOf = (settings: Partial<WebhookSettings> = {}): WebhookSettings => ({
    ...{ name: 'x', url, events: ['ended'], format: 'json', template: null, enabled: true },
    ...settings,
  });
  const create = (settings: Partial<WebhookSettings> = {}) =>
    createWebhook(db, settingsOf(settings), { by: ada, through });
  const enable = (enabled: boolean) =>
    updateWebhook(db, { webhookId: 1, settings: settingsOf({ enabled }) }, { by: ada, through }, now);
  /** Claims the only webhook and returns its next delivery, as a server does before it sends it. */
  const begin = async () => {
    await dispatchEvents(db, now);
    const claim = await claimWebhook(db, 1, now);
    const due = claim && (await nextDelivery(db, claim, now));
    if (!due) throw new Error('nothing is due');
    return due;
  };
  const open = (options: Partial<DelivererOptions> = {}) =>
    new Deliverer({
      db,
      logger,
      publicUrl: 'https://spiderpig.test',
      isPermitted: addressFilter(['127.0.0.0/8']),
      pusher: { async send() {} },
      escalation: 0,
      version: '1',
      now: () => now,
      ...options,
    });
  /** Sends all that is due. */
  const deliver = async (deliverer = open()): Promise<void> => {
    await deliverer.look(never);
    await deliverer.settled();
  };
  const end = (jobId: number) =>
    endJob(db, jobId, { state: 'failed', reason: 'x', exit: { status: 1, signal: null } });
  const deliveries = () => db.em().find(WebhookDelivery, {}, { orderBy: { id: 'asc' } });
  const webhook = async () => await db.em().findOneOrFail(Webhook, { id: { $gt: 0 } });

  it('the server sends each chosen event of a job, signed as Standard Webhooks describes', async () => {
    const { secret } = await create({ events: ['started', 'question', 'answered', 'ended', 'held'] });
    const job = await runningJob(db);
    const choices = [{ label: 'Yes', code: 'y' }];
    const question = { kind: 'choices', prompt: 'A table\n\nContinue?', choices, default: 'y' } as const;
    const interactionId = (await askInteraction(db, job, question)) ?? 0;
    await answerInteraction(db, { interactionId, answer: 'y', user: ada });
    await end(job);
    await holdDeployments(db, { reason: 'switchover', endsAt: null, user: ada });
    await deliver();
    const messages = receiver.received.map(({ headers, body }) =>
      new Verifier(secret).verify(body, headers as Record<string, string>),
    );
    expect(messages).toMatchObject([
      {
        type: 'started',
        data: { job: { id: job, state: 'running' }, url: `https://spiderpig.test/jobs/${job}` },
      },
      { type: 'question', data: { question: { id: interactionId, text: 'Continue?', answer: null } } },
      { type: 'answered', data: { by: 'ada', question: { answer: 'Yes' } } },
      { type: 'ended', data: { job: { state: 'failed', outcome: 'failed', changes: [{ number: '7' }] } } },
      { type: 'held', data: { by: 'ada', job: null, hold: { reason: 'switchover', endsAt: null } } },
    ]);
    expect(await deliveries()).toMatchObject(
      messages.map(() => ({
        state: 'delivered',
        status: 200,
        response: 'thanks',
        attempts: 1,
        problem: null,
      })),
    );
  });

  it('the server sends a line to chats, in which a title notifies nobody', async () => {
    await create({ format: 'chat', events: ['held'], template: '{by}: {message}' });
    await create({ format: 'text', events: ['held'] });
    await holdDeployments(db, { reason: 'for @channel <!here>', endsAt: null, user: ada });
    await deliver();
    const bodies = receiver.received.map(({ body }) => body).sort();
    expect(bodies).toEqual([
      'ada holds all deployments until they are released: “for @channel <!here>” https://spiderpig.test/\n',
      '{"text":"ada: ada holds all deployments until they are released: “for @\u200Bchannel &lt;!here&gt;”"}',
    ]);
  });

  it('the server tries a delivery again after a while with the same id, and gives up after ten attempts', async () => {
    await create();
    receiver.answer = status(500);
    await end(await runningJob(db));
    await deliver();
    expect(await deliveries()).toMatchObject([
      { state: 'pending', attempts: 1, status: 500, response: 'status 500' },
    ]);
    await deliver();
    expect(receiver.received).toHaveLength(1);
    for (let attempt = 2; attempt <= 10; attempt += 1) {
      const [delivery] = await deliveries();
      expect(delivery?.nextAttemptAt).toBeGreaterThan(now);
      now = delivery?.nextAttemptAt ?? 0;
      await deliver();
    }
    expect(await deliveries()).toMatchObject([{ state: 'failed', attempts: 10, nextAttemptAt: null }]);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(receiver.received).toHaveLength(10);
  });

  it('the server waits with a webhook as long as its receiver asks with status 429', async () => {
    await create();
    receiver.answer = status(429, { 'retry-after': '3600' });
    await end(await runningJob(db));
    await deliver();
    const [delivery] = await deliveries();
    expect(delivery?.nextAttemptAt).toBe(now + 3_600_000);
    receiver.answer = status(204);
    now += 3_600_000;
    await deliver();
    expect(await deliveries()).toMatchObject([{ state: 'delivered', attempts: 2, status: 204 }]);
    expect(await webhook()).toMatchObject({ failingSince: null });
  });

  it('the server disables a webhook whose receiver is gone, or that has failed for days, and says so in the audit log', async () => {
    await create();
    receiver.answer = status(410);
    await end(await runningJob(db));
    await deliver();
    expect(await deliveries()).toMatchObject([{ state: 'failed', attempts: 1, status: 410 }]);
    expect((await webhook()).disabledReason).toContain('410');
    await db.em().nativeUpdate(Webhook, {}, { disabledAt: null, disabledReason: null });
    receiver.answer = status(500);
    await end(await runningJob(db));
    await end(await runningJob(db));
    await deliver();
    now += 6 * day;
    await deliver();
    // Two attempts with much time between them can be those of a clock that jumped.
    expect(await webhook()).toMatchObject({ disabledAt: null });
    await db.em().nativeUpdate(WebhookDelivery, { state: 'pending' }, { attempts: 9 });
    now += day;
    await deliver();
    expect((await webhook()).disabledReason).toContain('All attempts have failed since');
    expect((await deliveries()).map(({ state }) => state)).toEqual(['failed', 'failed', 'failed']);
    const audit = await db.execute(
      "select detail from audit_entry where action = 'webhook' and user_id is null",
      [],
    );
    expect(audit).toHaveLength(2);
  });

  it('the server ends a request that hangs, while other webhooks get their messages', async () => {
    const other = new Receiver();
    await create();
    await create({ url: await other.listen() });
    receiver.answer = (response) => void response.writeHead(200).write('…');
    await end(await runningJob(db));
    await deliver(open({ timeout: 300 }));
    expect(await deliveries()).toMatchObject([
      { state: 'pending', status: null, problem: expect.stringContaining('no complete response') },
      { state: 'delivered' },
    ]);
    await other[Symbol.asyncDispose]();
  });

  it('the server records a failure when the receiver changes the protocol', async () => {
    await create();
    receiver.answer = ({ socket }) =>
      void socket?.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
    await end(await runningJob(db));
    await deliver();
    expect(await deliveries()).toMatchObject([
      { state: 'pending', status: null, problem: expect.stringContaining('status 101') },
    ]);
  });

  it('S3 the server reaches no private address, by number or by name, and follows no redirect', async () => {
    await create({ url: url.replace('127.0.0.1', '2130706433') });
    await create({ url: url.replace('127.0.0.1', 'localhost') });
    await end(await runningJob(db));
    await deliver(open({ isPermitted: addressFilter([]) }));
    const problem = expect.stringContaining('is not public');
    expect(await deliveries()).toMatchObject([{ problem }, { problem }]);
    expect(receiver.received).toEqual([]);
    await db.em().nativeUpdate(Webhook, { id: 1 }, { url });
    await db.em().nativeDelete(Webhook, { id: 2 });
    receiver.answer = status(302, { location: url });
    now += minute;
    await deliver();
    expect(receiver.received).toHaveLength(1);
    expect(await deliveries()).toMatchObject([
      { status: 302, problem: expect.stringContaining('not followed') },
    ]);
  });

  it('the server delivers an event after a server died between the event and its delivery, and after one died during it', async () => {
    await create();
    await end(await runningJob(db));
    await deliver(open());
    expect(receiver.received).toHaveLength(1);
    await end(await runningJob(db));
    // A server that dies while it sends leaves its claim.
    await claimWebhook(db, 1, now);
    await deliver(open());
    expect(receiver.received).toHaveLength(1);
    now += minute;
    await deliver(open());
    expect(receiver.received).toHaveLength(2);
    expect((await deliveries()).map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  });

  it('the server sends each webhook message once when several servers look at the same time', async () => {
    await create();
    for (let n = 0; n < 5; n += 1) await end(await runningJob(db));
    await Promise.all([deliver(open()), deliver(open()), deliver(open())]);
    await deliver(open());
    expect(receiver.received).toHaveLength(5);
  });

  it('a server that was paused neither sends for a webhook that another one claimed, nor ends that claim', async () => {
    await create();
    await end(await runningJob(db));
    await end(await runningJob(db));
    const paused = await begin();
    now += minute;
    const other = await begin();
    expect(await nextDelivery(db, paused.claim, now)).toBeNull();
    await releaseWebhook(db, paused.claim);
    expect(await webhook()).toMatchObject({ claimedUntil: other.claim.until });
    await releaseWebhook(db, other.claim);
    expect(await nextDelivery(db, paused.claim, now)).toBeNull();
    expect(await webhook()).toMatchObject({ claimedUntil: null });
  });

  it('a webhook that an admin enabled again during a request stays enabled when the request fails', async () => {
    await create();
    await end(await runningJob(db));
    await db.em().nativeUpdate(Webhook, {}, { failingSince: now - 6 * 24 * 60 * minute });
    const due = await begin();
    await enable(false);
    await enable(true);
    const failure = { status: 500, response: null, problem: null, retryAfter: null, duration: 1 };
    expect(await recordAttempt(db, due, failure, now)).toEqual({ disabled: null });
    expect(await webhook()).toMatchObject({ disabledAt: null, failingSince: now });
    await db.em().nativeUpdate(WebhookDelivery, {}, { attempts: 10, attemptedAt: now });
    expect(await recordAttempt(db, due, failure, now + 6 * day)).toEqual({
      disabled: expect.stringContaining('All attempts have failed since'),
    });
    expect(await recordAttempt(db, due, { ...failure, status: 410 }, now)).toEqual({ disabled: null });
  });

  it('the server replays a delivery with its id, and sends a test message', async () => {
    await create();
    await end(await runningJob(db));
    await deliver();
    await replayDelivery(db, 1, { by: ada, through }, now);
    await sendTestMessage(db, 1, { by: ada, through }, now);
    await expect(replayDelivery(db, 99, { by: ada, through })).rejects.toThrow(DeliveryNotFound);
    await deliver();
    const [first, second, third] = receiver.received;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
    expect(JSON.parse(third?.body ?? '')).toMatchObject({ type: 'test', data: { by: 'ada', job: null } });
  });

  it('the server removes events after thirty days with their deliveries, but none that is pending', async () => {
    await create();
    await end(await runningJob(db));
    await deliver();
    receiver.answer = status(500);
    await end(await runningJob(db));
    await deliver();
    await removeOldEvents(db, now + 31 * 24 * 60 * minute);
    expect(await deliveries()).toMatchObject([{ state: 'pending' }]);
    expect(await db.em().count(StoredEvent, {})).toBe(1);
  });

  it('the server keeps events while the clock is not to be trusted', async () => {
    await create();
    await end(await runningJob(db));
    await deliver();
    const events = await db.em().count(StoredEvent, {});
    now += 401 * day;
    await deliver();
    expect(await db.em().count(StoredEvent, {})).toBe(events);
  });

  it('the server sends again soon after the clock was far ahead, also if the server died meanwhile', async () => {
    await create();
    receiver.answer = status(500);
    const right = now;
    now += 401 * day;
    await end(await runningJob(db));
    await deliver();
    await claimWebhook(db, 1, now);
    now = right;
    receiver.answer = status(204);
    await deliver();
    expect(await deliveries()).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  });

  it('the server sends a webhook message as soon as its event is committed', async () => {
    await create();
    const stop = new AbortController();
    const running = open().run(stop.signal);
    const arrived = new Promise<void>((resolve) => {
      receiver.answer = (response) => {
        response.end();
        resolve();
      };
    });
    await end(await runningJob(db));
    await arrived;
    stop.abort();
    await running;
    expect(receiver.received).toHaveLength(1);
  });
});
