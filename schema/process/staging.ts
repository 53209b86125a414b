// Owns reading the staging directory of scap: which version each wiki runs, the groups, the checked-out versions, and the submodules. Not when it is read.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isTrainVersion, isWikiName, type TrainFacts, trainGroups } from '../text/train.ts';

/** The staging directory cannot be read. The message is a clause about it: `wikiversions.json is not JSON`. */
export class StagingUnreadable extends Error {}

/** Reads everything that the train needs to know from the staging directory. Throws {@link StagingUnreadable}. */
export async function readStaging(directory: string): Promise<TrainFacts> {
  const [wikis, lists, names, modules] = await Promise.all([
    readWikiVersions(directory),
    Promise.all(trainGroups.map((group) => readGroup(directory, group))),
    readdir(directory).catch(() => {
      throw new StagingUnreadable(`${directory} cannot be listed`);
    }),
    // Only warnings need the submodules.
    content(join(directory, '.gitmodules')).catch(() => null),
  ]);
  const [testwikis = [], group0 = [], group1 = [], group2 = []] = lists.map((list) =>
    list.filter((wiki) => wikis.has(wiki)),
  );
  return {
    wikis,
    groups: { testwikis, group0, group1, group2 },
    checkedOut: names
      .map((name) => name.replace(/^php-/, ''))
      .filter((name, index) => names[index] !== name && isTrainVersion(name)),
    submodules: modules === null ? null : parseSubmodules(modules),
  };
}

/** The file of the production realm, if there is one; else the general one. As scap chooses it. */
async function readWikiVersions(directory: string): Promise<ReadonlyMap<string, string>> {
  const own = await content(join(directory, 'wikiversions-production.json'));
  const text = own ?? (await content(join(directory, 'wikiversions.json')));
  if (text === null) throw new StagingUnreadable(`${directory} has no wikiversions.json`);
  return parseWikiVersions(text);
}

/** The version of each wiki. Throws {@link StagingUnreadable}. Pure. */
export function parseWikiVersions(text: string): ReadonlyMap<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new StagingUnreadable('wikiversions.json is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new StagingUnreadable('wikiversions.json is not an object');
  const wikis = new Map<string, string>();
  for (const [wiki, version] of Object.entries(value)) {
    if (!isWikiName(wiki) || typeof version !== 'string' || !version.startsWith('php-'))
      throw new StagingUnreadable(
        `wikiversions.json has no version for ${JSON.stringify(wiki).slice(0, 60)}`,
      );
    wikis.set(wiki, version.slice('php-'.length));
  }
  if (wikis.size === 0) throw new StagingUnreadable('wikiversions.json names no wiki');
  return wikis;
}

async function readGroup(directory: string, group: string): Promise<readonly string[]> {
  const text = await content(join(directory, 'dblists', `${group}.dblist`));
  if (text === null) throw new StagingUnreadable(`dblists/${group}.dblist does not exist`);
  return parseList(text);
}

/** The names of a list, one in each line. `#` begins a comment. Pure. */
export const parseList = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter(isWikiName);

/** The addresses in the file `.gitmodules` of the configuration; a relative one as the path of its project, as git resolves it. Pure. */
export const parseSubmodules = (text: string): readonly string[] =>
  [...text.matchAll(/^\s*url\s*=\s*(\S+)\s*$/gm)].map(([, address = '']) =>
    /^\.\.?\//.test(address)
      ? new URL(address, 'https://gerrit.invalid/operations/mediawiki-config/').pathname
      : address,
  );

/** The content of a file; null if it does not exist. Throws {@link StagingUnreadable}. */
async function content(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new StagingUnreadable(`${file} cannot be read`);
  }
}
