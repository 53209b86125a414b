// Owns the order of all checks of `spiderpig doctor`. They change nothing.
import { type Inspection, inspectDatabase } from '../../schema/model/inspection.ts';
import { dialectOf } from '../../schema/model/store/database.ts';
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import { dataFindings } from './data-directory.ts';
import { databaseFindings, unreadableDatabase } from './database.ts';
import { errorLogFindings } from './error-log.ts';
import { type Finding, reasonOf } from './finding.ts';
import { gerritFinding } from './gerrit.ts';
import { leftFileFindings, operationFindings } from './operation.ts';
import { passwordFindings } from './password.ts';
import { listenFindings } from './port.ts';
import { providerFindings } from './provider.ts';
import { accountFindings, scapFindings } from './scap.ts';
import { secretFileFindings } from './secret-file.ts';
import { trainFindings } from './train.ts';
import { variableFindings } from './variable.ts';

type Findings = Iterable<Finding> | AsyncIterable<Finding>;

/** Runs all checks, one after another. `configurationFile`: the one that was read; null if none. */
export async function* examine(
  configuration: Configuration,
  configurationFile: string | null,
): AsyncGenerator<Finding, void> {
  const { databaseUrl, publicUrl } = configuration;
  let inspection: Inspection | null = null;
  async function* database(): AsyncGenerator<Finding, void> {
    try {
      inspection = await inspectDatabase(databaseUrl);
      yield* databaseFindings(databaseUrl, inspection);
    } catch (error) {
      yield unreadableDatabase(databaseUrl, error, dialectOf(databaseUrl) === 'postgresql');
    }
  }
  const checks: Readonly<Record<string, () => Findings | Promise<Findings>>> = {
    'data directory': () => dataFindings(configuration),
    database,
    'left files': () => leftFileFindings(configuration),
    operation: () => (inspection?.pending == null ? [] : operationFindings(inspection.operation, publicUrl)),
    variables: () => variableFindings(),
    passwords: () => passwordFindings(databaseUrl),
    'files with secrets': () => secretFileFindings(configuration, configurationFile),
    scap: () => scapFindings(configuration),
    accounts: () => accountFindings(configuration, inspection?.deployers ?? []),
    Gerrit: async () => [await gerritFinding(configuration)],
    'error log': () => errorLogFindings(configuration),
    train: () => trainFindings(configuration),
    address: () => listenFindings(configuration),
    'identity provider': () => providerFindings(configuration, inspection),
  };
  for (const [name, check] of Object.entries(checks)) yield* withoutFailure(name, check);
}

/** The findings of a check; one that fails is a finding itself, because the others are needed as well. */
export async function* withoutFailure(
  name: string,
  check: () => Findings | Promise<Findings>,
): AsyncGenerator<Finding, void> {
  try {
    yield* await check();
  } catch (error) {
    yield { level: 'FAIL', what: `${name}: the check failed: ${reasonOf(error)}`, next: null };
  }
}
