// Owns the order of all checks of `spiderpig doctor`. They change nothing.
import { type Inspection, inspectDatabase } from '../../schema/model/inspection.ts';
import { dialectOf } from '../../schema/model/store/database.ts';
import type { Configuration } from '../../schema/process/configuration.ts';
import { dataFindings } from './data-directory.ts';
import { databaseFindings, unreadableDatabase } from './database.ts';
import { errorLogFindings } from './error-log.ts';
import type { Finding } from './finding.ts';
import { gerritFinding } from './gerrit.ts';
import { leftFileFindings, operationFindings } from './operation.ts';
import { passwordFindings } from './password.ts';
import { listenFindings } from './port.ts';
import { providerFindings } from './provider.ts';
import { accountFindings, scapFindings } from './scap.ts';
import { secretFileFindings } from './secret-file.ts';
import { trainFindings } from './train.ts';

/** Runs all checks, one after another. `configurationFile`: the one that was read; null: none. */
export async function* examine(
  configuration: Configuration,
  configurationFile: string | null,
): AsyncGenerator<Finding, void> {
  const { databaseUrl } = configuration;
  yield* dataFindings(configuration);
  let inspection: Inspection | null = null;
  try {
    inspection = await inspectDatabase(databaseUrl);
    yield* databaseFindings(databaseUrl, inspection);
  } catch (error) {
    yield unreadableDatabase(databaseUrl, error, dialectOf(databaseUrl) === 'postgresql');
  }
  yield* leftFileFindings(configuration);
  if (inspection?.pending != null) yield* operationFindings(inspection.operation, configuration.publicUrl);
  yield* passwordFindings(databaseUrl);
  yield* secretFileFindings(configuration, configurationFile);
  yield* scapFindings(configuration);
  yield* accountFindings(configuration, inspection?.deployers ?? []);
  yield await gerritFinding(configuration);
  yield* errorLogFindings(configuration);
  yield* trainFindings(configuration);
  yield* await listenFindings(configuration);
  yield* await providerFindings(configuration, inspection);
}
