// Main: follows one job over many raw WebSockets, each of which is cut at a random time and resumes after its last line. It parses only the numbers of lines,
// so that hundreds of sockets fit beside the tested server. Arguments: URL, token, job, sockets. Prints `following` once connected, and one line of JSON at its end.
import { WebSocket } from 'ws';

const [url = '', token = '', job = '', sockets = '1'] = process.argv.slice(2);
const query =
  'subscription Follow($id: ID!, $after: Int) { jobLog(jobId: $id, after: $after) { lines { number text } cursor complete } }';
const firstNumber = '"number":';
const cursor = '"cursor":';
/** How long a connection lives, in milliseconds: between these. */
const [shortest, longest] = [2_000, 20_000];

let drops = 0;
let lines = 0;
let following = 0;
let over = 0;
const gaps: string[] = [];
const ends = new Set<number>();

/** The digits of a message from a place on. */
function numberAt(data: Buffer, at: number): number {
  let value = 0;
  for (let index = at; ; index++) {
    const digit = (data[index] ?? 0) - 48;
    if (digit < 0 || digit > 9) return value;
    value = value * 10 + digit;
  }
}

/** Follows from a line on. Resolves with the last line once the connection is closed, and whether the log is complete. */
function connection(after: number, onConnected: () => void): Promise<{ last: number; complete: boolean }> {
  const { promise, resolve } = Promise.withResolvers<{ last: number; complete: boolean }>();
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
  let last = after;
  let complete = false;
  const life = setTimeout(
    () => {
      drops++;
      // No closing handshake, as when a network fails.
      socket.terminate();
    },
    shortest + Math.random() * (longest - shortest),
  );
  socket.on('open', () =>
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
  );
  socket.on('message', (data) => {
    if (!Buffer.isBuffer(data)) throw new Error('the message is fragmented');
    if (data.length < 300 && data.indexOf('"type":"connection_ack"') !== -1) {
      socket.send(
        JSON.stringify({ id: 'f', type: 'subscribe', payload: { query, variables: { id: job, after } } }),
      );
      onConnected();
      return;
    }
    if (data.length < 300 && data.indexOf('"type":"complete"') !== -1) {
      complete = true;
      return socket.close();
    }
    const first = data.indexOf(firstNumber);
    if (first === -1) return;
    const number = numberAt(data, first + firstNumber.length);
    if (number !== last + 1) gaps.push(`line ${number} followed line ${last}, after line ${after}`);
    last = numberAt(data, data.lastIndexOf(cursor) + cursor.length);
    lines += last - number + 1;
  });
  // Also the error of a connection that was cut before it was established.
  socket.on('error', () => {});
  socket.on('close', () => {
    clearTimeout(life);
    resolve({ last, complete });
  });
  return promise;
}

async function follow(): Promise<void> {
  let last = 0;
  let isNew = true;
  // On a busy machine, the first connection may be cut before it is established.
  const onConnected = (): void => {
    if (isNew && ++following === Number(sockets)) process.stdout.write('following\n');
    isNew = false;
  };
  for (;;) {
    const part = await connection(last, onConnected);
    last = part.last;
    if (part.complete) break;
  }
  ends.add(last);
  if (++over < Number(sockets)) return;
  process.stdout.write(`${JSON.stringify({ drops, lines, gaps, ends: [...ends] })}\n`, () => process.exit());
}

for (let index = 0; index < Number(sockets); index++) {
  void follow();
  // Connections are opened slowly, so that their ends are spread.
  if (index % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 50));
}
