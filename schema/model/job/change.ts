// Owns what a change is, and parsing what a deployer typed. Pure. Not looking changes up in Gerrit (server/gerrit/gerrit.ts).
import { type ChangeInputProblem, readChangeInput } from '../../text/change-input.ts';
import { DomainError } from '../error.ts';
import { storableText } from '../store/column.ts';

/** How many changes one job may name. */
export const maxChanges = 50;
/** A change as it was when the job was requested: what Gerrit said, or only the number if Gerrit was unavailable. */
export interface Change {
  readonly number: string;
  /** Whether Gerrit confirmed it. Otherwise only `number` is known. */
  readonly verified: boolean;
  readonly url: string | null;
  readonly subject: string | null;
  readonly project: string | null;
  readonly branch: string | null;
  readonly owner: string | null;
  /** As in Gerrit: NEW, MERGED, ABANDONED. */
  readonly status: string | null;
  readonly commitMessage: string | null;
  /** What a deployer should know; absent in jobs that an earlier version queued. */
  readonly warnings?: readonly ChangeWarning[];
}

/**
 * `vetoed`: a reviewer voted -2 on Code-Review, with which scap ends while it waits for the merge. `not_approved`: nobody voted +2 yet, which scap does
 * itself. `localisation`: scap rebuilds the localisation cache, which takes about 20 minutes.
 */
export type ChangeWarning =
  | 'work_in_progress'
  | 'not_mergeable'
  | 'vetoed'
  | 'not_approved'
  | 'localisation'
  | VersionWarning;

/**
 * What the versions of a deployment host say. `already_merged`: it is merged in what wikis run, and may be live. `branch_not_deployed`: its branch is not
 * checked out there, so scap refuses it. `branch_not_live`: no wiki runs its version, so scap asks.
 */
export type VersionWarning = 'already_merged' | 'branch_not_deployed' | 'branch_not_live';

/** The versions of MediaWiki on a deployment host. */
export interface DeployedVersions {
  readonly checkedOut: readonly string[];
  /** What each wiki runs, by its database name. */
  readonly wikis: ReadonlyMap<string, string>;
  /** The addresses of the submodules of the configuration; null if not known. */
  readonly submodules: readonly string[] | null;
}

/** Whether the address of a repository is that of a project in Gerrit. */
const isOf = (address: string, project: string | null): boolean =>
  project !== null && `/${address.replace(/\.git$/, '')}`.endsWith(`/${project}`);

/**
 * What the versions of the deployment host say about a change. Of submodules of the configuration, only scap knows which branches it deploys. Pure.
 * @param versions null if not known
 */
export function versionWarnings(
  change: Pick<Change, 'project' | 'branch' | 'status'>,
  versions: DeployedVersions | null,
): readonly VersionWarning[] {
  const merged = change.status === 'MERGED' ? (['already_merged'] as const) : [];
  if (isConfiguration(change)) return merged;
  if (versions === null || change.branch === null) return [];
  if (!isDeploymentBranch(change.branch))
    return versions.submodules === null ||
      versions.submodules.some((address) => isOf(address, change.project))
      ? []
      : ['branch_not_deployed'];
  const version = change.branch.slice('wmf/'.length);
  if (!versions.checkedOut.includes(version)) return ['branch_not_deployed'];
  return [...versions.wikis.values()].includes(version) ? merged : ['branch_not_live'];
}

/** Whether a change is one of the configuration, which is deployed from its main branch. */
export const isConfiguration = ({ project, branch }: Pick<Change, 'project' | 'branch'>): boolean =>
  project === 'operations/mediawiki-config' && branch === 'master';

/** Whether a branch is one of a version of MediaWiki. Only scap knows which of them are deployed. */
export const isDeploymentBranch = (branch: string | null): boolean => branch?.startsWith('wmf/') ?? false;

/** A change of which only the number is known. */
export const unverifiedChange = (number: string): Change => ({
  number,
  verified: false,
  url: null,
  subject: null,
  project: null,
  branch: null,
  owner: null,
  status: null,
  commitMessage: null,
});

/** What is wrong with an input, or with the list of inputs. */
export type ChangeProblemCode =
  | ChangeInputProblem
  | 'no-changes'
  | 'too-many'
  | 'repeated'
  | 'not-shown'
  | 'abandoned'
  | 'not-merged'
  | 'not-deployed';

/** Why one of the inputs cannot be deployed. `input` is what was given, shortened; empty when the list itself is wrong. */
export interface ChangeProblem {
  readonly code: ChangeProblemCode;
  readonly input: string;
  readonly message: string;
  /** Gerrit does not show this change. `acceptUnverified` starts it anyway, because it may be private. */
  readonly unverifiable: boolean;
}

const invalidInput = (code: ChangeProblemCode, input: string, message: string): ChangeProblem => ({
  code,
  input,
  message,
  unverifiable: false,
});

/** The changes cannot be deployed as given. */
export class InvalidChanges extends DomainError {
  readonly problems: readonly ChangeProblem[];
  constructor(problems: readonly ChangeProblem[]) {
    super(
      problems.length === 1 && problems[0]
        ? problems[0].message
        : `${problems.length} of the changes cannot be deployed.`,
    );
    this.problems = problems;
  }
}

/** The changes could not be looked up in Gerrit. `acceptUnverified` starts plain numbers without a look-up. */
export class GerritUnavailable extends DomainError {
  constructor(why: string) {
    super(
      `The changes could not be looked up in Gerrit (${why}). Try again, or start with unverified change numbers: scap checks them itself.`,
    );
  }
}

/** An input as it is quoted in a problem. Pure. */
export const printableInput = (input: string): string =>
  storableText(input.replaceAll(/\p{Cc}/gu, '\uFFFD'), 80);

/**
 * Why a change cannot be deployed, after Gerrit was asked; `null` if it can. Merged changes can be backported, because an interrupted
 * backport leaves changes merged but not deployed. Pure.
 */
export function deploymentProblem(
  number: string,
  change: Change | null,
  { mustBeMerged }: { readonly mustBeMerged: boolean },
): { readonly code: ChangeProblemCode; readonly message: string } | null {
  if (!change)
    return {
      code: 'not-shown',
      message: `Gerrit does not show change ${number}: the number is wrong, or the change is private.`,
    };
  if (change.status === 'ABANDONED')
    return { code: 'abandoned', message: `Change ${number} was abandoned. Restore it in Gerrit first.` };
  if (mustBeMerged && change.status !== 'MERGED')
    return { code: 'not-merged', message: `Change ${number} is not merged, so there is nothing to revert.` };
  return null;
}

const inputProblems: Readonly<Record<ChangeInputProblem, (input: string, gerrit: string) => string>> = {
  empty: () => 'This change is empty. Enter a number or a Gerrit URL.',
  'leading-zero': (input) => `“${input}” is not a change number: a change number does not start with 0.`,
  'too-long': (input) => `“${input}” is not a change number: a change number has at most ten digits.`,
  'change-id': (input) => `“${input}” is a Change-Id. Enter the change number instead.`,
  'other-host': (input, gerrit) =>
    `“${input}” is an address of another server. Enter a number or a URL of ${gerrit}.`,
  'no-number': (input) => `“${input}” names no change. Open the change in Gerrit and copy its URL.`,
  'not-a-number': (input) =>
    `“${input}” is not a change number or a Gerrit URL. A change number looks like 1102345.`,
};

/**
 * Parses the changes that a job is requested for: numbers or Gerrit URLs. Returns their numbers in the same order. Pure.
 * Throws {@link InvalidChanges} with one problem for each that is empty, malformed, on another server or repeated, or one for a list that
 * is empty or too long.
 * @param gerritUrl the base URL of Gerrit; null if the server of a URL is not checked
 */
export function parseChanges(inputs: readonly string[], gerritUrl: string | null): string[] {
  if (inputs.length === 0) {
    throw new InvalidChanges([
      invalidInput('no-changes', '', 'Name at least one change: a number or a Gerrit URL.'),
    ]);
  }
  if (inputs.length > maxChanges) {
    const message = `${inputs.length} changes are too many for one job. Name at most ${maxChanges}.`;
    throw new InvalidChanges([invalidInput('too-many', '', message)]);
  }
  const problems: ChangeProblem[] = [];
  const numbers: string[] = [];
  for (const given of inputs) {
    const input = printableInput(given);
    const { number, problem } = readChangeInput(given, gerritUrl);
    if (problem !== null)
      problems.push(invalidInput(problem, input, inputProblems[problem](input, gerritUrl ?? '')));
    else if (numbers.includes(number)) {
      problems.push(invalidInput('repeated', input, `Change ${number} is named twice. Remove one of them.`));
    } else numbers.push(number);
  }
  if (problems.length > 0) throw new InvalidChanges(problems);
  return numbers;
}
