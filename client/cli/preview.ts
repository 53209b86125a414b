// Owns `spiderpig start --preview`: what would be deployed in which order, and what is known to be wrong with it. Starts nothing (job.ts).
import { readChangeInput } from '../../schema/text/change-input.ts';
import { counted } from '../../schema/text/counted.ts';
import type { StartPreview } from '../sdk/client.ts';
import { Refused, type Session } from './session.ts';
import { terminalLabel } from './text.ts';

type Found = StartPreview['changes']['nodes'][number];

/** Prints it. Returns the exit status: 1 if something prevents the start, or is not known. */
export async function preview(
  { client, printer, signal }: Session,
  { changes, revert }: { readonly changes: readonly string[]; readonly revert: boolean },
): Promise<number> {
  const numbers = [...new Set(changes.map(numberOf))];
  const found = await client.startPreview(numbers, signal);
  const known = new Map(found.changes.nodes.map((change) => [change.number, change]));
  // scap decides the order of reverts itself, and what the changes depended on is merged.
  const order = revert ? numbers : found.changeOrder.order.filter((number) => numbers.includes(number));
  const lines = order.flatMap((number) => changeLines(number, known.get(number), revert));
  const problems = revert ? unavailable(found) : [...unavailable(found), ...dependencyLines(found)];
  const text = [...lines, ...problems].map((line) => `${line}\n`).join('');
  await printer.text(text);
  await printer.object({ type: 'preview', order, ...found });
  const isWrong = order.some((number) => {
    const change = known.get(number);
    return change === undefined || problemOf(change, revert) !== null;
  });
  return isWrong || problems.length > 0 ? 1 : 0;
}

function numberOf(input: string): string {
  // The server knows its Gerrit, and checks the address again at the start.
  const { number } = readChangeInput(input, null);
  if (number === null) throw new Refused(`"${input}" names no change.`, {}, 2);
  return number;
}

/** What prevents a start, as text; null if nothing is known. What can be reverted is merged. */
const problemOf = ({ problem, status }: Found, revert: boolean): string | null =>
  revert
    ? status === 'MERGED'
      ? null
      : 'It is not merged, so there is nothing to revert.'
    : (problem ?? null);

/** Subjects, names and messages come from other services: each is on one row, so that a line break in it cannot look like another line. */
function changeLines(number: string, change: Found | undefined, revert: boolean): readonly string[] {
  if (change === undefined) return [`${number}  Gerrit does not show this change.`];
  const { project, branch, owner, subject, warnings } = change;
  const problem = problemOf(change, revert);
  const facts = [project, branch, owner].flatMap((fact) => (fact === null ? [] : [terminalLabel(fact)]));
  return [
    `${number}  ${terminalLabel(subject ?? '')}`,
    `    ${facts.join(' · ')}`,
    ...(problem === null ? [] : [`    Problem: ${terminalLabel(problem)}`]),
    ...warnings
      .filter((warning) => !(revert && warning === 'ALREADY_MERGED'))
      .map((warning) => `    Note: ${warning.toLowerCase().replaceAll('_', ' ')}`),
  ];
}

const unavailable = ({ changes, changeOrder }: StartPreview): readonly string[] =>
  [...new Set([changes.unavailable, changeOrder.unavailable])].flatMap((reason) =>
    reason == null ? [] : [terminalLabel(reason)],
  );

/** What the changes depend on, and which is not among them. */
function dependencyLines({ changeOrder }: StartPreview): readonly string[] {
  const { missing, missingCount, unknown, cycle, complete } = changeOrder;
  const more = missingCount - missing.length;
  return [
    ...missing.map(({ change, neededBy, outdated, addable }) =>
      [
        `Missing: ${change.number} ${terminalLabel(change.subject ?? '')} (needed by ${neededBy.join(', ')})`,
        ...(outdated ? ['; rebase first: a change depends on an earlier patch set'] : []),
        ...(addable ? ['; can be started together'] : ['; cannot be started together']),
      ].join(''),
    ),
    ...(more > 0 ? [`Missing: ${counted(more, 'more change')}`] : []),
    ...unknown.map((name) => `Missing: ${terminalLabel(name)}, which Gerrit does not show`),
    ...(cycle.length > 0 ? [`scap refuses changes that depend on each other: ${cycle.join(', ')}`] : []),
    ...(complete || changeOrder.unavailable !== null
      ? []
      : ['Not everything that they depend on was looked up.']),
  ];
}
