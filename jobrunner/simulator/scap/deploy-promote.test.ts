// Tests the simulated `scap deploy-promote` as a real process tree, with a staging directory.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { compileCacheDirectory, entryUnderTest } from '../../../tests/support/package/build.ts';
import {
  createStaging,
  isCheckedOut,
  newVersion,
  oldVersion,
  readWikiVersions,
  writeBehaviour,
  writeTask,
} from '../train/staging.ts';

const program = entryUnderTest('simulated-scap');
const key = 'k'.repeat(43);
let staging: string;

beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-promote-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  staging = join(directory, 'staging');
  createStaging(staging);
});

/** Runs it, and answers each question with the next answer; then stdin ends. */
async function promote(args: readonly string[], answers: readonly string[] = []) {
  const child = spawn(process.execPath, [program, 'deploy-promote', ...args], {
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: compileCacheDirectory,
      SPIDERPIG_IO_KEY: key,
      SPIDERPIG_SIMULATOR_SPEED: '1000',
      SPIDERPIG_SIMULATOR_STAGING: staging,
    },
  });
  const left = [...answers];
  const questions: string[] = [];
  let output = '';
  const read = (chunk: Buffer): void => {
    output += chunk.toString();
    const asked = [...output.matchAll(/"type": "interaction".*?"prompt": "(.*?)"[,}]/g)].map(
      ([, prompt]) => prompt ?? '',
    );
    for (const question of asked.slice(questions.length)) {
      questions.push(question);
      const next = left.shift();
      if (next === undefined) child.stdin.end();
      else child.stdin.write(`${next}\n`);
    }
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const [status] = await once(child, 'close');
  return { status, output, questions };
}

const trainTo = (group: string, ...more: string[]): string[] => [
  '--yes',
  '--train',
  '--old-version',
  oldVersion,
  ...more,
  '--',
  group,
  newVersion,
];
const onNew = (): string[] =>
  [...readWikiVersions(staging)].filter(([, version]) => version === newVersion).map(([wiki]) => wiki);

test('testwikis are prepared and synced after a question, and the version is checked', async () => {
  const { status, output, questions } = await promote(trainTo('testwikis', '--pause-after-testserver-sync'), [
    'y',
  ]);
  expect(output).toContain('Result:   SUCCESS');
  expect(status).toBe(0);
  expect(questions).toHaveLength(1);
  expect(questions[0]).toContain('Continue with deployment?');
  expect(isCheckedOut(staging, newVersion)).toBe(true);
  expect(onNew()).toEqual(['testcommonswiki', 'testwiki', 'testwikidatawiki']);
  expect(output).toContain('3 migrated, 0 inserted');
  expect(output).toContain('Symlink updated');
  expect(output).toContain(`testwikis to ${newVersion}  refs T410215`);
});

test('excluded wikis keep their version, and a group without its cache is refused', async () => {
  expect((await promote(trainTo('group0'))).output).toContain('l10n cache missing for');
  createStaging(staging);
  await promote(trainTo('testwikis'));
  const { status } = await promote(trainTo('group0', '--exclude-wikis', 'officewiki,zerowiki'));
  expect(status).toBe(0);
  expect(onNew()).toHaveLength(6);
  expect(onNew()).not.toContain('officewiki');
  const back = await promote(['--yes', '--train', '--old-version', oldVersion, '--', 'all', oldVersion]);
  expect(back.status).toBe(0);
  expect(onNew()).toEqual([]);
});

test('deploy-promote fails when the merge times out, and when a wiki does not show the version', async () => {
  writeBehaviour(staging, 'merge-times-out');
  const merge = await promote(trainTo('testwikis'));
  expect(merge).toMatchObject({ status: 1 });
  expect(merge.output).toContain('Aborting: Waited for 600 seconds but the patch was not merged');
  expect(onNew()).toEqual([]);
  writeBehaviour(staging, 'version-check-fails');
  const check = await promote(trainTo('testwikis'));
  expect(check.status).toBe(1);
  expect(check.output).toContain('Aborting: Could not verify version update');
  expect(onNew()).toHaveLength(3);
});

test('deploy-promote asks for the task without the service, and refuses groups that do not exist', async () => {
  writeTask(staging, null);
  const { output, questions } = await promote(trainTo('testwikis'), ['']);
  expect(questions[0]).toContain('train blocker Phabricator task id');
  expect(output).toContain('No train blocker task supplied');
  expect((await promote(trainTo('group9'))).output).toMatch(
    /Aborting: group ".*group9.dblist" does not exist/,
  );
  expect((await promote(['--train', 'group0'])).output).toContain(
    '--old-version must be used along with --train',
  );
});
