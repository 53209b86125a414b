// Owns the serialization of a message, as Python's json.dumps does it.

/** A JSON value, as json.dumps takes it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };

/** The measured step, under scap's own names. */
export interface ProgressReport {
  readonly name: string;
  readonly totalTasks: number;
  readonly tasksInFlight: number | null;
  readonly tasksFinishedOk: number;
  readonly tasksFinishedFailed: number;
  readonly tasksFinishedTotal: number;
  readonly tasksPercentComplete: number;
  readonly tasksRemaining: number;
  readonly progressFinished: boolean;
}

/** What scap can report to its jobrunner. */
export type ScapMessage =
  | { readonly type: 'line'; readonly line: string; readonly sensitive?: boolean | null }
  | { readonly type: 'status'; readonly status: string | null }
  | { readonly type: 'progress'; readonly progress: ProgressReport }
  | {
      readonly type: 'interaction';
      readonly subtype: 'choices';
      readonly prompt: string;
      readonly choices: { readonly [label: string]: string };
      readonly default: string | null;
    }
  | {
      readonly type: 'interaction';
      readonly subtype: 'input_line';
      readonly prompt: string;
    };

function quote(text: string): string {
  // JSON.stringify escapes what is below space; json.dumps also escapes DEL and all that is not ASCII.
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The value in one line of ASCII, with a space after each comma and colon, as json.dumps writes it. */
export function dumps(value: Json): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return quote(value);
  if (isList(value)) return `[${value.map(dumps).join(', ')}]`;
  const members = Object.entries(value).map(([name, member]) => `${quote(name)}: ${dumps(member)}`);
  return `{${members.join(', ')}}`;
}

function isList(value: readonly Json[] | { readonly [member: string]: Json }): value is readonly Json[] {
  return Array.isArray(value);
}

/** The message as one line, with the job's key in it and without the newline. */
export function encodeMessage(key: string, message: ScapMessage): string {
  return dumps({ iokey: key, ...wire(message) });
}

// Spelled out member by member: an interface has no index signature, so it is not Json by itself.
function wire(message: ScapMessage): { readonly [member: string]: Json } {
  return message.type === 'progress'
    ? { type: 'progress', progress: { ...message.progress } }
    : { ...message };
}
