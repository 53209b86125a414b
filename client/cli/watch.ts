// Owns following a job in a terminal: its log as it comes, its questions asked here too, and how it ended.
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { hasEnded, type Interaction, type Job, type LogLine, type SpiderPigClient } from '../sdk/client.ts';
import { terminalText } from './text.ts';

/** The terminal, or what stands in for it. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
}

const reset = '\x1b[0m';

/** Prints to the terminal; resolves when it can take more. */
export async function print(stream: Writable, text: string): Promise<void> {
  if (!stream.write(text)) await new Promise((resolve) => stream.once('drain', resolve));
}

/** One line of a log as it is printed, newline included. */
export function logLineText(line: LogLine, colours: boolean): string {
  const text = line.text === null ? '(a hidden line)' : terminalText(line.text, colours);
  switch (line.kind) {
    case 'OUTPUT':
      return `${text}\n`;
    case 'QUESTION':
      return `${colours ? reset : ''}? ${text.replaceAll('\n', '\n? ')}\n`;
    case 'ANSWER':
    case 'STOP':
    case 'STATUS':
    case 'EXIT':
    case 'NOTICE':
      return `${colours ? reset : ''}- ${text}\n`;
    default:
      // The server may be newer than this client.
      return `${text}\n`;
  }
}

/**
 * Follows the job to its end and resolves with the exit status: 0 when it succeeded, else 1. Its questions are printed
 * with what to type; where standard input is a terminal they can be answered at once.
 */
export async function watchJob(
  client: SpiderPigClient,
  job: Job,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const colours = terminal.stdout.isTTY === true;
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);

  async function followLog(): Promise<void> {
    for await (const batch of client.followLog(job.id, 0, either)) {
      // The question comes with its choices from the job itself.
      const lines = batch.lines.filter((line) => line.kind !== 'QUESTION');
      await print(terminal.stdout, lines.map((line) => logLineText(line, colours)).join(''));
    }
  }

  async function followJob(): Promise<Job> {
    let last = job;
    let saidBehind = false;
    let asked: { readonly id: string; readonly over: AbortController; answering?: Promise<void> } | undefined;
    try {
      for await (const update of client.watchJob(job.id, either)) {
        last = update;
        if (update.behindSince !== null && !saidBehind) {
          saidBehind = true;
          await print(terminal.stderr, `${behindText(update.behindSince)}\n`);
        }
        const question = update.pendingInteraction;
        if (question?.id === asked?.id) continue;
        asked?.over.abort();
        await asked?.answering;
        asked = undefined;
        if (!question) continue;
        asked = { id: question.id, over: new AbortController() };
        await print(terminal.stdout, questionText(question, colours));
        if (terminal.stdin.isTTY === true)
          asked.answering = askHere(client, question, terminal, AbortSignal.any([either, asked.over.signal]));
      }
    } finally {
      asked?.over.abort();
      await asked?.answering;
    }
    return last;
  }

  // The first of the two that fails ends the other.
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): undefined => {
    failure ??= { error };
    done.abort();
  };
  // What is typed while nothing is asked must not answer a question that nobody has seen yet.
  const forget = () => {};
  const typing = terminal.stdin.isTTY === true;
  if (typing) terminal.stdin.on('data', forget);
  const [, ended] = await Promise.all([followLog().catch(fail), followJob().catch(fail)]);
  if (typing) terminal.stdin.off('data', forget).pause();
  if (failure) throw failure.error;
  const last = ended ?? job;
  await print(terminal.stdout, `${colours ? reset : ''}${endText(last)}\n`);
  return last.state === 'SUCCEEDED' ? 0 : 1;
}

const behindText = (since: string): string =>
  `spiderpig: recording is behind since ${since}: the database does not take what scap prints; nothing is lost, scap waits`;

/** How the job ended, in a line. */
function endText(job: Job): string {
  const state = hasEnded(job) ? job.state.toLowerCase() : `still ${job.state.toLowerCase()}`;
  const reason = job.reason === null ? '' : `: ${terminalText(job.reason, false)}`;
  return `Job ${job.id} ${state}${reason}`;
}

function questionText(question: Interaction, colours: boolean): string {
  const prompt = terminalText(question.prompt, false).replaceAll('\n', '\n? ');
  const choices = question.choices.map(
    ({ label, code }) => `?   ${terminalText(code, false)}: ${terminalText(label, false)}\n`,
  );
  const code = question.kind === 'TEXT' ? 'TEXT' : 'CODE';
  return `${colours ? reset : ''}? ${prompt}\n${choices.join('')}? To answer: spiderpig answer ${question.id} ${code}\n`;
}

/** Reads answers until one is taken, or the question is answered elsewhere. Never rejects: the job's own events go on. */
async function askHere(
  client: SpiderPigClient,
  question: Interaction,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const reader = createInterface({ input: terminal.stdin, output: terminal.stdout, prompt: '> ', signal });
  // In raw mode the terminal does not send SIGINT by itself.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    reader.prompt();
    for await (const answer of reader) {
      // An accidental Enter is no answer to a question with choices; a text may be empty.
      if (answer !== '' || question.kind === 'TEXT') {
        const result = await client.answerInteraction({ interactionId: question.id, answer }, signal);
        if (result.__typename === 'AnswerInteractionSuccess') return;
        await print(terminal.stderr, `${terminalText(result.message, false)}\n`);
        if (result.__typename !== 'AnswerNotAccepted') return;
      }
      reader.prompt();
    }
  } catch (error) {
    if (!signal.aborted) await print(terminal.stderr, `${error instanceof Error ? error.message : error}\n`);
  } finally {
    reader.close();
    // Closing pauses it; what is typed from now on is for nobody again.
    terminal.stdin.resume();
  }
}
