// Owns `scap backport --revert`: it uploads a revert of each change, and deploys those by another scap.
import { revertOf, type SampleChange } from '../change.ts';
import type { BackportCommand } from './command-line.ts';
import { Exit } from './ending.ts';
import { runNested } from './nested.ts';
import type { Scene } from './scene.ts';
import { validateChanges } from './validation.ts';

/** Plays a revert to its end. Throws {@link Exit} when a change is not merged. Asks questions 1, 2 and R. */
export async function revert(
  scene: Scene,
  command: BackportCommand,
  changes: readonly SampleChange[],
): Promise<void> {
  const { yes, stopBeforeSync, passThrough } = command;
  await validateChanges(scene, { changes, word: 'revert', yes });
  for (const { number, status } of changes)
    if (status !== 'MERGED')
      throw new Exit(1, `Change '${number}' has not yet been merged and cannot be reverted.`);
  scene.info(`Reverting ${changes.length} change(s)`);
  const byWhom = `${scene.user}@deploy1003`;
  const standard = `Reverted by ${byWhom} via scap backport`;
  const text = yes
    ? ''
    : await scene.console.inputLine(
        `Please supply a reason for revert (default: ${standard}): `,
        scene.interrupt.signal,
      );
  const reason = text === '' ? standard : `${byWhom}: ${text}`;
  const newestFirst = [...changes].sort((one, other) => other.number - one.number);
  const reverts = newestFirst.map(revertOf);
  for (const [index, { branch }] of newestFirst.entries()) {
    const { subject = '', number } = reverts[index] ?? {};
    await scene.wait(300);
    scene.console.printError(`Switched to branch '${branch}'\n`);
    scene.console.print(
      `[${branch} 1f3a5c7] ${subject}\n Reason for revert: ${reason}\n 1 file changed, 3 insertions(+), 12 deletions(-)\n`,
    );
    scene.info(`Change ${number} created`);
  }
  scene.info('Running scap prep to reset the workspace.');
  await runNested(scene, ['prep', ...passThrough, 'auto']);
  await runNested(scene, [
    'backport',
    ...passThrough,
    ...(yes ? ['--yes'] : []),
    ...(stopBeforeSync ? ['--stop-before-sync'] : []),
    ...reverts.map(({ number }) => String(number)),
  ]);
}
