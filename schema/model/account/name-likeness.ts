// Owns when two names look the same. Pure. Imported on demand: its table of Unicode characters costs every process half of what Node itself does at its start.
import unhomoglyph from 'unhomoglyph';
import { nameKey } from './name.ts';

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
