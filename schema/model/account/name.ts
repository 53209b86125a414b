// Owns which user names are allowed, and when two names are the same. Pure. Not which look the same (name-likeness.ts), not finding the user of a name (user.ts).

/**
 * Valid user names, as Unix and Wikimedia accounts have them: letters, digits and `_.@ -`, no leading dash, no blank at the end, no two blanks in a
 * row, no invisible character, at most 85 characters.
 */
export const userNamePattern =
  /^(?!.*(?:\p{Default_Ignorable_Code_Point}| $| {2}))[\p{L}\p{N}_][\p{L}\p{N}_.@ -]{0,84}$/u;

/** The user in whose name SpiderPig itself acts. */
export const ownName = 'SpiderPig';

/** A name in the one form in which names are stored: composed characters, no blanks around it. */
export const normalizedName = (name: string): string => name.normalize('NFC').trim();

/** Names with the same key are the same name: they differ at most in case and in how characters are composed. */
export const nameKey = (name: string): string =>
  normalizedName(name).normalize('NFKC').toLowerCase().normalize('NFC');
