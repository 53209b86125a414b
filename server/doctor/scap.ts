// Owns the checks of the scap command and the masks of secrets.
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import { findOnPath } from '../../schema/process/configuration/option-value.ts';
import { hasUnixAccount } from '../../schema/process/unix-account.ts';
import { counted } from '../../schema/text/counted.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

export function* scapFindings({
  scap,
  masks,
}: Pick<Configuration, 'scap' | 'masks'>): Generator<Finding, void> {
  if (scap === null)
    yield warn(
      'scap: not on PATH, so scap is simulated and nothing is deployed',
      'on a deployment host, set the command with --scap',
    );
  else yield ok(`scap: ${scap.join(' ')}`);
  if (findOnPath('perl', process.env) === null)
    yield fail('perl: not on PATH, so no job can start', 'install perl: a small perl program starts scap');
  if (masks === null)
    yield warn(
      'masks: none, so a secret in the output of scap is stored and shown',
      'list known secrets in a file and pass it with --masks',
    );
  else yield ok(`masks: ${masks.patterns.length} in ${masks.file}`);
}

/** Whether each of these users has the Unix account to which scap would attribute deployments. */
export async function* accountFindings(
  { accountCheck, scap }: Pick<Configuration, 'accountCheck' | 'scap'>,
  deployers: readonly string[],
): AsyncGenerator<Finding, void> {
  if (scap === null || deployers.length === 0) return;
  const missing: string[] = [];
  for (const name of deployers) if (!(await hasUnixAccount(name).catch(() => true))) missing.push(name);
  if (missing.length === 0) {
    yield ok(`accounts: each of ${counted(deployers.length, 'deployer')} has a Unix account on this host`);
    return;
  }
  const names =
    missing.slice(0, 10).join(', ') + (missing.length > 10 ? ` and ${missing.length - 10} more` : '');
  yield warn(
    `accounts: no Unix account on this host for ${names}; ${accountCheck ? 'their jobs are refused' : 'scap cannot attribute their deployments'}`,
    'create the accounts, or choose the right claim with --oidc-user-claim',
  );
}
