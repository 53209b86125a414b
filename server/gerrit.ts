// Owns asking Gerrit about changes over its REST API: one request for all, decoded once, here. Not what a change must be like (schema/model/job/change.ts).
import type { Logger } from 'pino';
import type { Changes } from '../schema/graphql/context.ts';
import { type Change, GerritUnavailable } from '../schema/model/job/change.ts';

/** How long Gerrit may take, in milliseconds. */
const defaultTimeout = 5_000;
/** The longest answer that is read, in bytes. */
const longestAnswer = 2_097_152;
/** What Gerrit puts before its JSON so that no page can run it as a script. */
const prefix = ")]}'";
/** How many samples are shown, and for how long one look at them counts, in milliseconds. */
const sampleCount = 6;
const samplesLifetime = 30_000;
/** Gerrit's change numbers are 32-bit: asking for a larger one would be answered as a malformed query. */
const largestChange = 2_147_483_647;

/** Where Gerrit is, and the world around it. */
export interface GerritOptions {
  /** With a slash at its end; null: there is none, and every look-up says so. */
  readonly url: string | null;
  readonly logger: Logger;
  readonly fetch?: typeof fetch;
  /** Milliseconds; default 5000. */
  readonly timeout?: number;
}

/** Asks Gerrit. Nothing is kept but the samples. */
export class Gerrit implements Changes {
  readonly #options: GerritOptions;
  #samples: { readonly at: number; readonly changes: Promise<readonly Change[]> } | null = null;

  constructor(options: GerritOptions) {
    this.#options = options;
  }

  async lookUp(numbers: readonly string[]): Promise<ReadonlyMap<string, Change | null>> {
    const found = new Map<string, Change | null>(numbers.map((number) => [number, null]));
    const asked = numbers.filter((number) => Number(number) <= largestChange);
    if (asked.length === 0) return found;
    const query = asked.map((number) => `change:${number}`).join('+OR+');
    for (const change of await this.#query(query, asked.length)) {
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

  /** The changes of a query, whose text is part of the URL already. Throws {@link GerritUnavailable} for whatever goes wrong. */
  async #query(query: string, most: number): Promise<Change[]> {
    const { url, logger, timeout = defaultTimeout } = this.#options;
    if (url === null) throw new GerritUnavailable('none is configured');
    const wanted = 'o=CURRENT_REVISION&o=CURRENT_COMMIT&o=DETAILED_ACCOUNTS';
    try {
      const response = await (this.#options.fetch ?? fetch)(`${url}changes/?q=${query}&n=${most}&${wanted}`, {
        headers: { accept: 'application/json' },
        // Gerrit's address comes from the operator; one that a redirect names does not.
        redirect: 'error',
        signal: AbortSignal.timeout(timeout),
      });
      if (response.status !== 200) {
        await response.body?.cancel();
        throw new Unusable(`it answered with status ${response.status}`);
      }
      return decodeChanges(await readText(response), url);
    } catch (error) {
      const why = reasonOf(error, timeout);
      logger.warn({ err: error, why }, 'Gerrit could not be asked');
      throw new GerritUnavailable(why);
    }
  }
}

/** Gerrit answered, but not with what was asked for. */
class Unusable extends Error {}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.byteLength;
    if (length > longestAnswer) throw new Unusable('its answer is too long');
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** Why Gerrit could not be asked, in a few words. Pure. */
function reasonOf(error: unknown, timeout: number): string {
  if (error instanceof Unusable) return error.message;
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

/** A member of a decoded JSON object; undefined where there is none. */
function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** The changes in Gerrit's answer. Throws for whatever is not a list of changes. Pure. */
export function decodeChanges(body: string, gerritUrl: string): Change[] {
  if (!body.startsWith(prefix)) throw new Unusable('what answered is not Gerrit');
  let list: unknown;
  try {
    list = JSON.parse(body.slice(prefix.length));
  } catch {
    throw new Unusable('its answer is no JSON');
  }
  if (!Array.isArray(list)) throw new Unusable('its answer is no list of changes');
  return list.map((info: unknown) => {
    const number = member(info, '_number');
    const project = member(info, 'project');
    if (typeof number !== 'number' || typeof project !== 'string') {
      throw new Unusable('its answer is no list of changes');
    }
    const revision = text(member(info, 'current_revision'));
    const commit =
      revision === null ? undefined : member(member(member(info, 'revisions'), revision), 'commit');
    const owner = member(info, 'owner');
    return {
      number: String(number),
      verified: true,
      url: `${gerritUrl}c/${project.split('/').map(encodeURIComponent).join('/')}/+/${number}`,
      subject: text(member(info, 'subject')),
      project,
      branch: text(member(info, 'branch')),
      owner: text(member(owner, 'name')) ?? text(member(owner, 'username')) ?? text(member(owner, 'email')),
      status: text(member(info, 'status')),
      commitMessage: text(member(commit, 'message')),
    };
  });
}
