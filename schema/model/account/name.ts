// Owns which user names are allowed, and when two names are the same or look the same. Pure. Not finding the user of a name (user.ts).
import unhomoglyph from 'unhomoglyph';

/**
 * Valid user names, as Unix and Wikimedia accounts have them: letters, digits and `_.@ -`, no leading dash, no blank at the end, no two blanks in a
 * row, no invisible character, at most 85 characters.
 */
export const userNamePattern =
  /^(?!.*(?:\p{Default_Ignorable_Code_Point}| $| {2}))[\p{L}\p{N}_][\p{L}\p{N}_.@ -]{0,84}$/u;

/** A name in the one form in which names are stored: composed characters, no blanks around it. */
export const normalizedName = (name: string): string => name.normalize('NFC').trim();

/** Names with the same key are the same name: they differ at most in case and in how characters are composed. */
export const nameKey = (name: string): string =>
  normalizedName(name).normalize('NFKC').toLowerCase().normalize('NFC');

/** Names with the same skeleton look the same (Unicode UTS 39). */
export const nameSkeleton = (name: string): string => unhomoglyph(nameKey(name)).toLowerCase();

/**
 * Whether two different names could be taken for each other. Names in ASCII are never: `alice1` and `alicel` are
 * two ordinary Unix accounts.
 */
export const looksLike = (one: string, other: string): boolean =>
  nameKey(one) !== nameKey(other) &&
  nameSkeleton(one) === nameSkeleton(other) &&
  !(isAscii(nameKey(one)) && isAscii(nameKey(other)));

const isAscii = (text: string): boolean => /^[ -~]*$/.test(text);
