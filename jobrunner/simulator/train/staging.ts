// Owns the simulated staging directory: its wikis, groups and versions in the files that scap reads, and what the simulated services say. Not what
// scap does with it (scap/deploy-promote.ts).
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The groups of the train, in order. */
export const groups = ['testwikis', 'group0', 'group1', 'group2'] as const;
/** The versions of the simulated week: the one that all wikis run, and the one of this week's train. */
export const oldVersion = '1.45.0-wmf.12';
export const newVersion = '1.45.0-wmf.13';

/** How the next `deploy-promote` goes wrong. `none`: it does not. */
export type TrainBehaviour = 'none' | 'merge-times-out' | 'version-check-fails' | 'l10n-missing';

/** A task as the train-task service describes it. */
export interface SimulatedTask {
  readonly version: string;
  readonly task_id: string;
  readonly status: string;
  readonly date: string;
}

const languages = [
  'ar',
  'ca',
  'cs',
  'de',
  'el',
  'en',
  'es',
  'fa',
  'fi',
  'fr',
  'he',
  'it',
  'ja',
  'pl',
  'pt',
  'ru',
];
const names = (suffix: string): string[] => languages.map((language) => `${language}${suffix}`);
const testwikis = ['testwiki', 'testcommonswiki', 'testwikidatawiki'];

/** The wikis of each group. */
const wikis: Readonly<Record<(typeof groups)[number], readonly string[]>> = {
  testwikis,
  group0: [...testwikis, 'mediawikiwiki', 'officewiki', 'test2wiki', 'usabilitywiki', 'zerowiki'],
  group1: [
    'cawiki',
    'hewiki',
    'itwiki',
    'commonswiki',
    'wikidatawiki',
    ...names('wiktionary'),
    ...names('wikisource'),
  ],
  group2: names('wiki').filter((name) => !['cawiki', 'hewiki', 'itwiki'].includes(name)),
};

const notice = '# This file is generated. Edit the expressions instead.';

/** The files of the simulation in a staging directory. */
const simulationFile = (staging: string, name: string): string => join(staging, '.simulation', name);

function writeJson(file: string, value: unknown): void {
  writeFileSync(`${file}.tmp`, `${JSON.stringify(value, null, 4)}\n`);
  renameSync(`${file}.tmp`, file);
}

/** Reads a file of JSON; undefined if it does not exist. */
function readJson(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Makes the staging directory of a Tuesday morning: the branch of the new version is cut and not checked out, all wikis run the old one. */
export function createStaging(staging: string, monday = new Date()): void {
  mkdirSync(join(staging, 'dblists'), { recursive: true });
  mkdirSync(join(staging, '.simulation'), { recursive: true });
  for (const version of ['1.45.0-wmf.11', oldVersion]) checkOut(staging, version);
  const all = [...new Set(groups.flatMap((group) => wikis[group]))].sort();
  for (const group of groups) writeList(staging, group, wikis[group]);
  writeList(staging, 'all', all);
  writeWikiVersions(staging, new Map(all.map((wiki) => [wiki, oldVersion])));
  writeBranches(staging, ['1.45.0-wmf.11', oldVersion, newVersion]);
  writeTask(staging, {
    version: newVersion,
    task_id: 'T410215',
    status: 'open',
    date: monday.toISOString().slice(0, 10),
  });
}

/** The same, unless there is one already. */
export function ensureStaging(staging: string): void {
  if (!existsSync(join(staging, 'wikiversions.json'))) createStaging(staging);
}

function writeList(staging: string, group: string, members: readonly string[]): void {
  writeFileSync(
    join(staging, 'dblists', `${group}.dblist`),
    `${[notice, ...[...members].sort()].join('\n')}\n`,
  );
}

/** The wikis of a list; null if the group does not exist. */
export function readList(staging: string, group: string): string[] | null {
  const file = join(staging, 'dblists', `${group}.dblist`);
  if (!/^\w+$/.test(group) || !existsSync(file)) return null;
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}

/** The version of each wiki. */
export function readWikiVersions(staging: string): Map<string, string> {
  const file = readJson(join(staging, 'wikiversions.json'));
  return new Map(
    Object.entries(Object(file)).map(([wiki, version]) => [wiki, String(version).replace(/^php-/, '')]),
  );
}

/** Replaces the file by a rename, with its keys in order. */
export function writeWikiVersions(staging: string, versions: ReadonlyMap<string, string>): void {
  const sorted = [...versions].sort(([one], [other]) => (one < other ? -1 : 1));
  writeJson(
    join(staging, 'wikiversions.json'),
    Object.fromEntries(sorted.map(([wiki, version]) => [wiki, `php-${version}`])),
  );
}

export function checkOut(staging: string, version: string): void {
  mkdirSync(join(staging, `php-${version}`), { recursive: true });
}

/** Whether a version is checked out. */
export const isCheckedOut = (staging: string, version: string): boolean =>
  existsSync(join(staging, `php-${version}`));

/** The versions that have a branch in the simulated Gerrit. */
export function readBranches(staging: string): readonly string[] {
  const branches = readJson(simulationFile(staging, 'branches.json'));
  return Array.isArray(branches) ? branches.map(String) : [];
}

function writeBranches(staging: string, versions: readonly string[]): void {
  writeJson(simulationFile(staging, 'branches.json'), versions);
}

/** This week's task as the service knows it; undefined if it knows none. */
export function readTask(staging: string): Partial<SimulatedTask> | undefined {
  const task = readJson(simulationFile(staging, 'task.json'));
  return task === undefined ? undefined : Object(task);
}

/** Sets this week's task; null if the service has none. */
export function writeTask(staging: string, task: SimulatedTask | null): void {
  if (task === null) rmSync(simulationFile(staging, 'task.json'), { force: true });
  else writeJson(simulationFile(staging, 'task.json'), task);
}

/** How the next `deploy-promote` goes wrong. */
export function readBehaviour(staging: string): string {
  return String(readJson(simulationFile(staging, 'behaviour.json')) ?? 'none');
}

export function writeBehaviour(staging: string, behaviour: TrainBehaviour): void {
  writeJson(simulationFile(staging, 'behaviour.json'), behaviour);
}
