// Owns the client of Gerrit's REST API: it looks up changes and decodes the response. Not which changes can be deployed (schema/model/job/change.ts).
import type { Logger } from 'pino';
import type { Changes } from '../schema/graphql/context.ts';
import { type Change, GerritUnavailable } from '../schema/model/job/change.ts';

/** The timeout of a request, in milliseconds. */
const defaultTimeout = 5_000;
/** The maximum size of a response, in bytes. */
const maximumResponse = 2_097_152;
/** Gerrit puts this before its JSON, so that no web page can run it as a script. */
const prefix = ")]}'";
/** How many samples are returned. */
const sampleCount = 6;
/** How long samples are cached, in milliseconds. */
const samplesLifetime = 30_000;
/** Gerrit's change numbers have 32 bits: it refuses a query with a larger number as malformed. */
const largestChange = 2_147_483_647;

/** How to reach Gerrit. */
export interface GerritOptions {
  /** With a trailing slash; null: not configured, and every look-up fails. */
  readonly url: string | null;
  readonly logger: Logger;
  readonly fetch?: typeof fetch;
  /** Milliseconds; default 5000. */
  readonly timeout?: number;
}

/** The Gerrit client. Only the samples are cached. */
export class Gerrit implements Changes {
  readonly #options: GerritOptions;
  #samples: { readonly at: number; readonly changes: Promise<readonly Change[]> } | null = null;

  constructor(options: GerritOptions) {
    this.#options = options;
  }

  get url(): string | null {
    return this.#options.url;
  }

  async lookUp(numbers: readonly string[]): Promise<ReadonlyMap<string, Change | null>> {
    const found = new Map<string, Change | null>(numbers.map((number) => [number, null]));
    const valid = numbers.filter((number) => Number(number) <= largestChange);
    if (valid.length === 0) return found;
    const query = valid.map((number) => `change:${number}`).join('+OR+');
    for (const change of await this.#query(query, valid.length)) {
      if (found.has(change.number)) found.set(change.number, change);
    }
    return found;
  }

  samples(): Promise<readonly Change[]> {
    const now = Date.now();
    if (this.#samples === null || now - this.#samples.at > samplesLifetime) {
      const changes = this.#query('status:open', sampleCount).catch(() => {
        this.#samples = null;
        return [];
      });
      this.#samples = { at: now, changes };
    }
    return this.#samples.changes;
  }

  /** The changes of a query, which must be URL-encoded. Throws {@link GerritUnavailable} for any error. */
  async #query(query: string, limit: number): Promise<Change[]> {
    const { url, logger, timeout = defaultTimeout } = this.#options;
    if (url === null) throw new GerritUnavailable('it is not configured');
    const options = 'o=CURRENT_REVISION&o=CURRENT_COMMIT&o=DETAILED_ACCOUNTS';
    try {
      const response = await (this.#options.fetch ?? fetch)(
        `${url}changes/?q=${query}&n=${limit}&${options}`,
        {
          headers: { accept: 'application/json' },
          // Only the URL that the operator configured is trusted, not the target of a redirect.
          redirect: 'error',
          signal: AbortSignal.timeout(timeout),
        },
      );
      if (response.status !== 200) {
        await response.body?.cancel();
        throw new InvalidResponse(`it answered with status ${response.status}`);
      }
      return decodeChanges(await readText(response), url);
    } catch (error) {
      const why = reasonOf(error, timeout);
      logger.warn({ err: error, why }, 'request to Gerrit failed');
      throw new GerritUnavailable(why);
    }
  }
}

/** The response is not what was requested. */
class InvalidResponse extends Error {}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.byteLength;
    if (length > maximumResponse) throw new InvalidResponse('its response is too large');
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** Why a request to Gerrit failed, in a few words. Pure. */
function reasonOf(error: unknown, timeout: number): string {
  if (error instanceof InvalidResponse) return error.message;
  if (!(error instanceof Error)) return 'the connection failed';
  if (error.name === 'TimeoutError') return `it did not answer within ${timeout / 1000} seconds`;
  const { cause } = error;
  if (cause instanceof Error) {
    const code = 'code' in cause ? cause.code : undefined;
    if (code === 'ECONNREFUSED') return 'the connection was refused';
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its host was not found';
    if (cause.message.includes('redirect')) return 'it redirects elsewhere';
  }
  return 'the connection failed';
}

/** A member of a decoded JSON object; undefined if it has none of this name. */
function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** Null for text of nothing but blanks and invisible characters: a link with this name could not be seen. */
const visible = (value: string | null): string | null =>
  value === null || /^[\s\p{C}\p{Z}\u115f\u1160\u2800\u3164\uffa0]*$/u.test(value) ? null : value;

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Decodes Gerrit's response. Throws if it is not a list of changes. Pure. */
export function decodeChanges(body: string, gerritUrl: string): Change[] {
  if (!body.startsWith(prefix)) throw new InvalidResponse('the response is not from Gerrit');
  let list: unknown;
  try {
    list = JSON.parse(body.slice(prefix.length));
  } catch {
    throw new InvalidResponse('its response is not JSON');
  }
  if (!Array.isArray(list)) throw new InvalidResponse('its response is not a list of changes');
  return list.map((info: unknown) => {
    const number = member(info, '_number');
    const project = member(info, 'project');
    if (typeof number !== 'number' || typeof project !== 'string') {
      throw new InvalidResponse('its response is not a list of changes');
    }
    const revision = text(member(info, 'current_revision'));
    const commit =
      revision === null ? undefined : member(member(member(info, 'revisions'), revision), 'commit');
    const owner = member(info, 'owner');
    return {
      number: String(number),
      verified: true,
      url: `${gerritUrl}c/${project.split('/').map(encodeURIComponent).join('/')}/+/${number}`,
      subject: visible(text(member(info, 'subject'))),
      project,
      branch: text(member(info, 'branch')),
      owner: text(member(owner, 'name')) ?? text(member(owner, 'username')) ?? text(member(owner, 'email')),
      status: text(member(info, 'status')),
      commitMessage: text(member(commit, 'message')),
    };
  });
}
