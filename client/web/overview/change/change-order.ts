// Owns the order in which the chosen changes are deployed, and which other changes they depend on. Owns no list.
import type { ChangeOrderQuery as ChangeOrderResult } from '../../../generated/graphql.ts';
import type { ChangeInput } from './change-input.ts';
import { ChangeOrderQuery } from './change-search.graphql.ts';
import { useDelayedQuery } from './delayed-query.ts';

export type ChangeOrder = ChangeOrderResult['changeOrder'];

/** The most changes of one job. */
export const maxChanges = 50;

/** The order of these changes; null while it is not known. Nothing waits for it. */
export function useChangeOrder(numbers: readonly string[]): ChangeOrder | null {
  const isAsked = numbers.length > 0 && numbers.length <= maxChanges;
  const result = useDelayedQuery(ChangeOrderQuery, isAsked ? { changes: [...numbers] } : null, true);
  const order = result?.data?.changeOrder;
  if (order === undefined || result === null || !isAsked) return null;
  // After the changes were put into their order, the same set is asked about again.
  const asked = new Set([result.variables.changes].flat());
  return asked.size === numbers.length && numbers.every((number) => asked.has(number)) ? order : null;
}

/**
 * The changes in an order: those that it names first, each once, with the text that the user entered if there is one; then the others. Pure.
 * @param order numbers, also of changes that are to be added
 */
export function inOrder(changes: readonly ChangeInput[], order: readonly string[]): string[] {
  const inputs = new Map(changes.map(({ number, input }) => [number, input]));
  const ordered = order.map((number) => inputs.get(number) ?? number);
  const others = changes.filter(({ input }) => !ordered.includes(input)).map(({ input }) => input);
  return [...ordered, ...others];
}

/** Whether the changes that are missing can be added. Pure. */
export function addableCount({ missing, missingCount, order }: ChangeOrder): number {
  if (missingCount > missing.length || order.length > maxChanges) return 0;
  return missing.filter(({ addable }) => addable).length;
}
