// Owns the process of the simulated Gerrit, which runs where neither a Gerrit nor a scap is configured.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Configuration } from '../schema/process/configuration.ts';
import { exitStatusOf, startProcess } from './child-process.ts';

/** The Gerrit to use: the configured one, Wikimedia's with a real scap, or else a simulated one, which runs until it is disposed. */
export async function openGerrit({
  gerritUrl,
  scap,
}: Pick<Configuration, 'gerritUrl' | 'scap'>): Promise<{ url: string } & AsyncDisposable> {
  if (gerritUrl !== null || scap !== null) {
    return {
      url: gerritUrl ?? 'https://gerrit.wikimedia.org/r/',
      async [Symbol.asyncDispose]() {},
    };
  }
  const simulator = startProcess('simulated-gerrit', {}, 'pipe');
  const exited = exitStatusOf(simulator);
  if (!simulator.stdout) throw new Error('the simulated Gerrit has no stdout');
  const line = await Promise.race([
    once(createInterface({ input: simulator.stdout }), 'line'),
    exited.then(() => null),
  ]);
  const url = String(line?.[0] ?? '').replace(/^gerrit /, '');
  if (!URL.canParse(url)) throw new Error('the simulated Gerrit did not start');
  return {
    url,
    async [Symbol.asyncDispose]() {
      simulator.kill('SIGTERM');
      await exited;
    },
  };
}
