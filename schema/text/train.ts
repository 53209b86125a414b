// Owns the arithmetic of the MediaWiki train: versions, stations, where the train is, and which wikis a promotion or roll-back moves. Pure. Reads no file.

/** The groups of wikis that the train reaches, in order. `testwikis` is a part of `group0`. */
export const trainGroups = ['testwikis', 'group0', 'group1', 'group2'] as const;
/** A group of wikis. */
export type TrainGroupName = (typeof trainGroups)[number];

/** Where the train can be: at `start` no wiki runs its version. */
export const trainStations = ['start', ...trainGroups] as const;
/** A place where the train can be. */
export type TrainStation = (typeof trainStations)[number];

/** Whether a text is the name of a station. */
export const isTrainStation = (text: string): text is TrainStation =>
  trainStations.some((station) => station === text);

const versionPattern = /^([0-9])\.([0-9]{1,2})\.([0-9]{1,2})-wmf\.([0-9]{1,2})$/;

/** Whether a text is a version of the train, such as `1.47.0-wmf.16`. */
export const isTrainVersion = (text: string): boolean => versionPattern.test(text);

/** Whether a text is the database name of a wiki. */
export const isWikiName = (text: string): boolean => /^[A-Za-z0-9_-]{1,64}$/.test(text);

/** Compares two versions by their numbers: wmf.9 is before wmf.10. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => (versionPattern.exec(text) ?? []).slice(1).map(Number));
  for (const index of [0, 1, 2, 3]) {
    const difference = (a?.[index] ?? -1) - (b?.[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The highest of some versions; null if none exists. Texts that are not versions are left out. */
export const highestVersion = (versions: Iterable<string>): string | null =>
  [...versions].filter(isTrainVersion).sort(compareVersions).at(-1) ?? null;

/** `wmf.16` for `1.47.0-wmf.16`. */
export const shortVersion = (version: string): string => /wmf\.\d+$/.exec(version)?.[0] ?? version;

/** What the staging directory says. */
export interface TrainFacts {
  /** The version of each wiki, by its database name. */
  readonly wikis: ReadonlyMap<string, string>;
  /** The wikis of each group, as its list names them. */
  readonly groups: Readonly<Record<TrainGroupName, readonly string[]>>;
  /** The versions that are checked out. */
  readonly checkedOut: readonly string[];
  /** The addresses of the submodules of the configuration, which are deployed from any branch; null if not known. */
  readonly submodules: readonly string[] | null;
}

/** A train: the version that goes from group to group, and the one before it. */
export interface TrainLine {
  readonly version: string;
  /** The version to which wikis go back; null if no other one is checked out. */
  readonly oldVersion: string | null;
}

/** Some wikis of a group that run the same version. */
export interface VersionShare {
  readonly version: string;
  /** In alphabetical order. */
  readonly wikis: readonly string[];
}

/** A group with what its wikis run. */
export interface TrainGroup {
  readonly name: TrainGroupName;
  /** By version, the newest first. Only wikis that are in no earlier group. */
  readonly shares: readonly VersionShare[];
}

/** A wiki that changes its version. */
export interface WikiMove {
  readonly wiki: string;
  readonly from: string;
  readonly to: string;
}

/** Where the train is. */
export interface TrainPosition {
  readonly station: TrainStation;
  /** The wikis that run another version than this station implies, with the version that it implies. */
  readonly exceptions: readonly {
    readonly wiki: string;
    readonly version: string;
    readonly expected: string;
  }[];
}

/** The current train, and the next one if its branch exists but its version is not on the deployment host yet. */
export interface TrainLines {
  readonly current: TrainLine | null;
  readonly next: TrainLine | null;
}

/** The number of each wiki's station: that of the first group that names it, or of none. */
function stationNumbers({ groups }: TrainFacts): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const [index, group] of trainGroups.entries())
    for (const wiki of groups[group]) if (!numbers.has(wiki)) numbers.set(wiki, index + 1);
  return numbers;
}

/**
 * Which trains there are. The version of a train exists as a branch in Gerrit from the moment it is cut, hours before it is checked out and
 * deployed. Until then the train before it is still the current one, which can be rolled back.
 * @param newest the newest branch in Gerrit; null if not known
 */
export function trainLines(facts: TrainFacts, newest: string | null): TrainLines {
  const known = new Set([...facts.checkedOut, ...facts.wikis.values()]);
  const lineOf = (version: string): TrainLine => ({
    version,
    oldVersion: highestVersion([...known].filter((each) => compareVersions(each, version) < 0)),
  });
  const present = highestVersion(known);
  if (
    newest === null ||
    !isTrainVersion(newest) ||
    (present !== null && compareVersions(newest, present) <= 0)
  )
    return { current: present === null ? null : lineOf(present), next: null };
  if (present === null) return { current: lineOf(newest), next: null };
  return { current: lineOf(present), next: lineOf(newest) };
}

/** What each wiki of a group should run when the train is at a station. */
function expectedVersion(line: TrainLine, wikiStation: number, station: number): string {
  return wikiStation <= station ? line.version : (line.oldVersion ?? line.version);
}

/** The wikis that are in no group, with what they run: scap moves only those of groups. */
export function ungroupedWikis(
  facts: TrainFacts,
): readonly { readonly wiki: string; readonly version: string }[] {
  const stations = stationNumbers(facts);
  return [...facts.wikis].flatMap(([wiki, version]) => (stations.has(wiki) ? [] : [{ wiki, version }]));
}

/**
 * Where the train is: the station from which the fewest wikis differ; of several, the first. So a wiki that was excluded, or that was set to
 * another version by hand, is an exception, and does not move the train back to the group before. Wikis in no group are left out: what they run
 * says nothing about the train, and the train cannot move them.
 */
export function trainPosition(facts: TrainFacts, line: TrainLine): TrainPosition {
  const stations = stationNumbers(facts);
  const counts = trainStations.map(() => 0);
  for (const [wiki, own] of stations) {
    const version = facts.wikis.get(wiki);
    for (const station of counts.keys())
      if (version !== undefined && version !== expectedVersion(line, own, station))
        counts[station] = (counts[station] ?? 0) + 1;
  }
  const station = counts.indexOf(Math.min(...counts));
  const exceptions = [...facts.wikis].flatMap(([wiki, version]) => {
    const own = stations.get(wiki);
    const expected = own === undefined ? version : expectedVersion(line, own, station);
    return version === expected ? [] : [{ wiki, version, expected }];
  });
  return { station: trainStations[station] ?? 'start', exceptions };
}

/** The groups with what their wikis run. A wiki that is in several groups is shown in the first one. */
export function trainGroupsOf(facts: TrainFacts): readonly TrainGroup[] {
  const stations = stationNumbers(facts);
  const byGroup = trainGroups.map(() => new Map<string, string[]>());
  for (const [wiki, version] of facts.wikis) {
    const shares = byGroup[(stations.get(wiki) ?? 0) - 1];
    const share = shares?.get(version);
    if (share) share.push(wiki);
    else shares?.set(version, [wiki]);
  }
  return trainGroups.map((name, index) => ({
    name,
    shares: [...(byGroup[index] ?? [])]
      .map(([version, wikis]) => ({ version, wikis: wikis.sort() }))
      .sort((one, other) => compareVersions(other.version, one.version)),
  }));
}

/**
 * The wikis that change when the train goes to a station, as scap does it: all wikis to the old version, then each group up to the station
 * to the new one. Excluded wikis keep the version that they have.
 */
export function trainMoves(
  groups: readonly Pick<TrainGroup, 'shares'>[],
  line: TrainLine,
  target: TrainStation,
  excluded: ReadonlySet<string> = new Set(),
): readonly WikiMove[] {
  const station = trainStations.indexOf(target);
  return groups.flatMap(({ shares }, index) => {
    const to = expectedVersion(line, index + 1, station);
    return shares.flatMap(({ version, wikis }) =>
      version === to
        ? []
        : wikis.filter((wiki) => !excluded.has(wiki)).map((wiki) => ({ wiki, from: version, to })),
    );
  });
}

/** Moves with the same versions. */
export interface MoveSummary {
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/** How many wikis go from which version to which, most wikis first. */
export function summarizeMoves(moves: readonly WikiMove[]): readonly MoveSummary[] {
  const counts = new Map<string, MoveSummary>();
  for (const { from, to } of moves) {
    const key = `${from} ${to}`;
    counts.set(key, { from, to, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((one, other) => other.count - one.count);
}

/** How many wikis of the groups run which version after some moves, the newest version first. */
export function versionsAfter(
  groups: readonly Pick<TrainGroup, 'shares'>[],
  moves: readonly WikiMove[],
): readonly { readonly version: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  const add = (version: string, count: number) => counts.set(version, (counts.get(version) ?? 0) + count);
  for (const { version, wikis } of groups.flatMap(({ shares }) => shares)) add(version, wikis.length);
  for (const { from, to } of moves) {
    add(from, -1);
    add(to, 1);
  }
  return [...counts]
    .flatMap(([version, count]) => (count > 0 ? [{ version, count }] : []))
    .sort((one, other) => compareVersions(other.version, one.version));
}

/** When the branch of a week is cut and checked out, in hours of UTC: before, its version is not expected. */
const cutHour = 3;

/** Whether the week of a train has not begun. @param date its first day, as `2026-08-18`; null if not known */
export const isUpcoming = (date: string | null, now: Date): boolean =>
  date !== null && now.getTime() < Date.parse(`${date}T00:00:00Z`) + cutHour * 3_600_000;

/** The groups that a promotion jumps over: between where the train is and where it goes. Empty for a roll-back. */
export function skippedGroups(from: TrainStation, to: TrainStation): readonly TrainGroupName[] {
  return trainGroups.slice(trainStations.indexOf(from), Math.max(0, trainStations.indexOf(to) - 1));
}

/** The usual weekday of each group, as numbers of `Date.getUTCDay`. */
const usualDays: Readonly<Record<TrainStation, number | null>> = {
  start: null,
  testwikis: 2,
  group0: 2,
  group1: 3,
  group2: 4,
};

/** What is unusual about the time of a promotion. `late`: Friday or the weekend. `day`: another day than the usual one of the group. */
export type UnusualTime = 'late' | 'day';

/** What is unusual about a promotion to a station now; null if nothing. Roll-backs are usual at any time. */
export function unusualTime(from: TrainStation, to: TrainStation, now: Date): UnusualTime | null {
  if (trainStations.indexOf(to) <= trainStations.indexOf(from)) return null;
  const day = now.getUTCDay();
  if (day === 5 || day === 6 || day === 0) return 'late';
  return usualDays[to] === day ? null : 'day';
}
