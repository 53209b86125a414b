// Owns watching a job in a terminal: prints its live log, asks its questions, and prints how it ended.
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { terminalQuestion } from '../../schema/text/terminal-question.ts';
import type { Interaction, Job, SpiderPigClient } from '../sdk/client.ts';
import { LogPrinter } from './log-text.ts';
import { reset, terminalText } from './text.ts';

/** The standard streams. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** `columns`: the width of the terminal. */
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable;
}

/** Writes to a stream; resolves when it accepts more (back-pressure). */
export async function print(stream: Writable, text: string): Promise<void> {
  if (!stream.write(text)) await new Promise((resolve) => stream.once('drain', resolve));
}

/**
 * Watches the job until it ends and resolves with the exit status: 0 when it succeeded, 1 when it did not or was declined.
 * Questions are printed with the command that answers them; where standard input is a terminal, they can be answered here.
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

  const printer = new LogPrinter(colours);
  async function followLog(): Promise<void> {
    for await (const batch of client.followLog(job.id, 0, either)) {
      // Questions are printed with their choices by followJob.
      const lines = batch.lines.filter((line) => line.kind !== 'QUESTION');
      await print(terminal.stdout, printer.batch(lines, batch.partial, terminal.stdout.columns));
    }
  }

  async function followJob(): Promise<Job> {
    let last = job;
    let warnedOfBacklog = false;
    let asked:
      | { readonly id: string; readonly closed: AbortController; answering?: Promise<void> }
      | undefined;
    try {
      for await (const update of client.watchJob(job.id, either)) {
        last = update;
        if (update.behindSince !== null && !warnedOfBacklog) {
          warnedOfBacklog = true;
          await print(terminal.stderr, `${backlogText(update.behindSince)}\n`);
        }
        const question = update.pendingInteraction;
        if (question?.id === asked?.id) continue;
        asked?.closed.abort();
        await asked?.answering;
        asked = undefined;
        if (!question) continue;
        asked = { id: question.id, closed: new AbortController() };
        await print(terminal.stdout, printer.interruption() + questionText(question, colours));
        if (terminal.stdin.isTTY === true)
          asked.answering = askHere(
            client,
            question,
            terminal,
            AbortSignal.any([either, asked.closed.signal]),
          );
      }
    } finally {
      asked?.closed.abort();
      await asked?.answering;
    }
    return last;
  }

  // If one of the two fails, the other is aborted.
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): undefined => {
    failure ??= { error };
    done.abort();
  };
  // Input that was typed before a question was shown must not answer it.
  const discard = () => {};
  const isInteractive = terminal.stdin.isTTY === true;
  if (isInteractive) terminal.stdin.on('data', discard);
  const [, ended] = await Promise.all([followLog().catch(fail), followJob().catch(fail)]);
  if (isInteractive) terminal.stdin.off('data', discard).pause();
  if (failure) throw failure.error;
  const last = ended ?? job;
  await print(terminal.stdout, `${colours ? reset : ''}${endText(last)}\n`);
  return last.state === 'SUCCEEDED' && last.outcome !== 'DECLINED' ? 0 : 1;
}

const backlogText = (since: string): string =>
  `spiderpig: recording is behind since ${since}: the database does not accept scap's output. scap waits, and nothing is lost.`;

/** The state of a job in words; of an ended one what it meant for production, where the state does not say it. */
export function stateText({ state, outcome }: Pick<Job, 'state' | 'outcome'>): string {
  return (outcome === null || outcome === 'DEPLOYED' ? state : outcome).toLowerCase().replaceAll('_', ' ');
}

/** A line that says how the job ended. */
function endText(job: Job): string {
  const state = job.ended ? stateText(job) : `still ${stateText(job)}`;
  const reason = job.reason === null ? '' : `: ${terminalText(job.reason)}`;
  return `Job ${job.id} ${state}${reason}`;
}

function questionText(question: Interaction, colours: boolean): string {
  const text = terminalText(terminalQuestion(question)).replaceAll('\n', '\n? ');
  const code = question.kind === 'TEXT' ? 'TEXT' : 'CODE';
  return `${colours ? reset : ''}? ${text}\n? To answer: spiderpig answer ${question.id} ${code}\n`;
}

/** Reads answers until one is accepted, or the question is answered elsewhere. Never rejects: watching the job continues. */
async function askHere(
  client: SpiderPigClient,
  question: Interaction,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const reader = createInterface({ input: terminal.stdin, output: terminal.stdout, prompt: '> ', signal });
  // In raw mode, the terminal does not send SIGINT on Ctrl-C.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    reader.prompt();
    for await (const answer of reader) {
      // An empty line is a valid text, but for a question with choices it is an accidental Enter.
      if (answer !== '' || question.kind === 'TEXT') {
        const result = await client.answerInteraction({ interactionId: question.id, answer }, signal);
        if (result.__typename === 'AnswerInteractionSuccess') return;
        await print(terminal.stderr, `${terminalText(result.message)}\n`);
        if (result.__typename !== 'AnswerNotAccepted') return;
      }
      reader.prompt();
    }
  } catch (error) {
    if (!signal.aborted) await print(terminal.stderr, `${error instanceof Error ? error.message : error}\n`);
  } finally {
    reader.close();
    // close() pauses stdin; it must flow again so that further input is discarded.
    terminal.stdin.resume();
  }
}
