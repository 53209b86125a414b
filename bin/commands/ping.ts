// Owns `spiderpig ping`: whether the server of this installation responds. For health checks of containers, which know only its configuration.
import { request } from 'node:http';
import {
  configurationWith,
  parseCommandLine,
} from '../../schema/process/configuration/configuration-reader.ts';
import { errorCode } from '../../schema/process/error.ts';
import { say } from '../output.ts';
import { runningUrl } from '../sign-in-link.ts';

/** How long a response may take, in milliseconds. */
const responseLimit = 5_000;

/** `spiderpig ping`: exit status 1 if the server does not respond. Wherever the server listens: at a port, at any free one, at a socket, below a path. */
export async function run(args: readonly string[]): Promise<void> {
  const { options } = parseCommandLine(args);
  const configuration = configurationWith(options);
  const { socket } = configuration;
  const url = new URL(`${runningUrl(configuration)}/healthz`);
  const where = socket === null ? url.href : `${url.pathname} at unix:${socket}`;
  try {
    const status = await statusOf(url, socket);
    say(`${where}: ${status}`);
    if (status !== 200) process.exitCode = 1;
  } catch (error) {
    process.stderr.write(`spiderpig ping: ${where} does not respond (${errorCode(error)})\n`);
    process.exitCode = 1;
  }
}

async function statusOf(url: URL, socketPath: string | null): Promise<number> {
  return await new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(responseLimit);
    const place = socketPath === null ? {} : { socketPath };
    request(url, { ...place, signal, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}
