// Owns one request to a webhook: to a permitted address, without redirects, with a time limit. Not what is sent (message.ts), not retries (delivery.ts of the model).
import { promises as dns, type LookupAddress } from 'node:dns';
import { type IncomingMessage, request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Attempt } from '../../schema/model/notification/delivery.ts';
import { errorCode } from '../../schema/process/error.ts';
import { certificateProblem } from '../../schema/text/certificate.ts';

/** The largest part of a response that is read, in bytes. */
const maxResponse = 2_000;

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Whether this address may be reached. */
  readonly isPermitted: (address: string) => boolean;
  /** For the whole request, in milliseconds. */
  readonly timeout: number;
  /** Rejects the request. */
  readonly signal: AbortSignal;
  /** Finds the addresses of a name; default: as all programs of this host do. */
  readonly addressesOf?: AddressesOf;
}

type AddressesOf = (name: string) => Promise<readonly LookupAddress[]>;

/** As all programs of this host find the addresses of a name. Only two such searches run at the same time in a process. */
const systemAddresses: AddressesOf = (name) => dns.lookup(name, { all: true });

/** The codes of a name without an address of the kind that was asked for. */
const absentCodes: readonly string[] = [dns.NODATA, dns.NOTFOUND];

/**
 * Finds the addresses of names that any user can choose, by DNS alone: a name whose server does not answer would keep all other requests of this process
 * from finding theirs, such as those to Gerrit.
 */
export function addressesByDns(resolver = new dns.Resolver({ timeout: 2_000, tries: 2 })): AddressesOf {
  return async (name) => {
    const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const addresses = found.flatMap((each, at) =>
      each.status === 'rejected' ? [] : each.value.map((address) => ({ address, family: at === 0 ? 4 : 6 })),
    );
    if (addresses.length > 0) return addresses;
    const reasons = found.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    // A failure of DNS says more than that a name has no address of this kind.
    const reason = reasons.find((each) => !absentCodes.includes(errorCode(each))) ?? reasons[0];
    if (reason !== undefined) throw reason;
    return addresses;
  };
}

/** The name has no address that may be reached. */
class AddressNotPermitted extends Error {
  constructor(address: string) {
    super(
      `The address ${address} is not public. The option --webhook-networks names the private networks that webhooks may reach.`,
    );
  }
}

/**
 * Sends a request. Resolves also when it fails; rejects only when `signal` aborts. The address is checked where the connection is made, so a name that
 * resolves differently a second time changes nothing.
 */
export async function sendWebhook(request: WebhookRequest): Promise<Attempt> {
  const begin = performance.now();
  const limit = AbortSignal.timeout(request.timeout);
  try {
    const response = await responseOf(request, AbortSignal.any([limit, request.signal]));
    const status = response.statusCode ?? null;
    const body = await beginningOf(response);
    const { location } = response.headers;
    const redirected = status !== null && status >= 300 && status < 400 && location !== undefined;
    return {
      status,
      response: body,
      problem: redirected ? `It redirects to ${location.slice(0, 300)}, which is not followed.` : null,
      retryAfter: retryAfterOf(response),
      duration: performance.now() - begin,
    };
  } catch (error) {
    if (request.signal.aborted) throw error;
    const problem = limit.aborted
      ? `There was no complete response within ${Math.round(request.timeout / 1000)} seconds.`
      : problemOf(error);
    return { status: null, response: null, problem, retryAfter: null, duration: performance.now() - begin };
  }
}

/** The sentence for an error of the connection. Pure. */
function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return 'The request failed.';
  const certificate = certificateProblem(errorCode(error));
  return certificate === null ? error.message : `The receiver was not asked: ${certificate}.`;
}

function responseOf(
  { url: address, headers, body, isPermitted, addressesOf = systemAddresses }: WebhookRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const url = new URL(address);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  // Node does not look literal addresses up.
  const literal = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0 && !isPermitted(literal)) throw new AddressNotPermitted(literal);
  const send = url.protocol === 'https:' ? requestByHttps : requestByHttp;
  const length = String(Buffer.byteLength(body));
  const sent = send(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': length },
    agent: false,
    lookup: permittedLookup(isPermitted, addressesOf),
    signal,
  });
  sent.once('response', resolve);
  sent.on('error', reject);
  // Node ends such a connection without an error when nothing listens.
  sent.once('upgrade', ({ statusCode }, socket) => {
    socket.destroy();
    reject(new Error(`The receiver answered with the status ${statusCode}, which nothing asked for.`));
  });
  sent.end(body);
  return promise;
}

/** Resolves a name to those of its addresses that may be reached. */
const permittedLookup =
  (isPermitted: WebhookRequest['isPermitted'], addressesOf: AddressesOf): LookupFunction =>
  (name, options, answer) => {
    addressesOf(name).then(
      (found) => {
        const permitted = found.filter(({ address }) => isPermitted(address));
        const [first] = permitted;
        if (!first) answer(new AddressNotPermitted(found[0]?.address ?? name), []);
        else if (options.all === true) answer(null, permitted);
        else answer(null, first.address, first.family);
      },
      (error: Error) => answer(error, []),
    );
  };

/** The beginning of a body. The rest is not read. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response) {
    parts.push(part);
    length += part.length;
    if (length >= maxResponse) break;
  }
  response.destroy();
  return Buffer.concat(parts).subarray(0, maxResponse).toString('utf8');
}

/** How long the receiver asks to wait, in milliseconds: seconds or a date. */
function retryAfterOf({ headers, statusCode }: IncomingMessage): number | null {
  const text = headers['retry-after'];
  if (text === undefined || (statusCode !== 429 && statusCode !== 503)) return null;
  const delay = /^[0-9]+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(delay) && delay > 0 ? delay : null;
}
