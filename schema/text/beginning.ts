// Owns where a text is cut that is too long to be shown or stored. Not where output is cut, which has escape sequences (terminal/cut.ts). Pure.

/** The beginning of a text, without half a character at its end. At most `length` UTF-16 units. */
export function beginningOf(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
