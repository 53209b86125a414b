// Owns what scap checks before it deploys: which changes it refuses, and which it asks about.
import { dependenciesOf, type SampleChange } from '../change.ts';
import { Exit } from './ending.ts';
import type { Scene } from './scene.ts';

/** The versions that wikis run. */
export const liveVersions = ['1.45.0-wmf.11', '1.45.0-wmf.12'] as const;
/** The versions that are checked out in the staging directory. */
const stagedVersions: readonly string[] = [...liveVersions, '1.45.0-wmf.13'];

/** What is being validated. */
export interface Validation {
  readonly changes: readonly SampleChange[];
  /** The word in questions. */
  readonly word: 'backport' | 'revert';
  /** Warn instead of asking. */
  readonly yes: boolean;
}

/** Refuses what Gerrit says cannot be merged. Throws {@link Exit}. */
export function checkChanges(changes: readonly SampleChange[]): void {
  for (const change of changes) {
    if (change.workInProgress)
      throw new Exit(
        1,
        `Change '${change.number}' is a work in progress and not ready for merge!${chain(change)}`,
      );
    if (change.behaviour === 'dependency-cycle')
      throw new Exit(1, `A dependency cycle was detected for change ${change.number}!${chain(change)}`);
  }
}

/** Refuses what cannot be deployed, and asks questions 1 and 2. Throws {@link Exit}. */
export async function validateChanges(scene: Scene, validation: Validation): Promise<void> {
  const { changes } = validation;
  scene.info('Checking whether requested changes are valid for backport...');
  await scene.wait(200);
  for (const change of changes) {
    if (!isDeployable(change)) throw new Exit(1, `${describe(change)} is not deployable to production`);
    if (change.status === 'ABANDONED')
      throw new Exit(1, `Change '${change.number}' has been abandoned!${chain(change)}`);
    if (isLive(change)) continue;
    const live = liveVersions.map((name) => `'${name}'`).join(', ');
    await approve(
      scene,
      validation,
      `${describe(change)} not found in any live wikiversion. Live wikiversions: [${live}]`,
    );
  }
  const slow = changes.filter(({ behaviour }) => behaviour === 'l10n').map(({ number }) => number);
  if (slow.length === 0) return;
  await approve(
    scene,
    validation,
    `🐌 Change(s) ${slow.join(', ')} touch l10n-related files and are likely to trigger a large l10n rebuild, resulting in a slow deployment (~20 minutes).`,
  );
}

/** Refuses changes whose dependencies are not merged and not deployed with them, and asks question 3. Throws {@link Exit}. */
export async function validateDependencies(scene: Scene, validation: Validation): Promise<void> {
  const { changes, yes } = validation;
  await scene.wait(150);
  const errors = changes.flatMap((change) => {
    const missing = dependenciesOf(change).filter(
      (each) => each.status !== 'MERGED' && !changes.includes(each),
    );
    return missing.map(
      (each) =>
        `Error for ${describe(change)}:\nChange '${change.number}' has dependency '${each.number}', which is not merged or scheduled for backport`,
    );
  });
  if (errors.length > 0) throw new Exit(1, `Errors found in dependency trails:\n${errors.join('\n')}`);
  const warnings = changes
    .filter(({ behaviour }) => behaviour === 'dependency-warning')
    .map(
      (change) =>
        `Warning for ${describe(change)}:\nThe dependency '1102301' of change '${change.number}' is missing from the branch wmf/1.45.0-wmf.11, to which the train may be rolled back.`,
    );
  if (warnings.length === 0 || yes) return;
  await approve(scene, validation, `Warnings found:\n${warnings.join('\n')}`);
}

/** Asks a question of yes or no. "No" cancels the deployment with status 0. */
export async function approveOrExit(scene: Scene, word: Validation['word'], prompt: string): Promise<void> {
  if (await scene.console.confirm(prompt, scene.interrupt.signal)) return;
  scene.info(`${word === 'revert' ? 'Revert' : 'Backport'} cancelled`);
  throw new Exit(0);
}

async function approve(scene: Scene, { word, yes }: Validation, warning: string): Promise<void> {
  if (yes) scene.warning(warning);
  else await approveOrExit(scene, word, `${warning}\nContinue with ${word} anyway?`);
}

function isConfiguration({ project, branch }: SampleChange): boolean {
  return project === 'operations/mediawiki-config' && branch === 'master';
}

function isDeployable(change: SampleChange): boolean {
  return isConfiguration(change) || stagedVersions.some((name) => change.branch === `wmf/${name}`);
}

function isLive(change: SampleChange): boolean {
  return isConfiguration(change) || liveVersions.some((name) => change.branch === `wmf/${name}`);
}

function describe({ number, project, branch }: SampleChange): string {
  return `Change '${number}', project: '${project}', branch: '${branch}'`;
}

function chain({ number }: SampleChange): string {
  return ` Change is pulled by the following dependency chain: ${number}`;
}
