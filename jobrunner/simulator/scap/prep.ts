// Owns `scap prep auto`: it brings the staging directory up to date and applies the security patches.
import type { Scene } from './scene.ts';
import { liveVersions } from './validation.ts';

const staging = '/srv/mediawiki-staging';
const gerrit = 'https://gerrit.wikimedia.org/r';
/** The security patches of each version. */
const patches = [
  'core/01-T407311.patch',
  'extensions/AbuseFilter/01-T407408.patch',
  'skins/Vector/02-T407505.patch',
] as const;

/** Plays `scap prep auto`. */
export async function prep(scene: Scene): Promise<void> {
  await scene.timed('scap prep auto', async () => {
    scene.status('Checking out mediawiki-config');
    await checkOut(scene, `${gerrit}/operations/mediawiki-config`, 'master', staging);
    for (const version of liveVersions) {
      await scene.reported(`Checking out ${version}`, async () => {
        await checkOut(scene, `${gerrit}/mediawiki/core`, `wmf/${version}`, `${staging}/php-${version}`);
        await applyPatches(scene, version);
      });
    }
  });
}

async function checkOut(scene: Scene, url: string, branch: string, directory: string): Promise<void> {
  scene.info(`Update ${url} (${branch} branch) in ${directory}`);
  await scene.wait(400);
  scene.info(`${url} checked out at commit c652bf2b5da3551449faa0e98c4019ff0418a824`);
}

/** Another scap applies the patches. Its reset at the end has no newline, so the next message comes after it on the same line. */
async function applyPatches(scene: Scene, version: string): Promise<void> {
  const directory = `/srv/patches/${version}`;
  for (const patch of patches) {
    scene.console.output(`Applying patch ${directory}/${patch} in ${staging}/php-${version}`, true);
    await scene.wait(120);
  }
  for (const patch of patches) scene.console.output(`[APPLIED] ${directory}/${patch}`, true);
  scene.info(`MediaWiki wmf/${version} successfully checked out.`);
  scene.console.print('\x1b[0m');
}
