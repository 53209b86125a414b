// Tests Web Push against a push service of the test, which reads messages with the keys of a browser; and the escalation of questions, on both databases.
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { promises as dns } from 'node:dns';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { banUser } from '../../schema/model/account/ban.ts';
import { Session } from '../../schema/model/account/session.ts';
import { User, userNamed } from '../../schema/model/account/user.ts';
import { endJob } from '../../schema/model/job/ending.ts';
import { handOverJob } from '../../schema/model/job/handover.ts';
import { answerInteraction, askInteraction, claimInteraction } from '../../schema/model/job/interaction.ts';
import { escalateQuestions } from '../../schema/model/notification/escalation.ts';
import { StoredEvent } from '../../schema/model/notification/event.ts';
import {
  InvalidPushSubscription,
  type PushReach,
  PushSubscription,
  savePushSubscription,
} from '../../schema/model/notification/push-subscription.ts';
import { openDatabase } from '../../schema/model/open.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { type MadeDatabase, makeDatabase, nightlyDialects } from '../../tests/support/database.ts';
import { runningJob } from '../../tests/support/test-server.ts';
import { addressFilter } from '../webhook/address.ts';
import { Deliverer } from '../webhook/deliverer.ts';
import { addressesByDns } from '../webhook/request.ts';
import { Pusher } from './pusher.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A push service. */
class PushService implements AsyncDisposable {
  readonly received: Received[] = [];
  status = 201;
  /** Requests with this path are answered when `answer` resolves. */
  slow: { readonly path: string; readonly answer: Promise<void> } | null = null;
  readonly #server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    this.received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) });
    if (request.url === this.slow?.path) await this.slow?.answer;
    response.writeHead(this.status).end();
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A DNS server that knows the IPv4 address of one name. */
async function startDns(
  name: string,
  address: string,
): Promise<{ readonly address: string } & AsyncDisposable> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address: from }) => {
    const end = query.indexOf(0, 12) + 5;
    const labels = query
      .subarray(12, end - 5)
      .toString('latin1')
      .replaceAll(/[\0-\x1f]/g, '.')
      .slice(1);
    const isKnown = labels === name && query.readUInt16BE(end - 4) === 1;
    const head = Buffer.from(query.subarray(0, end));
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(isKnown ? 1 : 0, 6);
    head.writeUInt32BE(0, 8);
    const answer = Buffer.from([
      0xc0,
      0x0c,
      0,
      1,
      0,
      1,
      0,
      0,
      0,
      60,
      0,
      4,
      ...address.split('.').map(Number),
    ]);
    socket.send(isKnown ? Buffer.concat([head, answer]) : head, port, from);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** The keys of a browser, and reading a message with them as RFC 8291 says. */
function browserKeys() {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  const auth = randomBytes(16);
  const own = ecdh.getPublicKey();
  const read = (body: Buffer): unknown => {
    const salt = body.subarray(0, 16);
    const length = body.readUInt8(20);
    const sender = body.subarray(21, 21 + length);
    const derive = (key: Buffer, by: Buffer, info: Buffer | string, size: number): Buffer =>
      Buffer.from(hkdfSync('sha256', key, by, info, size));
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), own, sender]);
    const secret = derive(ecdh.computeSecret(sender), auth, info, 32);
    const key = derive(secret, salt, 'Content-Encoding: aes128gcm\0', 16);
    const nonce = derive(secret, salt, 'Content-Encoding: nonce\0', 12);
    const encrypted = body.subarray(21 + length);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAuthTag(encrypted.subarray(-16));
    const text = Buffer.concat([decipher.update(encrypted.subarray(0, -16)), decipher.final()]);
    return JSON.parse(text.subarray(0, text.lastIndexOf(2)).toString());
  };
  return { read, p256dh: own.toString('base64url'), auth: auth.toString('base64url') };
}

const through = { channel: 'page', address: null };
const minute = 60_000;

describe.each(nightlyDialects)('messages to browsers on %s', (dialect) => {
  let directory = '';
  let made: MadeDatabase;
  let db: Database;
  let service: PushService;
  let origin = '';
  let ada: User;
  let grace: User;
  const keys = browserKeys();

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'spiderpig-push-'));
    made = await makeDatabase(dialect, directory);
    db = await openDatabase(made.url);
    service = new PushService();
    origin = await service.listen();
    ada = await userNamed(db.em(), 'ada', Date.now());
    // The owner of the jobs of the tests.
    grace = await userNamed(db.em(), 'grace', Date.now());
  });
  afterEach(async () => {
    await service[Symbol.asyncDispose]();
    await db[Symbol.asyncDispose]();
    await made.drop();
    await rm(directory, { recursive: true, force: true });
  });

  /** A browser of a user, which is signed in and subscribed. */
  const subscribe = async (user: User, reach: PushReach): Promise<number> => {
    const now = Date.now();
    const session = await db.write([], async (em) => {
      const secrets = { secretHash: randomBytes(8).toString('hex'), pageKeyHash: 'x' };
      const id = await em.insert(Session, {
        ...secrets,
        user: user.id,
        role: 'deployer',
        way: 'link',
        createdAt: now,
        lastUsedAt: now,
      });
      return await em.findOneOrFail(Session, { id });
    });
    const request = {
      endpoint: `${origin}/${user.name}/${reach}`,
      p256dh: keys.p256dh,
      auth: keys.auth,
      reach,
    };
    await savePushSubscription(db, request, { user, session, through });
    return session.id;
  };
  const logger = pino({ level: 'silent' });
  const isPermitted = addressFilter(['127.0.0.0/8']);
  const roleGroups = { viewer: ['viewers'], deployer: ['deployers'], admin: [] };
  const pusher = (now = Date.now, maxRequests = 50, log = logger) =>
    new Pusher({
      ...{ db, logger: log, publicUrl: 'https://spiderpig.test', roleGroups, isPermitted, now, maxRequests },
    });
  /** Sends all that has happened. `begin` returns when the requests were begun. */
  const deliver = async (): Promise<void> => (await begin()).settled();
  const begin = async (now = Date.now, maxRequests = 50): Promise<Deliverer> => {
    const options = {
      db,
      logger,
      publicUrl: null,
      isPermitted,
      version: '1',
      pusher: pusher(now, maxRequests),
      escalation: 0,
    };
    const deliverer = new Deliverer(options);
    await deliverer.look(new AbortController().signal);
    return deliverer;
  };
  const question = {
    kind: 'text',
    prompt: 'A table\n\nWhy do you revert?',
    choices: [],
    default: null,
  } as const;
  const ask = async (): Promise<{ job: number; id: number }> => {
    const job = await runningJob(db);
    return { job, id: (await askInteraction(db, job, question)) ?? 0 };
  };

  it('the server sends a question to the owner of the job and to those who chose all jobs, encrypted for the browser', async () => {
    await subscribe(grace, 'own');
    await subscribe(ada, 'all');
    const { job } = await ask();
    await deliver();
    expect(service.received.map(({ path }) => path).sort()).toEqual(['/ada/all', '/grace/own']);
    const [{ headers, body }] = service.received as [Received];
    expect(keys.read(body)).toEqual({
      title: `Job ${job} needs an answer`,
      body: 'Why do you revert?',
      tag: `spiderpig-job-${job}`,
      path: `/jobs/${job}`,
    });
    expect(headers).toMatchObject({ 'content-encoding': 'aes128gcm', urgency: 'high', ttl: '1800' });
    expect(headers.authorization).toContain(`k=${await pusher().publicKey()}`);
  });

  it('the server sends a job of another user only to those who chose all jobs, and nothing after the session or the user is gone', async () => {
    await subscribe(ada, 'own');
    const session = await subscribe(grace, 'own');
    const { job } = await ask();
    await db.em().nativeUpdate(Session, { id: session }, { endedAt: Date.now() });
    await deliver();
    expect(service.received).toEqual([]);
    await subscribe(grace, 'own');
    await banUser(db, { userId: grace.id, reason: 'x', by: ada, through });
    await endJob(db, job, { state: 'failed', reason: 'x', exit: { status: 1, signal: null } });
    await deliver();
    expect(service.received).toEqual([]);
  });

  it('the server sends nothing to a browser whose session a clock far ahead opened: the session is refused', async () => {
    const session = await subscribe(grace, 'own');
    const wrong = Date.now() + 401 * 24 * 60 * minute;
    await db.em().nativeUpdate(Session, { id: session }, { createdAt: wrong, lastUsedAt: wrong });
    await subscribe(ada, 'all');
    await ask();
    await deliver();
    expect(service.received.map(({ path }) => path)).toEqual(['/ada/all']);
  });

  it('C8 the server sends nothing to a user whose groups no longer give access', async () => {
    const session = await subscribe(grace, 'own');
    await db.em().nativeUpdate(Session, { id: session }, { role: null, way: 'provider' });
    const setGroups = (groups: string[]) => db.em().nativeUpdate(User, { id: grace.id }, { groups });
    await setGroups(['deployers']);
    const { job } = await ask();
    await deliver();
    expect(service.received).toHaveLength(1);
    await setGroups(['others']);
    await endJob(db, job, { state: 'failed', reason: 'x', exit: { status: 1, signal: null } });
    await deliver();
    expect(service.received).toHaveLength(1);
  });

  it('logs that events are too old for messages, which can be a difference between clocks', async () => {
    await subscribe(grace, 'own');
    await ask();
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
    const late = Date.now() + 11 * minute;
    await pusher(() => late, 50, log).send(await db.em().find(StoredEvent, {}), new AbortController().signal);
    expect(service.received).toEqual([]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { events: 1, seconds: expect.any(Number), msg: expect.stringContaining('synchronise the clocks') },
    ]);
  });

  it('W3 the server finds push services by DNS alone: names that users choose do not delay those of other requests', async () => {
    await subscribe(grace, 'own');
    const named = origin.replace('127.0.0.1', 'push.test');
    await db.em().nativeUpdate(PushSubscription, {}, { endpoint: `${named}/by-name` });
    await using server = await startDns('push.test', '127.0.0.1');
    const resolver = new dns.Resolver({ timeout: 2_000, tries: 2 });
    resolver.setServers([server.address]);
    const options = { db, logger, publicUrl: null, roleGroups, isPermitted };
    await ask();
    const events = await db.em().find(StoredEvent, {});
    const { signal } = new AbortController();
    await new Pusher({ ...options, addressesOf: addressesByDns(resolver) }).send(events, signal);
    expect(service.received.map(({ path }) => path)).toEqual(['/by-name']);
    // Without the option, too: the resolver of the system is not asked.
    const lookup = vi
      .spyOn(dns, 'lookup')
      .mockRejectedValue(new Error('the resolver of the system was asked'));
    const byDns = [
      vi.spyOn(dns.Resolver.prototype, 'resolve4').mockResolvedValue(['127.0.0.1'] as never),
      vi.spyOn(dns.Resolver.prototype, 'resolve6').mockResolvedValue([] as never),
    ];
    await new Pusher(options).send(events, signal);
    for (const spy of [lookup, ...byDns]) spy.mockRestore();
    expect(service.received.map(({ path }) => path)).toEqual(['/by-name', '/by-name']);
    // The address is judged all the same.
    const strict = { ...options, isPermitted: addressFilter([]), addressesOf: addressesByDns(resolver) };
    await new Pusher(strict).send(events, signal);
    expect(service.received).toHaveLength(2);
  });

  it('two tabs of a browser can subscribe at the same moment', async () => {
    await Promise.all([1, 2, 3, 4].map(() => subscribe(grace, 'own')));
    expect(await db.em().count(PushSubscription, {})).toBe(1);
  });

  it('the server notifies both deployers of a handover, except the one who did it', async () => {
    const eve = await db.write([], (em) => userNamed(em, 'eve', 1));
    for (const user of [ada, grace, eve]) await subscribe(user, 'own');
    const job = await runningJob(db);
    const sent = async (user: User, to: User): Promise<{ to: string }[]> => {
      service.received.length = 0;
      await handOverJob(db, { jobId: job, user, to, handsOverAny: true });
      await deliver();
      return service.received.map(({ path: to, body }) => ({ to, ...Object(keys.read(body)) }));
    };
    const title = (name: string) => `${name} is responsible for job ${job}`;
    expect(await sent(grace, ada)).toMatchObject([
      { to: '/ada/own', title: title('ada'), body: 'grace handed it over to ada', path: `/jobs/${job}` },
    ]);
    expect(await sent(eve, eve)).toMatchObject([
      { to: '/ada/own', title: title('eve'), body: 'eve has taken it over' },
    ]);
    const body = 'ada handed it over to grace';
    expect((await sent(ada, grace)).sort((a, b) => a.to.localeCompare(b.to))).toMatchObject([
      { to: '/eve/own', title: title('grace'), body },
      { to: '/grace/own', title: title('grace'), body },
    ]);
  });

  it.each([404, 410])(
    'the server forgets a subscription when the push service answers %i, but not after another error',
    async (status) => {
      await subscribe(grace, 'own');
      service.status = 500;
      const { job } = await ask();
      await deliver();
      expect(await db.em().count(PushSubscription, {})).toBe(1);
      service.status = status;
      await endJob(db, job, { state: 'failed', reason: 'x', exit: { status: 1, signal: null } });
      await deliver();
      expect(service.received).toHaveLength(2);
      expect(await db.em().count(PushSubscription, {})).toBe(0);
    },
  );

  it('the server sends to the other browsers when the key of one is broken', async () => {
    await subscribe(ada, 'all');
    const noPoint = Buffer.alloc(65, 4).toString('base64url');
    await db.em().nativeUpdate(PushSubscription, {}, { p256dh: noPoint });
    await subscribe(grace, 'own');
    const { job } = await ask();
    await endJob(db, job, { state: 'failed', reason: 'x', exit: { status: 1, signal: null } });
    await deliver();
    expect(service.received.map(({ path }) => path)).toEqual(['/grace/own', '/grace/own']);
  });

  it('the server sends all messages to the other browsers while one push service is slow, and its own messages in order', async () => {
    await subscribe(ada, 'all');
    await subscribe(grace, 'own');
    const { promise, resolve } = Promise.withResolvers<void>();
    service.slow = { path: '/ada/all', answer: promise };
    const { job } = await ask();
    await endJob(db, job, { state: 'failed', reason: 'x', exit: { status: 1, signal: null } });
    const deliverer = await begin();
    const titles = (path: string) =>
      service.received.flatMap((each) => (each.path === path ? [keys.read(each.body)] : []));
    const both = [{ title: `Job ${job} needs an answer` }, { title: `Job ${job} has ended` }];
    await vi.waitFor(() => expect(titles('/grace/own')).toMatchObject(both), 20_000);
    await vi.waitFor(() => expect(titles('/ada/all')).toMatchObject(both.slice(0, 1)), 20_000);
    resolve();
    await deliverer.settled();
    expect(titles('/ada/all')).toMatchObject(both);
  });

  it.each([
    { after: 'the user is banned', ban: true, later: 0 },
    { after: 'it is too old', ban: false, later: 11 * 60_000 },
  ])(
    'the server does not send a message that waited for a slow push service after $after',
    async ({ ban, later }) => {
      await subscribe(grace, 'own');
      const { promise, resolve } = Promise.withResolvers<void>();
      service.slow = { path: '/grace/own', answer: promise };
      const { job } = await ask();
      await endJob(db, job, { state: 'failed', reason: 'x', exit: { status: 1, signal: null } });
      let passed = 0;
      const deliverer = await begin(() => Date.now() + passed);
      await vi.waitFor(() => expect(service.received).toHaveLength(1), 20_000);
      if (ban) await banUser(db, { userId: grace.id, reason: 'x', by: ada, through });
      passed = later;
      resolve();
      await deliverer.settled();
      expect(service.received).toHaveLength(1);
    },
  );

  it('the server does not send a message that waited for other browsers after the user is banned', async () => {
    await subscribe(ada, 'all');
    await subscribe(grace, 'own');
    const { promise, resolve } = Promise.withResolvers<void>();
    service.slow = { path: '/ada/all', answer: promise };
    await ask();
    let passed = 0;
    const deliverer = await begin(() => Date.now() + passed, 1);
    await vi.waitFor(() => expect(service.received).toHaveLength(1), 20_000);
    await banUser(db, { userId: grace.id, reason: 'x', by: ada, through });
    passed = 5_000;
    resolve();
    await deliverer.settled();
    expect(service.received.map(({ path }) => path)).toEqual(['/ada/all']);
  });

  it('the server refuses a push subscription that no browser sends', async () => {
    const session = await db.em().findOneOrFail(Session, { id: await subscribe(ada, 'all') });
    const valid = { endpoint: `${origin}/x`, p256dh: keys.p256dh, auth: keys.auth, reach: 'all' } as const;
    const noPoint = Buffer.alloc(65, 4).toString('base64url');
    const wrong = [
      { endpoint: 'file:///etc/passwd' },
      { endpoint: 'x' },
      { p256dh: 'AAAA' },
      { p256dh: noPoint },
      { auth: '' },
    ];
    for (const part of wrong)
      await expect(
        savePushSubscription(db, { ...valid, ...part }, { user: ada, session, through }),
      ).rejects.toThrow(InvalidPushSubscription);
  });

  it('the push key is the same after a restart, and with several servers at the same time', async () => {
    const made = await Promise.all([pusher().publicKey(), pusher().publicKey(), pusher().publicKey()]);
    expect(new Set([...made, await pusher().publicKey()]).size).toBe(1);
  });

  it('the server reports a question that nobody handles to all, again after twice the time, and not once it is claimed or answered', async () => {
    await subscribe(ada, 'own');
    const { job, id } = await ask();
    const { asked_at: asked } =
      (await db.execute('select asked_at from interaction where id = ?', [id]))[0] ?? {};
    const begin = Number(asked);
    const at = (minutes: number) => escalateQuestions(db, 5 * minute, begin + minutes * minute);
    const reported = () => db.em().count(StoredEvent, { kind: 'unanswered' });
    expect(await at(4)).toBe(begin + 5 * minute);
    await Promise.all([at(5), at(5)]);
    expect(await reported()).toBe(1);
    await at(9);
    expect(await reported()).toBe(1);
    await at(10);
    expect(await reported()).toBe(2);
    await deliver();
    expect(service.received.map(({ body }) => keys.read(body))).toMatchObject([
      { title: `Nobody has answered job ${job}` },
      { title: `Nobody has answered job ${job}` },
    ]);
    // A clock that was far ahead reported and claimed it: what that stored does not last for as long.
    await at(401 * 24 * 60);
    expect(await reported()).toBe(3);
    await claimInteraction(db, { interactionId: id, user: grace, through }, begin + 401 * 24 * 60 * minute);
    await at(11);
    expect(await reported()).toBe(4);
    await db.execute('update interaction set escalated_at = ? where id = ?', [begin + 10 * minute, id]);
    await claimInteraction(db, { interactionId: id, user: grace, through }, begin + 20 * minute);
    await at(20);
    expect(await reported()).toBe(4);
    await at(24);
    expect(await reported()).toBe(5);
    await answerInteraction(db, { interactionId: id, answer: 'x', user: grace });
    expect(await at(60)).toBeNull();
    expect(await reported()).toBe(5);
  });

  it('the server reports a question of a clock that was far ahead immediately, and again after the delay', async () => {
    const { id } = await ask();
    const begin = Date.now();
    const at = (minutes: number) => escalateQuestions(db, 5 * minute, begin + minutes * minute);
    const reported = () => db.em().count(StoredEvent, { kind: 'unanswered' });
    await db.execute('update interaction set asked_at = ? where id = ?', [
      begin + 401 * 24 * 60 * minute,
      id,
    ]);
    await at(0);
    expect(await reported()).toBe(1);
    expect(await at(4)).toBe(begin + 5 * minute);
    expect(await reported()).toBe(1);
    await at(5);
    expect(await reported()).toBe(2);
    await at(9);
    expect(await reported()).toBe(2);
    await at(10);
    expect(await reported()).toBe(3);
  });
});
