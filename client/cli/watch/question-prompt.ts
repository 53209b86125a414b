// Owns answering a question in the terminal: the prompt, and what the server said about the answer.
import { createInterface } from 'node:readline';
import type { Interaction } from '../../sdk/client.ts';
import type { Session } from '../session.ts';
import type { Screen } from './screen.ts';

/**
 * Reads answers until one is accepted, or the question is closed (`signal`). Never rejects: watching the job continues. The log says who
 * answered, here or elsewhere.
 */
export async function promptAnswer(
  { client, printer }: Session,
  screen: Screen,
  question: Interaction,
  signal: AbortSignal,
): Promise<void> {
  const { stdin, stdout } = printer.terminal;
  const reader = createInterface({ input: stdin, output: stdout, prompt: '> ', signal });
  // In raw mode, the terminal does not send SIGINT on Ctrl-C.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  screen.setPrompt(() => reader.prompt(true));
  try {
    for await (const answer of reader) {
      // An empty line is a valid text, but for a question with choices it is an accidental Enter.
      if (answer !== '' || question.kind === 'TEXT') {
        const result = await client.answerInteraction({ interactionId: question.id, answer }, signal);
        if (result.__typename === 'AnswerInteractionSuccess') return;
        printer.remark(result.message);
        if (result.__typename !== 'AnswerNotAccepted') return;
      }
      reader.prompt();
    }
  } catch (error) {
    if (!signal.aborted) printer.remark(error instanceof Error ? error.message : String(error));
  } finally {
    reader.close();
    screen.setPrompt(null);
    // close() pauses stdin; it must flow again so that further input is discarded.
    stdin.resume();
  }
}
