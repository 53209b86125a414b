// Owns the check of a request to move the train: what it refuses, and the parameters of the job. Pure. Not the arithmetic (schema/text/train.ts), not
// what the staging directory says (server/train/).
import {
  isTrainStation,
  skippedGroups,
  type TrainFacts,
  type TrainGroup,
  type TrainLine,
  type TrainStation,
  trainGroupsOf,
  trainMoves,
  trainPosition,
} from '../../text/train.ts';
import { DomainError } from '../error.ts';
import { maxExcludedWikis, type TrainParameters } from './kind/train.ts';

/** No train is configured, or the staging directory cannot be read. */
export class TrainUnavailable extends DomainError {}

/** The wikis or versions have changed since the user looked at them. */
export class TrainChanged extends DomainError {
  /** What has changed, as sentences. */
  readonly changes: readonly string[];
  constructor(changes: readonly string[]) {
    super(
      `The train has changed since you looked at it, so nothing was started. ${changes.join(' ') || 'What was different is no longer known.'} Look at it again.`,
    );
    this.changes = changes;
  }
}

/** What is wrong with a request. */
export type TrainProblemCode =
  | 'unknown-group'
  | 'unknown-version'
  | 'no-old-version'
  | 'not-checked-out'
  | 'skips-groups'
  | 'unknown-wiki'
  | 'wiki-not-moving'
  | 'too-many-excluded'
  | 'nothing-to-do';

/** One thing that is wrong with a request. */
export interface TrainProblem {
  readonly code: TrainProblemCode;
  readonly message: string;
}

/** The train cannot go there as requested. */
export class InvalidTrain extends DomainError {
  readonly problems: readonly TrainProblem[];
  constructor(problems: readonly TrainProblem[]) {
    super(problems.map(({ message }) => message).join(' '));
    this.problems = problems;
  }
}

/** What a user asks for. */
export interface TrainRequest {
  /** A station: `start`, or a group. */
  readonly group: string;
  /** The version of the train. */
  readonly version: string;
  readonly excludedWikis: readonly string[];
  /** Whether groups between here and there may be skipped. */
  readonly acceptSkippedGroups: boolean;
}

const problem = (code: TrainProblemCode, message: string): TrainProblem => ({ code, message });

/** `group0`, `testwikis and group0`, or `testwikis, group0 and group1`. */
const listed = (names: readonly string[]): string =>
  [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' and ');

/** A name as it is quoted in a message. */
const quoted = (name: string): string => `“${name.replaceAll(/[\p{C}\s]/gu, '\uFFFD').slice(0, 60)}”`;

/** The parameters of the job. Throws {@link InvalidTrain} with everything that is wrong. @param lines the trains that can be moved */
export function checkedTrain(
  facts: TrainFacts,
  lines: readonly TrainLine[],
  request: TrainRequest,
): TrainParameters {
  const { group, version } = request;
  if (!isTrainStation(group))
    throw new InvalidTrain([
      problem(
        'unknown-group',
        `${quoted(group)} is not a station: use start, testwikis, group0, group1 or group2.`,
      ),
    ]);
  const line = lines.find((each) => each.version === version);
  if (line === undefined) {
    const known = lines.map((each) => each.version).join(' or ') || 'none';
    throw new InvalidTrain([
      problem('unknown-version', `${quoted(version)} is not the version of the train, which is ${known}.`),
    ]);
  }
  const { oldVersion } = line;
  if (oldVersion === null)
    throw new InvalidTrain([
      problem('no-old-version', `No version before ${version} is checked out, so wikis could not go back.`),
    ]);
  const groups = trainGroupsOf(facts);
  const { station: from } = trainPosition(facts, line);
  const problems = [
    ...orderProblems(facts, line, from, group, request.acceptSkippedGroups),
    ...exclusionProblems(facts, groups, line, group, request.excludedWikis),
  ];
  const moves = trainMoves(groups, line, group, new Set(request.excludedWikis));
  if (problems.length === 0 && moves.length === 0)
    problems.push(
      problem('nothing-to-do', `No wiki would change its version: the train is at ${from} already.`),
    );
  if (problems.length > 0) throw new InvalidTrain(problems);
  return {
    station: group,
    from,
    version,
    oldVersion,
    excludedWikis: [...new Set(request.excludedWikis)],
    wikiCount: moves.length,
    before: groups.map(({ name, shares }) => ({
      group: name,
      versions: shares.map((share) => ({ version: share.version, count: share.wikis.length })),
    })),
  };
}

function orderProblems(
  facts: TrainFacts,
  { version }: TrainLine,
  from: TrainStation,
  to: TrainStation,
  acceptSkipped: boolean,
): TrainProblem[] {
  const problems: TrainProblem[] = [];
  // scap checks a version out only on the way to testwikis.
  if (to !== 'start' && to !== 'testwikis' && !facts.checkedOut.includes(version))
    problems.push(
      problem('not-checked-out', `${version} is not checked out yet: deploy it to testwikis first.`),
    );
  const skipped = skippedGroups(from, to);
  if (skipped.length > 0 && !acceptSkipped)
    problems.push(problem('skips-groups', `The train is at ${from}: this would skip ${listed(skipped)}.`));
  return problems;
}

function exclusionProblems(
  facts: TrainFacts,
  groups: readonly TrainGroup[],
  line: TrainLine,
  to: TrainStation,
  excluded: readonly string[],
): TrainProblem[] {
  if (excluded.length > maxExcludedWikis)
    return [problem('too-many-excluded', `At most ${maxExcludedWikis} wikis can be excluded.`)];
  const unknown = excluded.filter((wiki) => !facts.wikis.has(wiki));
  if (unknown.length > 0)
    return [problem('unknown-wiki', `There is no wiki ${unknown.slice(0, 5).map(quoted).join(', ')}.`)];
  const moving = new Set(trainMoves(groups, line, to).map(({ wiki }) => wiki));
  const staying = excluded.filter((wiki) => !moving.has(wiki));
  return staying.length === 0
    ? []
    : [
        problem(
          'wiki-not-moving',
          `${staying.slice(0, 5).join(', ')} would not change, so it cannot be excluded.`,
        ),
      ];
}
