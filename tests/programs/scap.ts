// Owns the protocol of scap for the programs in this folder. Programs that violate the protocol on purpose do so themselves.
import { AnswerLines } from '../../jobrunner/simulator/scap/answer.ts';
import { encodeMessage, type ScapMessage } from '../../jobrunner/simulator/scap/message.ts';

const { SPIDERPIG_IO_KEY = '' } = process.env;

/** The key of the job from the jobrunner, or an empty string. */
export const key = SPIDERPIG_IO_KEY;

const answers = new AnswerLines(process.stdin);

/** Writes to stdout. Resolves when stdout can take more. */
export async function print(output: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(output)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

/** Sends a message with the key of the job. */
export function send(message: ScapMessage): Promise<void> {
  return print(`${encodeMessage(key, message)}\n`);
}

/** Sends a `line` message. The text may contain newlines. */
export function say(line: string, sensitive = false): Promise<void> {
  return send({ type: 'line', line, sensitive });
}

/** Sends a question without waiting for the answer (default choices: yes and no). */
export function sendQuestion(
  prompt: string,
  choices: { readonly [label: string]: string } = { Yes: 'y', No: 'n' },
  fallback: string | null = null,
): Promise<void> {
  return send({ type: 'interaction', subtype: 'choices', prompt, choices, default: fallback });
}

/** Reads the next line of stdin. Exits with status 1 at the end of stdin. */
export async function answer(): Promise<string> {
  const line = await answers.next();
  if (line === null) {
    await print('standard input ended\n');
    process.exit(1);
  }
  return line;
}

/** Sends a question and waits for the answer. */
export async function ask(...question: Parameters<typeof sendQuestion>): Promise<string> {
  await sendQuestion(...question);
  return answer();
}

/** Asks for a text and waits for the answer. */
export async function askText(prompt: string): Promise<string> {
  await send({ type: 'interaction', subtype: 'input_line', prompt });
  return answer();
}

/** Stops reading stdin, so that the program can exit. */
export function finish(): void {
  answers.close();
}

/** The argument at an index as an integer from 0 (default: `fallback`). Throws RangeError. */
export function numberArgument(index: number, fallback: number): number {
  const text = process.argv[index + 2];
  const number = text === undefined ? fallback : Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new RangeError(`Argument ${index + 1} must be an integer, not ${JSON.stringify(text)}`);
}

/** Exits after a number of seconds, so that a failed test leaves no process. */
export function liveFor(seconds: number): void {
  setTimeout(() => process.exit(9), seconds * 1000);
}
