// Owns the meaning of scap's lines: plain text, or a message that contains the job's key. Pure. See docs/protocol.md.
import { timingSafeEqual } from 'node:crypto';
import type { Question } from '../../schema/model/job/interaction.ts';
import type { Progress } from '../../schema/model/job/job.ts';
import { storableText } from '../../schema/model/store/column.ts';

/** A parsed line of scap's output. */
export type Message =
  /** Output, which may contain newlines. `sensitive`: hidden until an authorized user reveals it. */
  | { readonly type: 'line'; readonly text: string; readonly sensitive: boolean }
  /** What scap is doing; null clears the status. Both clear the progress. */
  | { readonly type: 'status'; readonly status: string | null }
  | { readonly type: 'progress'; readonly progress: Progress }
  /** scap waits for one line on its stdin. */
  | { readonly type: 'question'; readonly question: Question }
  /** A message with the right key that cannot be read. `text` is the line without its key, `why` a phrase that says what scap sent. */
  | {
      readonly type: 'malformed';
      readonly text: string;
      readonly sensitive: boolean;
      readonly why: string;
      /** What it was meant to be. scap waits after a question, also after one that cannot be read. */
      readonly kind: 'progress' | 'question' | 'other';
    };

/** How many choices a question may have: more would not be usable as buttons. */
const maxChoices = 64;

/** Replaces the key in text. */
const keyMark = '[key]';

/** Text without the key, which is never stored or shown: a program that scap calls may print its environment. */
export const withoutKey = (text: string, key: string): string =>
  text.includes(key) ? text.replaceAll(key, keyMark) : text;

/** How many characters at the end of a text may be the beginning of the key. */
export function keyPrefixLength(text: string, key: string): number {
  for (let length = Math.min(text.length, key.length - 1); length > 0; length--)
    if (text.endsWith(key.slice(0, length))) return length;
  return 0;
}

/** Longer statuses, names and labels are cut to this length, in UTF-16 units. */
const maxShown = 1_000;

/** What must not be stored of a message's text. It is replaced before text is cut. */
export interface Secrets {
  readonly key: string;
  /** Text with known secrets masked. */
  readonly mask: (text: string) => string;
}

const without = (text: string, { key, mask }: Secrets): string => mask(withoutKey(text, key));

/** Text that can be stored and shown: without secrets, valid, and of limited length. */
const shown = (text: string, secrets: Secrets): string => storableText(without(text, secrets), maxShown);

/** Whether a value is text that reaches scap's stdin unchanged, as one line. */
const isLine = (value: unknown): value is string =>
  typeof value === 'string' && value.isWellFormed() && !/\p{Cc}/u.test(value);

/**
 * Parses a line. It is a message if, and only if, it begins with `{`, is one JSON object, and its member `iokey` is the key; any other line is
 * output. `mask` masks known secrets in all text except the codes of choices, which scap must get back unchanged. Never throws.
 */
export function parseLine(line: string, key: string, mask = (text: string): string => text): Message {
  if (line.charCodeAt(0) === 0x7b) {
    const object = parseObject(line);
    if (object && sameKey(object['iokey'], key)) return parseMessage(object, line, { key, mask });
  }
  return { type: 'line', text: without(line, { key, mask }), sensitive: false };
}

/** Whether a line is a message with this key, readable or not. */
export function isMessage(line: string, key: string): boolean {
  return line.charCodeAt(0) === 0x7b && sameKey(parseObject(line)?.['iokey'], key);
}

/** Control sequences (CSI, control strings, other escapes) and control characters at the beginning of a text. */
const leadingControl =
  /^(?:\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-Z\\^-~]|[\x00-\x1a\x1c-\x1f\x7f])+/;

/**
 * Where a message may be at the end of an unfinished line: at its beginning or after its last carriage return, in each case after control
 * sequences. Null if a message cannot be there. A carriage return at the end belongs to what is before it.
 */
export function messageStart(text: string): number | null {
  let end = text.length;
  while (text[end - 1] === '\r') end--;
  const start = end === 0 ? 0 : text.lastIndexOf('\r', end - 1) + 1;
  const segment = text.slice(start, end);
  const control = leadingControl.exec(segment)?.[0].length ?? 0;
  return segment[control] === '{' ? start : null;
}

/**
 * The parts of a line that holds messages: a carriage return ends a line where a message follows, as in scap's own runner, and a message may
 * follow control sequences, because a nested scap ends its output with a reset and without a newline. Text before a message is a separate part.
 */
export function messageParts(line: string, key: string): string[] {
  const parts: string[] = [];
  let plain: string[] = [];
  for (const segment of line.split('\r')) {
    const control = leadingControl.exec(segment)?.[0] ?? '';
    const rest = segment.slice(control.length);
    if (!isMessage(rest, key)) {
      plain.push(segment);
      continue;
    }
    const before = [...plain, control].join('\r').replace(/\r+$/, '');
    if (before !== '') parts.push(before);
    parts.push(rest);
    plain = [];
  }
  const after = plain.join('\r');
  if (after !== '' || parts.length === 0) parts.push(after);
  return parts;
}

type JsonObject = { readonly [member: string]: unknown };

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseObject(line: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function sameKey(given: unknown, key: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function parseMessage(object: JsonObject, line: string, secrets: Secrets): Message {
  // A value of any other type counts as true: when in doubt, the text is hidden.
  const sensitive = !(object['sensitive'] === false || object['sensitive'] == null);
  const malformed = (why: string): Message => ({
    type: 'malformed',
    text: remains(object, line, secrets),
    sensitive,
    why,
    kind:
      object['type'] === 'progress' ? 'progress' : object['type'] === 'interaction' ? 'question' : 'other',
  });
  switch (object['type']) {
    case 'line': {
      const { line: text } = object;
      if (typeof text !== 'string') return malformed('a line without text');
      return { type: 'line', text: without(text, secrets), sensitive };
    }
    case 'status': {
      const { status } = object;
      if (status !== null && typeof status !== 'string')
        return malformed('a status that is neither text nor null');
      return { type: 'status', status: status === null ? null : shown(status, secrets) };
    }
    case 'progress': {
      const progress = parseProgress(object['progress'], secrets);
      return progress
        ? { type: 'progress', progress }
        : malformed('a progress with missing or mistyped members');
    }
    case 'interaction': {
      const question = parseQuestion(object, line, secrets);
      return typeof question === 'string' ? malformed(question) : { type: 'question', question };
    }
    default:
      return malformed('a type that SpiderPig does not know');
  }
}

/** The line as it is kept when it is malformed: without the key and secrets. */
function remains(object: JsonObject, line: string, secrets: Secrets): string {
  const { iokey: _, ...rest } = object;
  try {
    return without(JSON.stringify(rest), secrets);
  } catch {
    return without(line, secrets); // nested too deeply to be serialized
  }
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

function parseProgress(value: unknown, secrets: Secrets): Progress | null {
  if (!isObject(value)) return null;
  const { name, totalTasks, tasksInFlight, tasksFinishedOk, tasksFinishedFailed } = value;
  const { tasksFinishedTotal, tasksPercentComplete, tasksRemaining, progressFinished } = value;
  if (typeof name !== 'string' || typeof progressFinished !== 'boolean') return null;
  if (!isCount(totalTasks) || !isCount(tasksFinishedOk) || !isCount(tasksFinishedFailed)) return null;
  if (!isCount(tasksFinishedTotal) || !isCount(tasksPercentComplete) || !isCount(tasksRemaining)) return null;
  if (tasksInFlight !== null && !isCount(tasksInFlight)) return null;
  const whole = (count: number): number => Math.min(Math.round(count), 0x7fff_ffff);
  return {
    name: shown(name, secrets),
    total: whole(totalTasks),
    inFlight: tasksInFlight === null ? null : whole(tasksInFlight),
    ok: whole(tasksFinishedOk),
    failed: whole(tasksFinishedFailed),
    finished: whole(tasksFinishedTotal),
    remaining: whole(tasksRemaining),
    percent: Math.min(100, tasksPercentComplete),
    done: progressFinished,
  };
}

/** A JSON string, or a character that gives structure. */
const jsonToken = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** The choices in scap's order. JavaScript moves members that look like numbers to the front, so their order is read from the line. */
function orderedChoices(choices: JsonObject, line: string): [string, unknown][] {
  const entries = Object.entries(choices);
  if (!entries.some(([label]) => /^[0-9]+$/.test(label))) return entries;
  const tokens = line.match(jsonToken) ?? [];
  let labels = new Set<string>();
  for (let at = 0, depth = 0, isChoices = false; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (token.startsWith('"') && tokens[at + 1] === ':') {
      const name = String(JSON.parse(token));
      if (depth === 1) {
        isChoices = name === 'choices';
        if (isChoices) labels = new Set();
      } else if (depth === 2 && isChoices) labels.add(name);
    }
  }
  return [...labels].map((label) => [label, choices[label]]);
}

/** The question, or a phrase that says what is wrong with it. */
function parseQuestion(object: JsonObject, line: string, secrets: Secrets): Question | string {
  const { subtype, prompt, choices } = object;
  if (typeof prompt !== 'string') return 'a question without a prompt';
  const fallback = object['default'] ?? null;
  if (fallback !== null && !isLine(fallback)) return 'a question whose default is not one line of text';
  const question = { prompt: storableText(without(prompt, secrets)), default: fallback };
  if (subtype === 'input_line') {
    // A default that contains a secret is dropped: it must not be stored, and masked it would be a wrong answer.
    const secret = fallback !== null && without(fallback, secrets) !== fallback;
    return { ...question, default: secret ? null : fallback, kind: 'text', choices: [] };
  }
  if (subtype !== 'choices') return 'a question of a subtype that SpiderPig does not know';
  if (!isObject(choices)) return 'a question without choices';
  const offered: { label: string; code: string }[] = [];
  for (const [label, code] of orderedChoices(choices, line)) {
    // The code is written to scap's stdin as one line.
    if (!isLine(code)) return 'a question with a choice whose code is not one line of text';
    offered.push({ label: shown(label, secrets), code });
  }
  if (offered.length === 0 || offered.length > maxChoices) return `a question with ${offered.length} choices`;
  // A default that is not among the choices is ignored.
  const known = offered.some((choice) => choice.code === fallback);
  return { ...question, kind: 'choices', choices: offered, default: known ? fallback : null };
}
