// Tests that every error of an operation has a code, over all transports, and that the error of a refused token says what is wrong with it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken } from '../../schema/model/account/token.ts';
import { type Operation, sendByPost, sendOverSocket } from '../../tests/support/operation.ts';
import { openServer, type TestServer } from '../../tests/support/test-server.ts';

let world: TestServer;
let token: string;
beforeAll(async () => {
  world = await openServer();
  token = await world.token('read', 'ada');
});
afterAll(() => world[Symbol.asyncDispose]());

const target = (by = token) => ({ url: world.url, token: by });

const faults: [string, string, Operation][] = [
  ['a syntax error', 'GRAPHQL_PARSE_FAILED', { query: '{' }],
  ['an unknown field', 'GRAPHQL_VALIDATION_FAILED', { query: '{ nothing }' }],
  ['a missing variable', 'BAD_USER_INPUT', { query: 'query ($id: ID!) { job(id: $id) { id } }' }],
  [
    'a variable of another type',
    'BAD_USER_INPUT',
    { query: 'query ($n: Int) { jobs(first: $n) { totalCount } }', variables: { n: 'many' } },
  ],
  [
    'a missing variable of a subscription',
    'BAD_USER_INPUT',
    { query: 'subscription ($id: ID!) { jobLog(jobId: $id) { cursor } }' },
  ],
  [
    'an unknown operation',
    'OPERATION_RESOLUTION_FAILURE',
    { query: 'query a { viewer { role } }', operationName: 'b' },
  ],
  ['an argument out of range', 'BAD_USER_INPUT', { query: '{ jobs(first: 1000) { totalCount } }' }],
  ['a missing right', 'FORBIDDEN', { query: 'mutation { stopJob(input: { jobId: 1 }) { __typename } }' }],
  ['an unknown job', 'NOT_FOUND', { query: 'subscription { jobLog(jobId: 9999) { cursor } }' }],
];

describe.each(faults)('%s', (_name, code, operation) => {
  test.each(['application/json', 'application/graphql-response+json', 'text/event-stream'])(
    'the error has a code with Accept: %s',
    async (accept) => {
      // A subscription can only be answered as a stream.
      const accepted = operation.query.startsWith('subscription') ? `${accept}, text/event-stream` : accept;
      const { status, text } = await sendByPost(target(), accepted, operation);
      expect(text).toContain(`"code":"${code}"`);
      expect(text).not.toContain('"http"');
      expect(status).toBeLessThan(500);
    },
  );

  test('the error of an operation has a code over a WebSocket', async () => {
    const text = await sendOverSocket(target(), operation);
    expect(text).toContain(`"code":"${code}"`);
    expect(text).not.toContain('"http"');
  });
});

test('C9 the error of a refused token says whether it is unknown, expired or revoked', async () => {
  const expired = await createToken(world.db, {
    name: 'old',
    scope: 'read',
    userName: 'ada',
    lifetime: -86_400_000,
  });
  const revoked = await createToken(world.db, { name: 'gone', scope: 'read', userName: 'ada' });
  await world.db.execute("update api_token set revoked_at = 0 where name = 'gone'", []);
  const answer = async (by: string) => {
    const { status, text } = await sendByPost(target(by), 'application/json', {
      query: '{ viewer { role } }',
    });
    const [error] = JSON.parse(text).errors;
    return { status, message: error.message, ...error.extensions };
  };
  const code = 'UNAUTHENTICATED';
  expect(await answer(expired)).toMatchObject({
    status: 401,
    code,
    token: 'expired',
    message: expect.stringContaining('expired on 20'),
  });
  expect(await answer(revoked)).toMatchObject({
    status: 401,
    code,
    token: 'revoked',
    message: expect.stringContaining('1970-01-01'),
  });
  expect(await answer(`${token}x`)).toMatchObject({ status: 401, code, token: 'unknown' });
});

test('the error of a token with the scope read says that the scope deploy is missing', async () => {
  const { text } = await sendByPost(target(), 'application/json', {
    query: 'mutation { stopJob(input: { jobId: 1 }) { __typename } }',
  });
  expect(text).toContain('a token with the scope “deploy”. This one has the scope “read”');
});
