// Owns what a change depends on: which footers name a dependency, which of the changes that they name matter for a deployment, and in which order
// changes are deployed. Pure. Not asking Gerrit (dependency-search.ts).
import { type Change, isConfiguration, isDeploymentBranch } from '../../schema/model/job/change.ts';
import { readChangeInput } from '../../schema/text/change-input.ts';

/** The most footers of one commit message that are followed. */
const maxReferences = 20;

/**
 * What the `Depends-On:` footers of a commit message name: Change-Ids (`I` and 8 to 40 hexadecimal digits) and numbers of changes.
 * @param gerritUrl the base URL of Gerrit: a URL of another server names nothing
 */
export function referencesOf(commitMessage: string, gerritUrl: string): readonly string[] {
  const references = new Set<string>();
  for (const [, value = ''] of commitMessage.matchAll(/^Depends-On:[ \t]*(\S+)[ \t]*$/gim)) {
    if (references.size === maxReferences) break;
    if (/^I[0-9a-f]{8,40}$/i.test(value)) references.add(`I${value.slice(1).toLowerCase()}`);
    const { number } = /^https?:/i.test(value) ? readChangeInput(value, gerritUrl) : { number: null };
    if (number !== null) references.add(number);
  }
  return [...references];
}

/** A change that another one needs. */
export interface Needed {
  readonly change: Change;
  /** Whether one job can deploy both. */
  readonly isAddable: boolean;
}

/**
 * The changes that a deployment needs of those that one footer names. The same Change-Id is used on several branches, and scap ignores those on
 * branches that are not deployed with the dependent.
 * @param named all changes that the footer names
 */
export function neededOf(dependent: Change, named: readonly Change[]): readonly Needed[] {
  return named.flatMap((change) => {
    if (change.number === dependent.number || change.status === 'MERGED') return [];
    if (isConfiguration(change)) return [{ change, isAddable: change.status === 'NEW' }];
    const isUsed = (branch: string | null): boolean =>
      isConfiguration(dependent) ? isDeploymentBranch(branch) : branch === dependent.branch;
    if (isUsed(change.branch)) return [{ change, isAddable: change.status === 'NEW' }];
    const isMain = change.branch === 'master' || change.branch === 'main';
    return isMain && !named.some(({ branch }) => isUsed(branch)) ? [{ change, isAddable: false }] : [];
  });
}

/** What each change needs, by number. */
export type Needs = ReadonlyMap<string, Iterable<string>>;

/** Changes in the order of their deployment. */
export interface DeploymentOrder {
  /** Dependencies first, otherwise in the given order. */
  readonly order: readonly string[];
  /** The changes that depend on each other. */
  readonly cycle: readonly string[];
}

/** The given changes and all that they need. */
export function orderOf(given: readonly string[], needs: Needs): DeploymentOrder {
  const order = new Set<string>();
  const cycle = new Set<string>();
  const path: string[] = [];
  const visit = (number: string): void => {
    if (order.has(number)) return;
    const at = path.indexOf(number);
    if (at >= 0) {
      for (const member of path.slice(at)) cycle.add(member);
      return;
    }
    path.push(number);
    for (const needed of needs.get(number) ?? []) visit(needed);
    path.pop();
    order.add(number);
  };
  for (const number of given) visit(number);
  return { order: [...order], cycle: [...cycle] };
}
