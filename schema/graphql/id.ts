// Owns converting between row numbers and GraphQL IDs. Pure.

/** The largest number a row can have (32 bits, signed). */
export const largestNumber = 2_147_483_647;

/** The row number in an ID; `null` for anything that cannot be a row number, which callers treat like an unknown one. */
export function rowNumber(id: string): number | null {
  if (!/^[1-9][0-9]{0,9}$/.test(id)) return null;
  const number = Number(id);
  return number <= largestNumber ? number : null;
}

/** An ID as it may appear in a message: short, and without invisible characters. */
export const shownId = (id: string): string =>
  id.length > 20 || /[^\x21-\x7e]/.test(id) ? 'of this name' : id;
