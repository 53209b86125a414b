// Owns a run of the fuzzer: random operations, WebSocket messages and HTTP requests against a real server, and what must hold for all of them.
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { schema } from '../../schema/graphql/schema.ts';
import { Random } from '../crash/random.ts';
import { watchBlocking } from '../support/blocking.ts';
import { append, openServer, runningJob, type TestServer } from '../support/test-server.ts';
import { OperationMaker, type RandomOperation } from './document.ts';

/** How long one turn of the event loop may take, in milliseconds of CPU time. */
const longestTurn = 100;
/** How much the heap may grow during a run, in bytes, however long it is. */
const largestGrowth = 300_000_000;
/** How long an answer is waited for, in milliseconds. */
const answerLimit = 30_000;

const accepts = [
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
  'multipart/mixed',
  '*/*',
  'text/html',
  '',
];

async function overHttp(
  world: TestServer,
  token: string,
  operation: RandomOperation,
  random: Random,
): Promise<string> {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      accept: random.pick(accepts),
      prefer: 'wait=0',
    },
    body: JSON.stringify(operation),
    signal: AbortSignal.timeout(answerLimit),
  });
  return `${response.status} ${await response.text()}`;
}

/** Opens a WebSocket, sends random messages and the operation, and closes it. Returns what was received. */
async function overSocket(
  world: TestServer,
  token: string,
  operation: RandomOperation,
  random: Random,
): Promise<string> {
  const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  socket.on('error', () => {});
  let heard = '';
  socket.on('message', (data) => {
    heard += String(data);
  });
  const closed = once(socket, 'close');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  const messages = [
    JSON.stringify({ id: 'a', type: 'subscribe', payload: operation }),
    JSON.stringify({ id: 'a', type: 'complete' }),
    '{"type":"ping"}',
    '{"type":"ping","payload":{"complete":1}}',
    '{"id":1,"type":"complete"}',
    '{"id":"a","type":"subscribe"}',
    '{"id":"b","type":"subscribe","payload":{"query":1}}',
    'null',
    '[]',
    '{"type":"connection_init"}',
    '\u0000',
    Buffer.from([0xff, 0xfe]),
  ];
  await Promise.race([once(socket, 'message'), closed]);
  socket.send(messages[0] ?? '');
  for (let count = random.integer(0, 3); count > 0; count--) socket.send(random.pick(messages));
  socket.close();
  await closed;
  return heard;
}

const methods = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'X'];
const paths = [
  '/',
  '/graphql',
  '/graphql?query={viewer{role}}',
  '/sign-in',
  '/sign-in/callback?state=x&state=y',
  '/sign-in/provider?next=//evil',
  '/sign-in/standing',
  '/jobs/1',
  '/jobs/1/log.txt',
  '/jobs/1/log.txt?ticket=x',
  '/audit.jsonl?since=x',
  '/metrics',
  '/readyz',
  '/healthz',
  '/%',
  '/%00',
  '/..%2f',
  '//',
  '*',
  '/assets/%ff',
];
const headers = [
  'Cookie: spiderpig=',
  'Cookie: =;=;spiderpig',
  'Cookie: spiderpig=a; spiderpig=b',
  'Authorization: Bearer',
  'Authorization: Basic eDp5',
  'Content-Type: application/json',
  'Content-Type: text/plain',
  'Content-Encoding: gzip',
  'Accept: text/event-stream',
  'Prefer: wait=99999999999',
  'Prefer: wait=-1',
  'Origin: null',
  'Origin: https://evil.example',
  'X-Spiderpig-Page-Key: x',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Expect: 100-continue',
  'Range: bytes=0-1,2-3',
];

/** Sends a request of random parts by hand, and returns the response. */
async function edge(world: TestServer, random: Random): Promise<string> {
  const socket = connect(world.server.port, '127.0.0.1');
  socket.setTimeout(answerLimit, () => socket.destroy());
  let heard = '';
  socket.on('data', (data) => {
    heard += String(data);
  });
  socket.on('error', () => {});
  const body = random.pick(['', '{}', '{"code":1}', '{"code":"x"}', '[', 'x'.repeat(100)]);
  const chosen = Array.from({ length: random.integer(0, 5) }, () => random.pick(headers));
  const host = random.chance(0.9)
    ? `127.0.0.1:${world.server.port}`
    : random.pick(['', 'evil.example', '[', 'localhost']);
  socket.write(
    `${random.pick(methods)} ${random.pick(paths)} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n${chosen.map((header) => `${header}\r\n`).join('')}\r\n${body}`,
  );
  // What became a WebSocket does not end by itself.
  socket.once('data', () => setImmediate(() => socket.end()));
  await once(socket, 'close');
  return heard;
}

/** What must not be in an answer; null: nothing is wrong. */
function violationIn(answer: string): string | null {
  if (/^500 |^HTTP\/1\.1 500/.test(answer)) return 'status 500';
  if (answer.includes('INTERNAL_SERVER_ERROR')) return 'INTERNAL_SERVER_ERROR';
  return null;
}

/** Sends that many random operations, messages and requests of each kind. Returns what did not hold. */
export async function fuzz({ seed, rounds }: { seed: string; rounds: number }): Promise<string[]> {
  const random = new Random(seed);
  const violations: string[] = [];
  await using world = await openServer();
  const token = await world.token('deploy');
  const job = await runningJob(world.db);
  await append(
    world.db,
    job,
    0,
    Array.from({ length: 2_000 }, (_, n) => `line ${n} \u001b[31mred\u001b[0m`),
  );
  const maker = new OperationMaker(schema, random);
  const before = process.memoryUsage().heapUsed;
  using watch = watchBlocking();
  for (let round = 0; round < rounds; round++) {
    const operation = maker.make();
    const ask = random.chance(0.7) ? overHttp : overSocket;
    const answers: [string, string][] = [
      [JSON.stringify(operation), await ask(world, token, operation, random)],
      ['the HTTP edge', await edge(world, random)],
    ];
    for (const [what, answer] of answers) {
      const violation = violationIn(answer);
      if (violation !== null)
        violations.push(`round ${round}: ${violation}: ${what} → ${answer.slice(0, 500)}`);
    }
  }
  if (watch.longest() > longestTurn)
    violations.push(`the event loop was blocked for ${Math.round(watch.longest())} ms`);
  const growth = process.memoryUsage().heapUsed - before;
  if (growth > largestGrowth) violations.push(`the heap grew by ${growth} bytes`);
  return violations;
}
