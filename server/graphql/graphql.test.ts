import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askInteraction, recordDelivery, undeliveredAnswers } from '../../schema/model/job/interaction.ts';
import { keptMegabytes } from '../../tests/support/kept-memory.ts';
import {
  all,
  openServer,
  queuedJob,
  runningJob,
  startNextJob,
  succeed,
  type TestServer,
} from '../../tests/support/test-server.ts';

let world: TestServer;
let token: string;
beforeAll(async () => {
  world = await openServer();
  token = await world.token('deploy', 'ada');
});
afterAll(() => world[Symbol.asyncDispose]());

test('the server does not keep long or invalid documents in memory', async () => {
  const send = async (query: string) => void (await world.ask(token, query));
  // Comments are not limited by the number of tokens, and a parsed one takes 90 bytes.
  const long = (name: string) => `query ${name} { viewer { role } }`.padEnd(99_000, '\n#');
  const invalid = (name: string) => `query ${name} { ${'nothing '.repeat(1_000)} }`;
  await send(long('warm'));
  const before = keptMegabytes();
  for (let i = 0; i < 60; i++) await send(long(`long${i}`));
  for (let i = 0; i < 60; i++) await send(invalid(`invalid${i}`));
  expect(keptMegabytes() - before).toBeLessThan(40);
});

const choices = [
  { label: 'Yes', code: 'y' },
  { label: 'No', code: 'n' },
];
const ask = (job: number, kind: 'choices' | 'text' = 'choices') =>
  askInteraction(world.db, job, {
    kind,
    prompt: 'Continue?',
    choices: kind === 'text' ? [] : choices,
    default: null,
  });
const ended = (job: number) => succeed(world.db, job);

const question = 'interaction { id answer answeredBy { name } answeredAt deliveredAt job { id state } }';
const answering = `mutation ($id: ID!, $answer: String!) {
  answerInteraction(input: { interactionId: $id, answer: $answer }) {
    __typename
    ... on AnswerInteractionSuccess { ${question} }
    ... on InteractionAlreadyAnswered { message ${question} }
    ... on InteractionGone { message }
    ... on AnswerNotAccepted { message }
  }
}`;
const answer = async (id: unknown, text: string, by = token) =>
  (await world.ask(by, answering, { id, answer: text })).data.answerInteraction;

describe('an answer', () => {
  test('F1 the server accepts one of fifty simultaneous answers over all transports, and the others receive who answered', async () => {
    const job = await runningJob(world.db);
    const id = await ask(job);
    const query = answering
      .replace('$id: ID!, $answer: String!', '')
      .replace('()', '')
      .replace('$id', String(id))
      .replace('$answer', '"y"');
    const client = world.socket(token);
    const over = [
      () => answer(id, 'y'),
      async () => (await all(client.iterate({ query })))[0]?.data?.['answerInteraction'],
      async () => {
        const response = await fetch(`${world.url}/graphql`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'text/event-stream',
            authorization: `Bearer ${token}`,
          },
          body: JSON.stringify({ query }),
        });
        const data = /^data: (.+)$/m.exec(await response.text())?.[1] ?? '{}';
        return JSON.parse(data).data.answerInteraction;
      },
    ];
    const results = await Promise.all(Array.from({ length: 50 }, (_, n) => over[n % over.length]?.()));
    const won = results.filter(({ __typename }) => __typename === 'AnswerInteractionSuccess');
    expect(won).toHaveLength(1);
    for (const lost of results.filter((result) => result !== won[0])) {
      expect(lost).toMatchObject({
        __typename: 'InteractionAlreadyAnswered',
        message: expect.stringMatching(/ada answered “Yes” at 20.* UTC\.$/),
        interaction: { answer: 'y', answeredBy: { name: 'ada' }, answeredAt: won[0].interaction.answeredAt },
      });
    }
    expect(won[0].interaction.job).toEqual({ id: String(job), state: 'RUNNING' });
    await ended(job);
  });

  test('R2 the server rejects an answer that was not offered or has several lines, and the question stays open', async () => {
    const job = await runningJob(world.db);
    const id = await ask(job);
    for (const wrong of ['', 'maybe', 'y\ny', 'y\r', '\u0003', 'Y', ' y', 'y'.repeat(100_000)]) {
      expect(await answer(id, wrong)).toMatchObject({ __typename: 'AnswerNotAccepted' });
    }
    expect(await answer(id, 'n')).toMatchObject({ __typename: 'AnswerInteractionSuccess' });
    const text = await ask(job, 'text');
    for (const wrong of ['a\nb', 'a\u2028b', '\u0000', 'x'.repeat(4_001)]) {
      expect(await answer(text, wrong)).toMatchObject({ __typename: 'AnswerNotAccepted' });
    }
    expect(await answer(text, 'because — “ü”')).toMatchObject({ interaction: { answer: 'because — “ü”' } });
    await ended(job);
  });

  test('F2 an answer to a closed or unknown question gives InteractionGone', async () => {
    const job = await runningJob(world.db);
    const id = await ask(job);
    await ended(job);
    expect(await answer(id, 'y')).toMatchObject({ __typename: 'InteractionGone' });
    for (const unknown of ['0', '-1', 'abc', '9999999999999', '1e3', '999999']) {
      expect(await answer(unknown, 'y')).toMatchObject({ __typename: 'InteractionGone' });
    }
  });

  test('an answer is delivered once it was written to scap', async () => {
    const job = await runningJob(world.db);
    const id = await ask(job);
    expect((await answer(id, 'y')).interaction.deliveredAt).toBeNull();
    const [given] = await undeliveredAnswers(world.db.em(), job);
    if (given) await recordDelivery(world.db, given.interaction, Date.UTC(2026, 10, 20, 12, 3, 4, 567));
    const { data } = await world.ask(
      token,
      `{ job(id: ${job}) { pendingInteraction { id } interactions { deliveredAt choices { label code } kind default } } }`,
    );
    expect(data.job).toEqual({
      pendingInteraction: null,
      interactions: [{ deliveredAt: '2026-11-20T12:03:04.567Z', choices, kind: 'CHOICES', default: null }],
    });
    await ended(job);
  });
});

describe('a stop', () => {
  const stop = async (jobId: unknown, how = 'INTERRUPT') => {
    const document = `mutation ($jobId: ID!, $how: StopMode) { stopJob(input: { jobId: $jobId, how: $how }) {
      __typename
      ... on StopJobSuccess { job { state stops { mode requestedBy { name } handledAt } reason } }
      ... on JobAlreadyEnded { message job { state } }
      ... on JobNotFound { message }
    } }`;
    return (await world.ask(token, document, { jobId, how })).data.stopJob;
  };

  test('stopJob cancels a queued job', async () => {
    expect(await stop(await queuedJob(world.db))).toMatchObject({
      job: { state: 'CANCELLED', stops: [{ mode: 'INTERRUPT' }], reason: expect.stringContaining('ada') },
    });
  });

  test('stopJob requests a stop of a running job, and reports how an ended job ended', async () => {
    const job = await runningJob(world.db);
    expect(await stop(job, 'TERMINATE')).toEqual({
      __typename: 'StopJobSuccess',
      job: {
        state: 'STOPPING',
        stops: [{ mode: 'TERMINATE', requestedBy: { name: 'ada' }, handledAt: null }],
        reason: null,
      },
    });
    await ended(job);
    expect(await stop(job)).toMatchObject({ __typename: 'JobAlreadyEnded', job: { state: 'SUCCEEDED' } });
  });

  test('stopJob of an unknown job gives JobNotFound', async () => {
    for (const id of ['0', '-1', 'abc', '9999999999999']) {
      expect(await stop(id)).toEqual({ __typename: 'JobNotFound', message: `There is no job ${id}.` });
    }
  });
});

test('retryJob queues a new job of the viewer for an ended job only', async () => {
  const retry = async (jobId: unknown) => {
    const document = `mutation ($jobId: ID!) { retryJob(input: { jobId: $jobId, idempotencyKey: "again" }) {
      __typename
      ... on RetryJobSuccess { job { id retryOf owner { name } changes { number } state } }
      ... on JobNotEnded { message job { id } }
      ... on JobNotFound { message }
    } }`;
    return (await world.ask(token, document, { jobId })).data.retryJob;
  };
  const job = await queuedJob(world.db, ['5', '6']);
  expect(await retry(job)).toMatchObject({ __typename: 'JobNotEnded', job: { id: String(job) } });
  await startNextJob(world.db);
  await ended(job);
  const again = await retry(job);
  expect(again.job).toMatchObject({
    retryOf: String(job),
    owner: { name: 'ada' },
    changes: [{ number: '5' }, { number: '6' }],
    state: 'QUEUED',
  });
  expect((await retry(job)).job.id).toBe(again.job.id);
  expect(await retry('abc')).toMatchObject({ __typename: 'JobNotFound' });
});

test('a list of jobs with all fields needs only a few database queries', async () => {
  for (let n = 0; n < 20; n++) await queuedJob(world.db);
  let queries = 0;
  const { em } = world.db;
  const before = em;
  world.db.em = () => {
    queries++;
    return before();
  };
  const { data } = await world.ask(
    token,
    '{ jobs(first: 20) { nodes { owner { name } interactions { id } stops { id } pendingInteraction { id } logLineCount } } }',
  );
  world.db.em = before;
  expect(data.jobs.nodes).toHaveLength(20);
  expect(queries).toBeLessThan(10);
});

describe('a document that is too large', () => {
  const deep = `{ job(id: 1) ${'{ interactions { job '.repeat(7)}{ id }${' } }'.repeat(7)} }`;
  const bomb = `{ ...a0 } ${Array.from({ length: 20 }, (_, n) => `fragment a${n} on Query { x: system { version } ...a${n + 1} y: system { version } ...a${n + 1} }`).join(' ')} fragment a20 on Query { system { version } }`;
  const documents: [string, string][] = [
    ['by its depth', deep],
    ['by its aliases', `{ ${Array.from({ length: 1_000 }, (_, n) => `a${n}: viewer { role }`).join(' ')} }`],
    ['by its breadth', `{ viewer { ${'role '.repeat(1_001)} } }`],
    ['by fragments in fragments', bomb],
    ['by its length', `# ${'x'.repeat(100_001)}\n{ viewer { role } }`],
    ['by its directives', `{ viewer { role ${'@include(if: true) '.repeat(10_000).slice(0, 90_000)} } }`],
    ['by a fragment within itself', '{ viewer { ...a } } fragment a on Viewer { role ...a }'],
  ];

  test.each(documents)('G3 %s is refused before it is executed', async (_name, query) => {
    const { data, errors } = await world.ask(token, query);
    expect(data).toBeUndefined();
    expect(errors?.[0]?.message).toBeTruthy();
    if (query.length > 60_000) return;
    const results = await all(world.socket(token).iterate({ query })).catch((refused: unknown) => refused);
    expect(results).toContainEqual(expect.objectContaining({ message: errors?.[0]?.message }));
    expect(JSON.stringify(results)).not.toContain('"http"');
  });

  test('a client learns the cost of an operation, on request and when it is refused', async () => {
    const send = async (body: object) => {
      const response = await fetch(`${world.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
      return await response.json();
    };
    const query = '{ jobs(first: 5) { nodes { id title } } }';
    const cost = { requested: 12, limit: 100_000 };
    expect(await send({ query, extensions: { cost: true } })).toMatchObject({ extensions: { cost } });
    expect(await send({ query })).not.toHaveProperty('extensions');
    const results = world.socket(token).iterate({ query, extensions: { cost: true } });
    expect((await results.next()).value).toMatchObject({ extensions: { cost } });
    const { errors } = await send({
      query: '{ jobs(first: 100) { nodes { interactions { stops: job { interactions { id } } } } } }',
    });
    expect(errors[0].extensions).toMatchObject({ code: 'TOO_LARGE', cost: { limit: 100_000 } });
  });

  test('the introspection query is within the limits', async () => {
    const { data } = await world.ask(token, getIntrospectionQuery());
    expect(data.__schema.types.length).toBeGreaterThan(30);
  });

  test('G3 the server refuses a request of several megabytes without reading it', async () => {
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ viewer { role } }', variables: { x: 'x'.repeat(1_000_000) } }),
    });
    expect(response.status).toBe(413);
    expect((await response.json()).errors[0].extensions.code).toBe('REQUEST_ENTITY_TOO_LARGE');
  });

  test('G3 the server refuses a batch of operations', async () => {
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify([{ query: '{ viewer { role } }' }, { query: '{ viewer { role } }' }]),
    });
    expect(response.status).toBe(400);
  });
});

describe('an internal error', () => {
  test('G5 the server masks an internal error over every transport, with an id that the log has too', async () => {
    await using own = await openServer();
    const by = await own.token('read');
    const query = '{ system { version } }';
    own.server.sources.system.now = () => Promise.reject(new Error('select secret from /etc/passwd'));
    const { errors } = await own.ask(by, query);
    const [error] = errors ?? [];
    expect(error?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(errors)).not.toMatch(/secret|passwd|stack|node_modules/);
    expect(error?.message).toContain(error?.extensions.id);
    expect(own.logged.filter((entry) => entry.includes(error?.extensions.id)).join('')).toContain(
      'select secret',
    );
    const [over] = await all(own.socket(by).iterate({ query }));
    expect(over?.errors?.[0]?.extensions?.['code']).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(over)).not.toContain('secret');
  });

  test('G5 the server masks an internal error in a running subscription', async () => {
    await using own = await openServer();
    const by = await own.token('read');
    await queuedJob(own.db);
    own.server.sources.logs.count = () => Promise.reject(new Error('secret'));
    const seen = own.socket(by).iterate({ query: 'subscription { jobUpdates { logLineCount } }' });
    const { value } = await seen.next();
    expect(value?.errors?.[0]?.extensions?.['code']).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(value)).not.toContain('secret');
    await seen.return?.();
  });
});
