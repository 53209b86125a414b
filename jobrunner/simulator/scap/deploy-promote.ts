// Owns `scap deploy-promote`: the order of checks, the change of wikiversions.json, its merge, the nested commands that deploy, and the check of the
// version. Not the staging directory (simulator/train/staging.ts).
import {
  checkOut,
  groups,
  isCheckedOut,
  readBehaviour,
  readList,
  readTask,
  readWikiVersions,
  writeWikiVersions,
} from '../train/staging.ts';
import type { DeployPromoteCommand } from './command-line.ts';
import { Exit } from './ending.ts';
import { runNested } from './nested.ts';
import type { Scene } from './scene.ts';

const abort = (why: string): Exit => new Exit(1, `Aborting: ${why}`);
/** How long scap waits for the merge, and how often and how long it looks at the version, in seconds. */
const mergeTimeout = 600;
const versionTimeout = 10;

/** Plays `scap deploy-promote`. Returns the exit status; throws {@link Exit} and others of ending.ts. */
export async function deployPromote(scene: Scene, command: DeployPromoteCommand): Promise<number> {
  const { group, train, oldVersion, staging } = command;
  if (train && oldVersion === null) throw abort('--old-version must be used along with --train');
  if (staging === null || readList(staging, group) === null)
    throw abort(`group "${staging ?? '/srv/mediawiki-staging'}/dblists/${group}.dblist" does not exist`);
  const before = readWikiVersions(staging);
  const version = command.version ?? newestOf(before);
  if (!command.yes && !(await confirm(scene, command, version))) throw abort('Canceled by user');
  const task = await taskOf(scene, staging);
  const after = versionsAfter(staging, before, command, version);
  await updateVersions(scene, staging, before, after, `${group} to ${version}`);
  await sync(scene, command, `${group} to ${version}  refs ${task}`);
  await checkVersion(scene, staging, group, version);
  return 0;
}

const newestOf = (wikis: ReadonlyMap<string, string>): string =>
  [...wikis.values()].sort((one, other) => one.localeCompare(other, 'en', { numeric: true })).at(-1) ?? '';

async function confirm(scene: Scene, command: DeployPromoteCommand, version: string): Promise<boolean> {
  const { group, train, oldVersion } = command;
  let shown = version;
  const list = groups.map((each) => {
    const line = `${each}: ${shown}\n`;
    if (each === group) shown = oldVersion ?? '';
    return line;
  });
  return await scene.console.confirm(
    train
      ? `Set and deploy these versions:\n${list.join('')}?`
      : `Promote ${group} from ${oldVersion ?? 'another version'} to ${version}`,
    scene.interrupt.signal,
  );
}

/** The task for messages. Without the service, a person is asked. */
async function taskOf(scene: Scene, staging: string): Promise<string> {
  await scene.wait(150);
  const task = readTask(staging);
  if (typeof task?.task_id === 'string' && /^T[0-9]+$/.test(task.task_id)) return task.task_id;
  scene.error('Failed to automatically retrieve the train task: KeyError: current');
  const typed = await scene.console.inputLine(
    'Please enter the train blocker Phabricator task id for log messages: ',
    scene.interrupt.signal,
  );
  if (typed === '') throw abort('No train blocker task supplied.  Canceling');
  return typed;
}

/** What `scap update-wikiversions` writes: all wikis to the old version, then each group up to the chosen one to the new version. */
function versionsAfter(
  staging: string,
  before: ReadonlyMap<string, string>,
  { group, train, oldVersion, excludedWikis }: DeployPromoteCommand,
  version: string,
): ReadonlyMap<string, string> {
  const after = new Map(before);
  const names: readonly string[] = groups;
  const reached = names.slice(0, names.indexOf(group) + 1);
  const updates: readonly (readonly [string, string])[] = train
    ? [['all', oldVersion ?? version], ...reached.map((each) => [each, version] as const)]
    : [[group, version]];
  for (const [list, target] of updates)
    for (const wiki of readList(staging, list) ?? [])
      if (!excludedWikis.includes(wiki)) after.set(wiki, target);
  return after;
}

/** Changes the file, pushes it, and waits for the merge. Until then the file has its old content again, as after scap's `git reset`. */
async function updateVersions(
  scene: Scene,
  staging: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  subject: string,
): Promise<void> {
  const migrated = [...after].filter(([wiki, version]) => before.get(wiki) !== version).length;
  writeWikiVersions(staging, after);
  scene.info(`Updated ${staging}/wikiversions.json: ${migrated} migrated, 0 inserted.`);
  if (newestOf(before) !== newestOf(after)) scene.info('Symlink updated');
  if (migrated === 0) return;
  scene.info('Pushing versions update patch');
  await scene.wait(400);
  writeWikiVersions(staging, before);
  // scap joins the address of Gerrit, which ends with /r/, with r/NUMBER.
  const url = 'https://gerrit.wikimedia.org/r/r/1209999';
  await scene.reported(`Waiting for jenkins to merge change ${url}`, async () => {
    scene.info(`Waiting for jenkins to merge change ${url} (${subject})`);
    await scene.wait(2_000);
    if (readBehaviour(staging) === 'merge-times-out')
      throw abort(`Waited for ${mergeTimeout} seconds but the patch was not merged`);
  });
  scene.console.print('\n');
  scene.info('Running git pull');
  writeWikiVersions(staging, after);
  await scene.wait(150);
}

async function sync(
  scene: Scene,
  { group, pause, passThrough }: DeployPromoteCommand,
  message: string,
): Promise<void> {
  const flags = [...passThrough, ...(pause ? ['--pause-after-testserver-sync'] : [])];
  if (group === 'testwikis') {
    scene.info('Running scap prep auto');
    await runNested(scene, ['prep', ...passThrough, 'auto']);
    scene.info('Running scap sync-world');
    await runNested(scene, ['sync-world', ...flags, '--', message]);
  } else {
    scene.info('Running scap sync-wikiversions');
    await runNested(scene, ['sync-wikiversions', ...flags, '--', message]);
  }
  if (group === 'group1') scene.info('Running scap sync-file php');
}

/** Refuses a version without its localisation cache, as `scap sync-wikiversions` does. */
export function checkLocalisation(staging: string | null): void {
  if (staging === null) return;
  for (const version of new Set(readWikiVersions(staging).values()))
    if (!isCheckedOut(staging, version) || readBehaviour(staging) === 'l10n-missing')
      throw new Exit(1, `l10n cache missing for ${version}`);
}

/** Checks out what the wikis run, as `scap prep auto` does. */
export function prepareVersions(staging: string | null): void {
  if (staging !== null)
    for (const version of new Set(readWikiVersions(staging).values())) checkOut(staging, version);
}

const domains: Readonly<Record<string, string>> = {
  testwikis: 'test.wikipedia.org',
  group0: 'www.mediawiki.org',
  group1: 'en.wikinews.org',
};

/** Looks once a second whether a wiki of the group shows the version. */
async function checkVersion(scene: Scene, staging: string, group: string, version: string): Promise<void> {
  const url = `https://${domains[group] ?? 'en.wikipedia.org'}/wiki/Special:Version`;
  const rule = '==================================================';
  for (let second = 0; ; second++) {
    await scene.wait(200);
    const fails = readBehaviour(staging) === 'version-check-fails';
    const actual = fails ? 'Request to checked page failed with 503' : version;
    const text = `${rule}\nChecking version on ${url}\nExpected: ${version}\nActual:   ${actual}\nResult:   ${fails ? 'FAIL' : 'SUCCESS'}\n${rule}`;
    if (!fails) {
      scene.info(text);
      return;
    }
    scene.error(text);
    if (second === versionTimeout) throw abort('Could not verify version update');
    await scene.wait(1_000);
  }
}
