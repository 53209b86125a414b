// Owns the simulated errors of MediaWiki: which messages occur how often, where. The same time always has the same errors. Not the service (error-log.ts).
import { liveVersions } from '../scap/validation.ts';

/** Equal errors. */
export interface ErrorDocument {
  /** In milliseconds since 1970. */
  readonly at: number;
  /** How many errors this stands for. */
  readonly count: number;
  /** The fields by which it can be searched and grouped; null if the field is missing. */
  readonly fields: Readonly<Record<string, string | null>>;
}

/** A message that occurs again and again. */
export interface SimulatedMessage {
  /** As MediaWiki stores it; null if the errors have no normalized message. */
  readonly text: string | null;
  /** The mean of its errors in a minute. */
  readonly perMinute: number;
  readonly target: 'testservers' | 'canaries' | 'production';
  readonly versions: readonly string[];
  readonly wikis: readonly string[];
  /** When it begins and ends, in milliseconds since 1970; default: it always occurs. */
  readonly from?: number;
  readonly until?: number;
}

/** The length of the spans in which errors are equally distributed, in milliseconds. */
const slotLength = 10_000;

/** A number from 0 to 1 that follows from a text (FNV-1a, then mixed). */
function chance(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

/** A count with this mean: by Knuth's method for few, by the normal approximation for many. */
function countOf(mean: number, seed: string): number {
  if (mean > 30) {
    const [one, other] = [chance(`${seed} 1`), chance(`${seed} 2`)];
    const normal = Math.sqrt(-2 * Math.log(1 - one)) * Math.cos(2 * Math.PI * other);
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = chance(seed); product > limit; count++) product *= chance(`${seed} ${count}`);
  return count;
}

const labels = {
  testservers: { 'kubernetes.labels.deployment': 'mw-debug', 'kubernetes.labels.release': 'pinkunicorn' },
  canaries: { 'kubernetes.labels.deployment': 'mw-web', 'kubernetes.labels.release': 'canary' },
  production: { 'kubernetes.labels.deployment': 'mw-web', 'kubernetes.labels.release': 'main' },
} as const;

/** The errors of a message in one slot. Pure. */
function slotErrors(message: SimulatedMessage, slot: number): ErrorDocument[] {
  const { text, perMinute, target, versions, wikis, from = 0, until = Number.POSITIVE_INFINITY } = message;
  const seed = `${slot} ${target} ${text}`;
  const at = slot + Math.floor(chance(`${seed} at`) * slotLength);
  if (at < from || at >= until) return [];
  const count = countOf((perMinute * slotLength) / 60_000, seed);
  // Few documents stand for many errors, so that ten thousand a minute are as fast as ten.
  const parts = Math.min(count, 5);
  return Array.from({ length: parts }, (_, index) => ({
    at,
    count: Math.floor(count / parts) + (index < count % parts ? 1 : 0),
    fields: {
      'normalized_message.keyword': text,
      'mwversion.keyword': versions[Math.floor(chance(`${seed} v${index}`) * versions.length)] ?? null,
      'wiki.keyword': wikis[Math.floor(chance(`${seed} w${index}`) * wikis.length)] ?? null,
      ...labels[target],
    },
  }));
}

/** All errors of a time span; `to` is excluded. Pure. */
export function errorsBetween(
  messages: readonly SimulatedMessage[],
  from: number,
  to: number,
): ErrorDocument[] {
  const errors: ErrorDocument[] = [];
  for (let slot = Math.floor(from / slotLength) * slotLength; slot < to; slot += slotLength)
    for (const message of messages)
      errors.push(...slotErrors(message, slot).filter(({ at }) => at >= from && at < to));
  return errors;
}

const prefix = '[{reqId}] {exception_url}   ';
const wikis = ['enwiki', 'dewiki', 'commonswiki', 'wikidatawiki', 'frwiki', 'jawiki', 'eswiki'];
const newest = liveVersions.slice(-1);

/** The errors of a quiet day. */
export const usualMessages: readonly SimulatedMessage[] = [
  {
    text: `${prefix}Wikimedia\\Rdbms\\DBQueryTimeoutError: A database query timeout has occurred.`,
    perMinute: 2.5,
    target: 'production',
    versions: liveVersions,
    wikis,
  },
  {
    text: `${prefix}TypeError: Argument #1 ($title) must be of type MediaWiki\\Title\\Title, null given`,
    perMinute: 1.2,
    target: 'production',
    versions: newest,
    wikis: ['mediawikiwiki', 'testwiki', 'test2wiki'],
  },
  {
    text: `${prefix}RuntimeException: Could not acquire lock for {key} after {seconds} seconds`,
    perMinute: 0.8,
    target: 'production',
    versions: liveVersions,
    wikis: ['commonswiki', 'enwiki'],
  },
  {
    text: 'Error parsing the response of {service}: {error}',
    perMinute: 0.4,
    target: 'production',
    versions: liveVersions,
    wikis,
  },
  {
    text: `${prefix}LogicException: Store not configured for wiki {wiki}`,
    perMinute: 0.15,
    target: 'canaries',
    versions: liveVersions,
    wikis: ['enwiki', 'dewiki'],
  },
  {
    text: `${prefix}PHP Warning: Undefined array key "{key}"`,
    perMinute: 0.1,
    target: 'testservers',
    versions: newest,
    wikis: ['testwiki'],
  },
];
