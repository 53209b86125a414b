// Owns what a person sees of log lines: their text without escape sequences, the last state of what was written over. Pure. Not how it looks (client/web/log/ansi.ts, which shows the same).

const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
const strings = /\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f]/;
// A sequence ends with its line at the latest. The alternatives begin differently and give nothing back: the time is linear whatever is in the text.
const dropped =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])([^\n\x07\x18\x1a\x1b\x9c]*)(\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;

/**
 * The visible text of lines with newlines between; it has as many lines. A carriage return begins its line again, so a meter shows its last
 * state. A control string that is never closed would hide the rest of its line: what it holds is seen.
 */
export function visibleText(text: string): string {
  if (!control.test(text)) return text;
  // Asking back for each sequence is slow, and needed for strings alone.
  const shown = strings.test(text)
    ? text.replace(dropped, (_whole, held: string | undefined, end: string | undefined) =>
        !held || end !== undefined ? '' : held.replaceAll(/[\x00-\x1f\x7f-\x9f]/g, ''),
      )
    : text.replace(dropped, '');
  return shown.includes('\r') ? shown.split('\n').map(lastState).join('\n') : shown;
}

function lastState(line: string): string {
  let end = line.length;
  // Nothing came after the last returns: what stands there is still seen.
  while (line[end - 1] === '\r') end--;
  return line.slice(line.lastIndexOf('\r', end - 1) + 1, end);
}
