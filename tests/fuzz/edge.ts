// Owns random HTTP requests that are written by hand: methods, paths, cookies and other headers, as no HTTP library would send them.
import { connect } from 'node:net';
import type { Random } from '../crash/random.ts';
import { oddText } from './value.ts';
import { answerLimit, type FuzzWorld, type Part } from './world.ts';

const methods = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'X'];
const paths = [
  '/',
  '/graphql',
  '/graphql?query={viewer{role}}',
  '/sign-in',
  '/sign-in/callback?state=x&state=y',
  '/sign-in/provider?next=//evil',
  '/sign-in/standing',
  '/sign-out',
  '/ticket',
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
  'Transfer-Encoding: chunked',
  'Content-Length: 5',
];
const names = [
  'Accept',
  'Accept-Encoding',
  'Authorization',
  'Content-Type',
  'Cookie',
  'If-None-Match',
  'Origin',
  'Prefer',
  'Sec-Fetch-Dest',
  'Sec-WebSocket-Protocol',
  'X-Forwarded-For',
  'X-Graphql-Client-Name',
  'X-Request-Id',
  'X-Spiderpig-Page-Key',
];
const cookieNames = ['spiderpig', '__Host-spiderpig', 'spiderpig-sign-in-0123456789ab', '', '__proto__', 'x'];

/** A text as one line of bytes. */
const line = (random: Random): string => oddText(random).replaceAll(/[\r\n]/g, ' ');

/** A Cookie header of several cookies, most of them malformed. */
const cookies = (random: Random): string =>
  `Cookie: ${Array.from(
    { length: random.integer(0, random.chance(0.1) ? 300 : 6) },
    () => `${random.pick(cookieNames)}${random.pick(['=', '', '==', ' = '])}${line(random)}`,
  ).join(random.pick(['; ', ';', ',', ';;']))}`;

function header(random: Random): string {
  const kind = random.integer(0, 3);
  if (kind === 0) return cookies(random);
  return kind === 1 ? `${random.pick(names)}: ${line(random)}` : random.pick(headers);
}

/** Sends bytes to the server and returns what it answers until it closes the connection. */
export async function exchange({ server }: FuzzWorld, bytes: Buffer, more: Buffer[] = []): Promise<string> {
  const socket = connect(server.server.port, '127.0.0.1');
  socket.setTimeout(answerLimit, () => socket.destroy());
  let heard = '';
  socket.on('data', (data) => {
    heard += data.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(bytes);
  // What became a WebSocket does not end by itself.
  socket.once('data', () => {
    for (const each of more) socket.write(each);
    setImmediate(() => socket.end());
  });
  await closed;
  return heard;
}

export const edgePart: Part = {
  name: 'HTTP edge, headers and cookies',
  async send(world, random) {
    const body = random.pick(['', '{}', '{"code":1}', '{"code":"x"}', '[', 'x'.repeat(100)]);
    const chosen = Array.from({ length: random.integer(0, 6) }, () => header(random));
    const own = `127.0.0.1:${world.server.server.port}`;
    const host = random.chance(0.9) ? own : random.pick(['', 'evil.example', '[', 'localhost', line(random)]);
    const path = random.chance(0.9) ? random.pick(paths) : `/${line(random).replaceAll(' ', '')}`;
    const sent = [
      `${random.pick(methods)} ${path} HTTP/1.1`,
      `Host: ${host}`,
      'Connection: close',
      `Content-Length: ${body.length}`,
      ...chosen,
      '',
      body,
    ].join('\r\n');
    return { sent, answer: await exchange(world, Buffer.from(sent)) };
  },
};
