// Owns approving changes in Gerrit, waiting until they are merged, and looking for other commits that would be deployed too.
import type { SampleChange } from '../change.ts';
import { Exit } from './ending.ts';
import type { Scene } from './scene.ts';
import { approveOrExit } from './validation.ts';

const staging = '/srv/mediawiki-staging';
/** How often scap asks Gerrit, in simulated milliseconds. */
const interval = 1_200;
/** How often scap asks until an ordinary change is merged. */
const rounds = 3;

/** Votes for each change that is not merged yet. */
export async function approveChanges(scene: Scene, changes: readonly SampleChange[]): Promise<void> {
  scene.info(`Voting on ${changes.length} change(s)`);
  for (const { number, status } of changes) {
    await scene.wait(120);
    scene.info(status === 'MERGED' ? `Change ${number} was already merged` : `Change ${number} approved`);
  }
}

/** Waits until all changes are merged. Asks question 5. Throws {@link Exit} when one cannot be merged. */
export async function waitForMerges(scene: Scene, changes: readonly SampleChange[]): Promise<void> {
  scene.status(
    'Waiting for changes to be merged. This may take some time if there are long running tests.',
    true,
  );
  const meter = scene.meter('awaiting-backport-merges', changes.length);
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const change of changes) if (change.status !== 'MERGED') await look(scene, change, round);
      const merged = changes.filter(({ status }) => status === 'MERGED' || round === rounds);
      meter.set(merged.length);
      if (merged.length === changes.length) break;
      await scene.wait(interval);
    }
  } finally {
    meter.finish();
  }
  scene.status('All changes have been merged', true);
}

/** Looks at a change that is not merged. */
async function look(scene: Scene, change: SampleChange, round: number): Promise<void> {
  const { number, behaviour, patchSet } = change;
  if (behaviour === 'not-mergeable') {
    if (round === 2)
      throw new Exit(1, `Gerrit could not merge the change '${number}' as is and could require a rebase`);
    scene.info(
      `Change ${number} is not currently mergeable, but may be being rebased. Attempt ${round} of 2`,
    );
  }
  if (round < 2) return;
  if (behaviour === 'vetoed')
    throw new Exit(1, `The change '${number}' has been rejected (Code-Review -2) by 'Jonas Weidner'`);
  if (behaviour === 'build-fails')
    throw new Exit(1, `The change '${number}' failed build tests and could not be merged`);
  if (behaviour !== 'new-patch-set' || round !== 2) return;
  await approveOrExit(
    scene,
    'backport',
    `Change ${number} has been updated from patchset ${patchSet} to patchset ${patchSet + 1}. Re-approve change and continue with backport(s)? `,
  );
  await approveChanges(scene, [change]);
}

/** Fetches, and asks questions 6 and 7 where other commits would be deployed too. `yes`: shows their diff without question 6. */
export async function confirmCommits(
  scene: Scene,
  changes: readonly SampleChange[],
  yes: boolean,
): Promise<void> {
  scene.info('Collecting commits to deploy...');
  scene.info('Fetching new changes...');
  await fetchCommits(scene, changes);
  for (const change of changes) {
    scene.info(`Collecting commit for ${change.changeId}...`);
    await scene.wait(100);
    scene.info(`Collecting merge commit for ${change.changeId} if it exists...`);
    scene.info('No merge commit found.');
  }
  const surprising = changes.filter(({ behaviour }) => behaviour === 'extra-commits');
  for (const repository of new Set(surprising.map(({ branch }) => repositoryOf(branch)))) {
    scene.warning(`The following are unexpected commits pulled from origin for ${repository}:`);
    scene.console.print(
      'commit 3f2a9c41d0b7e5f6a8c9d0e1f2a3b4c5d6e7f809\nAuthor: Tomáš Dvořák <tomas.dvorak@example.org>\nDate:   Mon Nov 16 09:12:33 2026 +0000\n\n    Fix the width of the sidebar\n\n',
    );
    const origin = `There were unexpected commits pulled from origin for ${repository}.`;
    const wanted =
      yes ||
      (await scene.console.confirm(
        `${origin}\nWould you like to see the diff?`,
        scene.interrupt.signal,
        'y',
      ));
    if (wanted)
      scene.console.print(
        'diff --git a/resources/sidebar.less b/resources/sidebar.less\n--- a/resources/sidebar.less\n+++ b/resources/sidebar.less\n@@ -12 +12 @@\n-\twidth: 12em;\n+\twidth: 11em;\n',
      );
    await approveOrExit(
      scene,
      'backport',
      `${origin}\nContinue with deployment (all patches will be deployed)?`,
    );
  }
}

/** What git prints while it fetches. None of it is a message, even what looks like one. */
async function fetchCommits(scene: Scene, changes: readonly SampleChange[]): Promise<void> {
  scene.console.printError('remote: Counting objects: 1893, done\n');
  for (let percent = 0; percent < 100; percent += 20) {
    scene.console.printError(`Receiving objects:  ${percent}% (${Math.round(18.93 * percent)}/1893)\r`);
    await scene.wait(50);
  }
  scene.console.printError('Receiving objects: 100% (1893/1893), 2.41 MiB | 11.20 MiB/s, done.\n');
  for (const { project, branch, revision, commitMessage, behaviour } of changes) {
    scene.console.printError(
      `From https://gerrit.wikimedia.org/r/${project}\n * branch  ${branch} -> FETCH_HEAD\n`,
    );
    if (behaviour === 'hostile')
      scene.console.print(`HEAD is now at ${revision.slice(0, 10)} ${commitMessage}`);
  }
  scene.console.print(
    '{"type": "line", "line": "written by a post-merge hook, not by scap", "iokey": "?"}\n',
  );
  // ISO 8859-1 in a tool's output is not UTF-8.
  scene.console.print(Buffer.from('warning: unable to access caf\xe9/\xfc\xff.php\n', 'latin1'));
}

function repositoryOf(branch: string): string {
  return branch.startsWith('wmf/') ? `${staging}/php-${branch.slice('wmf/'.length)}` : staging;
}
