// Main: follows one job over many raw WebSockets and reports the age of each message's oldest line. It parses only the clock in the line
// (tests/programs/output/echo-clock.ts), so that 2,000 sockets fit on the machine beside the measured server.
// Arguments: URL, token, job, sockets, stalled sockets among them, lines whose age is ignored. Prints `watching` once connected, and one line of JSON at its end.
import { WebSocket } from 'ws';
import { now } from '../support/section.ts';

const [url = '', token = '', job = '', sockets = '1', stalled = '0', uncounted = '0'] = process.argv.slice(2);
const query =
  'subscription Watch($id: ID!) { jobLog(jobId: $id) { lines { number at kind text sensitive continues } cursor complete } }';
/** A quote of the line, as it is escaped in JSON. */
const clock = '\\"t\\": \\"';
const count = '\\"n\\": ';

const ages: number[] = [];
let gaps = 0;
let opened = 0;
let watching = 0;
/** Resolves when all sockets that were opened so far are authenticated: a server admits only some new ones of an address at a time. */
let authenticated = Promise.withResolvers<void>();
let over = 0;
let messages = 0;
let bytes = 0;
const wanted = Number(sockets) - Number(stalled);

const numberAt = (data: Buffer, at: number): number => {
  let value = 0;
  for (let index = at; ; index++) {
    const digit = (data[index] ?? 0) - 48;
    if (digit < 0 || digit > 9) return value;
    value = value * 10 + digit;
  }
};

function watch(stalls: boolean): void {
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
  /** The number of the last line that was received. */
  let last = 0;
  socket.on('open', () =>
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
  );
  socket.on('message', (data) => {
    const at = now();
    if (!Buffer.isBuffer(data)) throw new Error('the message is fragmented');
    messages++;
    bytes += data.length;
    if (data.length < 300 && data.indexOf('"type":"connection_ack"') !== -1) {
      socket.send(JSON.stringify({ id: 'w', type: 'subscribe', payload: { query, variables: { id: job } } }));
      if (stalls) socket.pause();
      if (++watching === opened) authenticated.resolve();
      if (watching === Number(sockets)) process.stdout.write('watching\n');
      return;
    }
    if (data.length < 300 && data.indexOf('"type":"complete"') !== -1) {
      socket.close();
      if (++over === wanted) finish();
      return;
    }
    const first = data.indexOf(count);
    if (first === -1) return;
    const number = numberAt(data, first + count.length);
    if (number !== last + 1) gaps++;
    const printed = numberAt(data, data.indexOf(clock, first) + clock.length);
    if (number > Number(uncounted)) ages.push((Number(at) - printed) / 1e6);
    last = numberAt(data, data.lastIndexOf(count) + count.length);
  });
  socket.on('close', (code) => {
    if (code === 1005 || code === 1000 || stalls) return;
    process.stderr.write(`watcher: closed with ${code}\n`);
    process.exit(1);
  });
  socket.on('error', (error) => process.stderr.write(`watcher: ${error.message}\n`));
}

function finish(): void {
  process.stdout.write(`${JSON.stringify({ ages, gaps, messages, bytes })}\n`, () => process.exit());
}

/** As many as may be new at the same time, with some to spare for the other processes of watchers. */
const together = 16;
while (opened < Number(sockets)) {
  authenticated = Promise.withResolvers<void>();
  const next = Math.min(together, Number(sockets) - opened);
  for (let count = 0; count < next; count++) watch(opened++ >= wanted);
  await authenticated.promise;
}
