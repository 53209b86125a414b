// Owns asking at the socket for codes: how a deployer without sudo gets a code for the second factor. Not who asks (peer.ts).
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { ConfigurationError } from '../schema/process/error.ts';
import { harmless } from '../schema/text/harmless.ts';

/** Where packaging/spiderpig-otp.socket listens. */
export const codeSocket = '/run/spiderpig-otp.sock';
/** How long an answer may take, in milliseconds. */
const answerLimit = 30_000;

/** The answer: the code with what to do with it, or the reason why there is no code. Throws {@link ConfigurationError}. */
export async function askForCode(path: string): Promise<{ code: string | null; message: string }> {
  const socket = connect(path);
  socket.setTimeout(answerLimit, () =>
    socket.destroy(new Error(`no answer within ${answerLimit / 1_000} s`)),
  );
  try {
    const answer = await text(socket);
    const [start = '', code = null] = /^([0-9A-Z]{8})\n/.exec(answer) ?? [];
    return { code, message: harmless(answer.slice(start.length).trim()) };
  } catch (error) {
    throw new ConfigurationError(
      `--from: ${path} does not answer (${error instanceof Error ? error.message : error}): ask an operator to check spiderpig-otp.socket and its group`,
    );
  }
}
