// Owns what the commands of the host print. Texts of people, Gerrit and scap are in it, so all of it goes through one filter.
import { harmless } from '../schema/text/harmless.ts';
import { jsonLine } from '../schema/text/terminal/json-line.ts';

/** Prints lines for people. No character in them controls the terminal. */
export const say = (text: string): void => void process.stdout.write(`${harmless(text)}\n`);

/** Prints a line for people on stderr. Control characters are filtered out. */
export const warn = (text: string): void => void process.stderr.write(`${harmless(text)}\n`);

/** Prints an object as one line of JSON. */
export const sayJson = (value: unknown): void => void process.stdout.write(jsonLine(value));
