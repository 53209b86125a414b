// Owns how the programs beside it speak scap's protocol; a program that speaks wrongly on purpose does so itself.
import { AnswerLines } from '../../jobrunner/simulator/scap/answer.ts';
import { encodeMessage, type ScapMessage } from '../../jobrunner/simulator/scap/message.ts';

const { SPIDERPIG_IO_KEY = '' } = process.env;

/** The job's key as the jobrunner gave it; empty without one. */
export const key = SPIDERPIG_IO_KEY;

const answers = new AnswerLines(process.stdin);

/** Writes to standard output; resolves when more may be written. */
export async function print(output: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(output)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

/** Sends one message with the job's key. */
export function send(message: ScapMessage): Promise<void> {
  return print(`${encodeMessage(key, message)}\n`);
}

/** Says a line, which may hold newlines, as a message. */
export function say(line: string, sensitive = false): Promise<void> {
  return send({ type: 'line', line, sensitive });
}

/** Sends a question without waiting for its answer. The choices are yes and no unless told otherwise. */
export function pose(
  prompt: string,
  choices: { readonly [label: string]: string } = { Yes: 'y', No: 'n' },
  fallback: string | null = null,
): Promise<void> {
  return send({ type: 'interaction', subtype: 'choices', prompt, choices, default: fallback });
}

/** The next line of standard input; ends the program with status 1 when there is none. */
export async function answer(): Promise<string> {
  const line = await answers.next();
  if (line === null) {
    await print('standard input ended\n');
    process.exit(1);
  }
  return line;
}

/** Asks and waits for the answer. */
export async function ask(...question: Parameters<typeof pose>): Promise<string> {
  await pose(...question);
  return answer();
}

/** Asks for free text and waits for it. */
export async function askText(prompt: string): Promise<string> {
  await send({ type: 'interaction', subtype: 'input_line', prompt, default: null });
  return answer();
}

/** Lets the program end: stops reading standard input. */
export function finish(): void {
  answers.close();
}

/** The whole number in that place of the arguments, from 0; the given one without it. Throws RangeError. */
export function numberArgument(place: number, fallback: number): number {
  const text = process.argv[place + 2];
  const number = text === undefined ? fallback : Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new RangeError(`Argument ${place + 1} must be a whole number, not ${JSON.stringify(text)}`);
}

/** Keeps the program alive for that many seconds, so that a test that fails leaves nothing behind. */
export function liveFor(seconds: number): void {
  setTimeout(() => process.exit(9), seconds * 1000);
}
