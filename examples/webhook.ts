// Example: a receiver of webhooks. It verifies the signature (Standard Webhooks), ignores repetitions, and prints what happened. SPIDERPIG_WEBHOOK_SECRET
// is the secret that SpiderPig showed when the webhook was created; PORT is where it listens, on this machine.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';

const key = Buffer.from((process.env['SPIDERPIG_WEBHOOK_SECRET'] ?? '').replace(/^whsec_/, ''), 'base64');
const port = Number(process.env['PORT'] || 9000);
if (key.length === 0) fail('SPIDERPIG_WEBHOOK_SECRET is not set, or is not a secret');
if (!Number.isInteger(port) || port < 0 || port > 65_535) fail('PORT is not a port number');

/** Ends with a line that says why, and the exit status for wrong usage. */
function fail(why: string): never {
  console.error(`webhook.ts: ${why}`);
  process.exit(2);
}

/** Messages that are older are refused: another program could have recorded them. In seconds. */
const longestDelay = 5 * 60;
/** The ids of messages that were received. A real receiver keeps those of the last days in its database. */
const seen = new Set<string>();

/** Whether SpiderPig has signed this body recently. */
function isAuthentic(headers: IncomingMessage['headers'], body: Buffer): boolean {
  const id = String(headers['webhook-id']);
  const timestamp = String(headers['webhook-timestamp']);
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > longestDelay || Number.isNaN(Number(timestamp)))
    return false;
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  // There can be several signatures, with white space between them.
  return String(headers['webhook-signature'])
    .split(' ')
    .map((each) => Buffer.from(each.replace(/^v1,/, ''), 'base64'))
    .some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected));
}

/** What this receiver does with a message. */
function handle(message: {
  type: string;
  data: { job: { id: number; outcome: string | null } | null };
}): void {
  const { type, data } = message;
  const job = data.job === null ? '' : ` job ${data.job.id}`;
  const outcome = type === 'ended' ? `: ${data.job?.outcome}` : '';
  console.log(`${type}${job}${outcome}`);
}

const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  // The signature covers the bytes as they were sent, so verify before parsing.
  const body = Buffer.concat(parts);
  if (!isAuthentic(request.headers, body)) {
    console.log('refused a message');
    response.writeHead(401).end();
    return;
  }
  // Answer first: after ten seconds SpiderPig would send the message again.
  response.writeHead(204).end();
  const id = String(request.headers['webhook-id']);
  if (seen.has(id)) return;
  seen.add(id);
  handle(JSON.parse(body.toString()));
});

server.on('error', ({ message }) => fail(message));
server.listen(port, '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening on port ${typeof address === 'object' ? address?.port : ''}`);
});
process.stdin.on('end', () => server.close()).resume();
