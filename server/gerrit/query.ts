// Owns the queries to Gerrit: what a person typed, in Gerrit's query language. Pure. Not sending them (gerrit.ts).
import { readChangeInput, splitChangeInputs } from '../../schema/text/change-input.ts';

/** Gerrit's change numbers have 32 bits: it refuses a query with a larger number as malformed. */
const largestChange = 2_147_483_647;
/** How many words of a search are used. */
const maxWords = 8;

/** Whether a number can be one of a change. */
export const canBeChange = (number: string): boolean => Number(number) <= largestChange;

/** Finds exactly these changes; null if none of the numbers can be a change. */
export function queryOfNumbers(numbers: readonly string[]): string | null {
  const valid = numbers.filter(canBeChange);
  return valid.length === 0 ? null : valid.map((number) => `change:${number}`).join(' OR ');
}

/** The numbers of the changes that the text of a search names. Empty if it contains anything else. */
export function numbersOfSearch(search: string, gerritUrl: string | null): readonly string[] {
  const numbers = splitChangeInputs(search).map((input) => readChangeInput(input, gerritUrl).number);
  return numbers.every((number) => number !== null) ? [...new Set(numbers)] : [];
}

/** What can be deployed now: open changes that are not work in progress. */
export const deployableQuery = 'status:open -is:wip';

/**
 * Finds what a person means by the text of a search: the changes of numbers, URLs and Change-Ids, otherwise changes whose text contains each
 * of the words and that are not abandoned. An empty text finds what can be deployed now. Null if nothing can match.
 * @param gerritUrl the base URL of Gerrit; null if not configured
 */
export function queryOfSearch(search: string, gerritUrl: string | null): string | null {
  const inputs = splitChangeInputs(search);
  if (inputs.length === 0) return deployableQuery;
  const named = inputs.map((input) => {
    const { number } = readChangeInput(input, gerritUrl);
    if (number !== null) return queryOfNumbers([number]);
    return /^I[0-9a-f]{6,40}$/i.test(input) ? `change:I${input.slice(1).toLowerCase()}` : undefined;
  });
  if (named.every((each) => each !== undefined)) {
    const queries = named.filter((each) => each !== null);
    return queries.length === 0 ? null : queries.join(' OR ');
  }
  const words = search
    .split(/\s+/)
    // A quotation mark or a backslash would end the quotation, and a word of punctuation matches nothing.
    .map((word) => word.replaceAll(/["\\{}\p{C}]/gu, ''))
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, maxWords);
  return words.length === 0 ? null : [...words.map((word) => `"${word}"`), '-status:abandoned'].join(' ');
}
