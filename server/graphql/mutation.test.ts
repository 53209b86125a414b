// Tests that a mutation is judged as a whole before anything is executed, and that what it did is never lost: over all transports.
import { Kind, type OperationDefinitionNode, OperationTypeNode, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../schema/graphql/schema.ts';
import { Session } from '../../schema/model/account/session.ts';
import { User } from '../../schema/model/account/user.ts';
import { Job } from '../../schema/model/job/job.ts';
import { type Operation, sendByPost, sendOverSocket } from '../../tests/support/operation.ts';
import { openServer, realDocuments, runningJob, type TestServer } from '../../tests/support/test-server.ts';
import { mutationRefusal } from './mutation.ts';

let world: TestServer;
let token: string;
let running: number;
beforeAll(async () => {
  world = await openServer();
  token = await world.token('deploy');
  running = await runningJob(world.db);
});
afterAll(() => world[Symbol.asyncDispose]());

type Ask = (operation: Operation) => Promise<string>;

const target = () => ({ url: world.url, token });
const post =
  (accept: string): Ask =>
  async (operation) =>
    (await sendByPost(target(), accept, operation)).text;
const overSocket: Ask = (operation) => sendOverSocket(target(), operation);

const start = 'startBackport(input: { changes: ["1102340"], acceptUnverified: true })';
const ban = 'banUser(input: { userId: "1", reason: "x" }) { __typename }';

const forbidden: [string, Operation][] = [
  ['beside it', { query: `mutation { a: ${start} { __typename } b: ${ban} }` }],
  ['before it', { query: `mutation { b: ${ban} a: ${start} { __typename } }` }],
  [
    'in a fragment',
    { query: `mutation { a: ${start} { __typename } ...f } fragment f on Mutation { ${ban} }` },
  ],
  [
    'in fragments in fragments',
    {
      query: `mutation { ...f } fragment f on Mutation { a: ${start} { __typename } ... on Mutation { ...g } } fragment g on Mutation { ${ban} }`,
    },
  ],
  [
    'behind @include with a variable',
    {
      query: `mutation ($yes: Boolean!) { a: ${start} { __typename } b: ${ban.replace(') {', ') @include(if: $yes) {')} }`,
      variables: { yes: true },
    },
  ],
  [
    'behind @skip with a variable that is not given',
    {
      query: `mutation ($no: Boolean = false) { a: ${start} { __typename } ... @skip(if: $no) { b: ${ban} } }`,
    },
  ],
  [
    'in the operation that is named',
    {
      query: `mutation one { ${start} { __typename } } mutation both { a: ${start} { __typename } b: ${ban} }`,
      operationName: 'both',
    },
  ],
];

const several: [string, Operation][] = [
  ['aliases', { query: `mutation { a: ${start} { __typename } b: ${start} { __typename } }` }],
  [
    'different ones',
    { query: `mutation { a: ${start} { __typename } b: stopJob(input: { jobId: "99999" }) { __typename } }` },
  ],
  [
    'fragments',
    {
      query: `mutation { ...f ...g } fragment f on Mutation { a: ${start} { __typename } } fragment g on Mutation { b: ${start} { __typename } }`,
    },
  ],
];

const jobs = (): Promise<number> => world.db.em().count(Job);

describe.each([
  ['POST', post('application/json')],
  ['an event stream', post('text/event-stream')],
  ['multipart', post('multipart/mixed')],
  ['a WebSocket', overSocket],
])('over %s', (_transport, ask) => {
  test.each(forbidden)('G7 nothing is executed if a field %s is forbidden', async (_where, operation) => {
    const before = await jobs();
    expect(await ask(operation)).toContain('"FORBIDDEN"');
    expect(await jobs()).toBe(before);
  });

  test.each(several)(
    'G7 the server refuses several mutations in one operation: %s',
    async (_form, operation) => {
      const before = await jobs();
      const answer = await ask(operation);
      expect(answer).toContain('"BAD_REQUEST"');
      expect(answer).toContain('2 mutations');
      expect(await jobs()).toBe(before);
    },
  );

  test('a refusal has a code and a message without naming its type', async () => {
    const refused = '{ __typename ... on Refusal { code message } }';
    expect(await ask({ query: `mutation { stopJob(input: { jobId: "99999" }) ${refused} }` })).toContain(
      '{"__typename":"JobNotFound","code":"JOB_NOT_FOUND","message":"',
    );
    const start = 'startBackport(input: { changes: ["x", "1"] })';
    const problems = '... on InvalidChanges { problems { code } }';
    expect(await ask({ query: `mutation { ${start} { ... on Refusal { code } ${problems} } }` })).toContain(
      '{"code":"INVALID_CHANGES","problems":[{"code":"NOT_A_NUMBER"}]}',
    );
  });

  test('a mutation that itself fails has no data, also if something is requested beside it', async () => {
    const start = 'startBackport(input: { changes: ["1"], idempotencyKey: "" })';
    const answer = await ask({ query: `mutation { name: __typename ${start} { __typename } }` });
    expect(answer).toContain('"BAD_USER_INPUT"');
    expect(answer).toContain('"data":null');
  });

  test('a mutation that is left out by a directive is not judged', async () => {
    const query = `mutation ($yes: Boolean!) { stopJob(input: { jobId: "99999" }) { __typename } ... @include(if: $yes) { ${ban} } }`;
    expect(await ask({ query, variables: { yes: false } })).toContain('"JobNotFound"');
  });

  test.each([
    ['an argument of a field inside is wrong', 'log(first: 99999) { cursor }'],
    ['an argument of a list inside is wrong', 'interactions(first: 0) { id }'],
  ])('G7 the result of a mutation is kept when %s', async (_why, field) => {
    const before = await jobs();
    const answer = await ask({
      query: `mutation { ${start} { ... on StartBackportSuccess { job { id ${field} } } } }`,
    });
    expect(answer).toContain('"BAD_USER_INPUT"');
    expect(await jobs()).toBe(before + 1);
    const id = /"id":"(\d+)"/.exec(answer)?.[1];
    expect(await world.db.em().count(Job, { id: Number(id) })).toBe(1);
  });

  test('G7 the result of a mutation is kept when the result is too large', async () => {
    const names = Array.from({ length: 40 }, (_, n) => `${'a'.repeat(1_000)}${n}: number`).join(' ');
    const log = {
      lines: Array.from({ length: 500 }, (_, n) => ({ number: n })),
      cursor: 500,
      complete: false,
    };
    const { logs } = world.server.sources;
    const { read } = logs;
    Object.assign(logs, { read: async () => log });
    const query = `mutation { stopJob(input: { jobId: "${running}" }) { ... on StopJobSuccess { job { id log { lines { ${names} } } } } } }`;
    const answer = await ask({ query });
    Object.assign(logs, { read });
    expect(answer).toContain('"TOO_LARGE"');
    expect(answer).toContain(`"job":{"id":"${running}","log":`);
  });
});

test('everyone who may use a mutation may use it with the document of the web client', () => {
  const session: Session = Object.assign(new Session(), { id: 1 });
  const user = Object.assign(new User(), { id: 1, name: 'ada' });
  let judged = 0;
  for (const [, text] of realDocuments()) {
    const document = parse(text);
    const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
    if (operation?.operation !== OperationTypeNode.MUTATION) continue;
    const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
    const fragmentDefinitions = Object.fromEntries(fragments.map((each) => [each.name.value, each]));
    const args = { schema, operation, fragmentDefinitions, variableValues: { sources: {}, coerced: {} } };
    const bare: OperationDefinitionNode = {
      ...operation,
      selectionSet: {
        ...operation.selectionSet,
        selections: operation.selectionSet.selections.map((each) =>
          each.kind === Kind.FIELD ? { ...each, selectionSet: undefined } : each,
        ),
      },
    };
    for (const role of ['viewer', 'deployer', 'admin'] as const) {
      const viewer = { user, role, session, token: null, through: { channel: 'page', address: null } };
      const expected = mutationRefusal({ ...args, operation: bare }, viewer)?.message;
      expect([operation.name?.value, role, mutationRefusal(args, viewer)?.message]).toEqual([
        operation.name?.value,
        role,
        expected,
      ]);
      judged += expected === undefined ? 1 : 0;
    }
  }
  expect(judged).toBeGreaterThan(20);
});
