// Owns the train: a kind of job that moves groups of wikis to another version of MediaWiki. Not where the train is (schema/text/train.ts).
import { counted } from '../../../text/counted.ts';
import {
  isTrainStation,
  isTrainVersion,
  isWikiName,
  type TrainFacts,
  type TrainStation,
  trainGroupsOf,
  trainStations,
} from '../../../text/train.ts';
import { defineKind, type JobWork } from './kind.ts';

/** How many wikis one job can exclude. */
export const maxExcludedWikis = 200;

/** How many wikis of a group ran a version when the job was started. */
export interface VersionCount {
  readonly version: string;
  readonly count: number;
}

/** What a train job does. */
export interface TrainParameters {
  /** Where the train goes; `start`: all wikis go back to the old version. */
  readonly station: TrainStation;
  /** Where it was when the job was started. */
  readonly from: TrainStation;
  readonly version: string;
  readonly oldVersion: string;
  /** The wikis that keep their version. */
  readonly excludedWikis: readonly string[];
  /** How many wikis change their version. */
  readonly wikiCount: number;
  /** What each group ran when the job was started. The files change before the deployment is done. */
  readonly before: readonly { readonly group: string; readonly versions: readonly VersionCount[] }[];
}

/** A member of an object that was stored as JSON. */
function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function textOf(value: unknown, name: string, isValid: (text: string) => boolean): string {
  const text = member(value, name);
  if (typeof text === 'string' && isValid(text)) return text;
  throw new Error(`the ${name} of the train is not valid: ${JSON.stringify(text)?.slice(0, 100)}`);
}

function stationOf(value: unknown, name: string): TrainStation {
  const text = textOf(value, name, isTrainStation);
  return trainStations.find((station) => station === text) ?? 'start';
}

function countOf(value: unknown, name: string): number {
  const count = member(value, name);
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : 0;
}

const listOf = (value: unknown, name: string): readonly unknown[] => {
  const list = member(value, name);
  return Array.isArray(list) ? list : [];
};

/** Checks the parameters: only stations, versions and names of wikis reach the command line. */
export function parseTrain({ parameters }: JobWork): TrainParameters {
  const excludedWikis = listOf(parameters, 'excludedWikis').map((wiki) => {
    if (typeof wiki === 'string' && isWikiName(wiki) && !wiki.startsWith('-')) return wiki;
    throw new Error(`“${String(wiki).slice(0, 100)}” is not the name of a wiki`);
  });
  if (excludedWikis.length > maxExcludedWikis) throw new Error('the train excludes too many wikis');
  return {
    station: stationOf(parameters, 'station'),
    from: stationOf(parameters, 'from'),
    version: textOf(parameters, 'version', isTrainVersion),
    oldVersion: textOf(parameters, 'oldVersion', isTrainVersion),
    excludedWikis,
    wikiCount: countOf(parameters, 'wikiCount'),
    before: listOf(parameters, 'before').map((group) => ({
      group: String(member(group, 'group')),
      versions: listOf(group, 'versions').map((share) => ({
        version: String(member(share, 'version')),
        count: countOf(share, 'count'),
      })),
    })),
  };
}

/** Whether the train goes back. */
export const isRollBack = ({ from, station }: Pick<TrainParameters, 'from' | 'station'>): boolean =>
  trainStations.indexOf(station) < trainStations.indexOf(from);

function title(parameters: TrainParameters): string {
  const { station, version, oldVersion } = parameters;
  if (station === 'start') return `Train: roll all wikis back to ${oldVersion}`;
  if (isRollBack(parameters)) return `Train: roll ${version} back to ${station}`;
  return `Train: ${station} to ${version}`;
}

/** What the wikis run now, compared with what they ran when the job was requested. */
function changesBeforeStart(
  { before, version, station }: TrainParameters,
  facts: TrainFacts,
): readonly string[] {
  const sentences = trainGroupsOf(facts).flatMap(({ name, shares }) => {
    const was = new Map(
      before.find(({ group }) => group === name)?.versions.map((share) => [share.version, share.count]),
    );
    const is = new Map(shares.map((share) => [share.version, share.wikis.length]));
    return [...new Set([...was.keys(), ...is.keys()])].flatMap((each) => {
      const [then, now] = [was.get(each) ?? 0, is.get(each) ?? 0];
      return then === now
        ? []
        : [`In ${name}, ${now} ${now === 1 ? 'wiki runs' : 'wikis run'} ${each} now, ${then} before.`];
    });
  });
  // scap checks a version out only on the way to testwikis.
  const needsFiles = station !== 'start' && station !== 'testwikis';
  if (needsFiles && !facts.checkedOut.includes(version))
    sentences.push(`${version} is not checked out any more.`);
  return sentences;
}

export const train = defineKind({
  description:
    'Moves groups of wikis to another version of MediaWiki, or back: `scap deploy-promote --train`.',
  parse: parseTrain,
  title,
  command: ({ station, version, oldVersion, excludedWikis }, { trainPause }) => ({
    subcommand: 'deploy-promote',
    arguments: [
      '--yes',
      '--train',
      ...(trainPause ? ['--pause-after-testserver-sync'] : []),
      '--old-version',
      oldVersion,
      ...(excludedWikis.length === 0 ? [] : ['--exclude-wikis', excludedWikis.join(',')]),
      '--',
      ...(station === 'start' ? ['all', oldVersion] : [station, version]),
    ],
  }),
  detail: (parameters) => {
    const { station, version, oldVersion, from, excludedWikis, wikiCount } = parameters;
    const excluded = excludedWikis.length === 0 ? '' : `, without ${excludedWikis.join(', ')}`;
    return `train ${version} (before: ${oldVersion}) from ${from} to ${station}, ${counted(wikiCount, 'wiki')}${excluded}`;
  },
  retry: 'Start it again on the page of the train, which shows what the wikis run now.',
  canRevert: false,
  needsMergedChanges: false,
  needsFreeLane: true,
  changesBeforeStart,
  afterRollBack:
    'The servers run what they ran before, but the files on the deployment host already name the new versions: roll the train back, or deploy it again.',
});
