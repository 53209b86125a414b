// Owns the process of the simulated Gerrit, which runs where neither a Gerrit nor a scap is configured.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Configuration } from '../schema/process/configuration/configuration.ts';
import { exitStatusOf, startProcess } from './child-process.ts';

/** The Gerrit to use, and in simulated mode the simulated train. */
interface SimulatedWorld extends AsyncDisposable {
  readonly url: string;
  /** The staging directory and the train-task service; null if nothing is simulated. */
  readonly train: { readonly staging: string; readonly taskUrl: string } | null;
  /** The simulated error log; null if none is simulated. */
  readonly errorLogUrl: string | null;
}

/** The Gerrit to use: the configured one, Wikimedia's with a real scap, or else a simulated one, which runs until it is disposed. @param staging where to simulate a staging directory; null: nowhere */
export async function openGerrit(
  { gerritUrl, scap }: Pick<Configuration, 'gerritUrl' | 'scap'>,
  staging: string | null = null,
): Promise<SimulatedWorld> {
  if (gerritUrl !== null || scap !== null) {
    return {
      url: gerritUrl ?? 'https://gerrit.wikimedia.org/r/',
      train: null,
      errorLogUrl: null,
      async [Symbol.asyncDispose]() {},
    };
  }
  const environment = { SPIDERPIG_SIMULATOR_STAGING: staging ?? '' };
  const simulator = startProcess('simulated-gerrit', environment, 'pipe');
  const exited = exitStatusOf(simulator);
  if (!simulator.stdout) throw new Error('the simulated Gerrit has no stdout');
  const line = await Promise.race([
    once(createInterface({ input: simulator.stdout }), 'line'),
    exited.then(() => null),
  ]);
  const [, url = '', taskUrl = '', errorLogUrl = null] = String(line?.[0] ?? '').split(' ');
  if (!URL.canParse(url)) throw new Error('the simulated Gerrit did not start');
  return {
    url,
    train: staging === null ? null : { staging, taskUrl },
    errorLogUrl,
    async [Symbol.asyncDispose]() {
      simulator.kill('SIGTERM');
      await exited;
    },
  };
}
