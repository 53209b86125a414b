// Owns the check that Gerrit is reachable.
import { pino } from 'pino';
import { GerritUnavailable } from '../../schema/model/job/change.ts';
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import { Gerrit } from '../gerrit/gerrit.ts';
import { type Finding, fail, ok, requestTimeout } from './finding.ts';

export async function gerritFinding({
  gerritUrl,
  scap,
}: Pick<Configuration, 'gerritUrl' | 'scap'>): Promise<Finding> {
  if (gerritUrl === null && scap === null) return ok('Gerrit: simulated');
  const url = gerritUrl ?? 'https://gerrit.wikimedia.org/r/';
  try {
    await new Gerrit({ url, logger: pino({ level: 'silent' }), timeout: requestTimeout }).lookUp(['1']);
    return ok(`Gerrit: ${url} responds`);
  } catch (error) {
    if (!(error instanceof GerritUnavailable)) throw error;
    return fail(
      `Gerrit: ${url}: ${error.message}`,
      'check that this host can reach it, or choose another with --gerrit. Until then, changes can only be started unverified',
    );
  }
}
