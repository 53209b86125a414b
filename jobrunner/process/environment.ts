// Owns the environment of a job's process. Pure. Not its argv, which follows from its kind (schema/model/job/kind/).
import { createHash } from 'node:crypto';
import { jobMarkVariable } from './process.ts';

/** The variables that scap inherits: user, directories, language, SSH agent. Not the database URL or a secret of SpiderPig. */
const inherited = new Set([
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
  'SPIDERPIG_SIMULATOR_STAGING',
]);

/** The job mark by which a job's processes are found: the job's number, and a hash that distinguishes the SpiderPig installations of one host. */
export const jobMarkOf = (databaseUrl: string, jobId: number): string =>
  `${jobId}@${createHash('sha256').update(databaseUrl).digest('hex').slice(0, 16)}`;

/**
 * The environment of a job's process. `passed` names further variables, such as `KUBECONFIG` and `GIT_*`; those of SpiderPig are never passed.
 * `key` proves its messages, scap attributes the deployment to `user`, for `jobMark` see {@link jobMarkOf}.
 */
export function environmentOf(
  own: { readonly [name: string]: string | undefined },
  job: { readonly key: string; readonly user: string; readonly jobMark: string },
  passed: readonly string[] = [],
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value === undefined) continue;
    if (inherited.has(name) || name.startsWith('LC_') || isPassed(name, passed)) environment[name] = value;
  }
  return {
    ...environment,
    SPIDERPIG_IO_KEY: job.key,
    SPIDERPIG_REAL_USER: job.user,
    [jobMarkVariable]: job.jobMark,
    FORCE_COLOR: '1',
  };
}

/** Whether a variable is among names and prefixes with `*`. */
const isPassed = (name: string, passed: readonly string[]): boolean =>
  !name.startsWith('SPIDERPIG_') &&
  passed.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each));
