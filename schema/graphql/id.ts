// Owns how row numbers are written as GraphQL IDs. Pure.

/** The largest number a row can have (32 bits, signed). */
export const largestNumber = 2_147_483_647;

/** The row number that an ID names; `null` when it can be no row's: so it is unknown, as any other number that is not there. */
export function rowNumber(id: string): number | null {
  if (!/^[1-9][0-9]{0,9}$/.test(id)) return null;
  const number = Number(id);
  return number <= largestNumber ? number : null;
}

/** An ID as it may be repeated in a message: short, and without anything that is not seen. */
export const shownId = (id: string): string =>
  id.length > 20 || /[^\x21-\x7e]/.test(id) ? 'of this name' : id;
