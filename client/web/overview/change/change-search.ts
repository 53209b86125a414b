// Owns what Gerrit says about changes, as the start form uses it: the results of a search, and what is known of the chosen changes. Owns no field, no list.
import { useRef } from 'preact/hooks';
import type { FoundChangeFragment } from '../../../generated/graphql.ts';
import { failure } from '../../connection/client.ts';
import { msg } from '../../i18n/msg.ts';
import { ChangesQuery } from './change-search.graphql.ts';
import { useDelayedQuery } from './delayed-query.ts';

/** A change that Gerrit knows. */
export type FoundChange = FoundChangeFragment;

export interface ChangeSearch {
  /** The text that the result belongs to. */
  readonly text: string;
  readonly changes: readonly FoundChange[];
  readonly hasMore: boolean;
  /** Why nothing can be found, as a sentence; null if Gerrit answered, now or earlier. */
  readonly problem: string | null;
  /** When Gerrit gave this answer, if it does not answer now; null if it does. */
  readonly keptSince: string | null;
}

/**
 * The result for a text, or null while none exists. While a new text is being searched, the result of the previous one stays.
 * @param text null if nothing is searched @param first the maximum number of changes
 */
export function useChangeSearch(text: string | null, first: number): ChangeSearch | null {
  const result = useDelayedQuery(ChangesQuery, text === null ? null : { search: text, first }, false);
  if (result === null) return null;
  const found = result.data?.changes;
  const isKept = found !== undefined && found.unavailable !== null && found.nodes.length > 0;
  return {
    text: result.variables.search,
    changes: found?.nodes ?? [],
    hasMore: found?.hasMore ?? false,
    problem:
      found === undefined
        ? failure(result.error, (why) => msg('overview-search-failed', why))
        : found.unavailable === null || isKept
          ? null
          : msg('overview-search-unavailable'),
    keptSince: isKept ? found.askedAt : null,
  };
}

/** What is known of the chosen changes. */
export interface ChosenChanges {
  /** By number. */
  readonly changes: ReadonlyMap<string, FoundChange>;
  /** The numbers that Gerrit does not show. */
  readonly unknown: ReadonlySet<string>;
  /** The numbers about which no answer has arrived yet. */
  readonly pending: ReadonlySet<string>;
  /** The time of the oldest answer that is used, if Gerrit does not answer now; null if it does, or nothing is known. */
  readonly keptSince: string | null;
  /** Whether Gerrit does not answer and nothing is known about some change. */
  readonly isUnchecked: boolean;
}

interface Known {
  readonly change: FoundChange;
  readonly askedAt: string;
}

/** The maximum number of changes in one request. */
const maxChosen = 50;

/** What Gerrit says about changes, again each minute. What it said earlier is kept while it does not answer. */
export function useChosenChanges(all: readonly string[]): ChosenChanges {
  const numbers = all.slice(0, maxChosen);
  const known = useRef(new Map<string, Known>());
  const search = numbers.length === 0 ? null : { search: numbers.join(' '), first: maxChosen };
  const result = useDelayedQuery(ChangesQuery, search, true);
  const found = result?.data?.changes;
  for (const change of found?.nodes ?? [])
    known.current.set(change.number, { change, askedAt: found?.askedAt ?? '' });
  const asked = new Set(result?.variables.search.split(' ') ?? []);
  const isAnswered = found !== undefined && found.unavailable === null;
  const shown = new Set(found?.nodes.map(({ number }) => number) ?? []);
  const unknown = numbers.filter((number) => isAnswered && asked.has(number) && !shown.has(number));
  for (const number of unknown) known.current.delete(number);
  const used = numbers.flatMap((number) => known.current.get(number) ?? []);
  const failed = found !== undefined && !isAnswered;
  return {
    changes: new Map(used.map(({ change }) => [change.number, change])),
    unknown: new Set(unknown),
    pending: new Set(numbers.filter((number) => !asked.has(number) && !known.current.has(number))),
    keptSince: failed ? (used.map(({ askedAt }) => askedAt).sort()[0] ?? null) : null,
    isUnchecked: failed && used.length < numbers.length,
  };
}
