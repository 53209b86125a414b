// Owns sending random operations, over HTTP with any form of `Accept` and over WebSockets.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { schema } from '../../schema/graphql/schema.ts';
import type { Random } from '../crash/random.ts';
import { OperationMaker, type RandomOperation } from './document.ts';
import { ask, type FuzzWorld, type Part } from './world.ts';

const accepts = [
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
  'multipart/mixed',
  '*/*',
  'text/html',
  '',
];

/** Opens a WebSocket, sends random messages and the operation, and closes it. Returns what was received. */
async function overSocket(
  { server, token }: FuzzWorld,
  operation: RandomOperation,
  random: Random,
): Promise<string> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  socket.on('error', () => {});
  let heard = '';
  socket.on('message', (data) => {
    heard += String(data);
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
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

export const operationPart: Part = {
  name: 'GraphQL operations',
  async send(world, random) {
    world.gerrit = () => ({ status: 200, headers: {}, body: ")]}'\n[]" });
    const operation = new OperationMaker(schema, random).make();
    const answer = random.chance(0.7)
      ? await ask(world, operation, { accept: random.pick(accepts), prefer: 'wait=0' })
      : await overSocket(world, operation, random);
    return { sent: JSON.stringify(operation), answer };
  },
};
