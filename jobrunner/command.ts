// Owns turning what a job wants into the argv of a process, and the environment it gets. Pure. Nothing here is run by a shell.
import { createHash } from 'node:crypto';
import type { Job, JobKind } from '../schema/model/job/job.ts';
import { tagVariable } from './process.ts';

/** A change number is the only thing of a job's wish that becomes an argument. */
const changeNumber = /^[1-9][0-9]{0,9}$/;

const kinds: Record<JobKind, (changes: readonly string[]) => readonly string[]> = {
  backport: (changes) => ['backport', ...changes],
  revert: (changes) => ['backport', '--revert', ...changes],
};

/** The arguments for a job. Throws when the row holds something that must never reach a command line. */
export function argumentsOf(job: Pick<Job, 'kind' | 'changes'>): readonly string[] {
  const numbers = job.changes.map((change) => change.number);
  const wrong = numbers.find((number) => !changeNumber.test(number));
  if (wrong !== undefined || numbers.length === 0) {
    throw new Error(
      `the job names ${wrong === undefined ? 'no change' : `“${wrong}”, which is no change number`}`,
    );
  }
  return kinds[job.kind](numbers);
}

/** What scap may know of the environment: who and where it is, its language, the agent that holds its keys. No database, no secret of ours. */
const passed = new Set([
  'HOME',
  'LANG',
  'LANGUAGE',
  'LOGNAME',
  'PATH',
  'SHELL',
  'SSH_AUTH_SOCK',
  'TERM',
  'TMPDIR',
  'TZ',
  'USER',
  'SPIDERPIG_SIMULATOR_SPEED',
]);

/** What a job's processes carry to be found by: the job's number, and which SpiderPig of this host it is of. */
export const processTagOf = (databaseUrl: string, jobId: number): string =>
  `${jobId}@${createHash('sha256').update(databaseUrl).digest('hex').slice(0, 16)}`;

/** The environment of a job's process. `key` proves its messages, `user` is whom scap attributes the deployment to, `tag` see {@link processTagOf}. */
export function environmentOf(
  own: { readonly [name: string]: string | undefined },
  job: { readonly key: string; readonly user: string; readonly tag: string },
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && (passed.has(name) || name.startsWith('LC_'))) environment[name] = value;
  }
  return {
    ...environment,
    SPIDERPIG_IO_KEY: job.key,
    SPIDERPIG_REAL_USER: job.user,
    [tagVariable]: job.tag,
    FORCE_COLOR: '1',
  };
}
