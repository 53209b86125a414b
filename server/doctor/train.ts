// Owns the checks of what the train depends on: the staging directory, the service of the task, Conduit. Not Gerrit (gerrit.ts).
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import { readStaging } from '../../schema/process/staging.ts';
import { counted } from '../../schema/text/counted.ts';
import { openBlockers, trainTask } from '../train/upstream.ts';
import { type Finding, fail, ok, reasonOf, requestTimeout, warn } from './finding.ts';

/** Reads each source once, as the server does. Nothing without a staging directory. */
export async function* trainFindings({
  staging,
  trainServices,
}: Pick<Configuration, 'staging' | 'trainServices'>): AsyncGenerator<Finding, void> {
  if (staging === null) return;
  const { taskUrl, phorgeUrl, conduitTokenFile: tokenFile } = trainServices;
  try {
    const { wikis } = await readStaging(staging);
    yield ok(`train: ${staging} names the versions of ${counted(wikis.size, 'wiki')}`);
  } catch (error) {
    yield fail(
      `train: the staging directory cannot be read (${reasonOf(error)})`,
      'name the directory of scap with --staging, and let the user of the server read it. Until then no train starts',
    );
  }
  try {
    const options = { timeout: requestTimeout };
    const task = await trainTask(trainServices, options);
    yield ok(`train: ${taskUrl} names the task ${task.id}`);
    if (tokenFile === null) return;
    const blockers = await openBlockers(task.id, { phorgeUrl, tokenFile }, options);
    yield ok(`train: ${phorgeUrl} shows ${counted(blockers.length, 'open blocker')} of ${task.id}`);
  } catch (error) {
    yield warn(
      `train: the task or its blockers are not known (${reasonOf(error)})`,
      'check --train-task-url, --phorge and --conduit-token-file. Until then the page has no task, or only a link to it',
    );
  }
}
