// Owns where output may be cut into parts: not inside a character, and not inside an escape sequence, whose rest would be read as text. Pure.

/** How long an escape sequence that is kept whole may be, in UTF-16 units. The targets of links are the longest ones in use. */
const longestSequence = 2_048;

/** A control sequence, a control string or another escape without its end, at the end of a text. */
const unfinishedSequence =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*$|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x18\x1a\x1b\x9c]*\x1b?$|\x1b[ -/]*$/;

/**
 * The largest length up to `length` at which a text can be cut, in UTF-16 units; at least 1. With `length` at the end of the text, it is cut
 * before an unfinished sequence or half a character there.
 */
export function safeCut(text: string, length: number): number {
  let cut = Math.min(length, text.length);
  const last = text.charCodeAt(cut - 1);
  if (last >= 0xd800 && last <= 0xdbff) cut--;
  const from = Math.max(0, cut - longestSequence);
  const unfinished = unfinishedSequence.exec(text.slice(from, cut));
  const start = unfinished === null ? cut : from + unfinished.index;
  return start > 0 ? start : Math.max(1, cut);
}
