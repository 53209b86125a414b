// Owns `scap backport`: the order of checks, questions, merge, and the nested commands that deploy.
import { findSampleChange, type SampleChange, sampleChanges } from '../change.ts';
import { type BackportCommand, changeNumber } from './command-line.ts';
import { Exit } from './ending.ts';
import { approveChanges, confirmCommits, waitForMerges } from './merge.ts';
import { runNested } from './nested.ts';
import { revert } from './revert.ts';
import type { Scene } from './scene.ts';
import { changeTable } from './table.ts';
import { approveOrExit, checkChanges, validateChanges, validateDependencies } from './validation.ts';

/** Plays a backport or a revert. Returns the exit status; throws {@link Exit} and others of ending.ts. */
export async function backport(scene: Scene, command: BackportCommand): Promise<number> {
  const typed = command.list ? await askForChanges(scene, command) : command.changes;
  const numbers = typed.map((text) => {
    const number = changeNumber(text);
    if (number !== undefined) return number;
    scene.warning(`'${text}' is not a valid change number or URL`);
    throw new Exit(1);
  });
  if (numbers.length === 0) {
    scene.warning('No change number or url supplied!');
    return 1;
  }
  const changes: SampleChange[] = [];
  for (const number of new Set(numbers)) {
    await scene.wait(80);
    const change = findSampleChange(number);
    if (!change) throw new Exit(1, `Change '${number}' not found`);
    changes.push(change);
  }
  checkChanges(changes);
  if (command.revert) await revert(scene, command, changes);
  else await deploy(scene, command, changes);
  return 0;
}

/** Lists what could be deployed or reverted, and asks question 0. */
async function askForChanges(scene: Scene, { revert: isRevert }: BackportCommand): Promise<string[]> {
  const word = isRevert ? 'revert' : 'backport';
  const status = isRevert ? 'MERGED' : 'NEW';
  const changes = sampleChanges
    .filter((change) => change.status === status && !change.workInProgress)
    .sort((one, other) => (one.project < other.project ? -1 : 1));
  await scene.wait(150);
  scene.console.print(`${changeTable(changes, !isRevert)}\n`);
  const answer = await scene.console.inputLine(
    `Enter the change numbers (separated by a space) you wish to ${word}: `,
    scene.interrupt.signal,
  );
  return answer.split(/\s+/).filter((text) => text !== '');
}

async function deploy(
  scene: Scene,
  { yes, stopBeforeSync, passThrough }: BackportCommand,
  changes: readonly SampleChange[],
): Promise<void> {
  const validation = { changes, word: 'backport', yes } as const;
  await validateChanges(scene, validation);
  await validateDependencies(scene, validation);
  // No blank line before the question, as in scap.
  if (!yes)
    await approveOrExit(
      scene,
      'backport',
      `The following changes are scheduled for backport:\n${changeTable(changes)}\nBackport the changes?`,
    );
  await approveChanges(scene, changes);
  await waitForMerges(scene, changes);
  await confirmCommits(scene, changes, yes);
  await runNested(scene, ['prep', ...passThrough, 'auto']);
  if (changes.every(({ behaviour }) => behaviour === 'beta-only')) {
    scene.info('Skipping sync since all commits were beta/labs-only changes. Operation completed.');
    return;
  }
  if (stopBeforeSync) {
    scene.info('Skipping sync since --stop-before-sync was specified');
    return;
  }
  const owners = new Set(changes.map(({ owner }) => owner.email.split('@')[0]));
  await runNested(scene, [
    'sync-world',
    ...passThrough,
    '--backport',
    ...(yes ? [] : ['--pause-after-testserver-sync', ...[...owners].map((name) => `--notify-user=${name}`)]),
    '--',
    `Backport for ${changes.map(announcement).join(', ')}`,
  ]);
}

/** A change as the server admin log names it. */
function announcement({ number, subject, commitMessage }: SampleChange): string {
  const tasks = [...commitMessage.matchAll(/^Bug: (T\d+)$/gm)].map(([, task]) => task);
  return `[[gerrit:${number}|${subject}${tasks.length > 0 ? ` (${tasks.join(' ')})` : ''}]]`;
}
